/** `piste emulator --allow-host` as a program. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { get } from "node:http";
import * as path from "node:path";
import { describe, expect, it, jest } from "@jest/globals";
import { runPiste } from "../run-piste";

// Starting programs is slow on a busy machine.
jest.setTimeout(60_000);

const ROOT = path.resolve(__dirname, "../../..");

const statusOf = (controlUrl: string, host: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    get(`${controlUrl}/settings`, { headers: { host } }, (incoming) => {
      incoming.resume();
      resolve(incoming.statusCode);
    }).on("error", reject);
  });

describe("piste emulator --allow-host", () => {
  it("accepts only the host names that it was given", async () => {
    const words = ["emulator", "--port", "0", "--allow-host", "piste.test", "--allow-host", "host.docker.internal"];
    const child = spawn(process.execPath, ["--import", "tsx", "cli/piste.ts", ...words], { cwd: ROOT });
    try {
      let said = "";
      while (!/http:\S+\/_emulator\n/.test(said)) said += String((await once(child.stdout, "data"))[0]);
      const controlUrl = /http:\S+\/_emulator(?=\n)/.exec(said)?.[0] ?? "";
      expect(await statusOf(controlUrl, "piste.test:8787")).toBe(200);
      expect(await statusOf(controlUrl, "host.docker.internal")).toBe(200);
      expect(await statusOf(controlUrl, "evil.example")).toBe(421);
    } finally {
      child.kill();
    }
  });

  it.each([
    ["en", "It must be a host name or an IP address, without a port."],
    ["fr", "Il faut un nom d'hôte ou une adresse IP, sans port."],
  ])("refuses a wrong name, in %s", async (language, message) => {
    const { code, err } = await runPiste(["emulator", "--allow-host", "http://piste.test:80", "--lang", language]);
    expect({ code, err: err.replace(/\s+/g, " ") }).toEqual({ code: 2, err: expect.stringContaining(message) });
  });
});
