import { describe, expect, it } from "@jest/globals";
import {
  AWS_REFUSALS,
  BRIEF_FAILURES,
  describe as inWords,
  effectOf,
  LONGEST_SLOW_ANSWER_IN_SECONDS,
  OUTAGES,
  REJECTIONS,
  CORRUPTED_TOKENS,
  type Disturbance,
  type Happening,
} from "../../simulation/history";

describe("the effect on a tick", () => {
  it.each<Happening>([
    ...OUTAGES.map((how) => ({ kind: "outage", how }) as const),
    { kind: "throttling" },
    { kind: "throttling", retryAfterInSeconds: 1 },
    ...REJECTIONS.map((how) => ({ kind: "rejection", how }) as const),
    { kind: "secret-reset" },
    { kind: "missed-ticks" },
    ...AWS_REFUSALS.map((error) => ({ kind: "aws-refuses", call: "read", error }) as const),
    { kind: "aws-refuses", call: "write", error: "timeout" },
    { kind: "answer-lost" },
    { kind: "crashes" },
    { kind: "clock-error", aheadInSeconds: 61 },
    { kind: "clock-error", aheadInSeconds: -61 },
    { kind: "corrupted-client-secret" },
  ])("is to stop the refresh: %j", (happening) => {
    expect(effectOf(happening)).toBe("stops");
  });

  it.each<Happening>([
    ...BRIEF_FAILURES.map((how) => ({ kind: "error-burst", how }) as const),
    { kind: "crowd" },
    { kind: "slow-aws", milliseconds: 2_900 },
  ])("is to hinder it: %j", (happening) => {
    expect(effectOf(happening)).toBe("hinders");
  });

  it.each<Happening>([
    { kind: "other-lifetime", lifetimeInMinutes: 1, asString: false },
    { kind: "same-token" },
    { kind: "duplicate-ticks" },
    ...CORRUPTED_TOKENS.map((how) => ({ kind: "corrupted-token", how }) as const),
  ])("is nothing: %j", (happening) => {
    expect(effectOf(happening)).toBe("neither");
  });

  it("depends on the delay: a request waits for eight seconds, of which AWS calls leave seven", () => {
    expect(effectOf({ kind: "slow-answers", seconds: 1 })).toBe("hinders");
    expect(effectOf({ kind: "slow-answers", seconds: LONGEST_SLOW_ANSWER_IN_SECONDS - 1 })).toBe("hinders");
    expect(effectOf({ kind: "slow-answers", seconds: LONGEST_SLOW_ANSWER_IN_SECONDS })).toBe("stops");
    expect(LONGEST_SLOW_ANSWER_IN_SECONDS).toBeLessThan(8);
  });
});

describe("the description of a disturbance", () => {
  it.each<[string, Disturbance]>([
    ["day 1, 00:00, 5 min: crowd", { kind: "crowd", from: 0, minutes: 5 }],
    ["day 1, 23:59, 1 min: outage, how dns", { kind: "outage", how: "dns", from: 24 * 60 - 1, minutes: 1 }],
    [
      "day 3, 07:05, once the token is due, 30 min: outage, how http-503",
      { kind: "outage", how: "http-503", from: 2 * 24 * 60 + 7 * 60 + 5, minutes: 30, whenDue: true },
    ],
    [
      "day 1, 01:00, 2 min: aws-refuses, call write, error timeout",
      { kind: "aws-refuses", call: "write", error: "timeout", from: 60, minutes: 2 },
    ],
    ["day 1, 01:00, 2 min: throttling", { kind: "throttling", retryAfterInSeconds: undefined, from: 60, minutes: 2 }],
    [
      "day 1, 01:00, 2 min: throttling, retryAfterInSeconds 7",
      { kind: "throttling", retryAfterInSeconds: 7, from: 60, minutes: 2, whenDue: false },
    ],
  ])("is: %s", (words, disturbance) => {
    expect(inWords(disturbance)).toBe(words);
  });
});

describe("the variants of a disturbance", () => {
  it.each([
    ["PISTE fails", OUTAGES, 15],
    ["PISTE fails for a moment", BRIEF_FAILURES, 5],
    ["PISTE refuses a client", REJECTIONS, 3],
    ["AWS refuses", AWS_REFUSALS, 5],
    ["a token is corrupted", CORRUPTED_TOKENS, 5],
  ] as const)("are distinct: %s in %j", (_, ways, count) => {
    expect(new Set<string>(ways).size).toBe(count);
    expect(ways).toHaveLength(count);
  });
});
