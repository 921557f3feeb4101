import { describe, expect, it } from "@jest/globals";
import { EXAMPLE } from "../../simulation/example";
import { MINUTES_PER_DAY } from "../../simulation/history";
import { simulate } from "../../simulation/world";

describe("the bad day of the documentation", () => {
  it("breaks no promise, though PISTE is out for longer than is promised", async () => {
    const measured = await simulate(EXAMPLE);
    expect(measured).toMatchObject({
      minutes: MINUTES_PER_DAY,
      wholeToleranceOutages: 1,
      wholeToleranceOutagesSurvived: 1,
      longestOutageSurvivedInMinutes: 30,
      unhandledErrors: 0,
      broken: [],
    });
    expect(measured.minutesWithoutTokenBeyondTolerance).toBeGreaterThan(0);
  });

  it("shows one disturbance after the other, within its day", () => {
    let over = 0;
    for (const { from, minutes } of EXAMPLE.disturbances) {
      expect(from).toBeGreaterThan(over);
      over = from + minutes;
    }
    expect(over).toBeLessThan(MINUTES_PER_DAY);
    const kinds = EXAMPLE.disturbances.map(({ kind }) => kind);
    expect(new Set(kinds).size).toBe(kinds.length - 1);
  });
});
