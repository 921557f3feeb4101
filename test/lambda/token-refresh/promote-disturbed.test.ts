import { describe, expect, it } from "@jest/globals";
import { awsError } from "../../../simulation/secrets-manager";
import { lastLine, refusal } from "./accounts-workshop";
import {
  BEGINNINGS,
  CALLS,
  EVERY_CALL,
  expectDone,
  FORMER,
  letThrough,
  NEWER,
  openPromotion,
  STAGED,
  UNKNOWN,
  UNTOUCHED,
  PROMOTED,
  type Between,
  type Call,
  type PromoteWorkshop,
} from "./promote-workshop";
import { CLIENT_SECRET, metricsOf } from "./surroundings";

describe("a promotion that is killed", () => {
  /** The call is made, and nothing comes after it. */
  const killedAfter = async (workshop: PromoteWorkshop, last: Call): Promise<void> => {
    await new Promise<void>((killed) => {
      void workshop.promote((call, through) => {
        if (call !== last) return letThrough(call, through);
        // There may be no token to read yet.
        if (call !== "read token") through();
        killed();
        return new Promise(() => undefined);
      });
    });
  };

  it.each(EVERY_CALL)(
    "after it has done «%s», on %s, is completed by its repetition",
    async (call, before, options) => {
      const workshop = openPromotion(options);
      await killedAfter(workshop, call);
      const current = workshop.model.peek(CLIENT_SECRET);
      expect([FORMER, STAGED].map((whole) => JSON.stringify(whole))).toContain(current);
      const again = await workshop.promote();
      expect(again.promoted === true || (call === "move AWSPENDING" && again.reason === "nothing-pending")).toBe(true);
      expectDone(workshop, before);
    },
  );
});

describe("a promotion that AWS refuses", () => {
  const refuses =
    (refused: Call): Between =>
    (call, through) =>
      call === refused ? Promise.reject(awsError("AccessDeniedException", "no")) : letThrough(call, through);

  it.each(EVERY_CALL)("«%s», on %s, fails, and is completed by its repetition", async (call, before, options) => {
    const workshop = openPromotion(options);
    const { message } = await refusal(workshop.promote(refuses(call)));
    expect(message).toContain("AccessDeniedException: no");
    expect(lastLine(workshop)).toMatchObject({ outcome: "error", reason: "platform", meaning: message });
    expect(await workshop.promote()).toMatchObject({ promoted: true });
    expectDone(workshop, before);
  });

  it("before the label is moved has changed nothing", async () => {
    for (const call of CALLS.slice(0, 4)) {
      const workshop = openPromotion();
      await refusal(workshop.promote(refuses(call)));
      expect(workshop.labels()).toEqual(UNTOUCHED);
    }
  });

  it("the move says which", async () => {
    expect((await refusal(openPromotion().promote(refuses("move AWSCURRENT")))).message).toBe(
      `cannot make the pending version the current one of the secret ${CLIENT_SECRET}: AccessDeniedException: no`,
    );
  });

  it.each([
    ["write token", "cannot write the secret piste/qualif/chorus-pro/token"],
    ["move AWSPENDING", `cannot take the label AWSPENDING off the secret ${CLIENT_SECRET}`],
  ] as const)("«%s» says that the new credentials are the current ones already", async (call, what) => {
    const workshop = openPromotion();
    expect((await refusal(workshop.promote(refuses(call)))).message).toBe(
      `${what}: AccessDeniedException: no; the new client credentials are the current ones already, and the next tick ` +
        "that finds the token due refreshes with them; `promote` can be repeated",
    );
    expect(workshop.labels()).toEqual({ former: ["AWSPREVIOUS"], staged: ["AWSCURRENT", "AWSPENDING"] });
    expect(metricsOf(workshop.lines[0])).toHaveProperty("RefreshMilliseconds");
  });

  it.each(["move AWSCURRENT", "move AWSPENDING"] as const)(
    "is none when «%s» is done and its answer lost",
    async (lost) => {
      const workshop = openPromotion();
      const result = await workshop.promote((call, through) => {
        if (call !== lost) return letThrough(call, through);
        through();
        return Promise.reject(awsError("TimeoutError"));
      });
      expect(result).toMatchObject({ outcome: "refreshed", promoted: true });
      expectDone(workshop, "a former value");
    },
  );
});

describe("two promotions at once", () => {
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  /** Lets the two make their calls in the order of the bits. */
  async function interleave(workshop: PromoteWorkshop, order: number): Promise<(string | undefined)[]> {
    const waiting: ((() => void) | undefined)[] = [];
    let running = 2;
    const runs = [0, 1].map((index) =>
      workshop
        .promote(
          (call, through) =>
            new Promise((resolve) => {
              waiting[index] = () => {
                waiting[index] = undefined;
                resolve(letThrough(call, through));
              };
            }),
        )
        .finally(() => (running -= 1)),
    );
    for (let step = 0; ; step++) {
      await settled();
      if (running === 0) break;
      const turn = (order >> step) & 1;
      (waiting[turn] ?? waiting[1 - turn])?.();
    }
    return (await Promise.all(runs)).map(({ promoted, reason }) => (promoted === true ? "promoted" : reason));
  }

  /** Both are the same: the first that comes is the first. */
  const bits = (number: number): number => number.toString(2).replaceAll("0", "").length;

  it.each(BEGINNINGS)(
    "on %s end well in every order of their calls",
    async (before, options) => {
      const each = before === "a former value" ? CALLS.length : CALLS.length - 1;
      let orders = 0;
      for (let order = 0; order < 2 ** (2 * each); order++) {
        if (bits(order) !== each || order & 1) continue;
        orders += 1;
        const workshop = openPromotion(options);
        const results = await interleave(workshop, order);
        expect(results).toContain("promoted");
        // Whoever begins when the other has ended finds nothing to do.
        expect(results.filter((result) => result !== "promoted" && result !== "nothing-pending")).toEqual([]);
        expectDone(workshop, before);
      }
      expect(orders).toBe(before === "a former value" ? 462 : 126);
    },
    30_000,
  );
});

describe("what happens before a promotion makes a call", () => {
  /** Once, just before that call. */
  const before = (at: Call, happens: () => unknown): Between => {
    let happened = false;
    return async (call, through) => {
      if (call === at && !happened) {
        happened = true;
        await happens();
      }
      return through();
    };
  };
  const TESTED_BY_THEN = CALLS.slice(3);

  it.each(CALLS)("«%s», another value that is staged, is never current untested", async (call) => {
    const workshop = openPromotion();
    const stage = (): void => {
      workshop.store("newer", UNKNOWN, "AWSPENDING");
    };
    const result = await workshop.promote(before(call, stage));
    if ((TESTED_BY_THEN as readonly string[]).includes(call)) {
      expect(result).toMatchObject({ promoted: true });
      expect(workshop.labels()).toEqual({ ...PROMOTED, newer: ["AWSPENDING"] });
    } else {
      expect(result).toMatchObject({ promoted: false, reason: "invalid-client" });
      expect(workshop.labels()).toEqual({ former: ["AWSCURRENT"], newer: ["AWSPENDING"] });
    }
    expect(await workshop.promote()).toMatchObject({ promoted: false, reason: "invalid-client" });
    expect(workshop.labels()).toMatchObject({ newer: ["AWSPENDING"] });
  });

  it.each(CALLS)("«%s», another value that is staged and promoted, stays the current one", async (call) => {
    const workshop = openPromotion();
    const stageAndPromote = async (): Promise<void> => {
      workshop.store("newer", NEWER, "AWSPENDING");
      expect(await workshop.promote()).toMatchObject({ promoted: true });
    };
    const result = await workshop.promote(before(call, stageAndPromote));
    expect(workshop.model.peek(CLIENT_SECRET)).toBe(JSON.stringify(NEWER));
    expect(Object.values(workshop.labels()).flat()).not.toContain("AWSPENDING");
    const outcomes: Record<Call, string> = {
      "read token": "nothing-pending",
      "describe client": "nothing-pending",
      "read pending client": "nothing-pending",
      "move AWSCURRENT": "superseded",
      "write token": "promoted",
      "move AWSPENDING": "promoted",
      "read client": "never",
    };
    expect(result.reason).toBe(outcomes[call]);
  });

  it("«move AWSCURRENT», another value that is made current by hand, stays so", async () => {
    const workshop = openPromotion();
    const byHand = (): void => {
      workshop.store("newer", NEWER);
    };
    expect(await workshop.promote(before("move AWSCURRENT", byHand))).toEqual({
      outcome: "failed",
      reason: "superseded",
      promoted: false,
      meaning: expect.stringMatching(/^While these credentials were tested, others became the current ones of piste/),
      tries: 1,
      milliseconds: 0,
    });
    expect(workshop.labels()).toEqual({ former: ["AWSPREVIOUS"], staged: ["AWSPENDING"], newer: ["AWSCURRENT"] });
    expect(workshop.token()).toBeUndefined();
    expect(metricsOf(workshop.lines[0])).toEqual({});
  });
});
