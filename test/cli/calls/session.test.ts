import { afterEach, describe, expect, it, jest } from "@jest/globals";
import { terminalOutput } from "../../../cli/calls/session";

/** The message and exit code when standard output fails with this code. */
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

describe("redirected standard output", () => {
  it("ends with 2 and one sentence when the disk is full", () => {
    const { said, exitCode } = failing("ENOSPC");
    expect(said.trim()).toBe("La réponse n'a pas pu être écrite en entier : le disque est plein.");
    expect(exitCode).toBe(2);
  });

  it("does not fail when its reader stops early", () => {
    expect(failing("EPIPE")).toEqual({ said: "", exitCode: process.exitCode });
  });
});
