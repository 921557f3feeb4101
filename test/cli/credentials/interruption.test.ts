import { afterEach, describe, expect, it } from "@jest/globals";
import type { Text } from "../../../piste/language";
import { InterruptedError } from "../../../cli/credentials/ask";
import { interruptibly, INTERRUPTED_EXIT_CODE } from "../../../cli/credentials/interruption";

const LATER: Text = { en: "It is stored.", fr: "C'est enregistré." };
const listeners = (): number =>
  ["exit", "SIGINT", "SIGTERM", "SIGHUP"].reduce((sum, event) => sum + process.listenerCount(event), 0);

describe("a command that is interrupted", () => {
  const before = process.exitCode;
  afterEach(() => {
    process.exitCode = before;
  });

  it("at a question says what is true then, once, and ends as shells expect", async () => {
    const said: Text[] = [];
    await interruptibly(
      (truth) => said.push(truth),
      (ifInterrupted) => {
        ifInterrupted(LATER);
        return Promise.reject(new InterruptedError());
      },
    );
    expect(said).toEqual([LATER]);
    expect(process.exitCode).toBe(INTERRUPTED_EXIT_CODE);
  });

  it("before anything was stored says so", async () => {
    const said: Text[] = [];
    await interruptibly(
      (truth) => said.push(truth),
      () => Promise.reject(new InterruptedError()),
    );
    expect(said.map(({ en }) => en)).toEqual(["Nothing was stored."]);
  });

  it("by the end of its terminal says so too, once: Node ends while a question waits", async () => {
    const said: Text[] = [];
    let goAway: (error: Error) => void = () => undefined;
    const ended = interruptibly(
      (truth) => said.push(truth),
      () => new Promise((resolve, reject) => (goAway = reject)),
    );
    process.listeners("exit").at(-1)?.call(process, 0);
    expect(said.map(({ en }) => en)).toEqual(["Nothing was stored."]);
    expect(process.exitCode).toBe(INTERRUPTED_EXIT_CODE);
    goAway(new InterruptedError());
    await ended;
    expect(said).toHaveLength(1);
  });
});

describe("a command that is not", () => {
  it("says nothing, whether it succeeds or fails, and leaves no listener", async () => {
    const said: Text[] = [];
    const count = listeners();
    const say = (truth: Text): void => {
      said.push(truth);
    };
    await interruptibly(say, () => Promise.resolve());
    await expect(interruptibly(say, () => Promise.reject(new Error("refused")))).rejects.toThrow("refused");
    expect(said).toEqual([]);
    expect(listeners()).toBe(count);
  });
});
