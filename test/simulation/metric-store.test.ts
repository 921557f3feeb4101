import { describe, expect, it } from "@jest/globals";
import { metricDimensions, METRIC_NAMESPACE } from "../../lambda/token-refresh/contract";
import { logLine, type Measurements } from "../../lambda/token-refresh/report";
import { MetricStore, STATISTICS, type MetricId } from "../../simulation/metric-store";
import { BEGINNING, MINUTE, SECOND } from "./fixture";

const METRIC: MetricId = { namespace: "Theirs", name: "Errors", dimensions: { One: "1", Other: "2" } };
const NEXT = BEGINNING + MINUTE;

/** All statistics of a metric over some minutes. */
const read = (store: MetricStore, from = BEGINNING, to = NEXT, metric = METRIC): unknown[] =>
  STATISTICS.map((statistic) => store.read(metric, statistic, from, to));

const NOTHING = STATISTICS.map(() => undefined);

describe("statistics", () => {
  it("are sum, minimum, maximum, average and count of a minute's values", () => {
    const store = new MetricStore();
    for (const value of [4, -1, 6]) store.add(METRIC, BEGINNING, value);
    expect(STATISTICS).toEqual(["Sum", "Minimum", "Maximum", "Average", "SampleCount"]);
    expect(read(store)).toEqual([9, -1, 6, 3, 3]);
  });

  it("are those of all values of a longer period, not of its minutes", () => {
    const store = new MetricStore();
    for (const value of [1, 1, 1]) store.add(METRIC, BEGINNING, value);
    store.add(METRIC, BEGINNING + 3 * MINUTE, 5);
    expect(read(store, BEGINNING, BEGINNING + 5 * MINUTE)).toEqual([8, 1, 5, 2, 4]);
  });

  it("are undefined without data, but not for zeros", () => {
    const store = new MetricStore();
    expect(read(store)).toEqual(NOTHING);
    store.add(METRIC, BEGINNING, 0);
    expect(read(store)).toEqual([0, 0, 0, 0, 1]);
    expect(read(store, NEXT, NEXT + MINUTE)).toEqual(NOTHING);
  });
});

describe("a minute", () => {
  it("begins with its first millisecond and ends before the next one's", () => {
    const store = new MetricStore();
    store.add(METRIC, BEGINNING - 1, 1);
    store.add(METRIC, BEGINNING, 10);
    store.add(METRIC, NEXT - 1, 100);
    store.add(METRIC, NEXT, 1_000);
    expect(store.read(METRIC, "Sum", BEGINNING, NEXT)).toBe(110);
    expect(store.read(METRIC, "Sum", BEGINNING - MINUTE, BEGINNING)).toBe(1);
    expect(store.read(METRIC, "Sum", NEXT, NEXT + MINUTE)).toBe(1_000);
  });
});

describe("a metric", () => {
  it("is identified by namespace, name and dimensions in any order", () => {
    const store = new MetricStore();
    store.add(METRIC, BEGINNING, 1);
    const sum = (changes: Partial<MetricId>): number | undefined =>
      store.read({ ...METRIC, ...changes }, "Sum", BEGINNING, NEXT);
    expect(sum({ dimensions: { Other: "2", One: "1" } })).toBe(1);
    expect(sum({ namespace: "Ours" })).toBeUndefined();
    expect(sum({ name: "Throttles" })).toBeUndefined();
    expect(sum({ dimensions: { One: "1" } })).toBeUndefined();
    expect(sum({ dimensions: { One: "1", Other: "3" } })).toBeUndefined();
  });
});

describe("a line of the log", () => {
  const ours = (name: string, application = "chorus-pro"): MetricId => ({
    namespace: METRIC_NAMESPACE,
    name,
    dimensions: metricDimensions("prod", application),
  });
  const line = (measurements: Measurements, at = BEGINNING + 59 * SECOND): string =>
    logLine(
      { environment: "prod", application: "chorus-pro", operation: "tick" },
      { outcome: "waited", reason: "fresh", milliseconds: 77 },
      measurements,
      at,
      "the-id",
    );

  it("adds each metric to the minute of its timestamp", () => {
    const store = new MetricStore();
    store.addLine(line({ ticks: 1, secondsToExpiry: 0 }));
    store.addLine(line({ ticks: 1, secondsToExpiry: 3_000 }));
    store.addLine(line({ ticks: 1 }, NEXT));
    expect(read(store, BEGINNING, NEXT, ours("Ticks"))).toEqual([2, 1, 1, 1, 2]);
    expect(read(store, BEGINNING, NEXT, ours("SecondsToExpiry"))).toEqual([3_000, 0, 3_000, 1_500, 2]);
    expect(read(store, NEXT, NEXT + MINUTE, ours("Ticks"))).toEqual([1, 1, 1, 1, 1]);
    expect(read(store, NEXT, NEXT + MINUTE, ours("SecondsToExpiry"))).toEqual(NOTHING);
  });

  it("adds only declared metrics, and nothing to other applications", () => {
    const store = new MetricStore();
    store.addLine(line({ ticks: 1 }));
    expect(read(store, BEGINNING, NEXT, ours("milliseconds"))).toEqual(NOTHING);
    expect(read(store, BEGINNING, NEXT, ours("Ticks", "legifrance"))).toEqual(NOTHING);
  });

  it("without metrics is ignored", () => {
    const store = new MetricStore();
    store.addLine('{"level":"INFO","Ticks":1}');
    expect(read(store, BEGINNING, NEXT, { ...ours("Ticks"), dimensions: {} })).toEqual(NOTHING);
  });
});
