import { describe, expect, it } from "@jest/globals";
import { awsError } from "../../../simulation/secrets-manager";
import { lastLine, refusal } from "./accounts-fixture";
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
  type PromoteFixture,
} from "./promote-fixture";
import { CLIENT_SECRET, metricsOf } from "./fixture";

describe("a promotion that is killed", () => {
  /** Kills the run after this call. */
  const killedAfter = async (fixture: PromoteFixture, last: Call): Promise<void> => {
    await new Promise<void>((killed) => {
      void fixture.promote((call, through) => {
        if (call !== last) return letThrough(call, through);
        // The token may not exist yet.
        if (call !== "read token") through();
        killed();
        return new Promise(() => undefined);
      });
    });
  };

  it.each(EVERY_CALL)("after «%s», with %s, is completed by the next one", async (call, before, options) => {
    const fixture = openPromotion(options);
    await killedAfter(fixture, call);
    const current = fixture.model.peek(CLIENT_SECRET);
    expect([FORMER, STAGED].map((whole) => JSON.stringify(whole))).toContain(current);
    const again = await fixture.promote();
    expect(again.promoted === true || (call === "move AWSPENDING" && again.reason === "nothing-pending")).toBe(true);
    expectDone(fixture, before);
  });
});

describe("a promotion that AWS refuses", () => {
  const refuses =
    (refused: Call): Between =>
    (call, through) =>
      call === refused ? Promise.reject(awsError("AccessDeniedException", "no")) : letThrough(call, through);

  it.each(EVERY_CALL)("at «%s», with %s, fails, and is completed by the next one", async (call, before, options) => {
    const fixture = openPromotion(options);
    const { message } = await refusal(fixture.promote(refuses(call)));
    expect(message).toContain("AccessDeniedException: no");
    expect(lastLine(fixture)).toMatchObject({ outcome: "error", reason: "platform", meaning: message });
    expect(await fixture.promote()).toMatchObject({ promoted: true });
    expectDone(fixture, before);
  });

  it("before the label is moved changes nothing", async () => {
    for (const call of CALLS.slice(0, 4)) {
      const fixture = openPromotion();
      await refusal(fixture.promote(refuses(call)));
      expect(fixture.labels()).toEqual(UNTOUCHED);
    }
  });

  it("at the move of the label names the label", async () => {
    expect((await refusal(openPromotion().promote(refuses("move AWSCURRENT")))).message).toBe(
      `cannot make the pending version the current one of the secret ${CLIENT_SECRET}: AccessDeniedException: no`,
    );
  });

  it.each([
    ["write token", "cannot write the secret piste/qualif/chorus-pro/token"],
    ["move AWSPENDING", `cannot take the label AWSPENDING off the secret ${CLIENT_SECRET}`],
  ] as const)("at «%s» says that the new credentials are already current", async (call, what) => {
    const fixture = openPromotion();
    expect((await refusal(fixture.promote(refuses(call)))).message).toBe(
      `${what}: AccessDeniedException: no; the new client credentials are already current, and the next scheduled ` +
        "refresh uses them; you can repeat `promote`",
    );
    expect(fixture.labels()).toEqual({ former: ["AWSPREVIOUS"], staged: ["AWSCURRENT", "AWSPENDING"] });
    expect(metricsOf(fixture.lines[0])).toHaveProperty("RefreshMilliseconds");
  });

  it.each(["move AWSCURRENT", "move AWSPENDING"] as const)(
    "succeeds when «%s» was done and only its answer lost",
    async (lost) => {
      const fixture = openPromotion();
      const result = await fixture.promote((call, through) => {
        if (call !== lost) return letThrough(call, through);
        through();
        return Promise.reject(awsError("TimeoutError"));
      });
      expect(result).toMatchObject({ outcome: "refreshed", promoted: true });
      expectDone(fixture, "a former value");
    },
  );
});

describe("two promotions at once", () => {
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  /** Interleaves the calls of both in the order of the bits. */
  async function interleave(fixture: PromoteFixture, order: number): Promise<(string | undefined)[]> {
    const waiting: ((() => void) | undefined)[] = [];
    let running = 2;
    const runs = [0, 1].map((index) =>
      fixture
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

  /** Both runs are alike, so half of the orders is enough. */
  const bits = (number: number): number => number.toString(2).replaceAll("0", "").length;

  it.each(BEGINNINGS)(
    "with %s succeed in every order of their calls",
    async (before, options) => {
      const each = before === "a former value" ? CALLS.length : CALLS.length - 1;
      let orders = 0;
      for (let order = 0; order < 2 ** (2 * each); order++) {
        if (bits(order) !== each || order & 1) continue;
        orders += 1;
        const fixture = openPromotion(options);
        const results = await interleave(fixture, order);
        expect(results).toContain("promoted");
        // A run that begins after the other has ended finds nothing to promote.
        expect(results.filter((result) => result !== "promoted" && result !== "nothing-pending")).toEqual([]);
        expectDone(fixture, before);
      }
      expect(orders).toBe(before === "a former value" ? 462 : 126);
    },
    30_000,
  );
});

describe("another change just before a call of a promotion", () => {
  /** Runs once, just before the call. */
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

  it.each(CALLS)("(«%s»): a newly staged value never becomes current untested", async (call) => {
    const fixture = openPromotion();
    const stage = (): void => {
      fixture.store("newer", UNKNOWN, "AWSPENDING");
    };
    const result = await fixture.promote(before(call, stage));
    if ((TESTED_BY_THEN as readonly string[]).includes(call)) {
      expect(result).toMatchObject({ promoted: true });
      expect(fixture.labels()).toEqual({ ...PROMOTED, newer: ["AWSPENDING"] });
    } else {
      expect(result).toMatchObject({ promoted: false, reason: "invalid-client" });
      expect(fixture.labels()).toEqual({ former: ["AWSCURRENT"], newer: ["AWSPENDING"] });
    }
    expect(await fixture.promote()).toMatchObject({ promoted: false, reason: "invalid-client" });
    expect(fixture.labels()).toMatchObject({ newer: ["AWSPENDING"] });
  });

  it.each(CALLS)("(«%s»): a newly staged and promoted value stays current", async (call) => {
    const fixture = openPromotion();
    const stageAndPromote = async (): Promise<void> => {
      fixture.store("newer", NEWER, "AWSPENDING");
      expect(await fixture.promote()).toMatchObject({ promoted: true });
    };
    const result = await fixture.promote(before(call, stageAndPromote));
    expect(fixture.model.peek(CLIENT_SECRET)).toBe(JSON.stringify(NEWER));
    expect(Object.values(fixture.labels()).flat()).not.toContain("AWSPENDING");
    const outcomes: Record<Call, string> = {
      "read token": "nothing-pending",
      "describe client": "nothing-pending",
      "read pending client": "nothing-pending",
      "move AWSCURRENT": "superseded",
      "list token": "never",
      "write token": "promoted",
      "move AWSPENDING": "promoted",
      "read client": "never",
    };
    expect(result.reason).toBe(outcomes[call]);
  });

  it("(«move AWSCURRENT»): a value made current by hand stays current", async () => {
    const fixture = openPromotion();
    const byHand = (): void => {
      fixture.store("newer", NEWER);
    };
    expect(await fixture.promote(before("move AWSCURRENT", byHand))).toEqual({
      outcome: "failed",
      reason: "superseded",
      promoted: false,
      meaning: expect.stringMatching(/^While these credentials were tested, others became current in piste/),
      tries: 1,
      milliseconds: 0,
    });
    expect(fixture.labels()).toEqual({ former: ["AWSPREVIOUS"], staged: ["AWSPENDING"], newer: ["AWSCURRENT"] });
    expect(fixture.token()).toBeUndefined();
    expect(metricsOf(fixture.lines[0])).toEqual({});
  });
});
