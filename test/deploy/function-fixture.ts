/** Runs the bundled function in its own process with a local PISTE and an emulated AWS, without a deployment. */
import type { ChildProcess } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import * as path from "node:path";
import { expect } from "@jest/globals";
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { Piste, startEmulator, type Emulator } from "../../emulator";
import {
  DEFAULT_REFRESH_SETTINGS,
  encodeSettings,
  FUNCTION_TIMEOUT_IN_SECONDS,
  type FunctionInput,
  type Operation,
} from "../../lambda/token-refresh/contract";
import type { RunResult } from "../../lambda/token-refresh/report";
import { DEFAULT_SCOPE } from "../../piste/api-catalogue";
import {
  accessTokenSchema,
  clientCredentialsSchema,
  parseSecret,
  type AccessToken,
  type ClientCredentials,
} from "../../piste/credentials";
import { clientSecretName, tokenSecretName } from "../../piste/names";
import { tokenRefreshFunctionName } from "../../aws/names";
import { startAwsEmulator } from "../../scripts/local/aws-emulator";
import {
  clientConfiguration,
  readBuiltZip,
  runAsLambda,
  type DeployedFunction,
} from "../../aws/local/deployed-function";
import { LOCAL } from "../../scripts/local/folders";
import { endProcesses } from "../../scripts/local/processes";
import buildLambda from "../build-lambda";
import { AwsProxy } from "./aws-proxy";
import { REGION } from "./fixture";

export interface FunctionFixture {
  openBench(): Promise<Bench>;
  /** Without stored values. */
  openEmptyBench(): Promise<Bench>;
  close(): Promise<void>;
}

export async function openFunctionFixture(name: string): Promise<FunctionFixture> {
  buildLambda();
  mkdirSync(LOCAL, { recursive: true });
  const folder = mkdtempSync(path.join(LOCAL, `test ${name} `));
  const runId = path.basename(folder).replaceAll(" ", "-");
  const zip = readBuiltZip();
  const codeFolder = path.join(folder, "function");
  zip.unpack(codeFolder);
  const { endpoint } = await startAwsEmulator(runId, undefined, () => undefined);
  const benches: Bench[] = [];
  const open = async (empty: boolean): Promise<Bench> => {
    const bench = await Bench.open({ runId, endpoint, codeFolder, codeSha256: zip.sha256 }, empty);
    benches.push(bench);
    return bench;
  };
  return {
    openBench: () => open(false),
    openEmptyBench: () => open(true),
    close: async () => {
      await Promise.all(benches.map((bench) => bench.close()));
      await endProcesses(runId);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Place {
  readonly runId: string;
  readonly endpoint: string;
  readonly codeFolder: string;
  readonly codeSha256: string;
}

/** The result of one run of the function. */
export interface Tick {
  readonly result?: RunResult;
  /** The error, if there is no result. */
  readonly error?: string;
  /** The only line of its log; undefined if killed. */
  readonly log?: Readonly<Record<string, unknown>>;
  readonly seconds: number;
}

const nowInSeconds = (): number => Math.floor(Date.now() / 1000);

/** A token with ten minutes left. */
function dueToken(): AccessToken {
  const issuedAt = nowInSeconds() - 50 * 60;
  return {
    access_token: `canary-token-${randomUUID()}`,
    token_type: "Bearer",
    scope: DEFAULT_SCOPE,
    issued_at: issuedAt,
    expires_at: issuedAt + 60 * 60,
  };
}

export function madeUpCredentials(): ClientCredentials {
  return { client_id: `canary-id-${randomUUID()}`, client_secret: `canary-secret-${randomUUID()}` };
}

/** A new application whose token is due, with its PISTE and its proxy to AWS. */
export class Bench {
  readonly piste = new Piste();
  /** The first value of its token secret. */
  readonly former = JSON.stringify(dueToken());
  private readonly application = `faults-${randomBytes(6).toString("hex")}`;
  private readonly tokenSecret = tokenSecretName("qualif", this.application);
  private readonly clientSecret = clientSecretName("qualif", this.application);
  /** The client credentials that PISTE knows. */
  readonly credentials = madeUpCredentials();
  /** Values that no output may contain. */
  private readonly canaries = [this.credentials.client_id, this.credentials.client_secret];
  private readonly secrets: SecretsManagerClient;
  private emulator?: Emulator;
  private running?: ChildProcess;

  private constructor(
    private readonly place: Place,
    readonly aws: AwsProxy,
  ) {
    this.secrets = new SecretsManagerClient(clientConfiguration({ endpoint: place.endpoint, region: REGION }));
  }

  static async open(place: Place, empty: boolean): Promise<Bench> {
    const bench = new Bench(place, await AwsProxy.start(place.endpoint));
    bench.piste.platform.addClient(bench.credentials);
    bench.emulator = await startEmulator({ piste: bench.piste });
    const create = (Name: string, SecretString?: string): Promise<unknown> =>
      bench.secrets.send(new CreateSecretCommand({ Name, SecretString }));
    await create(bench.clientSecret, empty ? undefined : JSON.stringify(bench.credentials));
    await create(bench.tokenSecret, empty ? undefined : bench.former);
    return bench;
  }

  /** Stores client credentials like the operator's command. */
  async stage(credentials: ClientCredentials): Promise<void> {
    this.canaries.push(credentials.client_id, credentials.client_secret);
    await this.secrets.send(
      new PutSecretValueCommand({
        SecretId: this.clientSecret,
        SecretString: JSON.stringify(credentials),
        VersionStages: ["AWSPENDING"],
      }),
    );
  }

  /** The client credentials with the label. */
  async clientId(label: "AWSCURRENT" | "AWSPENDING" | "AWSPREVIOUS"): Promise<string | undefined> {
    const { Versions = [] } = await this.secrets.send(new ListSecretVersionIdsCommand({ SecretId: this.clientSecret }));
    const carriers = Versions.filter(({ VersionStages = [] }) => VersionStages.includes(label));
    expect(carriers.length).toBeLessThanOrEqual(1);
    if (carriers.length === 0) return undefined;
    const { SecretString } = await this.secrets.send(
      new GetSecretValueCommand({ SecretId: this.clientSecret, VersionStage: label }),
    );
    return parseSecret(this.clientSecret, clientCredentialsSchema, SecretString ?? "").client_id;
  }

  async close(): Promise<void> {
    await this.emulator?.stop();
    await this.aws.stop();
  }

  get tokenEndpoint(): string {
    if (this.emulator === undefined) throw new Error("the bench has no PISTE yet");
    return this.emulator.tokenEndpoint;
  }

  /** Closes PISTE's port until it is opened again. */
  async stopPiste(): Promise<() => Promise<void>> {
    const port = Number(new URL(this.tokenEndpoint).port);
    await this.emulator?.stop();
    return async () => {
      this.emulator = await startEmulator({ port, piste: this.piste });
    };
  }

  /** Kills the running function. */
  kill(): void {
    this.running?.kill("SIGKILL");
  }

  /** Runs the function once, like its schedule. */
  tick(tokenEndpoint = this.tokenEndpoint): Promise<Tick> {
    return this.run("tick", tokenEndpoint);
  }

  /** Runs the function once, and checks that it logs at most one line, without secrets. */
  async run(operation: Operation, tokenEndpoint = this.tokenEndpoint): Promise<Tick> {
    const { runId, codeFolder, codeSha256 } = this.place;
    const event: FunctionInput = { environment: "qualif", application: this.application, operation };
    const name = tokenRefreshFunctionName("qualif", this.application);
    const deployed: DeployedFunction = {
      name,
      timeoutInSeconds: FUNCTION_TIMEOUT_IN_SECONDS,
      variables: encodeSettings({
        ...DEFAULT_REFRESH_SETTINGS,
        environment: "qualif",
        application: this.application,
        tokenEndpoint,
        scope: DEFAULT_SCOPE,
      }),
      roleArn: `arn:aws:iam::123456789012:role/${name}`,
      codeFolder,
      codeSha256,
      scheduledEvent: event,
    };
    let stdout = "";
    let stderr = "";
    const startedAt = Date.now();
    const answer: Pick<Tick, "result" | "error"> = await runAsLambda(
      deployed,
      { endpoint: this.aws.endpoint, region: REGION },
      tokenEndpoint,
      runId,
      (child) => {
        this.running = child;
        child.stdout?.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
        child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
      },
    ).then(
      ({ result }) => ({ result }),
      (error: unknown) => ({ error: String(error) }),
    );
    const seconds = (Date.now() - startedAt) / 1000;
    this.expectNoSecretIn(JSON.stringify(answer) + stdout + stderr);
    expect(stderr).toBe("");
    if (stdout === "") return { ...answer, seconds };
    // Fails for more than one line.
    const log = JSON.parse(stdout) as Record<string, unknown>;
    if (answer.result !== undefined) expect(log).toMatchObject(answer.result);
    return { ...answer, log, seconds };
  }

  /** Reads the token like a consumer, checks it, and tells the former one from a new one. */
  async holds(): Promise<"the former token" | "a new token"> {
    const { SecretString = "" } = await this.secrets.send(
      new GetSecretValueCommand({ SecretId: this.tokenSecret, VersionStage: "AWSCURRENT" }),
    );
    if (SecretString === this.former) return "the former token";
    const token = parseSecret(this.tokenSecret, accessTokenSchema, SecretString);
    const end = this.piste.platform.endOf(token.access_token) ?? 0;
    expect(end).toBeGreaterThan(Date.now());
    expect(token.expires_at).toBeLessThanOrEqual(end / 1000);
    return "a new token";
  }

  /** Number of versions that the function created. */
  async newVersions(): Promise<number> {
    const { Versions = [] } = await this.secrets.send(
      new ListSecretVersionIdsCommand({ SecretId: this.tokenSecret, IncludeDeprecated: true }),
    );
    return Versions.length - this.versionsOfOthers;
  }
  private versionsOfOthers = 1;

  /** Overwrites the token secret like a person. */
  async spoil(value: string): Promise<void> {
    await this.secrets.send(new PutSecretValueCommand({ SecretId: this.tokenSecret, SecretString: value }));
    this.versionsOfOthers += 1;
  }

  /** After the fault, the next tick refreshes. */
  async expectToHeal(): Promise<void> {
    this.piste.faults.clear();
    this.aws.heal();
    expect(await this.tick()).toMatchObject({
      result: { outcome: "refreshed", reason: "due", tries: 1 },
      log: { Refreshes: 1 },
    });
    expect(await this.holds()).toBe("a new token");
  }

  private expectNoSecretIn(said: string): void {
    const tokens = [this.former, ...this.aws.written].map((record) => (JSON.parse(record) as AccessToken).access_token);
    for (const canary of [...this.canaries, ...tokens]) expect(said).not.toContain(canary);
  }
}
