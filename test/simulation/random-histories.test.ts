import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import {
  AWS_REFUSALS,
  BRIEF_FAILURES,
  LATENESSES,
  MINUTES_PER_DAY,
  OUTAGES,
  REJECTIONS,
  CORRUPTED_TOKENS,
  type Disturbance,
} from "../../simulation/history";
import { DISTRIBUTION, randomHistory } from "../../simulation/random-histories";

const DAYS = 30;
const sample = (seed: number, runs: number, days = DAYS) => fc.sample(randomHistory(days), { seed, numRuns: runs });
const HISTORIES = sample(1, 300);
const DISTURBANCES = HISTORIES.flatMap(({ disturbances }) => disturbances);

const ofKind = <Kind extends Disturbance["kind"]>(kind: Kind) =>
  DISTURBANCES.filter((it): it is Extract<Disturbance, { readonly kind: Kind }> => it.kind === kind);

/** The beginning of each line of the distribution, its kind and its minutes. */
const LINES: readonly (readonly [
  words: RegExp,
  kind: Disturbance["kind"],
  least: number,
  most: number,
  whenDue?: true,
])[] = [
  [/^PISTE out for 1 to 10 minutes/, "outage", 1, 10],
  [/^PISTE out for exactly the tolerance/, "outage", 30, 30, true],
  [/^PISTE out for 25 to 35 minutes/, "outage", 25, 35],
  [/^PISTE out for 31 to 72 minutes/, "outage", 31, 72, true],
  [/^PISTE out for 1 to 8 hours/, "outage", 60, 480],
  [/^429 for 1 to 40 minutes/, "throttling", 1, 40],
  [/^the client or its scope refused .* for 1 minute to 5 hours/, "rejection", 1, 300],
  [/^the client secret reset on the portal, the new one stored 1 minute to 4 hours later/, "secret-reset", 1, 240],
  [/^error bursts of 1 minute to 5 hours/, "error-burst", 1, 300],
  [/^crowds of 30 minutes to 5 hours/, "crowd", 30, 300],
  [/^slow answers, of 1 to 25 s, for 1 minute to 2 hours/, "slow-answers", 1, 120],
  [/^tokens of 1 minute to 24 hours, .* for 10 minutes to 10 hours/, "other-lifetime", 10, 600],
  [/^PISTE returns the same token while it is valid, for 10 minutes to 3 hours/, "same-token", 10, 180],
  [/^ticks missed for 1 to 40 minutes/, "missed-ticks", 1, 40],
  [/^ticks delivered twice, within 3 s, for 1 minute to 2 hours/, "duplicate-ticks", 1, 120],
  [/^AWS refuses reads or writes .* for 1 to 40 minutes/, "aws-refuses", 1, 40],
  [/^AWS stores the token but its answer is lost, for 1 to 10 minutes/, "answer-lost", 1, 10],
  [/^AWS takes 0.1 to 2.9 s for each call, for 1 minute to 2 hours/, "slow-aws", 1, 120],
  [/^the function killed .* for 1 to 40 minutes/, "crashes", 1, 40],
  [/^the function's clock 61 s to 3 hours ahead or behind, for 1 to 40 minutes/, "clock-error", 1, 40],
  [/^the token secret overwritten by a person, in one of five ways/, "corrupted-token", 1, 1],
  [/^client credentials that are not JSON, corrected 1 minute to 3 hours later/, "corrupted-client-secret", 1, 180],
];

/** The distribution's lines: share of 100 and words. */
const SHARES = DISTRIBUTION.flatMap((line) => {
  const [, share, words] = /^(\d+\.\d): (.*)$/.exec(line) ?? [];
  return share === undefined || words === undefined ? [] : [{ share: Number(share), words }];
});

/** Compares a share of 100 with the draws, within five standard deviations and rounding. */
function expectShare(drawn: number, of: number, share: number): void {
  const p = share / 100;
  const deviation = 5 * Math.sqrt(p * (1 - p) * of) + 0.0005 * of;
  expect(drawn).toBeGreaterThan(of * p - deviation);
  expect(drawn).toBeLessThan(of * p + deviation);
}

describe("the distribution", () => {
  it("has shares that add up to 100", () => {
    const sum = SHARES.reduce((total, { share }) => total + share, 0);
    expect(Math.abs(sum - 100)).toBeLessThanOrEqual(0.05 * SHARES.length);
  });

  it("has a line for each kind, in order", () => {
    expect(SHARES).toHaveLength(LINES.length);
    for (const [index, [words]] of LINES.entries()) expect(SHARES[index]?.words).toMatch(words);
  });

  it("describes ticks, credentials and the number of disturbances", () => {
    expect(DISTRIBUTION.at(0)).toMatch(/^0 to 8 disturbances a day/);
    expect(DISTRIBUTION.at(-2)).toMatch(/^ticks come within 2 s, anywhere within their minute, or in its first second/);
    expect(DISTRIBUTION.at(-1)).toMatch(/stored 0 minutes to 3 hours after the deployment$/);
  });
});

describe("a drawn disturbance", () => {
  it("has a kind of the distribution, and every kind occurs", () => {
    expect(new Set(DISTURBANCES.map(({ kind }) => kind))).toEqual(new Set(LINES.map(([, kind]) => kind)));
  });

  it.each([...new Set(LINES.map(([, kind]) => kind))])("has the share of the distribution: %s", (kind) => {
    const share = LINES.reduce((sum, line, index) => sum + (line[1] === kind ? (SHARES[index]?.share ?? NaN) : 0), 0);
    expectShare(ofKind(kind).length, DISTURBANCES.length, share);
  });

  it("has a duration of the distribution, from minimum to maximum", () => {
    for (const [words, kind, least, most] of LINES.filter((line) => line[1] !== "outage")) {
      const lengths = ofKind(kind).map(({ minutes }) => minutes);
      expect([words, Math.min(...lengths), Math.max(...lengths)]).toEqual([words, least, most]);
      expect(lengths.every(Number.isInteger)).toBe(true);
    }
  });

  it("may be an outage of each length, at any moment or the worst one", () => {
    const outages = ofKind("outage");
    const share = (least: number, most: number, whenDue?: true): number =>
      outages.filter((it) => it.minutes >= least && it.minutes <= most && it.whenDue === whenDue).length;
    const weights = [SHARES[0], SHARES[1], SHARES[2], SHARES[3], SHARES[4]].map((it) => it?.share ?? NaN);
    const all = DISTURBANCES.length;
    expectShare(share(1, 10), all, weights[0] ?? NaN);
    expectShare(share(30, 30, true), all, weights[1] ?? NaN);
    expectShare(share(25, 35), all, weights[2] ?? NaN);
    expectShare(share(31, 72, true), all, weights[3] ?? NaN);
    expectShare(share(60, 480), all, weights[4] ?? NaN);
    expect(share(1, 10) + share(25, 35) + share(60, 480) + share(30, 72, true)).toBe(outages.length);
    const lengths = outages.map(({ minutes }) => minutes);
    expect(lengths).toEqual(expect.arrayContaining([1, 10, 25, 35, 31, 72, 60, 480]));
  });

  it("may begin in any minute", () => {
    const days = sample(2, 200, 1).flatMap(({ disturbances }) => disturbances.map(({ from }) => from));
    expect(Math.min(...days)).toBe(0);
    expect(Math.max(...days)).toBe(MINUTES_PER_DAY - 1);
    expect(days.every(Number.isInteger)).toBe(true);
    for (let day = 0; day < DAYS; day++) {
      const [from, to] = [day * MINUTES_PER_DAY, (day + 1) * MINUTES_PER_DAY];
      expect(DISTURBANCES.some((it) => it.from >= from && it.from < to)).toBe(true);
    }
    expect(DISTURBANCES.every(({ from }) => from >= 0 && from < DAYS * MINUTES_PER_DAY)).toBe(true);
  });

  it("takes every variant", () => {
    const ways = (values: readonly unknown[]): Set<unknown> => new Set(values);
    expect(ways(ofKind("outage").map(({ how }) => how))).toEqual(new Set(OUTAGES));
    expect(ways(ofKind("rejection").map(({ how }) => how))).toEqual(new Set(REJECTIONS));
    expect(ways(ofKind("error-burst").map(({ how }) => how))).toEqual(new Set(BRIEF_FAILURES));
    expect(ways(ofKind("corrupted-token").map(({ how }) => how))).toEqual(new Set(CORRUPTED_TOKENS));
    expect(ways(ofKind("aws-refuses").map(({ call, error }) => `${call} ${error}`))).toEqual(
      new Set(["read", "write"].flatMap((call) => AWS_REFUSALS.map((error) => `${call} ${error}`))),
    );
    expect(ways(ofKind("other-lifetime").map(({ asString }) => asString))).toEqual(new Set([true, false]));
  });

  it("has numbers in the ranges of the distribution", () => {
    const range = (values: readonly (number | undefined)[]): unknown[] => {
      const numbers = values.filter((value) => value !== undefined);
      return [values.includes(undefined), Math.min(...numbers), Math.max(...numbers)];
    };
    expect(range(ofKind("throttling").map((it) => it.retryAfterInSeconds))).toEqual([true, 1, 600]);
    expect(range(ofKind("slow-answers").map(({ seconds }) => seconds))).toEqual([false, 1, 25]);
    expect(range(ofKind("slow-aws").map(({ milliseconds }) => milliseconds))).toEqual([false, 100, 2_900]);
    expect(range(ofKind("other-lifetime").map((it) => it.lifetimeInMinutes))).toEqual([false, 1, MINUTES_PER_DAY]);
    const clock = ofKind("clock-error").map(({ aheadInSeconds }) => aheadInSeconds);
    expect(range(clock.map(Math.abs))).toEqual([false, 61, 3 * 3_600]);
    expect(new Set(clock.map(Math.sign))).toEqual(new Set([1, -1]));
  });
});

describe("a history", () => {
  it("has zero to eight disturbances a day", () => {
    const counts = HISTORIES.map(({ disturbances }) => disturbances.length);
    expect(Math.max(...counts)).toBeLessThanOrEqual(8 * DAYS);
    expect(Math.max(...counts)).toBeGreaterThan(0.95 * 8 * DAYS);
    expect(Math.min(...counts)).toBeLessThan(0.05 * 8 * DAYS);
    const ofADay = sample(1, 200, 1).map(({ disturbances }) => disturbances.length);
    expect([Math.min(...ofADay), Math.max(...ofADay)]).toEqual([0, 8]);
  });

  it("has each lateness of ticks in a third of the cases", () => {
    const many = sample(3, 900, 1);
    for (const lateness of LATENESSES) {
      expectShare(many.filter((it) => it.lateness === lateness).length, many.length, 100 / 3);
    }
  });

  it("has its days, and credentials within three hours", () => {
    expect(HISTORIES.every(({ days }) => days === DAYS)).toBe(true);
    const after = HISTORIES.map(({ credentialsAfterInMinutes }) => credentialsAfterInMinutes);
    expect([Math.min(...after), Math.max(...after)]).toEqual([0, 180]);
  });

  it("nearly always has its own seed", () => {
    expect(new Set(HISTORIES.map(({ seed }) => seed)).size).toBeGreaterThan(0.9 * HISTORIES.length);
  });
});
