/** Nothing in the emulated AWS can make a local run execute other code: any local user may write into it. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, expect, it, jest } from "@jest/globals";
import { readBuiltZip, readDeployedFunction } from "../../../aws/local/deployed-function";
import { invokeLocally } from "../../../aws/local/invoke-locally";
import {
  DEFAULT_REFRESH_SETTINGS,
  encodeNetwork,
  encodeSettings,
  type FunctionInput,
} from "../../../lambda/token-refresh/contract";
import type { Description } from "../../../piste/description";
import { HOSTS } from "../../../piste/environments";
import { LocalServer, type ReceivedRequest } from "../../local-server";

// Starts a program, possibly on a busy machine.
jest.setTimeout(60_000);

const APPLICATION = { environment: "qualif", application: "chorus-pro" } as const;
const INPUT: FunctionInput = { ...APPLICATION, operation: "tick" };
const NAME = "piste-qualif-chorus-pro-token-refresh";
const ARN = `arn:aws:lambda:eu-west-3:123456789012:function:${NAME}`;
const DESCRIPTION: Description = {
  ...APPLICATION,
  scope: "openid",
  apis: [],
  clientSecret: "piste/qualif/chorus-pro/client",
  tokenSecret: "piste/qualif/chorus-pro/token",
  function: NAME,
  schedule: { group: "group", name: "tick" },
  alarms: [],
  accountPages: 0,
};
const VARIABLES = encodeSettings({
  ...DEFAULT_REFRESH_SETTINGS,
  ...APPLICATION,
  tokenEndpoint: HOSTS.qualif.tokenEndpoint,
  scope: "openid",
});

/** Logged by a real run, since the emulated AWS has neither a token nor client credentials. */
const RAN = /cannot read the secret piste\/qualif\/chorus-pro\/client|unconfigured/;

/** An emulated AWS that another local user has changed. */
class ChangedAws extends LocalServer {
  readonly log: string[] = [];
  configuration: Record<string, unknown> = {
    FunctionName: NAME,
    FunctionArn: ARN,
    Handler: "index.handler",
    Timeout: 30,
    Role: `arn:aws:iam::123456789012:role/${NAME}`,
    CodeSha256: readBuiltZip().sha256,
    Environment: { Variables: VARIABLES },
  };

  override answer({ url, headers, body }: ReceivedRequest, outgoing: ServerResponse): Promise<void> {
    const target = String(headers["x-amz-target"] ?? "");
    const [status, answer] = this.answerTo(url, target, body.toString());
    outgoing.writeHead(status, {
      "content-type": typeof answer === "string" ? "text/xml" : "application/x-amz-json-1.1",
    });
    outgoing.end(typeof answer === "string" ? answer : JSON.stringify(answer));
    return Promise.resolve();
  }

  private answerTo(url: string, target: string, body: string): [status: number, answer: unknown] {
    if (url.includes("/functions/")) return [200, { Configuration: this.configuration }];
    if (url.includes("/schedules/")) return [200, { Target: { Arn: ARN, Input: JSON.stringify(INPUT) } }];
    if (target.endsWith(".GetSecretValue")) {
      return [400, { __type: "ResourceNotFoundException", message: "Secrets Manager can't find that value" }];
    }
    if (target.endsWith(".PutLogEvents")) this.log.push(body);
    if (target !== "") return [200, {}];
    const given =
      "<AccessKeyId>local</AccessKeyId><SecretAccessKey>local</SecretAccessKey><SessionToken>local</SessionToken>";
    return [
      200,
      `<AssumeRoleResponse><AssumeRoleResult><Credentials>${given}</Credentials></AssumeRoleResult></AssumeRoleResponse>`,
    ];
  }
}

let folder: string;
let aws: ChangedAws;
/** Exists after foreign code ran. */
let canary: string;
/** Code that creates it. */
let foreign: string;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "hostile-aws-"));
  canary = path.join(folder, "canary");
  foreign = path.join(folder, "foreign.cjs");
  writeFileSync(
    foreign,
    `require("node:fs").writeFileSync(${JSON.stringify(canary)}, ""); exports.handler = () => ({ outcome: "foreign" });`,
  );
  aws = await new ChangedAws().listen();
});
afterEach(async () => {
  await aws.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The result of a run or its error, and its log. */
async function run(description: Description = DESCRIPTION): Promise<string> {
  const said = await invokeLocally(description, INPUT, {
    awsEndpoint: aws.endpoint,
    region: "eu-west-3",
    tokenEndpoint: "http://127.0.0.1:9/api/oauth/token",
    apiBaseUrl: "http://127.0.0.1:9",
    controlUrl: "http://127.0.0.1:9/_emulator",
    environment: "qualif",
  }).then(
    (result) => JSON.stringify(result),
    (error: unknown) => String(error),
  );
  expect(aws.problems).toEqual([]);
  return [said, ...aws.log].join("\n");
}

it("runs the zip's own handler", async () => {
  expect(await run()).toMatch(RAN);
});

it("runs no code from a variable", async () => {
  aws.configuration["Environment"] = { Variables: { ...VARIABLES, NODE_OPTIONS: `--require ${foreign}` } };
  const said = await run();
  expect(existsSync(canary)).toBe(false);
  expect(said).toMatch(RAN);
});

it("accepts the contract's variables only", async () => {
  const others = { NODE_OPTIONS: "", NODE_PATH: folder, LD_PRELOAD: "x", AWS_PROFILE: "x", HTTPS_PROXY: "x", OWN: "x" };
  // The network settings of the deployed function do not apply to this machine.
  const network = encodeNetwork({ httpsProxy: "http://proxy", caFile: "/opt/ca.pem", awsThroughProxy: true });
  aws.configuration["Environment"] = { Variables: { ...others, ...network, ...VARIABLES } };
  const place = { endpoint: aws.endpoint, region: "eu-west-3" };
  const { variables } = await readDeployedFunction(DESCRIPTION, place, path.join(folder, "code"));
  expect(variables).toEqual(VARIABLES);
});

it("refuses variables that break the contract", async () => {
  aws.configuration["Environment"] = { Variables: { ...VARIABLES, PISTE_RESERVE_IN_MINUTES: "1e9" } };
  expect(await run()).toContain("reserveInMinutes must be a whole number from 1 to 30");
});

it.each([
  (file: string, codeFolder: string) => path.relative(codeFolder, file).replace(/\.cjs$/, ".handler"),
  () => "../../x.handler",
  () => "index.other",
])("refuses a handler other than the zip's: %#", async (handlerOf) => {
  writeFileSync(path.join(folder, "foreign.js"), `require("./foreign.cjs"); exports.handler = () => ({});`);
  // The code is unpacked two folders below the system's folder for temporary files.
  const handler = handlerOf(foreign, path.join(tmpdir(), "piste-function-x", "code"));
  aws.configuration["Handler"] = handler;
  const said = await run();
  expect(existsSync(canary)).toBe(false);
  expect(said).toContain(`The handler of ${NAME} must be index.handler, got ${JSON.stringify(handler)}`);
});

it.each([0, -1, 901, 1.5, 2 ** 31, "30"])("refuses a time-out outside Lambda's range: %j", async (timeout) => {
  aws.configuration["Timeout"] = timeout;
  expect(await run()).toContain(`The time-out of ${NAME} must be a whole number from 1 to 900 seconds, got`);
});

it.each(["", "a/b", "../x", "a\u001b[31m", "x".repeat(65)])(
  "refuses a function's name that Lambda would refuse: %j",
  async (name) => {
    expect(await run({ ...DESCRIPTION, function: name })).toContain("The function's name must be ");
  },
);

it("refuses any zip but the one built here", async () => {
  aws.configuration["CodeSha256"] = "other";
  expect(await run()).toMatch(/AWS reports the hash other/);
});
