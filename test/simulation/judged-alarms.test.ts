import { describe, expect, it } from "@jest/globals";
import { DEFAULT_REFRESH_SETTINGS, lapsingWhenSecondsLeft } from "../../lambda/token-refresh/contract";
import type { AlarmedHistory, AlarmEvent } from "../../simulation/alarmed-history";
import type { AlarmState } from "../../simulation/alarms";
import type { Disturbance } from "../../simulation/history";
import { judge, type Judgement } from "../../simulation/judged-alarms";

const HOUR = 60;
const LAPSES = 200;
const LAPSING = lapsingWhenSecondsLeft(DEFAULT_REFRESH_SETTINGS);

/** Validity of a token of an hour that is refreshed every 21 minutes until `last`. */
function left({ last = Infinity, lifetime = 3600, minutes = 400 } = {}): number[] {
  let expires = 0;
  return Array.from({ length: minutes }, (_, index) => {
    const minute = index + 1;
    if ((minute - 1) % 21 === 0 && minute <= last) expires = minute + lifetime / 60;
    return Math.max(0, (expires - minute) * 60);
  });
}

/** The last token is an hour old in the minute LAPSES. */
const lapsing = left({ last: LAPSES - HOUR });
const lapsesAt = lapsing.findIndex((seconds, index) => seconds === 0 && index > 0) + 1;

const event = (alarm: string, minute: number, state: AlarmState = "ALARM", pages = true): AlarmEvent => ({
  alarm,
  minute,
  state,
  pages,
});
const timed = (kind: Disturbance["kind"], from: number, to: number): AlarmedHistory["active"][number] => ({
  kind,
  from,
  to,
});

const judged = (history: Partial<AlarmedHistory>): Judgement =>
  judge(
    {
      events: [],
      active: [],
      secondsLeft: left(),
      firstTroubleAtMinute: undefined,
      surelyLeft: history.secondsLeft ?? left(),
      ...history,
    },
    DEFAULT_REFRESH_SETTINGS,
  );

describe("a quiet week", () => {
  it("has no pages, missing pages or false pages", () => {
    const minutes = 7 * 24 * HOUR;
    expect(judged({ secondsLeft: left({ minutes }) })).toEqual({ pages: 0, missingPages: [], falsePages: [] });
  });

  it("that begins without a token has no lapse", () => {
    expect(judged({ secondsLeft: [0, 0, 0, ...left()] }).missingPages).toEqual([]);
  });
});

describe("a lapse", () => {
  const outage = [timed("outage", 100, 399)];
  const missing = (events: readonly AlarmEvent[], changes: Partial<AlarmedHistory> = {}): readonly string[] =>
    judged({ events, active: outage, secondsLeft: lapsing, ...changes }).missingPages;
  const MISSING = [`the token lapsed in minute ${lapsesAt}`];

  it("without a page counts as a missing page", () => {
    expect(missing([])).toEqual(MISSING);
  });

  it("must page at least a minute before", () => {
    expect(missing([event("token-lapsing", lapsesAt - 1)])).toEqual([]);
    expect(missing([event("token-lapsing", lapsesAt)])).toEqual(MISSING);
  });

  it("may page by any paging alarm, but not by an informing one", () => {
    expect(missing([event("credentials-rejected", lapsesAt - 90)])).toEqual([]);
    expect(missing([event("piste-degraded", lapsesAt - 90, "ALARM", false)])).toEqual(MISSING);
  });

  it("is not paged by an alarm that ended before", () => {
    const over = [event("token-lapsing", lapsesAt - 9), event("token-lapsing", lapsesAt - 5, "OK")];
    expect(missing(over)).toEqual(MISSING);
    expect(missing([...over, event("refresher-silent", lapsesAt - 4)])).toEqual([]);
    expect(missing([event("refresher-silent", lapsesAt - 9), ...over])).toEqual([]);
  });

  it("needs no page within an hour after a person corrupted the token", () => {
    const at = (minute: number): AlarmedHistory["active"] => [...outage, timed("corrupted-token", minute, minute)];
    expect(missing([], { active: at(lapsesAt) })).toEqual([]);
    expect(missing([], { active: at(lapsesAt - HOUR) })).toEqual([]);
    expect(missing([], { active: at(lapsesAt - HOUR - 1) })).toEqual(MISSING);
  });

  it("needs no page if the token was valid for a few minutes only", () => {
    const lived = (seconds: number): readonly string[] => missing([], { secondsLeft: [300, seconds, 0, 0] });
    expect(lived(LAPSING + 6 * 60 - 1)).toEqual([]);
    expect(lived(LAPSING + 6 * 60)).toEqual(["the token lapsed in minute 3"]);
  });

  it("after ticks stopped pages when they count as silence, or resume", () => {
    const stopped = (from: number, to: number, pagedAt: number): readonly string[] =>
      missing([event("refresher-silent", pagedAt)], { active: [timed("missed-ticks", from, to)] });
    const from = lapsesAt - 5;
    expect(stopped(from, from + 30, from + 17)).toEqual([]);
    expect(stopped(from, from + 30, from + 18)).toEqual(MISSING);
    expect(stopped(from, from + 3, from + 9)).toEqual([]);
    expect(stopped(from, from + 3, from + 10)).toEqual(MISSING);
    // Ticks that stop after the report do not delay the page; those that stopped earlier count as silence by then.
    expect(stopped(from + 1, from + 30, lapsesAt)).toEqual(MISSING);
    expect(stopped(from - 17, from + 30, lapsesAt)).toEqual(MISSING);
  });

  it("after ticks stopped needs no page if the token is valid again by then", () => {
    const from = lapsesAt - 5;
    const active = [timed("missed-ticks", from, from + 30)];
    const backAt = (minute: number): number[] =>
      lapsing.map((seconds, index) => (index + 1 >= minute ? 3_600 : seconds));
    expect(missing([], { active, secondsLeft: backAt(from + 17) })).toEqual([]);
    expect(missing([], { active, secondsLeft: backAt(from + 18) })).toEqual(MISSING);
    expect(missing([], { secondsLeft: backAt(from + 17) })).toEqual(MISSING);
  });

  it("counts each time", () => {
    const twice = [...lapsing, ...lapsing];
    expect(missing([], { secondsLeft: twice })).toEqual([
      ...MISSING,
      `the token lapsed in minute ${lapsing.length + lapsesAt}`,
    ]);
  });
});

describe("a page", () => {
  const AT = 300;
  const FALSE = (alarm: string): string[] => [`${alarm} in minute ${AT}`];
  const falsePages = (alarm: string, changes: Partial<AlarmedHistory> = {}): readonly string[] =>
    judged({ events: [event(alarm, AT)], ...changes }).falsePages;

  const CAUSES: readonly (readonly [string, readonly Disturbance["kind"][]])[] = [
    ["credentials-rejected", ["rejection", "secret-reset", "corrupted-client-secret"]],
    ["refresher-failing", ["aws-refuses", "answer-lost", "crashes"]],
    ["refresher-silent", ["missed-ticks"]],
  ];
  /** The alarm's window, plus four minutes for late reports. */
  const LOOKS_BACK: Readonly<Record<string, number>> = {
    "credentials-rejected": 24,
    "refresher-failing": 24,
    "refresher-silent": 26,
  };

  it.each(CAUSES)("%s is false without one of its causes in its window", (alarm, kinds) => {
    const back = LOOKS_BACK[alarm] ?? NaN;
    expect(falsePages(alarm)).toEqual(FALSE(alarm));
    for (const kind of kinds) {
      expect(falsePages(alarm, { active: [timed(kind, AT, AT + 60)] })).toEqual([]);
      expect(falsePages(alarm, { active: [timed(kind, AT - 60, AT - back)] })).toEqual([]);
      expect(falsePages(alarm, { active: [timed(kind, AT - 60, AT - back - 1)] })).toEqual(FALSE(alarm));
      expect(falsePages(alarm, { active: [timed(kind, AT + 1, AT + 60)] })).toEqual(FALSE(alarm));
    }
  });

  it.each(CAUSES)("%s is false for the cause of another alarm, or an outage of PISTE", (alarm) => {
    const others = CAUSES.flatMap(([other, kinds]) => (other === alarm ? [] : kinds));
    const active = [...others, "outage" as const].map((kind) => timed(kind, AT - 10, AT + 10));
    expect(falsePages(alarm, { active })).toEqual(FALSE(alarm));
  });

  it("token-lapsing is false unless the token was about to lapse in the last eight minutes", () => {
    const secondsLeft = (minute: number, seconds: number): number[] =>
      left().map((usual, index) => (index + 1 === minute ? seconds : Math.max(usual, LAPSING + 1)));
    const falsePagesAt = (minute: number, seconds = LAPSING): readonly string[] =>
      falsePages("token-lapsing", { secondsLeft: secondsLeft(minute, seconds) });
    expect(falsePagesAt(AT)).toEqual([]);
    expect(falsePagesAt(AT - 7)).toEqual([]);
    expect(falsePagesAt(AT - 8)).toEqual(FALSE("token-lapsing"));
    expect(falsePagesAt(AT, LAPSING + 1)).toEqual(FALSE("token-lapsing"));
  });

  it("is counted, without informing alarms and returns to OK", () => {
    const events = [
      event("refresher-silent", 1),
      event("refresher-silent", 9, "OK"),
      event("piste-degraded", 10, "ALARM", false),
      event("refresher-silent", 20, "INSUFFICIENT_DATA"),
      event("refresher-silent", 30),
    ];
    expect(judged({ events })).toEqual({
      pages: 2,
      missingPages: [],
      falsePages: ["refresher-silent in minute 1", "refresher-silent in minute 30"],
    });
  });
});
