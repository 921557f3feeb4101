import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { PisteSecretError } from "../../client";
import { runs } from "../runs";
import { awsError, HOUR, START, TOKEN_SECRET, World } from "./fixture";

/** A call of the client, or a change around it. */
type Step =
  | { readonly what: "get"; readonly minimumSecondsLeft: number; readonly atOnce: number }
  | { readonly what: "wait"; readonly seconds: number }
  | { readonly what: "rotate"; readonly lifetime: number }
  | { readonly what: "aws"; readonly does: "answers" | "fails" | "loses-the-secret" | "breaks-the-secret" }
  | { readonly what: "slow"; readonly takes: readonly [number, number] }
  | { readonly what: "date"; readonly ahead: number }
  | { readonly what: "frozen"; readonly seconds: number };

const seconds = (max: number): fc.Arbitrary<number> =>
  fc.integer({ min: 1, max: max * 10 }).map((tenths) => tenths / 10);

const steps = (dates: fc.Arbitrary<number>): fc.Arbitrary<Step[]> =>
  fc.array(
    fc.oneof<fc.MaybeWeightedArbitrary<Step>[]>(
      {
        weight: 8,
        arbitrary: fc.record({
          what: fc.constant("get" as const),
          minimumSecondsLeft: fc.oneof(fc.constantFrom(0, 10, 300), seconds(4000)),
          atOnce: fc.constantFrom(1, 1, 3),
        }),
      },
      {
        weight: 5,
        arbitrary: fc.record({
          what: fc.constant("wait" as const),
          seconds: fc.oneof(seconds(2), seconds(400), seconds(4000)),
        }),
      },
      {
        weight: 3,
        arbitrary: fc.record({
          what: fc.constant("rotate" as const),
          lifetime: fc.oneof(fc.constantFrom(3600, 1, 30), fc.integer({ min: 1, max: 7200 })),
        }),
      },
      {
        weight: 3,
        arbitrary: fc.record({
          what: fc.constant("aws" as const),
          does: fc.constantFrom("answers", "answers", "fails", "loses-the-secret", "breaks-the-secret"),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({ what: fc.constant("slow" as const), takes: fc.tuple(seconds(6), seconds(6)) }),
      },
      { weight: 1, arbitrary: fc.record({ what: fc.constant("date" as const), ahead: dates }) },
      { weight: 1, arbitrary: fc.record({ what: fc.constant("frozen" as const), seconds: seconds(4000) }) },
    ),
    { minLength: 5, maxLength: 60 },
  );

/** Plays a history. @throws Error if the client gives a token with too little time left, or none although it could. */
async function play(world: World, history: readonly Step[]): Promise<{ given: number; refused: number }> {
  const client = world.client();
  const counts = { given: 0, refused: 0 };
  let stored = world.secrets.get(TOKEN_SECRET);
  let storedUntil = START + HOUR;
  const get = async (minimumSecondsLeft: number): Promise<string | undefined> => {
    try {
      const token = await client.getToken({ minimumSecondsLeft });
      const left = (world.piste.platform.endOf(token) ?? 0) / 1000 - world.now;
      if (left <= minimumSecondsLeft)
        throw new Error(`got a token with ${left} s left, requested ${minimumSecondsLeft} s`);
      counts.given++;
      return undefined;
    } catch (error) {
      if (!(error instanceof PisteSecretError)) throw error;
      counts.refused++;
      return error.message;
    }
  };
  for (const step of history) {
    switch (step.what) {
      case "get": {
        const { minimumSecondsLeft, atOnce } = step;
        const [failure] = await Promise.all(Array.from({ length: atOnce }, () => get(minimumSecondsLeft)));
        if (failure === undefined) break;
        // The client repeats an error for a second.
        world.now += 1.5;
        const [there, back] = world.readTakes;
        // Tolerates whole seconds and the duration of reads.
        const left = storedUntil - world.now - 3 - 2 * (there + back);
        const isStored = world.secrets.get(TOKEN_SECRET) === stored;
        if (world.awsTellsTime && world.awsFails === undefined && isStored && left > minimumSecondsLeft) {
          const again = await get(minimumSecondsLeft);
          if (again !== undefined) throw new Error(`got no token although the stored one has ${left} s left: ${again}`);
        }
        break;
      }
      case "wait":
        world.now += step.seconds;
        break;
      case "frozen":
        world.now += step.seconds;
        world.frozen += step.seconds;
        break;
      case "rotate":
        world.putToken(step.lifetime);
        stored = world.secrets.get(TOKEN_SECRET);
        storedUntil = Math.floor(world.now) + step.lifetime;
        break;
      case "slow":
        world.readTakes = step.takes;
        break;
      case "date":
        // The client cannot notice a clock set back while the other stands still, so it is called in between.
        await get(0);
        world.dateAhead = step.ahead;
        await get(0);
        break;
      case "aws":
        world.awsFails = step.does === "fails" ? awsError("TimeoutError") : undefined;
        if (step.does === "loses-the-secret") world.secrets.delete(TOKEN_SECRET);
        else if (step.does === "breaks-the-secret") world.put(TOKEN_SECRET, "no token");
        else if (stored !== undefined) world.secrets.set(TOKEN_SECRET, stored);
    }
  }
  return counts;
}

/** Over all histories, both outcomes must be frequent. */
const expectBoth = ({ given, refused }: { given: number; refused: number }): void => {
  expect(given).toBeGreaterThan(runs(500));
  expect(refused).toBeGreaterThan(runs(500));
};

describe("in any history of rotations, outages of AWS and wrong clocks", () => {
  it.each([
    ["AWS gives its time, and this machine's date is arbitrary", true, fc.integer({ min: -100_000, max: 100_000 })],
    ["AWS gives no time, and this machine's date is not behind", false, fc.integer({ min: 0, max: 100_000 })],
  ])("a token has the requested time left: %s", async (_, awsTellsTime, dates) => {
    const counts = { given: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(steps(dates), async (history) => {
        const world = new World();
        world.awsTellsTime = awsTellsTime;
        const { given, refused } = await play(world, history);
        counts.given += given;
        counts.refused += refused;
      }),
      { numRuns: runs(600), seed: 20_261_125 },
    );
    expectBoth(counts);
  });
});
