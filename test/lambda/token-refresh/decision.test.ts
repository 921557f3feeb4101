import { describe, expect, it } from "@jest/globals";
import { decide, type DecisionInput, type TokenState } from "../../../lambda/token-refresh/decision";
import { DEFAULT_REFRESH_SETTINGS, dueWhenSecondsLeft } from "../../../lambda/token-refresh/timing";

/** A whole number of slow paces, so that a tick at this second is one that still tries. */
const NOW = 1_700_000_100;
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DUE = dueWhenSecondsLeft(DEFAULT_REFRESH_SETTINGS);
const WRITE_LIMIT = 865;

/** A token of that age, in seconds. */
const aged = (age: number, lifetime = HOUR): TokenState => ({
  kind: "token",
  issuedAt: NOW - age,
  expiresAt: NOW - age + lifetime,
});

const input = (changes: Partial<DecisionInput> = {}): DecisionInput => ({
  token: aged(0),
  now: NOW,
  settings: DEFAULT_REFRESH_SETTINGS,
  ...changes,
});

const wait = (reason: string): unknown => ({ refresh: false, reason });
const refresh = (reason: string): unknown => ({ refresh: true, reason });

describe("a token", () => {
  it("is waited on while it is fresh", () => {
    expect(decide(input())).toEqual(wait("fresh"));
  });

  it("is due at the exact second, not before", () => {
    expect(decide(input({ token: aged(HOUR - DUE - 1) }))).toEqual(wait("fresh"));
    expect(decide(input({ token: aged(HOUR - DUE) }))).toEqual(refresh("due"));
  });

  it("is due when it has expired", () => {
    expect(decide(input({ token: aged(2 * HOUR) }))).toEqual(refresh("due"));
  });

  it("of a shorter life is not written before the write limit", () => {
    expect(decide(input({ token: aged(WRITE_LIMIT - 1, 30 * MINUTE) }))).toEqual(wait("write-limit"));
    expect(decide(input({ token: aged(WRITE_LIMIT, 30 * MINUTE) }))).toEqual(refresh("due"));
  });

  it("that expired before the write limit waits for it too", () => {
    expect(decide(input({ token: aged(WRITE_LIMIT - 1, MINUTE) }))).toEqual(wait("write-limit"));
  });

  it("counts with its real lifetime, not the usual one", () => {
    expect(decide(input({ token: aged(HOUR, 2 * HOUR) }))).toEqual(wait("fresh"));
    expect(decide(input({ token: aged(20 * MINUTE, 50 * MINUTE) }))).toEqual(refresh("due"));
  });

  it("is due earlier with a higher tolerance", () => {
    const settings = { ...DEFAULT_REFRESH_SETTINGS, outageToleranceInMinutes: 36 };
    expect(decide(input({ token: aged(HOUR - DUE - 1), settings }))).toEqual(refresh("due"));
  });

  it("issued more than a minute in the future is replaced, since its age says nothing", () => {
    expect(decide(input({ token: aged(-60) }))).toEqual(wait("fresh"));
    expect(decide(input({ token: aged(-61) }))).toEqual(refresh("issued-in-the-future"));
  });
});

describe("without a token", () => {
  it("one is fetched", () => {
    expect(decide(input({ token: { kind: "missing" } }))).toEqual(refresh("missing"));
    expect(decide(input({ token: { kind: "unreadable", storedAt: NOW } }))).toEqual(refresh("unreadable"));
  });
});

describe("the slow pace", () => {
  const OLD = NOW - 10 * HOUR;
  /** A minute after one that still tries. */
  const later = (minutes: number, changes: Partial<DecisionInput>): DecisionInput =>
    input({ clientSecretStoredAt: OLD, ...changes, now: NOW + minutes * MINUTE });

  it.each([
    ["a token that expired", { kind: "token", issuedAt: NOW - 2 * HOUR, expiresAt: NOW + MINUTE - HOUR }],
    ["something unreadable, stored", { kind: "unreadable", storedAt: NOW + MINUTE - HOUR }],
  ] as const)("begins an hour after %s", (_, token) => {
    expect(decide(later(1, { token }))).toEqual(wait("slow-pace"));
    const younger: TokenState =
      token.kind === "token"
        ? { ...token, expiresAt: token.expiresAt + 1 }
        : { ...token, storedAt: token.storedAt + 1 };
    expect(decide(later(1, { token: younger }))).toMatchObject({ refresh: true });
  });

  it("begins an hour after the client secret was stored when there never was a token", () => {
    const token = { kind: "missing" } as const;
    const anHourAgo = NOW + MINUTE - HOUR;
    expect(decide(later(1, { token, clientSecretStoredAt: anHourAgo }))).toEqual(wait("slow-pace"));
    expect(decide(later(1, { token, clientSecretStoredAt: anHourAgo + 1 }))).toEqual(refresh("missing"));
  });

  it("ends when a newer client secret is stored", () => {
    const token = aged(5 * HOUR);
    expect(decide(later(1, { token }))).toEqual(wait("slow-pace"));
    expect(decide(later(1, { token, clientSecretStoredAt: NOW }))).toEqual(refresh("due"));
  });

  it("is not decided before the client secret was read", () => {
    expect(decide(later(1, { token: aged(5 * HOUR), clientSecretStoredAt: undefined }))).toEqual(refresh("due"));
  });

  it("does not concern a token that is still valid", () => {
    expect(decide(later(1, { token: aged(30 * MINUTE) }))).toEqual(refresh("due"));
  });

  it.each([
    [1, 5],
    [2, 6],
    [3, 6],
    [4, 8],
    [5, 5],
    [10, 10],
  ])("with a tick every %d minutes is one try in %d", (tickInMinutes, apart) => {
    const settings = { ...DEFAULT_REFRESH_SETTINGS, tickInMinutes };
    const ticks = Array.from({ length: 60 / tickInMinutes }, (_, tick) => tick * tickInMinutes);
    const tried = ticks.filter((minutes) => decide(later(minutes, { token: aged(5 * HOUR), settings })).refresh);
    const gaps = tried.slice(1).map((minutes, index) => minutes - (tried[index] ?? 0));
    expect(tried.length).toBeGreaterThan(1);
    expect(new Set(gaps)).toEqual(new Set([apart]));
  });
});
