import { fork, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  UpdateSecretVersionStageCommand,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { build, type Format } from "esbuild";
import { consumerVariables } from "../../constructs/internal/consumer-variables";
import { startEmulator, type Emulator } from "../../emulator";
import { REFUSED_LABEL, technicalAccountSecretName, tokenSecretName, VARIABLES } from "../../piste/names";
import { startAwsEmulator } from "../../scripts/local/aws-emulator";
import { bundleClient } from "../../scripts/build-client";
import { cleanEnvironment, emulatedAws } from "../../aws/local/environment";
import { LOCAL, ROOT } from "../../scripts/local/folders";
import { endProcesses } from "../../scripts/local/processes";
import { AwsProxy, isAhead, refuses } from "./aws-proxy";
import type { Order, Report } from "./consumer-program";
import { secretsOf } from "./emulated-secrets";
import { REGION, type Fixture } from "./fixture";

const MINUTE = 60_000;
const ACCOUNT = { login: "TECH_1_12345678901234@cpro.fr", password: "canary-password-4f1a" };
const STRUCTURES = "structures/v1/rechercher";

/** Kinds of bundles, and the published files that each uses. */
type Way = `${"cjs" | "esm"} of ${"index.js" | "index.mjs"}`;

/** A program's bundle with the published client, without the AWS SDK, as for Lambda. */
async function bundleProgram(folder: string, way: Way): Promise<string> {
  const [format, published] = way.split(" of ") as [Format, string];
  const place = path.join(folder, way);
  const client = path.join(place, published);
  mkdirSync(place);
  writeFileSync(client, await bundleClient(published === "index.mjs" ? "esm" : "cjs"));
  const outfile = path.join(place, format === "esm" ? "program.mjs" : "program.cjs");
  await build({
    absWorkingDir: ROOT,
    entryPoints: ["test/deploy/consumer-program.ts"],
    outfile,
    bundle: true,
    minify: true,
    platform: "node",
    target: "node20",
    format,
    external: ["@aws-sdk/*"],
    plugins: [
      {
        name: "published-client",
        setup: (hooks) => {
          hooks.onResolve({ filter: /\/client$/ }, () => ({ path: client }));
        },
      },
    ],
    logLevel: "warning",
  });
  return outfile;
}

/** With the condition `module`, and for bundlers that do not know it. */
const WAYS: readonly Way[] = ["cjs of index.mjs", "esm of index.mjs", "cjs of index.js", "esm of index.js"];

describe("a program in its own process", () => {
  let folder: string;
  let runId: string;
  const programs = new Map<Way, string>();
  let aws: { readonly endpoint: string };
  let secrets: SecretsManagerClient;
  beforeAll(async () => {
    mkdirSync(LOCAL, { recursive: true });
    folder = mkdtempSync(path.join(LOCAL, "test client "));
    runId = path.basename(folder).replaceAll(" ", "-");
    const bundled = WAYS.map(async (way) => {
      programs.set(way, await bundleProgram(folder, way));
    });
    [aws] = await Promise.all([startAwsEmulator(runId, undefined, () => undefined), ...bundled]);
    secrets = secretsOf({ endpoint: aws.endpoint } as Fixture);
  }, 2 * MINUTE);
  afterAll(async () => {
    await endProcesses(runId);
    rmSync(folder, { recursive: true, force: true });
  });

  let application: string;
  let emulator: Emulator;
  let proxy: AwsProxy;
  let consumer: ChildProcess;
  let said: string;
  let count = 0;
  beforeEach(async () => {
    application = `consumed-${count++}`;
    [emulator, proxy] = await Promise.all([startEmulator(), AwsProxy.start(aws.endpoint)]);
    emulator.piste.platform.addAccount(ACCOUNT);
    for (const Name of [
      tokenSecretName("qualif", application),
      technicalAccountSecretName("qualif", application, "lyon"),
    ]) {
      await secrets.send(new CreateSecretCommand({ Name }));
    }
    await storeToken();
    await store(technicalAccountSecretName("qualif", application, "lyon"), ACCOUNT);
    startProgram();
  });
  afterEach(async () => {
    consumer.kill();
    await Promise.all([emulator.stop(), proxy.stop()]);
  });

  const store = (SecretId: string, value: object) =>
    secrets.send(new PutSecretValueCommand({ SecretId, SecretString: JSON.stringify(value) }));

  async function storeToken(lifetime = 3600): Promise<string> {
    const { token } = emulator.piste.platform.giveToken("client", ["openid"]);
    const now = Math.floor(Date.now() / 1000);
    const times = { issued_at: now, expires_at: now + lifetime };
    await store(tokenSecretName("qualif", application), {
      access_token: token,
      token_type: "Bearer",
      scope: "openid",
      ...times,
    });
    return token;
  }

  function startProgram(way: Way = "cjs of index.mjs"): void {
    consumer = fork(programs.get(way) ?? "", {
      env: {
        ...cleanEnvironment(runId, emulatedAws(proxy.endpoint, REGION)),
        ...consumerVariables({ environment: "qualif", application, reserveInMinutes: 5, account: "lyon" }),
        [VARIABLES.apiBaseUrl]: emulator.apiBaseUrl,
      },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    said = "";
    for (const stream of [consumer.stdout, consumer.stderr])
      stream?.on("data", (chunk: Buffer) => (said += chunk.toString()));
  }

  const order = (words: Order): Promise<Report> =>
    new Promise((resolve, reject) => {
      consumer.once("message", resolve);
      consumer.once("exit", () => {
        reject(new Error(`the program ended: ${said.slice(-500)}`));
      });
      consumer.send(words);
    });

  /** Chorus Pro's answers. */
  const statuses = (): number[] => emulator.piste.recentCalls().map(({ status }) => status);

  it.each(WAYS)("bundled as %s reads AWS once for a thousand calls of getToken, and calls Chorus Pro", async (way) => {
    consumer.kill();
    startProgram(way);
    expect(new Set(await order({ what: "getToken", times: 1000 }))).toEqual(new Set([54]));
    expect(proxy.calls).toEqual(["GetSecretValue token"]);
    expect(await order({ what: "fetch", times: 5, address: STRUCTURES })).toEqual([200, 200, 200, 200, 200]);
    expect(proxy.calls).toEqual(["GetSecretValue token", "GetSecretValue lyon"]);
    expect(said).toBe("");
  });

  it("reads the token and calls once more if the gateway refuses the token", async () => {
    await order({ what: "getToken", times: 1 });
    emulator.piste.platform.expireTokens();
    const token = await storeToken();
    expect(await order({ what: "fetch", times: 1, address: STRUCTURES })).toEqual([200]);
    expect(statuses()).toEqual([401, 200]);
    expect(proxy.calls.filter((call) => call === "GetSecretValue token")).toHaveLength(2);
    emulator.piste.platform.expireTokens();
    expect(await order({ what: "fetch", times: 1, address: STRUCTURES })).toEqual(["token-refused"]);
    expect(statuses()).toEqual([401, 200, 401, 401]);
    expect(said).not.toContain(token);
  });

  it("sends a wrong password once, and never one with the label REFUSED", async () => {
    const secret = technicalAccountSecretName("qualif", application, "lyon");
    const { VersionId } = await store(secret, { ...ACCOUNT, password: "canary-wrong" });
    const all = await order({ what: "fetch", times: 50, address: STRUCTURES });
    expect(new Set(all)).toEqual(new Set(["account-refused"]));
    expect(statuses()).toEqual([401]);
    expect(said).not.toContain("canary");

    const label = { SecretId: secret, VersionStage: REFUSED_LABEL, MoveToVersionId: VersionId };
    await secrets.send(new UpdateSecretVersionStageCommand(label));
    consumer.kill();
    startProgram();
    expect(await order({ what: "fetch", times: 2, address: STRUCTURES })).toEqual([
      "account-refused",
      "account-refused",
    ]);
    expect(statuses()).toEqual([401]);
  });

  it("uses AWS's clock, and reports AWS's refusals", async () => {
    await storeToken(600);
    proxy.on("GetSecretValue token", isAhead(900));
    expect(await order({ what: "getToken", times: 1 })).toEqual(["expired"]);
    proxy.on("GetSecretValue token", refuses("AccessDeniedException", "not you"));
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect(await order({ what: "getToken", times: 1 })).toEqual(["denied"]);
    expect(said).toContain("give this program's role `grantRead` of the secret");
  });
});
