import { describe, expect, it } from "@jest/globals";
import { believe, decide, type DecisionInput, type TokenState } from "../../../lambda/token-refresh/decision";
import { DEFAULT_REFRESH_SETTINGS, dueWhenSecondsLeft } from "../../../lambda/token-refresh/timing";

/** A whole number of slow paces, so that a tick at this second is one that still tries. */
const NOW = 1_700_000_100;
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DUE = dueWhenSecondsLeft(DEFAULT_REFRESH_SETTINGS);
const WRITE_LIMIT = 865;

interface Times {
  /** Seconds before now. */
  readonly issued: number;
  /** @default - when it was issued */
  readonly stored?: number;
  /** In seconds. @default 3600 */
  readonly lifetime?: number;
}

const token = ({ issued, stored = issued, lifetime = HOUR }: Times): TokenState =>
  believe({ issued_at: NOW - issued, expires_at: NOW - issued + lifetime }, NOW - stored);

/** A token of that age, in seconds. */
const aged = (age: number, lifetime = HOUR): TokenState => token({ issued: age, lifetime });

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

  it("counts with its real lifetime where that is shorter than the usual one", () => {
    expect(decide(input({ token: aged(20 * MINUTE, 50 * MINUTE) }))).toEqual(refresh("due"));
  });

  it("is due earlier with a higher tolerance", () => {
    const settings = { ...DEFAULT_REFRESH_SETTINGS, outageToleranceInMinutes: 36 };
    expect(decide(input({ token: aged(HOUR - DUE - 1), settings }))).toEqual(refresh("due"));
  });
});

describe("a token that was issued after its version was stored", () => {
  const ahead = (seconds: number, age = 0): TokenState => token({ issued: age - seconds, stored: age });

  it("by more than a minute is replaced once the write limit allows it", () => {
    expect(decide(input({ token: ahead(60, WRITE_LIMIT) }))).toEqual(wait("fresh"));
    expect(decide(input({ token: ahead(61, WRITE_LIMIT) }))).toEqual(refresh("issued-in-the-future"));
    expect(decide(input({ token: ahead(2 * HOUR, WRITE_LIMIT - 1) }))).toEqual(wait("write-limit"));
  });

  it("is believed to live from when it was stored", () => {
    expect(ahead(2 * HOUR, 10)).toMatchObject({ expiresAt: NOW - 10 + HOUR });
  });
});

describe("a token with a longer life than PISTE's usually have", () => {
  it("is due when a usual one that was stored then would be, and in doubt from the first second", () => {
    for (const lifetime of [HOUR + 1, 2 * HOUR, 24 * HOUR, 87_600 * HOUR]) {
      expect(decide(input({ token: aged(HOUR - DUE - 1, lifetime) }))).toEqual(wait("fresh"));
      expect(decide(input({ token: aged(HOUR - DUE, lifetime) }))).toEqual(refresh("long-lived"));
      expect(aged(0, lifetime)).toMatchObject({ doubt: "long-lived", surelyUntil: NOW + HOUR });
    }
    expect(aged(0)).not.toHaveProperty("doubt");
  });

  it("is due no later where it claims to be issued later than it was stored", () => {
    const ahead = token({ issued: HOUR - DUE - 60, stored: HOUR - DUE, lifetime: 2 * HOUR });
    expect(decide(input({ token: ahead }))).toEqual(refresh("long-lived"));
  });

  it("is believed for a day at most", () => {
    expect(aged(10, 2 * HOUR)).toMatchObject({ expiresAt: NOW - 10 + 2 * HOUR });
    expect(aged(10, 87_600 * HOUR)).toMatchObject({ expiresAt: NOW - 10 + 24 * HOUR });
  });
});

describe("a token that was stored some time after it was issued", () => {
  it("is as old as it says: the write limit counts from there", () => {
    expect(decide(input({ token: token({ issued: 10 * MINUTE, stored: 0 }) }))).toEqual(wait("fresh"));
    expect(decide(input({ token: token({ issued: 25 * MINUTE, stored: 0 }) }))).toEqual(refresh("due"));
  });

  it("and had ended by then is replaced at once", () => {
    expect(decide(input({ token: token({ issued: 3 * HOUR, stored: 0 }) }))).toEqual(refresh("due"));
  });

  it("and had just ended is one with a short life, for which the write limit holds", () => {
    expect(decide(input({ token: token({ issued: 100, stored: 70, lifetime: 20 }) }))).toEqual(wait("write-limit"));
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
    ["a token that expired", (at: number) => believe({ issued_at: at - HOUR, expires_at: at }, at - HOUR)],
    [
      "a token that someone stored when it had long expired",
      (at: number) => believe({ issued_at: NOW - 9 * HOUR, expires_at: NOW - 8 * HOUR }, at),
    ],
    ["something unreadable, stored", (at: number): TokenState => ({ kind: "unreadable", storedAt: at })],
  ])("begins an hour after %s", (_, tokenGoneAt) => {
    const anHourAgo = NOW + MINUTE - HOUR;
    expect(decide(later(1, { token: tokenGoneAt(anHourAgo) }))).toEqual(wait("slow-pace"));
    expect(decide(later(1, { token: tokenGoneAt(anHourAgo + 1) }))).toMatchObject({ refresh: true });
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

  it("is one try in five minutes", () => {
    const minutes = Array.from({ length: 60 }, (_, minute) => minute);
    const tried = minutes.filter((minute) => decide(later(minute, { token: aged(5 * HOUR) })).refresh);
    expect(tried).toHaveLength(12);
    expect(tried.slice(1).map((minute, index) => minute - (tried[index] ?? 0))).toEqual(Array(11).fill(5));
  });
});
