/** Runs the examples' consumers with an emulated AWS and the installed package's local PISTE. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { copyFileSync, mkdirSync } from "node:fs";
import * as path from "node:path";
import { createInterface, type Interface } from "node:readline";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { CreateSecretCommand, PutSecretValueCommand, type SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { startAwsEmulator } from "../../scripts/local/aws-emulator";
import { cleanEnvironment, emulatedAws } from "../../aws/local/environment";
import { TOOLS } from "../../scripts/local/folders";
import { endProcesses, runCommand, start } from "../../scripts/local/processes";
import { AwsProxy } from "../deploy/aws-proxy";
import { secretsOf } from "../deploy/emulated-secrets";
import { REGION, type Fixture } from "../deploy/fixture";
import { buildExample, installedExample } from "../package/example";
import pack from "../package/pack";
import type { Project } from "../package/project";
import removeTarball from "../package/remove-tarball";

/** Mostly packing and installing. */
jest.setTimeout(10 * 60_000);

const RUN_ID = `examples-${process.pid}`;
const SIRET = "12345678901234";
const TOKEN = "piste/qualif/chorus-pro/token";
const ACCOUNT = "piste/qualif/chorus-pro/technical-account/default";
/** The emulator's client and account, which it prints. */
const ID = /client\s+(\S+) \/ (\S+)/;
const ACCOUNTS = /technical account\s+(\S+) \/ (\S+)/;

interface LocalPiste {
  readonly apiBaseUrl: string;
  readonly client: { readonly client_id: string; readonly client_secret: string };
  readonly account: { readonly login: string; readonly password: string };
}

const projects = new Map<string, Project>();
let aws: { readonly endpoint: string };
let secrets: SecretsManagerClient;
let piste: LocalPiste;
let proxy: AwsProxy;
beforeAll(async () => {
  pack();
  const names = ["python", "lambda-node", "container"];
  const [emulator] = await Promise.all([
    startAwsEmulator(RUN_ID, undefined, () => undefined),
    ...names.map(async (name) => {
      projects.set(name, await installedExample(name));
    }),
  ]);
  aws = emulator;
  secrets = secretsOf(aws as Fixture);
  for (const Name of [TOKEN, ACCOUNT]) await secrets.send(new CreateSecretCommand({ Name }));
  piste = await startPiste(projectOf("python"));
});
afterAll(async () => {
  await endProcesses(RUN_ID);
  for (const project of projects.values()) project.remove();
  removeTarball();
});
beforeEach(async () => {
  proxy = await AwsProxy.start(aws.endpoint);
  await Promise.all([storeToken(), store(ACCOUNT, piste.account)]);
});
afterEach(() => proxy.stop());

function projectOf(name: string): Project {
  const project = projects.get(name);
  if (project === undefined) throw new Error(`the example ${name} was not installed`);
  return project;
}

const environmentOf = (more: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  ...cleanEnvironment(RUN_ID, emulatedAws(proxy.endpoint, REGION)),
  PISTE_ENVIRONMENT: "qualif",
  PISTE_API_BASE_URL: piste.apiBaseUrl,
  ...more,
});

/** The package's `npx piste emulator`. */
function startPiste({ folder }: Project): Promise<LocalPiste> {
  const command = path.join(folder, "node_modules", ".bin", "piste");
  const child = start(command, ["emulator", "--port", "0", "--lang", "en"], {
    cwd: folder,
    env: cleanEnvironment(RUN_ID),
  });
  return new Promise((resolve, reject) => {
    let said = "";
    child.stderr?.on("data", (chunk: Buffer) => (said += chunk.toString()));
    child.once("exit", () => {
      reject(new Error(`the local PISTE ended: ${said}`));
    });
    child.stdout?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      const [, apiBaseUrl] = /API gateway\s+(\S+)/.exec(said) ?? [];
      const [, client_id, client_secret] = ID.exec(said) ?? [];
      const [, login, password] = ACCOUNTS.exec(said) ?? [];
      if (!apiBaseUrl || !client_id || !client_secret || !login || !password || !said.includes("Other paths")) return;
      resolve({ apiBaseUrl, client: { client_id, client_secret }, account: { login, password } });
    });
  });
}

const store = (SecretId: string, value: object): Promise<unknown> =>
  secrets.send(new PutSecretValueCommand({ SecretId, SecretString: JSON.stringify(value) }));

/** A token as the refresher stores it. */
async function storeToken(): Promise<string> {
  const answer = await fetch(`${piste.apiBaseUrl}/api/oauth/token`, {
    method: "POST",
    body: new URLSearchParams({ grant_type: "client_credentials", scope: "openid", ...piste.client }),
  });
  const { access_token, expires_in } = (await answer.json()) as { access_token: string; expires_in: number };
  const issued_at = Math.floor(Date.now() / 1000);
  const expires_at = issued_at + expires_in;
  await store(TOKEN, { access_token, token_type: "Bearer", scope: "openid", issued_at, expires_at });
  return access_token;
}

const control = (method: string, action: string): Promise<Response> =>
  fetch(`${piste.apiBaseUrl}/_emulator${action}`, { method });

/** The APIs' answers since then. */
async function statuses(): Promise<number[]> {
  const calls = (await (await control("GET", "/calls")).json()) as { path: string; status: number }[];
  return calls.filter(({ path: to }) => to.startsWith("/cpro/")).map(({ status }) => status);
}

/** A program that answers each input line with a line. */
class Dialogue {
  said = "";
  private readonly lines: Interface;
  constructor(private readonly child: ChildProcess) {
    if (child.stdout === null) throw new Error("the program has no output");
    this.lines = createInterface({ input: child.stdout });
    child.stderr?.on("data", (chunk: Buffer) => (this.said += chunk.toString()));
  }
  ask(line: string): Promise<string> {
    return new Promise((resolve, reject) => {
      this.lines.once("line", (answer) => {
        this.said += answer;
        resolve(answer);
      });
      this.child.once("exit", () => {
        reject(new Error(`the program ended: ${this.said}`));
      });
      this.child.stdin?.write(`${line}\n`);
    });
  }
  end(): void {
    this.child.stdin?.end();
  }
}

/** A Python with boto3: on the PATH, or that of the emulated AWS. */
let python: string | undefined;
function pythonWithBoto3(): string {
  if (python !== undefined) return python;
  const candidates = ["python3", "python", path.join(TOOLS, "moto-venv", "bin", "python")];
  python = candidates.find((candidate) => spawnSync(candidate, ["-c", "import boto3"]).status === 0);
  if (python !== undefined) return python;
  throw new Error(`none of ${candidates.join(", ")} has boto3, which the example needs: pip install boto3`);
}

/** Each line is a step; a step can also advance the clock. */
const DRIVER = `
import json, sys, time
real, ahead = time.monotonic, 0.0
time.monotonic = lambda: real() + ahead
import piste_client
piste = piste_client.from_environment()
for line in sys.stdin:
    step = json.loads(line)
    try:
        if "passSeconds" in step:
            ahead += step["passSeconds"]
            said = "passed"
        else:
            said = piste.post(step["path"], {"structure": {"identifiantStructure": "${SIRET}", "typeIdentifiantStructure": "SIRET"}})["codeRetour"]
    except Exception as error:
        said = type(error).__name__ + ": " + str(error)
    print(json.dumps(said), flush=True)
`;

describe("the consumer in Python", () => {
  const CALL = JSON.stringify({ path: "/cpro/structures/v1/rechercher" });
  let program: Dialogue;
  let before: number;
  beforeEach(async () => {
    const child = spawn(pythonWithBoto3(), ["-c", DRIVER], {
      cwd: projectOf("python").folder,
      env: environmentOf(),
      stdio: "pipe",
    });
    program = new Dialogue(child);
    before = (await statuses()).length;
  });
  afterEach(() => {
    program.end();
  });
  const answered = async (): Promise<number[]> => (await statuses()).slice(before);
  const reads = (what: string): number => proxy.calls.filter((call) => call === `GetSecretValue ${what}`).length;

  it("calls Chorus Pro, and reads its secrets again after five minutes", async () => {
    for (let count = 0; count < 3; count++) expect(await program.ask(CALL)).toBe("0");
    expect([reads("token"), reads("default")]).toEqual([1, 1]);
    await program.ask(JSON.stringify({ passSeconds: 299 }));
    await program.ask(CALL);
    expect(reads("token")).toBe(1);
    await program.ask(JSON.stringify({ passSeconds: 2 }));
    expect(await program.ask(CALL)).toBe("0");
    expect([reads("token"), reads("default")]).toEqual([2, 2]);
    expect(await answered()).toEqual([200, 200, 200, 200, 200]);
  });

  it("reads the token and calls once more if the gateway refuses the token", async () => {
    await program.ask(CALL);
    await control("DELETE", "/tokens");
    await storeToken();
    expect(await program.ask(CALL)).toBe("0");
    await control("DELETE", "/tokens");
    expect(await program.ask(CALL)).toContain("PisteError: POST /cpro/structures/v1/rechercher: 401");
    expect(await answered()).toEqual([200, 401, 200, 401, 401]);
  });

  it("sends a refused account only once, until its secret changes", async () => {
    await store(ACCOUNT, { ...piste.account, password: "canary-wrong" });
    for (let count = 0; count < 3; count++) expect(await program.ask(CALL)).toContain("AccountRefused");
    expect(await answered()).toEqual([401]);
    await store(ACCOUNT, piste.account);
    expect(await program.ask(CALL)).toBe("0");
    expect(await answered()).toEqual([401, 200]);
    expect(program.said).not.toContain("canary");
  });

  it("sends a token to no other host", async () => {
    const refused = async (code: string): Promise<string> => {
      const options = { cwd: projectOf("python").folder, env: environmentOf() };
      return (await runCommand(pythonWithBoto3(), ["-c", `import piste_client as p\n${code}`], options)).output;
    };
    expect(await refused('p.Piste("qualif", base_url="http://127.0.0.1:1@example.com/")')).toContain("loopback");
    expect(await refused('p.Piste("prod", base_url="http://127.0.0.1:1")')).toContain("not for prod");
    expect(await refused('p.Piste("qualif").post("@example.com/", {})')).toContain("path must begin with /");
  });
});

/** Folder of the bundle. */
async function built(name: string): Promise<string> {
  await buildExample(name, projectOf(name));
  return path.join(projectOf(name).folder, "build");
}

it("the function in Node returns Chorus Pro's answer, or who must act after a refusal", async () => {
  const folder = await built("lambda-node");
  const invoke = `const { handler } = require("./index.js");
    handler({ siret: "${SIRET}" }).then((found) => console.log(JSON.stringify(found)));`;
  const result = async (): Promise<unknown> => {
    const child = spawn(process.execPath, ["-e", invoke], { cwd: folder, env: environmentOf(), stdio: "pipe" });
    let said = "";
    child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
    await new Promise((resolve) => child.once("close", resolve));
    return JSON.parse(said);
  };
  expect(await result()).toEqual({ returnCode: 0 });
  await store(ACCOUNT, { ...piste.account, password: "canary-wrong" });
  expect(await result()).toEqual({ refused: { code: "account-refused", owner: "chorus-pro" } });
});

it("the container's service finds a structure, and answers its health check", async () => {
  const folder = await built("container");
  const alone = path.join(folder, "alone");
  mkdirSync(alone);
  copyFileSync(path.join(folder, "server.js"), path.join(alone, "server.js"));
  const child = spawn(process.execPath, ["server.js"], {
    cwd: alone,
    env: environmentOf({ PORT: "0" }),
    stdio: "pipe",
  });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const [, port = ""] = await new Promise<RegExpExecArray>((resolve, reject) => {
    child.once("exit", () => {
      reject(new Error(said));
    });
    child.stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      const found = /listening on (\d+)/.exec(said);
      if (found !== null) resolve(found);
    });
  });
  const get = async (to: string): Promise<unknown> => {
    const answer = await fetch(`http://127.0.0.1:${port}${to}`);
    return [answer.status, await answer.json()];
  };
  expect(await get("/health")).toEqual([200, {}]);
  expect(await get(`/structures/${SIRET}`)).toEqual([200, expect.objectContaining({ codeRetour: 0 })]);
  expect(await get("/structures/1")).toEqual([404, {}]);
  child.kill("SIGTERM");
  expect(await new Promise((resolve) => child.once("exit", resolve))).toBe(0);
});
