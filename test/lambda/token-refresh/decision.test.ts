import { describe, expect, it } from "@jest/globals";
import { believe, decide, type DecisionInput, type TokenState } from "../../../lambda/token-refresh/decision";
import { DEFAULT_REFRESH_SETTINGS, dueWhenSecondsLeft } from "../../../lambda/token-refresh/timing";

/** A multiple of the slow pace, so that a tick at this second tries. */
const NOW = 1_700_000_100;
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DUE = dueWhenSecondsLeft(DEFAULT_REFRESH_SETTINGS);
const WRITE_LIMIT = 865;

interface Times {
  /** Seconds before now. */
  readonly issued: number;
  /** @default - the same as `issued` */
  readonly stored?: number;
  /** In seconds. @default 3600 */
  readonly lifetime?: number;
}

const token = ({ issued, stored = issued, lifetime = HOUR }: Times): TokenState =>
  believe({ issued_at: NOW - issued, expires_at: NOW - issued + lifetime }, NOW - stored);

/** @param age in seconds. */
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
  it("is not due while it is fresh", () => {
    expect(decide(input())).toEqual(wait("fresh"));
  });

  it("is due at an exact second", () => {
    expect(decide(input({ token: aged(HOUR - DUE - 1) }))).toEqual(wait("fresh"));
    expect(decide(input({ token: aged(HOUR - DUE) }))).toEqual(refresh("due"));
  });

  it("is due when it has expired", () => {
    expect(decide(input({ token: aged(2 * HOUR) }))).toEqual(refresh("due"));
  });

  it("with a shorter lifetime is not replaced before the write limit", () => {
    expect(decide(input({ token: aged(WRITE_LIMIT - 1, 30 * MINUTE) }))).toEqual(wait("write-limit"));
    expect(decide(input({ token: aged(WRITE_LIMIT, 30 * MINUTE) }))).toEqual(refresh("due"));
  });

  it("that expired before the write limit waits for it too", () => {
    expect(decide(input({ token: aged(WRITE_LIMIT - 1, MINUTE) }))).toEqual(wait("write-limit"));
  });

  it("counts with its real lifetime if that is shorter than usual", () => {
    expect(decide(input({ token: aged(20 * MINUTE, 50 * MINUTE) }))).toEqual(refresh("due"));
  });

  it("is due earlier with a higher tolerance", () => {
    const settings = { ...DEFAULT_REFRESH_SETTINGS, outageToleranceInMinutes: 36 };
    expect(decide(input({ token: aged(HOUR - DUE - 1), settings }))).toEqual(refresh("due"));
  });
});

describe("a token dated after its version was stored", () => {
  const ahead = (seconds: number, age = 0): TokenState => token({ issued: age - seconds, stored: age });

  it("by more than a minute is replaced as soon as the write limit allows", () => {
    expect(decide(input({ token: ahead(60, WRITE_LIMIT) }))).toEqual(wait("fresh"));
    expect(decide(input({ token: ahead(61, WRITE_LIMIT) }))).toEqual(refresh("issued-in-the-future"));
    expect(decide(input({ token: ahead(2 * HOUR, WRITE_LIMIT - 1) }))).toEqual(wait("write-limit"));
  });

  it("counts from the version's date", () => {
    expect(ahead(2 * HOUR, 10)).toMatchObject({ expiresAt: NOW - 10 + HOUR });
  });
});

describe("a token with a longer lifetime than usual", () => {
  it("is due when a usual one would be, and doubted from the first second", () => {
    for (const lifetime of [HOUR + 1, 2 * HOUR, 24 * HOUR, 87_600 * HOUR]) {
      expect(decide(input({ token: aged(HOUR - DUE - 1, lifetime) }))).toEqual(wait("fresh"));
      expect(decide(input({ token: aged(HOUR - DUE, lifetime) }))).toEqual(refresh("long-lived"));
      expect(aged(0, lifetime)).toMatchObject({ doubt: "long-lived", surelyUntil: NOW + HOUR });
    }
    expect(aged(0)).not.toHaveProperty("doubt");
  });

  it("is due no later if it is dated after its version", () => {
    const ahead = token({ issued: HOUR - DUE - 60, stored: HOUR - DUE, lifetime: 2 * HOUR });
    expect(decide(input({ token: ahead }))).toEqual(refresh("long-lived"));
  });

  it("is believed for at most a day", () => {
    expect(aged(10, 2 * HOUR)).toMatchObject({ expiresAt: NOW - 10 + 2 * HOUR });
    expect(aged(10, 87_600 * HOUR)).toMatchObject({ expiresAt: NOW - 10 + 24 * HOUR });
  });
});

describe("a token stored some time after it was issued", () => {
  it("counts from its issue, as does the write limit", () => {
    expect(decide(input({ token: token({ issued: 10 * MINUTE, stored: 0 }) }))).toEqual(wait("fresh"));
    expect(decide(input({ token: token({ issued: 25 * MINUTE, stored: 0 }) }))).toEqual(refresh("due"));
  });

  it("is replaced at once if it had long expired by then", () => {
    expect(decide(input({ token: token({ issued: 3 * HOUR, stored: 0 }) }))).toEqual(refresh("due"));
  });

  it("waits for the write limit if it had just expired, as with a short lifetime", () => {
    expect(decide(input({ token: token({ issued: 100, stored: 70, lifetime: 20 }) }))).toEqual(wait("write-limit"));
  });
});

describe("without a token", () => {
  it("a tick requests one", () => {
    expect(decide(input({ token: { kind: "missing" } }))).toEqual(refresh("missing"));
    expect(decide(input({ token: { kind: "unreadable", storedAt: NOW } }))).toEqual(refresh("unreadable"));
  });
});

describe("the slow pace", () => {
  const OLD = NOW - 10 * HOUR;
  /** Minutes after a tick that tries. */
  const later = (minutes: number, changes: Partial<DecisionInput>): DecisionInput =>
    input({ clientSecretStoredAt: OLD, ...changes, now: NOW + minutes * MINUTE });

  it.each([
    ["a token that expired", (at: number) => believe({ issued_at: at - HOUR, expires_at: at }, at - HOUR)],
    [
      "a token stored long after its expiry",
      (at: number) => believe({ issued_at: NOW - 9 * HOUR, expires_at: NOW - 8 * HOUR }, at),
    ],
    ["an unreadable value", (at: number): TokenState => ({ kind: "unreadable", storedAt: at })],
  ])("begins an hour after %s", (_, tokenGoneAt) => {
    const anHourAgo = NOW + MINUTE - HOUR;
    expect(decide(later(1, { token: tokenGoneAt(anHourAgo) }))).toEqual(wait("slow-pace"));
    expect(decide(later(1, { token: tokenGoneAt(anHourAgo + 1) }))).toMatchObject({ refresh: true });
  });

  it("begins an hour after the client secret was stored if there was never a token", () => {
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

  it("is not decided before the client secret is read", () => {
    expect(decide(later(1, { token: aged(5 * HOUR), clientSecretStoredAt: undefined }))).toEqual(refresh("due"));
  });

  it("does not apply to a valid token", () => {
    expect(decide(later(1, { token: aged(30 * MINUTE) }))).toEqual(refresh("due"));
  });

  it("is one try in five minutes", () => {
    const minutes = Array.from({ length: 60 }, (_, minute) => minute);
    const tried = minutes.filter((minute) => decide(later(minute, { token: aged(5 * HOUR) })).refresh);
    expect(tried).toHaveLength(12);
    expect(tried.slice(1).map((minute, index) => minute - (tried[index] ?? 0))).toEqual(Array(11).fill(5));
  });
});
