import { PassThrough } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "@jest/globals";
import type { Question } from "../../../cli/credentials/ask";
import { terminalAsk } from "../../../cli/credentials/terminal-ask";

const question = (changes: Partial<Question> = {}): Question => ({
  text: { en: "The value", fr: "La valeur" },
  refuse: () => undefined,
  ...changes,
});

interface Typist {
  readonly ask: ReturnType<typeof terminalAsk>;
  readonly shown: () => string;
  readonly type: (...keys: readonly string[]) => Promise<void>;
}

function typist(language: "en" | "fr" = "en"): Typist {
  const input = Object.assign(new PassThrough(), { isTTY: true });
  const output = new PassThrough();
  let shown = "";
  output.on("data", (chunk: Buffer) => (shown += chunk.toString()));
  return {
    ask: terminalAsk(language, { input, output }),
    shown: () => shown,
    type: async (...keys) => {
      for (const key of keys) {
        // Waits until the question, or the previous key, is drawn.
        while (shown === "") await sleep(20);
        await sleep(20);
        input.write(key);
      }
    },
  };
}

const ENTER = "\r";

describe("on a terminal", () => {
  it("never shows a hidden value, typed or pasted", async () => {
    const { ask, type, shown } = typist();
    const answer = ask.hidden(question());
    await type("canary-secret", ENTER);
    expect(await answer).toBe("canary-secret");
    expect(shown()).toContain("The value");
    expect(shown()).toContain("*************");
    for (let length = 3; length <= 13; length++) expect(shown()).not.toContain("canary-secret".slice(0, length));
  });

  it("shows a visible value and its default", async () => {
    const { ask, type, shown } = typist("fr");
    const answer = ask.shown(question({ byDefault: "2026-11-25" }));
    await type(ENTER);
    expect(await answer).toBe("2026-11-25");
    expect(shown()).toContain("La valeur");
  });

  it("asks again after an invalid value, with the reason in the user's language", async () => {
    const { ask, type, shown } = typist("fr");
    const refuse = (value: string): { en: string; fr: string } | undefined =>
      value === "good" ? undefined : { en: "No.", fr: "Non !" };
    const answer = ask.hidden(question({ refuse }));
    await type("bad", ENTER, "\u007f", "\u007f", "\u007f", "good", ENTER);
    expect(await answer).toBe("good");
    expect(shown()).toContain("Non !");
  });

  it.each<[string, "en" | "fr", readonly string[], boolean, boolean]>([
    ["y", "en", ["y", ENTER], false, true],
    ["oui", "fr", ["oui", ENTER], false, true],
    ["O", "fr", ["O", ENTER], false, true],
    ["no", "en", ["no", ENTER], true, false],
    ["Enter, by default no", "en", [ENTER], false, false],
    ["Enter, by default yes", "fr", [ENTER], true, true],
    ["another key, then no", "en", ["x", ENTER, "\u007f", "n", ENTER], true, false],
  ])("accepts yes and no: %s", async (_, language, keys, byDefault, expected) => {
    const { ask, type, shown } = typist(language);
    const answer = ask.yes({ en: "Sure?", fr: "Sûr ?" }, byDefault);
    await type(...keys);
    expect(await answer).toBe(expected);
    expect(shown()).toContain(language === "fr" ? (byDefault ? "(O/n)" : "(o/N)") : byDefault ? "(Y/n)" : "(y/N)");
  });
});

describe("without a terminal", () => {
  const piped = (...chunks: readonly Buffer[]): ReturnType<typeof terminalAsk> => {
    const input = new PassThrough();
    for (const chunk of chunks) input.write(chunk);
    input.end();
    return terminalAsk("en", { input, output: new PassThrough() });
  };

  it("reads all piped bytes, even with a character split over two chunks", async () => {
    const text = Buffer.from('{"password":"é"}');
    const ask = piped(text.subarray(0, 14), text.subarray(14));
    expect(ask.person).toBe(false);
    expect(await ask.piped()).toBe('{"password":"é"}');
  });

  it("stops reading beyond a secret's maximum size", async () => {
    expect(await piped(Buffer.alloc(65_536, "a")).piped()).toHaveLength(65_536);
    expect(await piped(Buffer.alloc(65_537, "a")).piped()).toBeUndefined();
  });
});
