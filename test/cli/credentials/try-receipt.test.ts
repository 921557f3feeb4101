/** `piste credentials try --receipt`: facts about PISTE in numbers, and nothing about the user. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { transportTo } from "../../../emulator";
import { CommandMaker } from "../../../cli/command/options";
import type { Receipt } from "../../../cli/command/receipt";
import { runTry, type TryOptions } from "../../../cli/credentials/run";
import { openPiste } from "../../../cli/command/target";
import { OBSERVED_PISTE_FACTS } from "../../../piste/facts";
import { provenBlocks, readReceipts } from "../../../scripts/docs/proven";
import { SIRET } from "../doctor/fixture";
import { ACCOUNT, CLIENT, Portals } from "../doctor/portals";
import { openFixture } from "./fixture";
import { typing } from "./try-fixture";

let portals: Portals;
let folder: string;
let asked = 0;
let exitCode: typeof process.exitCode;
beforeEach(() => {
  portals = Portals.ready("qualif");
  folder = mkdtempSync(path.join(tmpdir(), "receipt-"));
  exitCode = process.exitCode;
  asked = 0;
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  process.exitCode = exitCode;
  jest.restoreAllMocks();
});

/** Runs the command with the real addresses, which the local PISTE answers. */
async function tried(options: TryOptions = {}, typed = typing()): Promise<readonly Receipt[]> {
  for (const stream of ["log", "error"] as const) jest.spyOn(console, stream).mockImplementation(() => undefined);
  const { piste, clock } = portals.aws;
  const open: typeof openPiste = (...words) => ({
    ...openPiste(...words),
    transport: transportTo(piste),
    now: clock.now,
  });
  const receipt = path.join(folder, "receipt.json");
  await runTry(
    new CommandMaker("en"),
    "qualif",
    { receipt, json: true, ...options },
    {
      open,
      ask: () => ((asked += 1), openFixture({ typed, environment: "qualif" }).session.ask),
    },
  );
  return readReceipts(folder);
}

const NOT_SEEN = Object.fromEntries(
  OBSERVED_PISTE_FACTS.map((fact) => [fact, { result: "not seen", measured: expect.any(Object) }]),
);

describe("a receipt of a trial", () => {
  it("holds answers of PISTE and Chorus Pro in numbers, and nothing about the user", async () => {
    const [receipt] = await tried();
    expect(receipt).toEqual({
      command: "credentials try",
      date: "2023-11-14",
      platform: "qualif",
      versions: { "cdktf-piste": expect.any(String) },
      facts: {
        "expires-in": { result: "as expected", measured: { seconds: 3600 } },
        "api-not-selected": { result: "as expected", measured: { letIn: 4 } },
        "account-refused": { result: "as expected", measured: { accepted: 1, refused: 0 } },
      },
    });
    const text = JSON.stringify(receipt);
    const { login, password } = ACCOUNT;
    for (const canary of [
      CLIENT.client_id,
      CLIENT.client_secret,
      login,
      password,
      SIRET,
      "piste.gouv.fr",
      "chorus-pro-",
    ]) {
      expect(text).not.toContain(canary);
    }
  });

  it("reports a token with another lifetime as otherwise", async () => {
    const { platform } = portals.aws.piste;
    platform.settings = { ...platform.settings, tokenLifetimeInSeconds: 1800 };
    const [receipt] = await tried();
    expect(receipt?.facts["expires-in"]).toEqual({ result: "otherwise", measured: { seconds: 1800 } });
  });

  it("does not report refused APIs and accounts as a deviation of PISTE", async () => {
    portals.selectApis(["chorus-pro-structures", "chorus-pro-utilisateurs", "chorus-pro-transverses"]);
    const [receipt] = await tried({}, typing(CLIENT, { ...ACCOUNT, password: "canary-wrong-password" }));
    expect(receipt?.facts["api-not-selected"]?.measured).not.toEqual({ letIn: 4 });
    expect(receipt?.facts["account-refused"]).toEqual({
      result: "as expected",
      measured: { accepted: 0, refused: 1 },
    });
  });

  it("has seen nothing if the pair is wrong", async () => {
    const [receipt] = await tried({}, typing({ ...CLIENT, client_secret: "canary-wrong-client-secret" }));
    expect(receipt?.facts).toEqual(NOT_SEEN);
  });

  it("is accepted by docs/proven.md", async () => {
    const { runs, promises = "" } = provenBlocks(await tried());
    expect(runs).toContain("| 2023-11-14 | qualif | `credentials try` | ");
    expect(promises).toMatch(/`expires-in`: .*\| as expected in 1 of 1 runs \|/);
  });

  it("is refused before the first question for the local PISTE, or when it could not be written", async () => {
    await expect(tried({ local: true })).rejects.toThrow("A receipt is about AWS");
    await expect(tried({ receipt: path.join(folder, "none", "receipt.json") })).rejects.toThrow("does not exist");
    expect(asked).toBe(0);
    expect(readdirSync(folder)).toEqual([]);
  });
});
