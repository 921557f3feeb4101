/** `piste credentials try` as a program on the local PISTE: it does not call AWS, and no typed value is kept or shown. */
import { randomUUID } from "node:crypto";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { startEmulator, type Emulator } from "../../../emulator";
import type { KeptEnvironment } from "../../../aws/local/kept-environment";
import { Canaries } from "../../deploy/canaries";
import { PseudoTerminal } from "../pseudo-terminal";
import { runPiste, type Ended } from "../run-piste";

// Starting programs is slow on a busy machine.
jest.setTimeout(60_000);

const CLIENT = { client_id: randomUUID(), client_secret: randomUUID() };
const ACCOUNT = { login: "TECH_1_12345678901234@cpro.fr", password: "canary-password-é&1" };
const WRONG = { ...ACCOUNT, password: "canary-wrong-password-é&2" };
const PISTE = path.resolve(__dirname, "../../../cli/piste.mjs");
const CTRL_C = "\u0003";
const CTRL_D = "\u0004";

const canaries = new Canaries();
let emulator: Emulator;
/** Counts calls of AWS. */
let aws: Server;
let askedOfAws = 0;
let folder: string;
beforeAll(async () => {
  emulator = await startEmulator({ port: 0 });
  aws = createServer((_, response) => {
    askedOfAws += 1;
    response.writeHead(500).end();
  });
  await new Promise<void>((resolve) => aws.listen(0, "127.0.0.1", resolve));
  const { platform } = emulator.piste;
  platform.addClient(CLIENT);
  platform.addAccount(ACCOUNT);
  canaries.add(CLIENT.client_id, CLIENT.client_secret, ACCOUNT.password, WRONG.password);
  const giveToken = platform.giveToken.bind(platform);
  platform.giveToken = (...words) => {
    const given = giveToken(...words);
    canaries.add(given.token);
    return given;
  };
  folder = mkdtempSync(path.join(tmpdir(), "try "));
  mkdirSync(path.join(folder, ".piste"));
  const { tokenEndpoint, apiBaseUrl, controlUrl } = emulator;
  const kept: KeptEnvironment = {
    awsEndpoint: `http://127.0.0.1:${(aws.address() as AddressInfo).port}`,
    region: "eu-west-3",
    tokenEndpoint,
    apiBaseUrl,
    controlUrl,
    environment: "qualif",
  };
  writeFileSync(path.join(folder, ".piste", "local.json"), JSON.stringify(kept));
});
beforeEach(() => {
  emulator.piste.faults.clear();
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  aws.close();
  await emulator.stop();
});

/** No AWS credentials and no region; calls of AWS go to the counter. */
const variables = (): Record<string, string> => ({
  AWS_ENDPOINT_URL: `http://127.0.0.1:${(aws.address() as AddressInfo).port}`,
  AWS_REGION: "",
  AWS_EC2_METADATA_DISABLED: "true",
  HOME: folder,
  TMPDIR: folder,
  TSX_DISABLE_CACHE: "1",
  PISTE_DEBUG: "1",
});

const WORDS = ["credentials", "try", "qualif", "--local"];

async function tryOut(input: unknown, ...words: readonly string[]): Promise<Ended> {
  const text = typeof input === "string" ? input : JSON.stringify(input);
  const ended = await runPiste([...WORDS, ...words], { input: text, cwd: folder, env: variables() });
  expectNothingLeft(ended.out + ended.err);
  return ended;
}

function expectNothingLeft(output: string): void {
  expect(canaries.in(output)).toEqual([]);
  expect(readdirSync(folder, { recursive: true }).sort()).toEqual([".piste", path.join(".piste", "local.json")]);
  expect(askedOfAws).toBe(0);
}

const callsSince = (before: number): string[] =>
  emulator.piste
    .recentCalls()
    .slice(before)
    .map((call) => `${call.path.split("/").at(-1) ?? ""} ${call.status}`);

describe("piped", () => {
  it("prints only JSON on standard output, and ends with 0 after a success", async () => {
    const { code, out, err } = await tryOut({ ...CLIENT, ...ACCOUNT, changedOn: "2026-01-01" }, "--json");
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      environment: "qualif",
      ready: false,
      works: true,
      found: [],
      next: [
        "npx piste credentials set qualif client --local",
        "npx piste credentials set qualif technical-account --local",
      ],
    });
    expect(err).toContain("Everything that you type goes to 127.0.0.1:");
  });

  it("sends a wrong password once, and gives its owner's exit code", async () => {
    const before = emulator.piste.recentCalls().length;
    const { code, out } = await tryOut({ ...CLIENT, ...WRONG, changedOn: "2026-01-01" });
    expect(code).toBe(3);
    expect(out).toContain("gestionnaire principal");
    // The other APIs get a made-up login.
    expect(callsSince(before)).toEqual([
      ...["token 200", "health-check 200", "tauxtva 401"],
      ...["rattachements 401", "rechercher 401", "fournisseur 401"],
    ]);
  });

  it("does not send an account or a pair again after an unclear answer", async () => {
    emulator.piste.faults.add({ on: "api", login: ACCOUNT.login, connection: "half-body", status: 200 });
    let before = emulator.piste.recentCalls().length;
    expect((await tryOut({ ...CLIENT, ...ACCOUNT, changedOn: "2026-01-01" })).code).toBe(4);
    expect(callsSince(before)).toEqual(["token 200", "health-check 200", "tauxtva 200"]);
    emulator.piste.faults.add({ on: "token", connection: "reset" });
    before = emulator.piste.recentCalls().length;
    expect((await tryOut({ ...CLIENT, ...ACCOUNT })).code).toBe(4);
    expect(callsSince(before)).toHaveLength(1);
  });

  it("does not repeat a value given as an argument, and asks no question", async () => {
    const ended = await tryOut(CLIENT, CLIENT.client_secret);
    expect(ended.code).toBe(2);
    expect(ended.err).toContain("Values are never given as arguments");
    expect((await tryOut(CLIENT, "--api", CLIENT.client_secret)).code).toBe(2);
  });

  it("refuses invalid JSON without repeating it", async () => {
    expect((await tryOut(`{"client_secret":"${CLIENT.client_secret}`)).code).toBe(2);
  });

  it("calls PISTE's own hosts without --local, and ignores variables", async () => {
    const before = emulator.piste.recentCalls().length;
    const { code, out, err } = await runPiste(["credentials", "try", "qualif", "--json"], {
      input: JSON.stringify(CLIENT),
      cwd: folder,
      env: {
        ...variables(),
        PISTE_TOKEN_ENDPOINT: emulator.tokenEndpoint,
        PISTE_API_BASE_URL: emulator.apiBaseUrl,
        // Keeps the calls on this machine.
        HTTPS_PROXY: "http://127.0.0.1:9",
      },
    });
    expect(err).toContain("Everything that you type goes to sandbox-oauth.piste.gouv.fr and sandbox-api.piste.gouv.fr");
    expect(JSON.parse(out)).toMatchObject({ found: [{ code: "way-from-here", step: "Q7", owner: "operator" }] });
    expect(code).toBe(2);
    expect(callsSince(before)).toEqual([]);
    expectNothingLeft(out + err);
  });
});

describe("on a terminal", () => {
  const launch = (words: readonly string[] = []): PseudoTerminal => {
    const command = `cd '${folder}' && '${process.execPath}' '${PISTE}' ${WORDS.join(" ")} --lang en ${words.join(" ")}`;
    return PseudoTerminal.start(["sh", "-c", command], variables());
  };
  const start = async (...words: readonly string[]): Promise<PseudoTerminal> => {
    const terminal = launch(words);
    await terminal.until(/Client id/);
    return terminal;
  };
  const argumentsOfAll = (): string => execFileSync("ps", ["-eo", "args"], { encoding: "utf8" });

  async function typePair(terminal: PseudoTerminal): Promise<void> {
    terminal.type(`${CLIENT.client_id}\r`);
    await terminal.until(/Client secret \(not shown\)/);
    terminal.type(`${CLIENT.client_secret}\r`);
    await terminal.until(/Login .*Enter if there is none/);
  }

  /** Output without the client id, which is visible. */
  const hidden = (terminal: PseudoTerminal): string => terminal.shown.replaceAll(CLIENT.client_id, "");

  it("tries typed values, and leaves none anywhere", async () => {
    const terminal = await start();
    await typePair(terminal);
    terminal.type(`${ACCOUNT.login}\r`);
    await terminal.until(/Password \(not shown\)/);
    terminal.type(`${ACCOUNT.password}\r`);
    await terminal.until(/Set on the portal on/);
    expect(canaries.in(argumentsOfAll())).toEqual([]);
    terminal.type("\r");
    expect(await terminal.end()).toBe(0);
    expect(terminal.shown).toContain("what was typed works. Nothing was stored.");
    expectNothingLeft(hidden(terminal));
  });

  it("takes an empty login for no account", async () => {
    const terminal = await start("--json");
    await typePair(terminal);
    terminal.type("\r");
    expect(await terminal.end()).toBe(3);
    expect(terminal.shown).toContain('"code": "account-not-typed"');
    expectNothingLeft(hidden(terminal));
  });

  it("does not show or use typing before the first question", async () => {
    const terminal = launch();
    const isRaw = (): boolean =>
      /(?<!\w)-echo\b/.test(execFileSync("sh", ["-c", `stty -a < ${terminal.device}`], { encoding: "utf8" }));
    while (!isRaw()) await sleep(20);
    terminal.type(`${CLIENT.client_secret}\r`);
    await terminal.until(/Client id/);
    terminal.type(CTRL_C);
    expect(await terminal.end()).toBe(130);
    expectNothingLeft(terminal.shown);
  });

  it.each([
    ["Ctrl-C", CTRL_C],
    ["Ctrl-D", CTRL_D],
  ])("leaves nothing after %s in a question", async (_, key) => {
    const before = emulator.piste.recentCalls().length;
    const terminal = await start();
    await typePair(terminal);
    terminal.type(key);
    expect(await terminal.end()).toBe(130);
    expect(terminal.shown).toContain("Nothing was stored.");
    expect(callsSince(before)).toEqual([]);
    expectNothingLeft(hidden(terminal));
  });

  it("says after Ctrl-C during a call that the account may have been sent", async () => {
    emulator.piste.faults.add({ on: "api", connection: "hang" });
    const before = emulator.piste.recentCalls().length;
    const terminal = await start();
    await typePair(terminal);
    terminal.type(`${ACCOUNT.login}\r`);
    await terminal.until(/Password \(not shown\)/);
    terminal.type(`${ACCOUNT.password}\r`);
    await terminal.until(/Set on the portal on/);
    terminal.type("\r");
    await terminal.until(/Token: valid for/);
    terminal.type(CTRL_C);
    expect(await terminal.end()).toBe(130);
    expect(terminal.shown).toMatch(
      /Nothing was stored\. The technical account may have been\s+sent to Chorus Pro once\./,
    );
    expect(callsSince(before).length).toBeLessThanOrEqual(2);
    expectNothingLeft(hidden(terminal));
  });
});
