/**
 * Checks that the simulation detects broken code: without one rule of the function, a history that the real function
 * survives breaks a promise.
 */
import { afterEach, describe, expect, it, jest } from "@jest/globals";
import type * as Decision from "../../lambda/token-refresh/decision";
import type * as Request from "../../lambda/token-refresh/request";
import type * as SecretStore from "../../lambda/shared/secret-store";
import { requestToken } from "../../piste/token-endpoint";
import type { History } from "../../simulation/history";
import type * as World from "../../simulation/simulation";
import { aHistory } from "./fixture";

const DECISION = "../../lambda/token-refresh/decision";
const REQUEST = "../../lambda/token-refresh/request";
const SECRET_STORE = "../../lambda/shared/secret-store";

/** Replaces a part of one of the function's modules. */
function replace<Module extends object>(name: string, change: (whole: Module) => Partial<Module>): void {
  jest.doMock(name, () => {
    const whole = jest.requireActual<Module>(name);
    return { ...whole, ...change(whole) };
  });
}

/** Simulates with the replaced modules. */
const simulation = (): typeof World.simulate =>
  jest.requireActual<typeof World>("../../simulation/simulation").simulate;

const decide = (change: (whole: typeof Decision) => typeof Decision.decide): void => {
  replace<typeof Decision>(DECISION, (whole) => ({ decide: change(whole) }));
};

interface Break {
  readonly rule: string;
  readonly remove: () => void;
  readonly history: History;
  readonly broken: RegExp;
}

const many = (count: number, step: number): number[] => Array.from({ length: count }, (_, index) => index * step);

const BREAKS: readonly Break[] = [
  {
    rule: "the threshold: it is due 120 s later",
    remove: () => {
      // As with a tolerance of two minutes less.
      decide((whole) => (input) => {
        const { settings } = input;
        const outageToleranceInMinutes = settings.outageToleranceInMinutes - 2;
        return whole.decide({ ...input, settings: { ...settings, outageToleranceInMinutes } });
      });
    },
    // The largest allowed number of missed ticks, after a tick just before which the token may become due.
    history: aHistory(
      many(26, 55).map((minute) => ({ kind: "missed-ticks", from: minute + 24, minutes: 31 })),
      { lateness: "extreme", seed: 8 },
    ),
    broken: /minutes below the reserve within tolerance/,
  },
  {
    rule: "retries within a tick",
    remove: () => {
      replace<typeof Request>(REQUEST, () => ({
        requestWithRetries: async (request, _, { transport, nowInMilliseconds }) => {
          const issuedAt = Math.floor(nowInMilliseconds() / 1000);
          const result = await requestToken({ ...request, issuedAt, timeoutInMilliseconds: 8_000 }, transport);
          return { ...result, tries: 1, milliseconds: 0 };
        },
      }));
    },
    // Beyond the tolerance, three ticks are left before the reserve.
    history: aHistory(
      [
        { kind: "error-burst", how: "http-503", from: 5, minutes: 715 },
        ...many(10, 60).map(
          (minute) => ({ kind: "outage", how: "dns", from: minute + 10, minutes: 30, whenDue: true }) as const,
        ),
      ],
      { days: 0.5 },
    ),
    broken: /minutes below the reserve within tolerance/,
  },
  {
    rule: "jitter: pauses are of 1 s and 2 s exactly",
    remove: () => {
      replace<typeof Request>(REQUEST, ({ requestWithRetries }) => ({
        requestWithRetries: (request, deadline, fixture) =>
          requestWithRetries(request, deadline, { ...fixture, random: () => 0.5 }),
      }));
    },
    // The token of minute 0 has the reserve left until minute 55.
    history: aHistory([{ kind: "crowd", from: 10, minutes: 60 }], { days: 0.1 }),
    broken: /minutes below the reserve within tolerance, the first in minute 55$/,
  },
  {
    rule: "the write limit",
    remove: () => {
      decide((whole) => (input) => {
        const decision = whole.decide(input);
        return decision.reason === "write-limit" ? { refresh: true, reason: "due" } : decision;
      });
    },
    history: aHistory([{ kind: "other-lifetime", lifetimeInMinutes: 10, asString: false, from: 0, minutes: 180 }], {
      days: 0.2,
    }),
    broken: /^more than 100 versions in 24 hours, minute 100$/,
  },
  {
    rule: "the slow pace",
    remove: () => {
      decide((whole) => (input) => {
        const decision = whole.decide(input);
        return decision.reason === "slow-pace" ? { refresh: true, reason: "due" } : decision;
      });
    },
    history: aHistory([{ kind: "rejection", how: "invalid_client", from: 15, minutes: 240 }], { days: 0.25 }),
    broken: /^60 calls in an hour at the slow pace$/,
  },
  {
    rule: "the doubt about a lifetime longer than usual",
    remove: () => {
      replace<typeof Decision>(DECISION, () => ({
        believe: ({ issued_at, expires_at }, storedAt) => ({
          kind: "token",
          expiresAt: expires_at,
          surelyUntil: expires_at,
          writtenAt: Math.min(issued_at, storedAt),
          goneSince: Math.max(expires_at, storedAt),
        }),
      }));
    },
    history: aHistory([{ kind: "corrupted-token", how: "lives-for-years", from: 10, minutes: 1 }], { days: 0.04 }),
    broken: /^\d+ minutes without a token within tolerance, the first in minute 3\d$/,
  },
  {
    rule: "keeping a token that is valid for longer than PISTE's new one",
    remove: () => {
      // The handler keeps no token with a date in the future; the decision does not check that.
      const sound = new WeakSet<Decision.TokenState>();
      replace<typeof Decision>(DECISION, (whole) => ({
        believe: (...version) => {
          const token = whole.believe(...version);
          if (token.doubt !== undefined) return token;
          const doubted = { ...token, doubt: "issued-in-the-future" } as const;
          sound.add(doubted);
          return doubted;
        },
        decide: (input) => {
          const { token } = input;
          if (token.kind !== "token" || !sound.has(token)) return whole.decide(input);
          return whole.decide({ ...input, token: { ...token, doubt: undefined } });
        },
      }));
    },
    history: aHistory([{ kind: "other-lifetime", lifetimeInMinutes: 10, asString: false, from: 20, minutes: 20 }], {
      days: 0.05,
    }),
    broken: /^replaced a token by one that expires earlier, minute 21$/,
  },
  {
    rule: "going by AWS's clock",
    remove: () => {
      replace<typeof SecretStore>(SECRET_STORE, ({ secretStore }) => ({
        secretStore: (client) => ({ ...secretStore(client), answeredAt: () => undefined }),
      }));
    },
    history: aHistory([{ kind: "clock-error", aheadInSeconds: 7_200, from: 20, minutes: 30 }], { days: 0.05 }),
    broken: /^wrote a record that expires after its token, minute 20$/,
  },
];

afterEach(() => {
  jest.dontMock(DECISION).dontMock(REQUEST).dontMock(SECRET_STORE).resetModules();
});

describe.each(BREAKS)("without $rule", ({ remove, history, broken }) => {
  it("breaks a promise that the complete function keeps", async () => {
    expect((await simulation()(history)).broken).toEqual([]);
    jest.resetModules();
    remove();
    expect((await simulation()(history)).broken).toContainEqual(expect.stringMatching(broken));
  });
});

describe("a simulation until the first broken promise", () => {
  it.each(BREAKS.slice(-1))("ends there: without $rule", async ({ remove, history, broken }) => {
    remove();
    const measured = await simulation()(history, { untilBroken: true });
    expect(measured.broken).toEqual([expect.stringMatching(broken)]);
    // Minute 20 with its rest, and a last one.
    expect(measured.minutes).toBe(22);
  });
});
