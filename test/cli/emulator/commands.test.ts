import { describe, expect, it } from "@jest/globals";
import { startEmulator } from "../../../emulator";
import { CommandError } from "../../../cli/command/failure";
import { CommandMaker } from "../../../cli/command/options";
import { introduction, runEmulator } from "../../../cli/emulator/run";

describe("piste emulator", () => {
  it("prints its address and the same commands in both languages", async () => {
    const emulator = await startEmulator({ port: 0 });
    try {
      const { en, fr } = introduction(emulator);
      const laidOut = (text: string): string[] => text.match(/^ {2}(?: {2}-d|curl) .*$/gm) ?? [];
      expect(laidOut(en)).toHaveLength(3);
      expect(laidOut(fr)).toEqual(laidOut(en));
      for (const text of [en, fr]) {
        for (const address of [emulator.tokenEndpoint, emulator.apiBaseUrl, emulator.controlUrl])
          expect(text).toContain(`  ${address}\n`);
      }
      expect(fr).toMatch(/^Un PISTE local tourne/);
      expect(fr.replace(/^ .*$/gm, "")).not.toMatch(/\b(?:the|is|up|until|also)\b/i);
    } finally {
      await emulator.stop();
    }
  });

  it("says in both languages that its port is taken", async () => {
    const other = await startEmulator({ port: 0 });
    const port = Number(new URL(other.controlUrl).port);
    try {
      const failure: unknown = await runEmulator(new CommandMaker("fr"), { port }).catch((error: unknown) => error);
      if (!(failure instanceof CommandError)) throw failure;
      expect(failure.owner).toBe("operator");
      expect(failure.text.en).toMatch(new RegExp(`port ${port} .* is in use.*--port 0`));
      expect(failure.text.fr).toMatch(new RegExp(`un autre programme occupe le port ${port}.*--port 0`));
    } finally {
      await other.stop();
    }
  });
});
