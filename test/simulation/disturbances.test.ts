import { describe, expect, it } from "@jest/globals";
import type { Disturbance, Happening } from "../../simulation/history";
import { tickCondition, ActiveDisturbances, type TimedDisturbance } from "../../simulation/disturbances";
import { BEGINNING, MINUTE, SECOND } from "./fixture";

const at = (minutes: number, milliseconds = 0): number => BEGINNING + minutes * MINUTE + milliseconds;

const outage = (from: number, minutes: number, more: Partial<Disturbance> = {}): Disturbance =>
  ({ kind: "outage", how: "dns", from, minutes, ...more }) as Disturbance;
const missed = (from: number, minutes: number): Disturbance => ({ kind: "missed-ticks", from, minutes });

const kinds = (active: readonly TimedDisturbance[]): string[] => active.map(({ disturbance }) => disturbance.kind);

describe("a timed disturbance", () => {
  it("is active from the first millisecond of its first minute to the last of its last", () => {
    const ongoing = new ActiveDisturbances([outage(10, 5)], BEGINNING);
    expect(ongoing.at(at(10, -1))).toEqual([]);
    expect(ongoing.at(at(10))).toEqual([{ disturbance: outage(10, 5), start: at(10), end: at(15) }]);
    expect(ongoing.at(at(15, -1))).toHaveLength(1);
    expect(ongoing.at(at(15))).toEqual([]);
  });

  it("is dropped if it ended before the first query", () => {
    const ongoing = new ActiveDisturbances([outage(10, 5), missed(12, 10)], BEGINNING);
    expect(kinds(ongoing.at(at(15)))).toEqual(["missed-ticks"]);
  });

  it("overlaps others, whatever their order", () => {
    const ongoing = new ActiveDisturbances([missed(12, 10), outage(10, 5)], BEGINNING);
    expect(kinds(ongoing.at(at(11)))).toEqual(["outage"]);
    expect(kinds(ongoing.at(at(13))).sort()).toEqual(["missed-ticks", "outage"]);
    expect(kinds(ongoing.at(at(16)))).toEqual(["missed-ticks"]);
  });

  it("is found by its kind while active", () => {
    const ongoing = new ActiveDisturbances([outage(10, 5), missed(12, 10)], BEGINNING);
    expect(ongoing.find("missed-ticks", at(11))).toBeUndefined();
    expect(ongoing.find("missed-ticks", at(12))?.end).toBe(at(22));
    expect(ongoing.find("outage", at(12))?.disturbance.how).toBe("dns");
    expect(ongoing.find("crashes", at(12))).toBeUndefined();
    expect(ongoing.find("outage", at(15))).toBeUndefined();
  });
});

describe("looking ahead", () => {
  const AHEAD = 30 * SECOND;

  it("includes what begins up to that moment and nothing later", () => {
    const ongoing = new ActiveDisturbances([outage(10, 5)], BEGINNING);
    expect(ongoing.at(at(10, -AHEAD - 1), AHEAD)).toEqual([]);
    expect(kinds(ongoing.at(at(10, -AHEAD), AHEAD))).toEqual(["outage"]);
  });

  it("starts nothing early", () => {
    const ongoing = new ActiveDisturbances([missed(0, 60), outage(10, 5)], BEGINNING);
    expect(kinds(ongoing.at(at(10, -1), AHEAD))).toEqual(["missed-ticks", "outage"]);
    expect(kinds(ongoing.at(at(10, -1)))).toEqual(["missed-ticks"]);
    expect(ongoing.find("outage", at(10, -1))).toBeUndefined();
    expect(ongoing.find("outage", at(10))?.start).toBe(at(10));
  });

  it("a shorter way includes less", () => {
    const ongoing = new ActiveDisturbances([outage(10, 5), missed(11, 5)], BEGINNING);
    expect(ongoing.at(at(10, -AHEAD), 2 * MINUTE)).toHaveLength(2);
    expect(kinds(ongoing.at(at(10, -AHEAD), AHEAD))).toEqual(["outage"]);
    expect(ongoing.at(at(10, -AHEAD), AHEAD - 1)).toEqual([]);
  });

  it("excludes what has ended", () => {
    const ongoing = new ActiveDisturbances([outage(10, 5)], BEGINNING);
    expect(kinds(ongoing.at(at(15, -1), AHEAD))).toEqual(["outage"]);
    expect(ongoing.at(at(15), AHEAD)).toEqual([]);
  });
});

describe("a disturbance that waits for the token to be due", () => {
  const whenDue = { whenDue: true };

  it("begins with the tick that finds the token due, for its whole length", () => {
    const ongoing = new ActiveDisturbances([outage(10, 5, whenDue)], BEGINNING);
    expect(ongoing.at(at(12))).toEqual([]);
    const timed = { disturbance: outage(10, 5, whenDue), start: at(21, 700), end: at(26, 700) };
    expect(ongoing.tokenIsDue(at(21, 700))).toEqual([timed]);
    expect(ongoing.at(at(21, 700))).toEqual([timed]);
    expect(ongoing.at(at(26, 699))).toEqual([timed]);
    expect(ongoing.at(at(26, 700))).toEqual([]);
  });

  it("does not begin before its own minute", () => {
    const ongoing = new ActiveDisturbances([outage(10, 5, whenDue)], BEGINNING);
    expect(ongoing.tokenIsDue(at(10, -1))).toEqual([]);
    expect(ongoing.at(at(10, -1))).toEqual([]);
    expect(ongoing.tokenIsDue(at(10))).toHaveLength(1);
    expect(ongoing.tokenIsDue(at(10))).toEqual([]);
  });

  it("begins once, and leaves those that come later waiting", () => {
    const ongoing = new ActiveDisturbances([outage(10, 5, whenDue), outage(30, 2, whenDue)], BEGINNING);
    expect(ongoing.tokenIsDue(at(21))).toHaveLength(1);
    expect(ongoing.tokenIsDue(at(22))).toEqual([]);
    expect(ongoing.at(at(22))).toHaveLength(1);
    expect(ongoing.tokenIsDue(at(42))).toEqual([{ disturbance: outage(30, 2, whenDue), start: at(42), end: at(44) }]);
  });

  it("overlaps active disturbances", () => {
    const ongoing = new ActiveDisturbances([missed(20, 10), outage(10, 5, whenDue)], BEGINNING);
    expect(kinds(ongoing.at(at(21)))).toEqual(["missed-ticks"]);
    ongoing.tokenIsDue(at(21));
    expect(kinds(ongoing.at(at(21))).sort()).toEqual(["missed-ticks", "outage"]);
  });
});

describe("a tick's condition", () => {
  const STOPS: Happening = { kind: "outage", how: "dns" };
  const HINDERS: Happening = { kind: "crowd" };
  const HINDERS_TOO: Happening = { kind: "slow-aws", milliseconds: 500 };
  const NEITHER: Happening = { kind: "duplicate-ticks" };

  it.each<[string, string, readonly Happening[]]>([
    ["clear", "without anything", []],
    ["clear", "with disturbances that neither stop nor hinder", [NEITHER, { kind: "same-token" }]],
    ["hindered", "with one hindrance", [HINDERS]],
    ["hindered", "with one hindrance and a harmless disturbance", [NEITHER, HINDERS]],
    ["stopped", "with two hindrances together", [HINDERS, HINDERS_TOO]],
    ["stopped", "with two of the same hindrance", [HINDERS, HINDERS]],
    ["stopped", "with one that stops it", [STOPS]],
    ["stopped", "with one that stops it, among others", [NEITHER, STOPS, HINDERS]],
  ])("is %s %s", (expected, _, happenings) => {
    const active = happenings.map((happening) => ({
      disturbance: { ...happening, from: 0, minutes: 1 },
      start: at(0),
      end: at(1),
    }));
    expect(tickCondition(active)).toBe(expected);
  });
});
