/** The alarm drill on the alarms as they are synthesized, with what is met most; every fault is in drill.long.test.ts. */
import { expect, it } from "@jest/globals";
import { drill } from "../../simulation/drill";
import { problemsOf } from "../../simulation/drill-row";
import { expectLapsedLast, expectRight, isCalled, PROD } from "./deployed-alarms";

it("nobody is woken by a deployment or by a short outage", async () => {
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
])("%s: %s rings first, then a token lapses; without that alarm it is noticed", async (fault, alarm) => {
  const rows = await drill("prod", PROD, [fault]);
  expect(rows.map(({ expected }) => expected)).toEqual([alarm]);
  expectRight(rows);
  expectLapsedLast(rows);

  const without = PROD.filter((each) => !isCalled(alarm, each));
  expect((await drill("prod", without, [fault])).flatMap(problemsOf)).not.toEqual([]);
});
