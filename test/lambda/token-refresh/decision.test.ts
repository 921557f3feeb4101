import { describe, expect, it } from "@jest/globals";
import {
  believe,
  decide,
  type DecisionInput,
  type TokenState,
  type TokenVersion,
} from "../../../lambda/token-refresh/decision";
import { DEFAULT_REFRESH_SETTINGS, dueWhenSecondsLeft } from "../../../lambda/token-refresh/timing";

/** A whole number of slow paces, so that a tick at this second is one that still tries. */
const NOW = 1_700_000_100;
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DUE = dueWhenSecondsLeft(DEFAULT_REFRESH_SETTINGS);
const WRITE_LIMIT = 865;

/** A version that this function wrote that many seconds ago. */
const version = (age: number, changes: Partial<TokenVersion> = {}): TokenVersion => ({
  issuedAt: NOW - age,
  expiresAt: NOW - age + HOUR,
  storedAt: NOW - age,
  ownWrite: true,
  ...changes,
});

/** A token of that age, in seconds. */
const aged = (age: number, lifetime = HOUR): TokenState => believe(version(age, { expiresAt: NOW - age + lifetime }));

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
});

describe("a token that was issued after its version was stored", () => {
  const ahead = (seconds: number, ownWrite: boolean, age = 0): TokenState =>
    believe(version(age, { issuedAt: NOW - age + seconds, expiresAt: NOW - age + seconds + HOUR, ownWrite }));

  it("by more than a minute is replaced", () => {
    for (const ownWrite of [true, false]) {
      expect(decide(input({ token: ahead(60, ownWrite, WRITE_LIMIT) }))).toEqual(wait("fresh"));
      expect(decide(input({ token: ahead(61, ownWrite, WRITE_LIMIT) }))).toEqual(refresh("issued-in-the-future"));
    }
  });

  it("keeps to the write limit when it is the function's own, else is replaced at once", () => {
    expect(decide(input({ token: ahead(2 * HOUR, true, WRITE_LIMIT - 1) }))).toEqual(wait("write-limit"));
    expect(decide(input({ token: ahead(2 * HOUR, false) }))).toEqual(refresh("issued-in-the-future"));
  });

  it("is believed to live from when it was stored", () => {
    expect(ahead(2 * HOUR, true, 10)).toMatchObject({ expiresAt: NOW - 10 + HOUR });
  });

  it("counts with its own life, which another writer's may not exceed", () => {
    const long = { issuedAt: NOW + HOUR, expiresAt: NOW + 3 * HOUR };
    expect(believe(version(0, long))).toMatchObject({ expiresAt: NOW + 2 * HOUR });
    expect(believe(version(0, { ...long, ownWrite: false }))).toMatchObject({ expiresAt: NOW + HOUR });
  });
});

describe("a token that another wrote", () => {
  it("is believed as long as PISTE could have given it", () => {
    const token = believe(version(10 * MINUTE, { ownWrite: false, storedAt: NOW }));
    expect(decide(input({ token }))).toEqual(wait("fresh"));
    const due = believe(version(25 * MINUTE, { ownWrite: false, storedAt: NOW }));
    expect(decide(input({ token: due }))).toEqual(refresh("due"));
  });

  it("and claims a longer life than PISTE gives is replaced at once", () => {
    const years = version(0, { ownWrite: false, expiresAt: NOW + HOUR + 1 });
    expect(decide(input({ token: believe(years) }))).toEqual(refresh("edited"));
    expect(believe(years)).toMatchObject({ expiresAt: NOW + HOUR });
    expect(decide(input({ token: believe({ ...years, ownWrite: true }) }))).toEqual(wait("fresh"));
  });
});

describe("a token that another wrote when it had already ended", () => {
  const ended = (secondsBefore: number, ownWrite = false): TokenState =>
    believe({ issuedAt: NOW - 100, expiresAt: NOW - secondsBefore, storedAt: NOW, ownWrite });

  it("is replaced at once, whatever the write limit", () => {
    expect(decide(input({ token: ended(0) }))).toEqual(refresh("edited"));
    expect(decide(input({ token: ended(50) }))).toEqual(refresh("edited"));
  });

  it("is one with a short life, for which the write limit holds, when it had a second left or is the function's own", () => {
    expect(decide(input({ token: ended(-1) }))).toEqual(wait("write-limit"));
    expect(decide(input({ token: ended(50, true) }))).toEqual(wait("write-limit"));
  });
});

describe("a token of the function's own", () => {
  it("is as old as AWS says, whatever the function's clock said", () => {
    const behind = { issuedAt: NOW - 2 * HOUR, expiresAt: NOW - HOUR };
    expect(decide(input({ token: believe(version(WRITE_LIMIT - 1, behind)) }))).toEqual(wait("write-limit"));
    expect(decide(input({ token: believe(version(WRITE_LIMIT, behind)) }))).toEqual(refresh("due"));
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
    ["a token that expired", (at: number) => believe(version(2 * HOUR, { expiresAt: at }))],
    [
      "a token that someone stored when it had long expired",
      (at: number) => believe(version(9 * HOUR, { storedAt: at, ownWrite: false })),
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
