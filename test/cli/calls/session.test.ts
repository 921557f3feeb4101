import { afterEach, describe, expect, it, jest } from "@jest/globals";
import { terminalOutput } from "../../../cli/calls/session";

/** What is said, and how the command ends, when standard output fails. */
function failing(code: string): { said: string; exitCode: typeof process.exitCode } {
  const exit = jest.spyOn(process, "exit").mockImplementation(() => undefined as never);
  const say = jest.spyOn(console, "error").mockImplementation(() => undefined);
  const before = process.exitCode;
  terminalOutput("fr");
  process.stdout.emit("error", Object.assign(new Error(`${code}: write`), { code }));
  const { exitCode } = process;
  process.exitCode = before;
  expect(exit).toHaveBeenCalledTimes(1);
  return { said: say.mock.calls.flat().join("\n"), exitCode };
}

afterEach(() => {
  jest.restoreAllMocks();
});

describe("where the answer goes to a file by the shell's `>`", () => {
  it("a full disk is told in a sentence, and ends with 2", () => {
    const { said, exitCode } = failing("ENOSPC");
    expect(said.trim()).toBe("La réponse n'a pas pu être écrite en entier : le disque est plein.");
    expect(exitCode).toBe(2);
  });

  it("a reader who stops early is no failure", () => {
    expect(failing("EPIPE")).toEqual({ said: "", exitCode: process.exitCode });
  });
});
