/** Custom AWS endpoints from the shell or the AWS configuration: refused, or announced before a secret value is sent. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { Environment } from "../../../piste/environments";
import type { Text } from "../../../piste/language";
import { checkAwsAddress } from "../../../cli/command/aws-address";
import type { Aws } from "../../../cli/command/aws";
import { CommandError } from "../../../cli/command/failure";
import { sdkAws, type AwsOptions } from "../../../cli/command/sdk-aws";
import { whileListening } from "../../piste/servers";

const CANARY = "canary-value-of-a-secret";
const CREDENTIALS = { accessKeyId: "made-up", secretAccessKey: "made-up" };

let variables: NodeJS.ProcessEnv;
let folder: string;
beforeEach(() => {
  variables = { ...process.env };
  process.env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("AWS_")));
  folder = mkdtempSync(path.join(tmpdir(), "aws address "));
});
afterEach(() => {
  process.env = variables;
  rmSync(folder, { recursive: true });
});

interface Sent {
  /** All that the stand-in for AWS received. */
  readonly received: string;
  readonly said: readonly Text[];
  readonly failure: unknown;
}

/** Stores a value as `credentials set` does. @param set gets the port of the stand-in for AWS. */
async function store(
  environment: Environment,
  set: (port: number) => AwsOptions,
  act = (aws: Aws): Promise<unknown> => aws.store("piste/client", CANARY, ["AWSPENDING"]),
): Promise<Sent> {
  let received = "";
  const said: Text[] = [];
  const server = http.createServer((request, response) => {
    received += `${request.method} `;
    request.on("data", (chunk: Buffer) => (received += chunk.toString("utf8")));
    request.on("end", () => {
      response.writeHead(200, { "content-type": "application/x-amz-json-1.1" }).end('{"VersionId":"v"}');
    });
  });
  const failure = await whileListening(server, async (port) => {
    const aws = sdkAws({
      region: "eu-west-3",
      credentials: CREDENTIALS,
      environment,
      notice: (text) => said.push(text),
      ...set(port),
    });
    const problem = (error: unknown): unknown => error;
    return act(aws).then(() => undefined, problem);
  });
  return { received, said, failure };
}

/** The ways to set a custom endpoint. */
const WAYS: readonly [string, (address: string) => AwsOptions][] = [
  ...["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SECRETS_MANAGER"].map((name): (typeof WAYS)[number] => [
    name,
    (address) => {
      process.env[name] = address;
      return {};
    },
  ]),
  [
    "endpoint_url of a profile",
    (address) => {
      process.env["AWS_CONFIG_FILE"] = path.join(folder, "config");
      process.env["AWS_PROFILE"] = "custom";
      writeFileSync(process.env["AWS_CONFIG_FILE"], `[profile custom]\nendpoint_url = ${address}\n`);
      return {};
    },
  ],
];

describe.each(WAYS)("%s", (_, set) => {
  it("without TLS on another machine receives nothing", async () => {
    // 0.0.0.0 reaches this machine and is not a loopback address.
    const { received, failure } = await store("qualif", (port) => set(`http://0.0.0.0:${port}`));
    expect(received).toBe("");
    expect(failure).toBeInstanceOf(CommandError);
    expect((failure as CommandError).owner).toBe("operator");
    expect((failure as CommandError).text.en).toMatch(/http:\/\/0\.0\.0\.0[^]*AWS_ENDPOINT_URL/);
  });

  it("on this machine receives nothing for prod", async () => {
    const { received, failure } = await store("prod", (port) => set(`http://127.0.0.1:${port}`));
    expect(received).toBe("");
    expect((failure as CommandError).text.en).toMatch(/`--local`/);
  });

  it("on this machine is announced once for qualif", async () => {
    const { received, said, failure } = await store("qualif", (port) => set(`http://127.0.0.1:${port}`));
    expect(failure).toBeUndefined();
    expect(received).toContain(CANARY);
    expect(said.map(({ en }) => /http:\/\/127\.0\.0\.1:\d+/.test(en))).toEqual([true]);
  });
});

describe("before the first question", () => {
  const SECRETS = "AWS_ENDPOINT_URL_SECRETS_MANAGER";

  it("a custom endpoint is announced, and nothing is sent", async () => {
    const { received, said, failure } = await store(
      "qualif",
      (port) => {
        process.env[SECRETS] = `http://127.0.0.1:${port}`;
        return {};
      },
      (aws) => aws.checkAddress(),
    );
    expect(failure).toBeUndefined();
    expect(said).toHaveLength(1);
    expect(received).toBe("");
  });

  it.each(["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_STS"])(
    "a pipeline's web identity token is not sent without TLS: %s",
    async (name) => {
      const { received, failure } = await store("prod", (port) => {
        process.env["AWS_ROLE_ARN"] = "arn:aws:iam::123456789012:role/pipeline";
        process.env["AWS_WEB_IDENTITY_TOKEN_FILE"] = path.join(folder, "token");
        writeFileSync(process.env["AWS_WEB_IDENTITY_TOKEN_FILE"], CANARY);
        process.env[name] = `http://127.0.0.1:${port}`;
        return { credentials: undefined };
      });
      expect(received).toBe("");
      expect(failure).toBeInstanceOf(CommandError);
      expect((failure as CommandError).text.en).toMatch(/without TLS: nothing was sent/);
    },
  );

  it.each(["SSO", "SSO_OIDC", "SIGNIN"])("a person's login token is not sent without TLS: %s", async (service) => {
    const { received, failure } = await store("prod", (port) => {
      process.env[`AWS_ENDPOINT_URL_${service}`] = `http://127.0.0.1:${port}`;
      return {};
    });
    expect(received).toBe("");
    expect((failure as CommandError).text.en).toMatch(/http:\/\/127\.0\.0\.1:\d+, without TLS: nothing was sent/);
  });

  it("an untrusted endpoint ends the command", async () => {
    process.env[SECRETS] = "http://attacker.example";
    const aws = sdkAws({ region: "eu-west-3", credentials: CREDENTIALS, environment: "prod" });
    await expect(aws.checkAddress()).rejects.toThrow(CommandError);
  });

  it("AWS's own endpoint is not announced", async () => {
    const said: Text[] = [];
    await sdkAws({ region: "eu-west-3", environment: "prod", notice: (text) => said.push(text) }).checkAddress();
    expect(said).toEqual([]);
  });
});

it("does not check an endpoint given by the caller", async () => {
  const { received, said } = await store("prod", (port) => ({ endpoint: `http://localhost:${port}` }));
  expect(received).toContain(CANARY);
  expect(said).toEqual([]);
});

it.each(["eu-west-3", "us-gov-west-1", "cn-north-1", "eusc-de-east-1"])(
  "does not announce AWS's own endpoints in %s",
  async (region) => {
    const said: Text[] = [];
    process.env["AWS_MAX_ATTEMPTS"] = "1";
    // Fails every DNS lookup, so nothing is sent.
    const agent = new https.Agent({
      lookup: (_, __, answer) => {
        answer(new Error("no host"), "");
      },
    });
    const aws = sdkAws({
      region,
      agent,
      credentials: CREDENTIALS,
      environment: "prod",
      notice: (text) => said.push(text),
    });
    const observed = aws.observed();
    const asked = [
      aws.identity(),
      aws.applications("prod"),
      aws.read("a"),
      aws.alarms(["a"]),
      aws.subscriptions("arn:aws:sns:eu-west-3:123456789012:a"),
      aws.schedule({ group: "a", name: "a" }),
      observed.functionRole("a"),
      observed.tickLines("a", 0),
      observed.rolePolicies("a"),
      observed.keyPolicy("a"),
      observed.findings("{}", "IDENTITY_POLICY"),
    ];
    await Promise.allSettled(asked);
    expect(said).toEqual([]);
  },
);

describe("an address over TLS", () => {
  const notices = (hostname: string): number => {
    const said: Text[] = [];
    checkAwsAddress({ protocol: "https:", hostname }, { environment: "prod", notice: (text) => said.push(text) });
    return said.length;
  };

  it.each([
    "secretsmanager.eu-west-3.amazonaws.com",
    "secretsmanager-fips.us-east-1.amazonaws.com",
    "sts.amazonaws.com",
    "ssm.eu-west-3.api.aws",
    "logs.cn-north-1.amazonaws.com.cn",
    "secretsmanager.eusc-de-east-1.amazonaws.eu",
    "vpce-0123-abc.secretsmanager.eu-west-3.vpce.amazonaws.com",
  ])("of AWS is not announced: %s", (hostname) => {
    expect(notices(hostname)).toBe(0);
  });

  it.each([
    ["sts.paris.amazonaws.com", "paris"],
    ["secretsmanager.eu-west3.amazonaws.com", "eu-west3"],
    // S3 buckets, which anybody can create.
    ["secretsmanager.s3.amazonaws.com", "s3"],
    ["sts.s3-eu-west-1x.amazonaws.com", "s3-eu-west-1x"],
  ])("without a region is refused: %s", (hostname, region) => {
    expect(() => notices(hostname)).toThrow(`${region} is not an AWS region, such as eu-west-3.`);
  });

  it.each([
    "abcdef.execute-api.eu-west-3.amazonaws.com",
    "vpce-0123-abc.vpce-svc-0123.eu-west-3.vpce.amazonaws.com",
    "sts.s3-eu-west-1.amazonaws.com.attacker.example",
    "secretsmanager.eu-west-3.amazonaws.com.attacker.example",
    "aws.attacker.example",
  ])("that may belong to anybody is announced: %s", (hostname) => {
    expect(notices(hostname)).toBe(1);
  });
});
