/** The alarm drill on the synthesized alarms with the most frequent faults; drill.long.test.ts has all. */
import { describe, expect, it } from "@jest/globals";
import { drillAccounts } from "../../simulation/account-drills";
import { drill } from "../../simulation/drill";
import { problemsOf, type Drilled } from "../../simulation/drill-row";
import { expectLapsedLast, expectRight, isCalled, PROD, QUALIF } from "./deployed-alarms";

it("a deployment or a short outage does not page", async () => {
  const rows = await drill("prod", PROD, ["none: the first hours of a deployment", "PISTE out for 5 minutes"]);
  expect(rows.map(({ expected, alarms }) => [expected, alarms])).toEqual([
    [null, []],
    [null, []],
  ]);
  expectRight(rows);
});

it.each([
  ["the schedule is off", "refresher-silent"],
  ["PISTE refuses the client: invalid_client", "credentials-rejected"],
  ["AWS refuses each read: AccessDeniedException", "refresher-failing"],
  ["PISTE out for 5 h: http-503", "piste-degraded"],
])("%s: %s rings first, then a token lapses", async (fault, alarm) => {
  const rows = await drill("prod", PROD, [fault]);
  expect(rows.map(({ expected }) => expected)).toEqual([alarm]);
  expectRight(rows);
  expectLapsedLast(rows);
});

const byFault = (rows: readonly Drilled[]): Record<string, unknown> =>
  Object.fromEntries(rows.map(({ fault, firstAlarm, alarms }) => [fault, [firstAlarm, [...alarms].sort()]]));

describe("the drill of passwords and of the connection", () => {
  it("raises each alarm at the run that meets the fault, without false pages", async () => {
    const rows = await drillAccounts("prod", PROD);
    expect(rows.flatMap((row) => problemsOf(row).map((problem) => `${row.fault}: ${problem}`))).toEqual([]);
    for (const { minutesToFirstAlarm } of rows) expect(minutesToFirstAlarm ?? 0).toBeLessThanOrEqual(1);
    expect(byFault(rows)).toEqual({
      "a password with 31 days left": [null, []],
      "a password with 29 days left": ["password-expiring", ["password-expiring"]],
      "a password with 6 days left": [
        "password-expiring",
        ["password-expiring", "password-expiring-15", "password-expiring-7"],
      ],
      "a working connection": [null, []],
      "an API no longer selected, or its CGU not accepted": ["connection-refused", ["connection-refused"]],
      "raccordement or habilitation lost": ["connection-refused", ["connection-refused"]],
      "a technical account's password refused": ["connection-refused", ["connection-refused"]],
      "the APIs out": [null, []],
      "a token that the gateway no longer knows": [null, []],
      "a token that the gateway no longer knows, while PISTE issues none": [
        "connection-refused",
        ["connection-refused"],
      ],
    });
  });

  it("pages in prod for a refusal but not for a password, and never in qualif", () => {
    const paging = (environment: "qualif" | "prod"): string[] =>
      (environment === "prod" ? PROD : QUALIF)
        .filter(({ pages }) => pages)
        .map(({ definition }) => definition.alarm_name.replace(`piste-${environment}-chorus-pro-`, ""));
    expect(paging("prod")).toEqual([
      "connection-refused",
      "credentials-rejected",
      "refresher-failing",
      "refresher-silent",
      "token-lapsing",
    ]);
    expect(paging("qualif")).toEqual([]);
  });

  it("detects a missing alarm", async () => {
    const without = PROD.filter((each) => !isCalled("refused", each));
    const rows = await drillAccounts("prod", without);
    expect(rows.filter((row) => problemsOf(row).length > 0).map(({ fault }) => fault)).toEqual([
      "an API no longer selected, or its CGU not accepted",
      "raccordement or habilitation lost",
      "a technical account's password refused",
      "a token that the gateway no longer knows, while PISTE issues none",
    ]);
  });
});
