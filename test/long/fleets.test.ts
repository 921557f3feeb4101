/** Deploys a publisher's stacks, and runs their functions as deployed. */
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { GetFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import {
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
} from "@aws-sdk/client-secrets-manager";
import { Piste, startEmulator, type Emulator } from "../../emulator";
import { API_BASE_URL_VARIABLE, FUNCTION_TIMEOUT_IN_SECONDS } from "../../lambda/connection-check/contract";
import type { CheckResult } from "../../lambda/connection-check/findings";
import type { RunResult } from "../../lambda/token-refresh/report";
import type { ClientCredentials, TechnicalAccount } from "../../piste/credentials";
import { clientSecretName, technicalAccountSecretName, tokenSecretName } from "../../piste/names";
import { connectionCheckFunctionName, tokenRefreshFunctionName } from "../../aws/names";
import { sdkAws } from "../../cli/command/sdk-aws";
import { deployedApplications, type DeployedApplication } from "../../scripts/local/deployed-applications";
import { clientConfiguration, readDeployedFunction, runAsLambda } from "../../aws/local/deployed-function";
import { LOCAL_CREDENTIALS } from "../../aws/local/environment";
import buildLambda from "../build-lambda";
import { AwsProxy, isAhead } from "../deploy/aws-proxy";
import { secretsOf } from "../deploy/emulated-secrets";
import { openFixture, REGION, succeeded, type Fixture } from "../deploy/fixture";
import { loadZip, type ZipName } from "../iam/zips";

const MINUTES = 60_000;
const HOUR = 3600;

let fixture: Fixture;
let output: string;
let piste: Piste;
let emulator: Emulator;
/** Number of requests with each header `cpro-account`. */
const sent = new Map<string, number>();

beforeAll(async () => {
  buildLambda();
  fixture = await openFixture("fleets");
  output = path.join(fixture.folder, "cdktf.out");
  piste = new Piste();
  const handle = piste.handle.bind(piste);
  piste.handle = (request) => {
    const { "cpro-account": account } = request.headers;
    if (account !== undefined) sent.set(account, (sent.get(account) ?? 0) + 1);
    return handle(request);
  };
  emulator = await startEmulator({ piste });
}, 2 * MINUTES);
afterAll(async () => {
  await emulator.stop();
  await fixture.close();
});

async function deploy(stack: string): Promise<void> {
  const app = ["--output", output, "--skip-provider-lock", "--app", "node --import tsx test/deploy/fleets-app.ts"];
  // With more, the emulator may be so slow that the provider retries a creation and fails.
  await succeeded(fixture.cdktf("deploy", stack, "--auto-approve", "--terraform-parallelism", "4", ...app));
  await succeeded(fixture.terraformIn(output, stack, "plan", "-detailed-exitcode", "-no-color"));
}

async function store(secret: string, value: object): Promise<void> {
  await secretsOf(fixture).send(new PutSecretValueCommand({ SecretId: secret, SecretString: JSON.stringify(value) }));
}

async function read(secret: string): Promise<Record<string, unknown> | undefined> {
  try {
    const { SecretString = "" } = await secretsOf(fixture).send(
      new GetSecretValueCommand({ SecretId: secret, VersionStage: "AWSCURRENT" }),
    );
    return JSON.parse(SecretString) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

const place = () => ({ endpoint: fixture.endpoint, region: REGION });

describe("an application with 300 technical accounts", () => {
  const APPLICATION = "publisher";
  const NAMES = Array.from({ length: 300 }, (_, index) => `account-${String(index).padStart(3, "0")}`);
  /** The account whose stored password is wrong. */
  const WRONG = ["account-007", "account-150", "account-299"];
  const accountOf = (name: string): TechnicalAccount => ({
    login: `TECH_${name.slice(-3)}_12345678200010@cpro.fr`,
    password: `canary-password-${name}`,
  });
  const timesSent = ({ login, password }: TechnicalAccount): number =>
    sent.get(Buffer.from(`${login}:${password}`).toString("base64")) ?? 0;
  const secretOf = (account: string): string => technicalAccountSecretName("qualif", APPLICATION, account);
  let aws: AwsProxy;

  beforeAll(async () => {
    await deploy("qualif");
    aws = await AwsProxy.start(fixture.endpoint);
    // The check does not try a password stored less than half an hour ago.
    aws.on("*", isAhead(HOUR));
    for (let first = 0; first < NAMES.length; first += 20) {
      await Promise.all(
        NAMES.slice(first, first + 20).map(async (name) => {
          const account = accountOf(name);
          piste.platform.addAccount(WRONG.includes(name) ? { ...account, password: "changed" } : account);
          await store(secretOf(name), account);
        }),
      );
    }
    piste.platform.addClient({ client_id: "publisher", client_secret: "canary" });
    const { token } = piste.platform.giveToken("publisher", ["openid"]);
    const now = Math.floor(Date.now() / 1000);
    const record = { access_token: token, token_type: "Bearer", scope: "openid" };
    await store(tokenSecretName("qualif", APPLICATION), { ...record, issued_at: now, expires_at: now + 2 * HOUR });
  }, 15 * MINUTES);
  afterAll(async () => {
    await aws.stop();
  });

  /** The zip, with the deployed environment. */
  async function load(zip: ZipName, functionName: string): Promise<(operation: string) => Promise<unknown>> {
    const lambda = new LambdaClient(clientConfiguration(place()));
    const { Configuration } = await lambda.send(new GetFunctionCommand({ FunctionName: functionName }));
    const handler = loadZip(zip, {
      ...Configuration?.Environment?.Variables,
      [API_BASE_URL_VARIABLE]: emulator.apiBaseUrl,
      AWS_ENDPOINT_URL: aws.endpoint,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: LOCAL_CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: LOCAL_CREDENTIALS.secretAccessKey,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    });
    expect(Configuration?.Timeout).toBe(zip === "connection-check" ? FUNCTION_TIMEOUT_IN_SECONDS : 30);
    return (operation) => handler({ environment: "qualif", application: APPLICATION, operation });
  }

  it(
    "is checked in one run, which sends a wrong password once in any number of checks",
    async () => {
      const check = await load("connection-check", connectionCheckFunctionName("qualif", APPLICATION));
      const first = (await check("check")) as CheckResult;
      expect(first).toMatchObject({ outcome: "checked", refused: WRONG.length, unknown: 0 });
      expect(NAMES.map((name) => timesSent(accountOf(name)))).toEqual(
        NAMES.map((name) => (WRONG.includes(name) ? 1 : 4)),
      );
      const second = (await check("check")) as CheckResult;
      expect(second).toMatchObject({ outcome: "checked", refused: WRONG.length, unknown: 0 });
      expect(WRONG.map((name) => timesSent(accountOf(name)))).toEqual([1, 1, 1]);
      // Without PISTE's own time.
      expect(first.milliseconds / 1000).toBeLessThan(FUNCTION_TIMEOUT_IN_SECONDS / 4);
      const { Versions = [] } = await secretsOf(fixture).send(
        new ListSecretVersionIdsCommand({ SecretId: secretOf("account-007") }),
      );
      expect(Versions.map(({ VersionStages }) => VersionStages?.toSorted())).toEqual([["AWSCURRENT", "REFUSED"]]);
    },
    10 * MINUTES,
  );

  it(
    "has all its passwords checked in one run",
    async () => {
      const refresher = await load("token-refresh", tokenRefreshFunctionName("qualif", APPLICATION));
      const result = (await refresher("passwords")) as RunResult;
      expect(result).toMatchObject({
        outcome: "reported",
        passwords: { accounts: 300, refused: { more: 0 } },
      });
      expect(result.passwords?.refused?.first.toSorted()).toEqual(WRONG);
      // On a Friday the weekend counts too.
      expect(result.passwords?.daysLeft).toBeGreaterThan(424 - 5);
    },
    2 * MINUTES,
  );
});

describe("five applications of one environment", () => {
  const RUN = ["client-000", "client-002", "client-003", "client-004"];
  const WRONG = "client-002";
  const credentialsOf = (name: string): ClientCredentials => ({
    client_id: `canary-id-${name}`,
    client_secret: `canary-secret-${name}`,
  });
  let applications: DeployedApplication[];

  beforeAll(async () => {
    await deploy("prod");
    applications = await deployedApplications("prod", place());
    piste.platform.settings = { ...piste.platform.settings, environment: "prod" };
    for (const name of RUN) {
      if (name !== WRONG) piste.platform.addClient(credentialsOf(name));
      await store(clientSecretName("prod", name), credentialsOf(name));
    }
  }, 15 * MINUTES);

  it("are deployed, each with its own function, schedule, description and secrets", async () => {
    expect(applications).toHaveLength(5);
    expect(new Set(applications.map(({ description }) => description.function)).size).toBe(5);
    expect(new Set(applications.map(({ description }) => description.schedule.name)).size).toBe(5);
    // The policy of the client credentials allows one reader.
    const { ResourcePolicy = "" } = await secretsOf(fixture).send(
      new GetResourcePolicyCommand({ SecretId: clientSecretName("prod", "client-003") }),
    );
    expect(ResourcePolicy).toContain(
      `"arn:aws:iam::123456789012:role/${tokenRefreshFunctionName("prod", "client-003")}"`,
    );
  });

  it(
    "each get a token by their own schedule at the same time, although one is refused and one is not set up",
    async () => {
      const ofOne = (name: string): DeployedApplication => {
        const found = applications.find(({ description }) => description.application === name);
        if (found === undefined) throw new Error(`${name} is not deployed`);
        return found;
      };
      const tick = async (name: string): Promise<RunResult> => {
        const folder = path.join(fixture.folder, `function-${name}`);
        const deployed = await readDeployedFunction(ofOne(name).description, place(), folder);
        expect(deployed.scheduledEvent).toEqual({ environment: "prod", application: name, operation: "tick" });
        return (await runAsLambda(deployed, place(), emulator.tokenEndpoint, fixture.runId)).result;
      };
      const results = await Promise.all([...RUN, "client-001"].map(tick));
      expect(results).toMatchObject([
        { outcome: "refreshed", reason: "missing" },
        { outcome: "failed", reason: "invalid-client" },
        { outcome: "refreshed", reason: "missing" },
        { outcome: "refreshed", reason: "missing" },
        { outcome: "failed", reason: "unconfigured" },
      ]);
      const tokens = await Promise.all(RUN.map((name) => read(tokenSecretName("prod", name))));
      const valid = tokens.map((token) => piste.platform.endOf(String(token?.["access_token"])) ?? 0);
      expect(valid.map((end) => end > Date.now())).toEqual([true, false, true, true]);
      expect(new Set(tokens.map((token) => token?.["access_token"])).size).toBe(4);

      // Each run has its own input.
      const aws = sdkAws({ region: REGION, endpoint: fixture.endpoint, credentials: LOCAL_CREDENTIALS });
      const told = await Promise.all(RUN.map(async (name) => aws.latestRun(ofOne(name).description)));
      expect(told.map((run) => run?.result.outcome)).toEqual(["refreshed", "failed", "refreshed", "refreshed"]);
    },
    5 * MINUTES,
  );
});
