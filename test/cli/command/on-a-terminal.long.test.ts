import { afterEach, describe, expect, it, jest } from "@jest/globals";
import { terminalOutput } from "../../../cli/calls/session";
import { CommandError, endWith } from "../../../cli/command/failure";
import { giveWrapped } from "../../../cli/command/terminal";
import { piste, PseudoTerminal } from "../pseudo-terminal";

const A_PROCESS = 30_000;
const COMMAND = `\`npx piste credentials set qualif technical-account --application ${"a".repeat(30)} --local\``;
const SENTENCES = `Nobody knows yet whether this account is the right one, so nothing was stored: ${COMMAND}.`;

const STREAMS = [process.stdout, process.stderr];
const before = STREAMS.map(({ isTTY, columns }) => ({ isTTY, columns }));
const exitCodeBefore = process.exitCode;
afterEach(() => {
  jest.restoreAllMocks();
  STREAMS.forEach((stream, index) => Object.assign(stream, before[index]));
  process.exitCode = exitCodeBefore;
});

/** The output on terminals of this width; undefined: on pipes. */
function written(columns: number | undefined, act: () => void): string {
  const shown: string[] = [];
  for (const stream of STREAMS) {
    Object.assign(stream, { isTTY: columns !== undefined, columns });
  }
  jest.spyOn(console, "log").mockImplementation((text: unknown) => shown.push(String(text)));
  jest.spyOn(console, "error").mockImplementation((text: unknown) => shown.push(String(text)));
  act();
  jest.restoreAllMocks();
  return shown.join("\n").trim();
}

describe("sentences", () => {
  it.each<[string, () => void]>([
    [
      "of a result",
      () => {
        giveWrapped(SENTENCES);
      },
    ],
    [
      "of a call",
      () => {
        terminalOutput().say(SENTENCES);
      },
    ],
    [
      "of a failure",
      () => {
        endWith(new CommandError({ en: SENTENCES, fr: "" }, "operator"), "en");
      },
    ],
  ])("%s are wrapped on a terminal, and not on a pipe", (_, act) => {
    expect(written(100, act).split("\n")).toEqual([
      "Nobody knows yet whether this account is the right one, so nothing was stored:",
      `${COMMAND}.`,
    ]);
    expect(written(50, act).split("\n")[0]).toBe("Nobody knows yet whether this account is the right");
    expect(written(undefined, act)).toBe(SENTENCES);
  });

  it(
    "of a usage error are wrapped too",
    async () => {
      const terminal = PseudoTerminal.start(piste("credentials", "set", "qualif", "client", "word", "--lang", "fr"));
      expect(await terminal.end()).toBe(2);
      expect(terminal.shown.split("\n").filter((line) => line.length > 80)).toEqual([]);
      expect(terminal.shown).toMatch(/trop d'arguments[^]*ou lues sur\nl'entrée standard/);
    },
    A_PROCESS,
  );
});
