/** Random histories. {@link DISTRIBUTION} describes them and is printed with every result. */
import fc from "fast-check";
import { DEFAULT_REFRESH_SETTINGS } from "../lambda/token-refresh/timing";
import {
  AWS_REFUSALS,
  BRIEF_FAILURES,
  LATENESSES,
  MINUTES_PER_DAY,
  OUTAGES,
  REJECTIONS,
  CORRUPTED_TOKENS,
  type Disturbance,
  type Happening,
  type History,
} from "./history";

const TOLERANCE = DEFAULT_REFRESH_SETTINGS.outageToleranceInMinutes;
/** 5 % of a day: PISTE guarantees 95 %. */
const CONTRACTUAL_OUTAGE_IN_MINUTES = 72;
/** Maximum; the average is half of it. */
const MOST_DISTURBANCES_A_DAY = 8;

const minutes = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max });

interface Choice {
  /** Relative to the sum of all weights. */
  readonly weight: number;
  /** Description, printed with a result. */
  readonly words: string;
  readonly happening: fc.Arbitrary<Happening>;
  readonly minutes: fc.Arbitrary<number>;
  readonly whenDue?: true;
}

const outage = fc.record({ kind: fc.constant("outage" as const), how: fc.constantFrom(...OUTAGES) });

const CHOICES: readonly Choice[] = [
  {
    weight: 6,
    words: "PISTE out for 1 to 10 minutes, in one of its fifteen ways (DNS, TLS, time-outs, 5xx, HTML, …)",
    happening: outage,
    minutes: minutes(1, 10),
  },
  {
    weight: 6,
    words: `PISTE out for exactly the tolerance (${TOLERANCE} minutes) from the tick that finds the token due`,
    happening: outage,
    minutes: fc.constant(TOLERANCE),
    whenDue: true,
  },
  {
    weight: 6,
    words: `PISTE out for ${TOLERANCE - 5} to ${TOLERANCE + 5} minutes, at any moment`,
    happening: outage,
    minutes: minutes(TOLERANCE - 5, TOLERANCE + 5),
  },
  {
    weight: 3,
    words: `PISTE out for ${TOLERANCE + 1} to ${CONTRACTUAL_OUTAGE_IN_MINUTES} minutes from the tick that finds the token due`,
    happening: outage,
    minutes: minutes(TOLERANCE + 1, CONTRACTUAL_OUTAGE_IN_MINUTES),
    whenDue: true,
  },
  {
    weight: 1,
    words: "PISTE out for 1 to 8 hours",
    happening: outage,
    minutes: minutes(60, 480),
  },
  {
    weight: 4,
    words: "429 for 1 to 40 minutes, with Retry-After (1 to 600 s) or without",
    happening: fc.record({
      kind: fc.constant("throttling" as const),
      retryAfterInSeconds: fc.option(minutes(1, 600), { nil: undefined }),
    }),
    minutes: minutes(1, 40),
  },
  {
    weight: 3,
    words: "the client or its scope refused (400, or the ambiguous 401) for 1 minute to 5 hours",
    happening: fc.record({ kind: fc.constant("rejection" as const), how: fc.constantFrom(...REJECTIONS) }),
    minutes: minutes(1, 300),
  },
  {
    weight: 2,
    words: "the client secret reset on the portal, the new one stored 1 minute to 4 hours later",
    happening: fc.constant({ kind: "secret-reset" }),
    minutes: minutes(1, 240),
  },
  {
    weight: 5,
    words: "error bursts of 1 minute to 5 hours: the first zero to two requests of each tick fail",
    happening: fc.record({ kind: fc.constant("error-burst" as const), how: fc.constantFrom(...BRIEF_FAILURES) }),
    minutes: minutes(1, 300),
  },
  {
    weight: 3,
    words: "crowds of 30 minutes to 5 hours: other clients exhaust the quota at the start of each second",
    happening: fc.constant({ kind: "crowd" }),
    minutes: minutes(30, 300),
  },
  {
    weight: 4,
    words: "slow answers, of 1 to 25 s, for 1 minute to 2 hours",
    happening: fc.record({ kind: fc.constant("slow-answers" as const), seconds: minutes(1, 25) }),
    minutes: minutes(1, 120),
  },
  {
    weight: 3,
    words: "tokens of 1 minute to 24 hours, `expires_in` as a number or as a string, for 10 minutes to 10 hours",
    happening: fc.record({
      kind: fc.constant("other-lifetime" as const),
      lifetimeInMinutes: fc.oneof(minutes(1, 59), minutes(60, 120), minutes(121, MINUTES_PER_DAY)),
      asString: fc.boolean(),
    }),
    minutes: minutes(10, 600),
  },
  {
    weight: 1,
    words: "PISTE returns the same token while it is valid, for 10 minutes to 3 hours",
    happening: fc.constant({ kind: "same-token" }),
    minutes: minutes(10, 180),
  },
  {
    weight: 4,
    words: "ticks missed for 1 to 40 minutes",
    happening: fc.constant({ kind: "missed-ticks" }),
    minutes: minutes(1, 40),
  },
  {
    weight: 2,
    words: "ticks delivered twice, within 3 s, for 1 minute to 2 hours",
    happening: fc.constant({ kind: "duplicate-ticks" }),
    minutes: minutes(1, 120),
  },
  {
    weight: 4,
    words: "AWS refuses reads or writes (throttling, denial, its own errors, no answer) for 1 to 40 minutes",
    happening: fc.record({
      kind: fc.constant("aws-refuses" as const),
      call: fc.constantFrom("read", "write"),
      error: fc.constantFrom(...AWS_REFUSALS),
    }),
    minutes: minutes(1, 40),
  },
  {
    weight: 1,
    words: "AWS stores the token but its answer is lost, for 1 to 10 minutes",
    happening: fc.constant({ kind: "answer-lost" }),
    minutes: minutes(1, 10),
  },
  {
    weight: 3,
    words: "AWS takes 0.1 to 2.9 s for each call, for 1 minute to 2 hours",
    happening: fc.record({ kind: fc.constant("slow-aws" as const), milliseconds: minutes(100, 2900) }),
    minutes: minutes(1, 120),
  },
  {
    weight: 3,
    words: "the function killed between PISTE's answer and the write, for 1 to 40 minutes",
    happening: fc.constant({ kind: "crashes" }),
    minutes: minutes(1, 40),
  },
  {
    weight: 3,
    words: "the function's clock 61 s to 3 hours ahead or behind, for 1 to 40 minutes",
    happening: fc.record({
      kind: fc.constant("clock-error" as const),
      aheadInSeconds: fc.tuple(minutes(61, 3 * 60 * 60), fc.constantFrom(1, -1)).map(([size, sign]) => size * sign),
    }),
    minutes: minutes(1, 40),
  },
  {
    weight: 2,
    words: "the token secret overwritten by a person, in one of five ways",
    happening: fc.record({ kind: fc.constant("corrupted-token" as const), how: fc.constantFrom(...CORRUPTED_TOKENS) }),
    minutes: fc.constant(1),
  },
  {
    weight: 1,
    words: "client credentials that are not JSON, corrected 1 minute to 3 hours later",
    happening: fc.constant({ kind: "corrupted-client-secret" }),
    minutes: minutes(1, 180),
  },
];

/** Description of the random histories. */
export const DISTRIBUTION: readonly string[] = [
  `0 to ${MOST_DISTURBANCES_A_DAY} disturbances a day, at any minute, which may overlap; of 100 disturbances, on average:`,
  ...CHOICES.map(({ weight, words }) => {
    const all = CHOICES.reduce((sum, choice) => sum + choice.weight, 0);
    return `${((100 * weight) / all).toFixed(1)}: ${words}`;
  }),
  "ticks come within 2 s, anywhere within their minute, or in its first second or last five: a third of the histories each",
  "the client credentials are stored 0 minutes to 3 hours after the deployment",
];

function disturbance(days: number): fc.Arbitrary<Disturbance> {
  return fc.oneof(
    ...CHOICES.map((choice) => ({
      weight: choice.weight,
      arbitrary: fc
        .tuple(fc.integer({ min: 0, max: days * MINUTES_PER_DAY - 1 }), choice.minutes, choice.happening)
        .map(([from, length, happening]): Disturbance => ({
          from,
          minutes: length,
          ...(choice.whenDue && { whenDue: true }),
          ...happening,
        })),
    })),
  );
}

/** Shrinks to fewer and shorter disturbances, at earlier moments. */
export function randomHistory(days: number): fc.Arbitrary<History> {
  return fc.record({
    days: fc.constant(days),
    seed: fc.integer(),
    lateness: fc.constantFrom(...LATENESSES),
    credentialsAfterInMinutes: fc.integer({ min: 0, max: 180 }),
    disturbances: fc.array(disturbance(days), { maxLength: Math.ceil(days * MOST_DISTURBANCES_A_DAY), size: "max" }),
  });
}
