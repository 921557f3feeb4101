import { describe, expect, it } from "@jest/globals";
import { chunks, dashboardBody, LIMITS, type Line, type Row } from "../../constructs/internal/dashboard-body";

describe("the body of a dashboard", () => {
  const graph = (title: string, metrics: number, expressions = 0): Row["widgets"][number] => ({
    type: "metric",
    properties: {
      title,
      region: "eu-west-3",
      period: 60,
      metrics: [
        ...Array.from({ length: metrics }, (): Line => ["Piste", "Ticks", {}]),
        ...Array.from({ length: expressions }, (): Line => [{ expression: "m / 60" }]),
      ],
    },
  });
  const text: Row["widgets"][number] = { type: "text", properties: { markdown: "" } };
  const alarms = (count: number): Row["widgets"][number] => ({
    type: "alarm",
    properties: {
      title: "Alarms",
      alarms: Array.from({ length: count }, () => "arn"),
      sortBy: "stateUpdatedTimestamp",
    },
  });
  const body = (widgets: Row["widgets"]): string => dashboardBody("piste-prod", [{ height: 1, abreast: 1, widgets }]);
  const FEWER = "; show fewer applications in one dashboard";

  it.each<[string, Row["widgets"], Row["widgets"], string]>([
    ["widgets", Array.from({ length: 500 }, () => text), [text], "500 widgets, got 501"],
    [
      "metrics of a graph",
      [graph("G", 300, 200)],
      [graph("H", 300, 201)],
      '500 metrics and expressions in "H", got 501',
    ],
    ["alarms in a widget", [alarms(100)], [alarms(101)], '100 alarms in "Alarms", got 101'],
    [
      "metrics",
      Array.from({ length: 5 }, () => graph("G", 500)),
      [graph("G", 1)],
      "2500 metrics in all its widgets, got 2501",
    ],
  ])("refuses more %s than CloudWatch takes", (_, most, more, message) => {
    expect(() => body(most)).not.toThrow();
    expect(() => body([...most, ...more])).toThrow(`the dashboard piste-prod must have at most ${message}${FEWER}`);
  });

  it("knows AWS's limits", () => {
    expect(LIMITS).toEqual({
      widgets: 500,
      metricsOfWidget: 500,
      metrics: 2500,
      alarmsOfWidget: 100,
      logGroupsOfQuery: 50,
    });
  });

  it("takes parts that are as large as a limit", () => {
    expect(chunks([1, 2, 3], 2)).toEqual([[1, 2], [3]]);
    expect(chunks([], 2)).toEqual([]);
  });
});
