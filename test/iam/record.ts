/** Runs functions in all scenarios, requires every call to be allowed, and records the calls. */
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import type { Scenario } from "./scenarios";
import { Bench, type Application } from "./functions";
import type { GuardedAws } from "./guarded-aws";
import { textOf, type Request, type World } from "./simulator";

/** Calls of the functions, and of programs with grants. */
export const recorded = new Map<string, Request>();

export function keep({ asked }: GuardedAws): void {
  for (const { principal, call } of asked) recorded.set(textOf({ principal, call }), { principal, call });
}

export function testScenarios(world: World, application: Application, scenarios: readonly Scenario[]): void {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.open(world, application);
  });
  afterAll(async () => {
    keep(bench.aws);
    await bench.close();
  });

  it.each(scenarios)("$name", async ({ operation, prepare, ends, asks = [] }) => {
    bench.reset();
    const before = bench.aws.asked.length;
    prepare(bench);
    const outcome = await bench.run(operation);
    const asked = bench.aws.asked.slice(before);
    expect(bench.aws.problems).toEqual([]);
    expect(asked.filter(({ allowed }) => !allowed).map(textOf)).toEqual([]);
    expect(outcome).toMatchObject(ends);
    // Shows that the scenario took its branch.
    expect(asked.map(({ call }) => call.action)).toEqual(expect.arrayContaining([...asks]));
  });
}
