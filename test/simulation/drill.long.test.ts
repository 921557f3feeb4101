/** The alarm drill on the synthesized alarms, and on changed ones that it must detect. */
import { beforeAll, describe, expect, it } from "@jest/globals";
import { DEFAULT_REFRESH_SETTINGS } from "../../lambda/token-refresh/contract";
import { playWithAlarms, type DeployedAlarm } from "../../simulation/alarmed-history";
import type { AlarmDefinition } from "../../simulation/alarms";
import { historyAt } from "../../simulation/campaign";
import { drill } from "../../simulation/drill";
import { problemsOf, type Drilled } from "../../simulation/drill-row";
import { judge } from "../../simulation/judged-alarms";
import { expectLapsedLast, expectRight, isCalled, PROD, QUALIF } from "./deployed-alarms";
import { aHistory } from "./fixture";

/** Days of random histories; test/campaign/ plays whole weeks. */
const DAYS = 3;
const SEED = 2;

/** The alarms of prod, one of them changed. */
function changed(name: string, change: (definition: AlarmDefinition) => Partial<AlarmDefinition>): DeployedAlarm[] {
  expect(PROD.filter((alarm) => isCalled(name, alarm))).toHaveLength(1);
  return PROD.map((alarm) =>
    isCalled(name, alarm) ? { ...alarm, definition: { ...alarm.definition, ...change(alarm.definition) } } : alarm,
  );
}

describe("in prod", () => {
  let rows: readonly Drilled[];
  beforeAll(async () => {
    rows = await drill("prod", PROD);
  }, 60_000);

  it("each fault raises its own alarm first and in time, no alarm twice, and no false page", () => {
    expect(rows.length).toBeGreaterThan(30);
    expectRight(rows);
  });

  it("each paging alarm is raised by a fault, within a known time", () => {
    const expected = new Set(rows.flatMap((row) => row.expected ?? []));
    expect([...expected].sort()).toEqual([
      "credentials-rejected",
      "passwords-unchecked",
      "piste-degraded",
      "refresher-failing",
      "refresher-silent",
    ]);
    for (const { expected: due, minutesToFirstAlarm } of rows) {
      if (due !== null) expect(minutesToFirstAlarm).toEqual(expect.any(Number));
    }
  });

  it("a token lapses only after a page", () => {
    const lasting = rows.filter(({ alarms }) => alarms.includes("token-lapsing"));
    expect(lasting.length).toBeGreaterThan(20);
    expectLapsedLast(lasting);
  });

  it.each([...Array(12).keys()])("random history %d has no missing and no false page", async (index) => {
    const history = await historyAt({ days: DAYS, seed: SEED }, String(index));
    if (history === undefined) throw new Error("there is no such history");
    const judged = judge(await playWithAlarms(history, "prod", PROD), DEFAULT_REFRESH_SETTINGS);
    expect(judged).toMatchObject({ missingPages: [], falsePages: [] });
  });
});

describe("in qualif", () => {
  it("alarms ring as in prod without paging", async () => {
    const faults = ["PISTE out for 5 h: http-503", "client secret reset, new one not stored", "the schedule is off"];
    const rows = await drill("qualif", QUALIF, faults);
    expect(rows.flatMap(problemsOf)).toEqual([]);
    expect(new Set(rows.flatMap(({ alarms }) => alarms))).toEqual(
      new Set(["piste-degraded", "token-lapsing", "credentials-rejected", "refresher-silent"]),
    );
    const history = aHistory([{ kind: "missed-ticks", from: 60, minutes: 300 }], { days: 0.1 });
    const { events } = await playWithAlarms(history, "qualif", QUALIF);
    expect(events.filter(({ state }) => state === "ALARM")).toHaveLength(1);
    expect(events.filter(({ pages }) => pages)).toEqual([]);
  });
});

describe("the drill detects", () => {
  const problems = async (alarms: readonly DeployedAlarm[], ...faults: readonly string[]): Promise<string[]> => {
    const rows = await drill("prod", alarms, faults);
    expect(rows).toHaveLength(faults.length);
    return rows.flatMap(problemsOf);
  };

  it.each([
    ["piste-degraded", "PISTE out for 5 h: dns"],
    ["credentials-rejected", "PISTE refuses the client: invalid_client"],
    ["refresher-silent", "the schedule is off"],
    ["refresher-failing", "the function is killed before each write"],
  ])("%s removed", async (name, fault) => {
    const rest = PROD.filter((alarm) => !isCalled(name, alarm));
    expect(await problems(rest, fault)).toEqual(
      ["", "with late reports ", "with reports of any delay "].flatMap((when) => [
        `${when}first alarm token-lapsing, expected ${name}`,
        `${when}too late`,
      ]),
    );
  });

  it.each([
    ["token-lapsing removed", () => PROD.filter((alarm) => !isCalled("token-lapsing", alarm))],
    ["token-lapsing at 300 s", () => changed("token-lapsing", () => ({ threshold: 300 }))],
  ])("%s: a page is missing", async (_, worse) => {
    const missing = async (alarms: readonly DeployedAlarm[]): Promise<number> => {
      const outage = { kind: "outage", how: "http-503", from: 60, minutes: 100, whenDue: true } as const;
      let count = 0;
      // Ticks come at any time within their minute.
      for (const seed of [1, 2, 3, 4]) {
        const history = aHistory([outage], { days: 0.12, lateness: "any", seed });
        count += judge(await playWithAlarms(history, "prod", alarms, "late"), DEFAULT_REFRESH_SETTINGS).missingPages
          .length;
      }
      return count;
    };
    expect(await missing(PROD)).toBe(0);
    expect(await missing(worse())).toBeGreaterThan(0);
  });

  it("a false alarm in the first hours, or within tolerance", async () => {
    const always = changed("token-lapsing", () => ({ threshold: 3_600 }));
    expect((await problems(always, "none: the first hours of a deployment")).slice(0, 2)).toEqual([
      "first alarm token-lapsing, expected none",
      expect.stringMatching(/^\d+ false pages$/),
    ]);
    const early = changed("token-lapsing", () => ({ threshold: 1_200 }));
    expect((await problems(early, "PISTE out for the whole tolerance"))[0]).toMatch(/^\d+ false pages$/);
  });

  it("a rejection counted before the third ambiguous 401", async () => {
    expect(await problems(PROD, "ambiguous 401s for a minute")).toEqual([]);
    const hasty = changed("credentials-rejected", () => ({ threshold: 2 }));
    expect((await problems(hasty, "ambiguous 401s for a minute"))[0]).toBe(
      "first alarm credentials-rejected, expected none",
    );
  });

  it.each([
    ["refresher-failing", "writes refused for a minute"],
    ["refresher-failing", "crashes for a minute"],
    ["piste-degraded", "PISTE out for 5 minutes"],
  ])("%s at the first failure: %s", async (name, fault) => {
    const hasty = changed(name, () => ({ threshold: 1, evaluation_periods: 1, datapoints_to_alarm: 1 }));
    expect((await problems(hasty, fault))[0]).toBe(`first alarm ${name}, expected none`);
  });

  const silence = (expression: string): DeployedAlarm[] =>
    changed("refresher-silent", ({ metric_query = [] }) => ({
      metric_query: metric_query.map((query) => ({ ...query, ...(query.return_data && { expression }) })),
    }));

  it("silence computed as a product, which reads missing data before the first run as zero", async () => {
    const product = silence("FILL(invocations, 0) * FILL(ticks, REPEAT)");
    expect((await problems(product, "none: the first hours of a deployment"))[0]).toBe(
      "first alarm refresher-silent, expected none",
    );
  });

  it("silence that a run of another operation ends", async () => {
    const anyRun = silence("IF(FILL(invocations, REPEAT), FILL(invocations, 0))");
    const fault = "the schedule is off from each minute of an hour, and a person refreshes the token";
    const rows = await drill("prod", anyRun, [fault]);
    expect(rows[0]?.alarms.filter((alarm) => alarm === "refresher-silent").length).toBeGreaterThan(1);
  });

  it.each([
    ["token-lapsing", { evaluation_periods: 1 }],
    ["refresher-silent", { evaluation_periods: 5, datapoints_to_alarm: 2 }],
  ])("%s that depends on late reports", async (name, change) => {
    const worse = changed(name, () => change);
    const outage = { kind: "outage", how: "http-503", from: 60, minutes: 100, whenDue: true } as const;
    const played = await playWithAlarms(aHistory([outage], { days: 0.12, lateness: "any" }), "prod", worse, "late");
    const { missingPages, falsePages } = judge(played, DEFAULT_REFRESH_SETTINGS);
    expect([...missingPages, ...falsePages]).not.toEqual([]);
  });

  it("sums with gaps: an alarm rings again for an old failure once ticks are missing", async () => {
    const gaps = changed("refresher-failing", ({ metric_query = [] }) => ({
      metric_query: metric_query.map((query) => ({
        ...query,
        ...(query.return_data && { expression: "MAX([errors, dropped])" }),
      })),
    }));
    const history = aHistory(
      [
        { kind: "aws-refuses", call: "read", error: "DecryptionFailure", from: 0, minutes: 5 },
        { kind: "missed-ticks", from: 11, minutes: 33 },
      ],
      { days: 0.1, credentialsAfterInMinutes: 120 },
    );
    const over = async (alarms: readonly DeployedAlarm[]): Promise<number> => {
      const { events } = await playWithAlarms(history, "prod", alarms);
      return events.findLast(({ alarm }) => alarm === "refresher-failing")?.minute ?? NaN;
    };
    expect(await over(PROD)).toBeLessThan(5 + 26);
    expect(await over(gaps)).toBeGreaterThan(5 + 26);
  });
});
