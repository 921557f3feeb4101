import { describe, expect, it, jest } from "@jest/globals";
import type { Text } from "../../../piste/language";
import { interruptibly } from "../../../cli/credentials/interruption";

const LATER: Text = { en: "It is stored.", fr: "C'est enregistré." };
const listeners = (): number =>
  ["exit", "SIGINT", "SIGTERM", "SIGHUP"].reduce((sum, event) => sum + process.listenerCount(event), 0);

describe("an interrupted command", () => {
  it.each([
    ["before anything was stored", undefined, "Nothing was stored."],
    ["later", LATER, LATER.en],
  ])("says %s what was done, and ends as shells expect", async (_, truth, expected) => {
    const said: Text[] = [];
    const exit = jest.spyOn(process, "exit").mockReturnValue(undefined as never);
    await interruptibly(
      (now) => said.push(now),
      (ifInterrupted) => {
        if (truth !== undefined) ifInterrupted(truth);
        process.listeners("exit").at(-1)?.call(process, 0);
        return Promise.resolve();
      },
    );
    expect(said.map(({ en }) => en)).toEqual([expected]);
    expect(exit).toHaveBeenCalledWith(130);
    exit.mockRestore();
  });
});

describe("a command without an interruption", () => {
  it("prints nothing, and leaves no listener", async () => {
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
