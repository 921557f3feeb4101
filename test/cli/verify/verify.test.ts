import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { CommandMaker } from "../../../cli/command/options";
import { runVerify, type Options } from "../../../cli/verify/run";
import { readReceipts } from "../../../scripts/docs/proven";
import { evaluateMath, type Series } from "../../../aws/alarms/metric-math";
import { AWS_FACTS, FACT_IDS, type FactId } from "../../../aws/facts";
import { sdkAws } from "../../../cli/command/sdk-aws";
import { receiptSchema } from "../../../cli/command/receipt";
import type { Target } from "../../../cli/command/target";
import { judged, type Finding } from "../../../cli/verify/finding";
import { show, toJson } from "../../../cli/verify/show";
import { exitCodeOf, receiptOf, verify, type Checked, type Verification } from "../../../cli/verify/verify";
import { LANGUAGES } from "../../../piste/language";
import * as v from "valibot";
import { policyOf } from "../../../cli/policy/policies";
import { defaultKeyPolicy } from "../../iam/service-calls";
import type { Statement } from "../../constructs/synthesize";
import { isAllowed, type Call } from "../../iam/simulator";
import { ACCOUNT, arn, functionArn, parameterArn, REGION, roleArn, secretArn, streamsArn } from "../../iam/arns";
import { ADDRESS, APPLICATION, CONSUMER, DocumentedAws, FUNCTION, KEYS, SECRETS, TOPICS } from "./documented-aws";

const MINUTE = 60_000;

let aws: DocumentedAws;
beforeEach(async () => {
  changes = 0;
  aws = await DocumentedAws.start();
});
afterEach(async () => {
  await aws.stop();
  expect(aws.problems).toEqual([]);
});

interface Ran {
  readonly verification: Verification;
  readonly said: readonly string[];
  readonly lines: readonly Checked[];
  readonly minutes: number;
}

function target(local = false, behind = 0): Target {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const sdk = sdkAws({ region: "eu-west-3", endpoint: aws.endpoint, credentials });
  // The stand-in's Date headers have the machine's time, not its own.
  const ofAws = { ...sdk, clockAheadInMilliseconds: () => behind };
  return { environment: "prod", local, aws: ofAws, now: () => aws.now - behind } as unknown as Target;
}
/** Changes in the Terraform plan. */
let changes = 0;
const plan = (): Promise<Finding> => Promise.resolve(judged(changes === 0, "", "", { planned: 1, changes }));
const sleep = (milliseconds: number): Promise<unknown> => Promise.resolve((aws.now += milliseconds));

async function run({
  local = false,
  consumers = [CONSUMER] as readonly string[],
  behind = 0,
  asleep = (): void => undefined,
} = {}): Promise<Ran> {
  const said: string[] = [];
  const lines: Checked[] = [];
  const begun = aws.now;
  const verification = await verify(target(local, behind), {
    consumerRoleArn: consumers,
    sleep: (milliseconds) => {
      asleep();
      return sleep(milliseconds);
    },
    plan,
    say: (text) => said.push(text.en),
    onChecked: (checked) => lines.push(checked),
  });
  return { verification, said, lines, minutes: (aws.now - begun) / MINUTE };
}

/** One healthy run, shared by tests that only read its result. */
let once: Promise<Ran & { readonly asked: DocumentedAws["asked"] }> | undefined;
const healthy = (): NonNullable<typeof once> => (once ??= run().then((ran) => ({ ...ran, asked: aws.asked })));

const factsThatAre = (result: string, { checked }: Verification): string[] =>
  checked.filter((one) => one.result === result).map(({ fact }) => fact);

/** These facts show only when something goes wrong. */
const UNOBSERVED = ["silence-rings", "dropped-events", "windows-slide"] as const satisfies FactId[];
type Observed = Exclude<FactId, (typeof UNOBSERVED)[number]>;

/** Changes each fact. */
const DEVIATIONS: Readonly<Record<Observed, () => void>> = {
  "ticks-every-minute": () => {
    aws.hasTick = (minutesAgo) => minutesAgo !== 20 && minutesAgo !== 21 && minutesAgo !== 22;
  },
  "reports-in-time": () => {
    aws.metricDelay = 5 * MINUTE;
  },
  "errors-have-zeros": () => {
    aws.errorsHaveZeros = false;
  },
  "metric-math": () => {
    // Drops the newest.
    aws.evaluated = (expression, value) => (/FILL\(.*, 0\)$/.test(expression) ? withoutLast(value) : value);
  },
  "alarm-expressions": () => {
    aws.evaluated = (expression, value) =>
      expression.includes("MAX([errors, dropped])") ? value.map(() => undefined) : value;
  },
  "alarm-actions": () => {
    aws.actionRefused = true;
  },
  "refresher-rights": () => {
    aws.allow(FUNCTION, { Effect: "Allow", Action: ["secretsmanager:GetSecretValue"], Resource: secretArn("*") });
  },
  "consumer-rights": () => {
    const client = secretArn(`piste/prod/${APPLICATION}/client`);
    aws.allow("reads-token", { Effect: "Allow", Action: ["secretsmanager:GetSecretValue"], Resource: client });
  },
  "policies-valid": () => {
    aws.finding = "ERROR";
  },
  "topics-allow-cloudwatch": () => {
    const statements = [{ Effect: "Allow", Principal: { Service: "events.amazonaws.com" }, Action: ["sns:Publish"] }];
    for (const topic of TOPICS) aws.resourcePolicies.set(topic, { name: "own", statements });
  },
  "keys-allow-cloudwatch": () => {
    for (const key of KEYS) {
      const { name, statements } = aws.policyOn(key);
      aws.resourcePolicies.set(key, { name, statements: statements.slice(0, 1) });
    }
  },
  "addresses-confirmed": () => {
    aws.confirmed = false;
  },
  "plan-unchanged": () => {
    changes = 1;
  },
};

/** The calls as IAM sees them; GetCallerIdentity needs no right. */
function callsOf({ operation, input }: DocumentedAws["asked"][number]): Call[] {
  const of = (name: string): string => String(input[name]);
  const call = (action: string, ...resources: string[]): Call[] =>
    resources.map((resource) => ({ action: `${action}:${operation}`, resource, context: {} }));
  switch (operation) {
    case "GetCallerIdentity":
      return [];
    case "GetParametersByPath":
      return call("ssm", parameterArn(of("Path")));
    case "FilterLogEvents":
      return call("logs", streamsArn(of("logGroupName")));
    case "DescribeAlarms":
      return call("cloudwatch", arn("cloudwatch", "alarm:*"));
    case "DescribeAlarmHistory":
      return call("cloudwatch", arn("cloudwatch", `alarm:${of("AlarmName")}`));
    case "GetMetricData":
      return call("cloudwatch", "*");
    case "ValidatePolicy":
      return call("access-analyzer", "*");
    case "GetFunctionConfiguration":
      return call("lambda", functionArn(of("FunctionName")));
    case "GetResourcePolicy":
      return call("secretsmanager", secretArn(of("SecretId")));
    case "GetTopicAttributes":
    case "ListSubscriptionsByTopic":
      return call("sns", of("TopicArn"));
    case "GetKeyPolicy":
      return call("kms", of("KeyId"));
    case "SimulatePrincipalPolicy":
      return call("iam", of("PolicySourceArn"));
    default:
      return call("iam", roleArn(of("RoleName")));
  }
}

const forTopics = (...statements: readonly Statement[]): void => {
  for (const topic of TOPICS) aws.resourcePolicies.set(topic, { name: "own", statements });
};
const LETS_CLOUDWATCH: Statement = {
  Effect: "Allow",
  Principal: { Service: "cloudwatch.amazonaws.com" },
  Action: ["sns:Publish"],
  Resource: "*",
};

/** Without the value of the latest period. */
const withoutLast = (series: Series): Series => [...series.slice(0, -1), undefined];

describe("on AWS as documented", () => {
  it("finds every visible fact as expected", async () => {
    const { verification } = await healthy();
    expect(factsThatAre("otherwise", verification)).toEqual([]);
    expect(factsThatAre("not seen", verification)).toEqual(UNOBSERVED);
    expect(verification.checked.map(({ fact }) => fact)).toEqual(FACT_IDS);
    expect(exitCodeOf(verification)).toBe(0);
  });

  it("has data for each check", async () => {
    const { checked } = (await healthy()).verification;
    for (const { fact, measured } of checked.filter(({ result }) => result === "as expected")) {
      const [first] = Object.values(measured);
      expect([fact, first]).toEqual([fact, expect.any(Number)]);
      expect(first).toBeGreaterThan(0);
    }
  });

  it.each(Object.entries(DEVIATIONS))("a deviation from %s fails only its own check", async (fact, deviate) => {
    deviate();
    const { verification } = await run();
    expect(factsThatAre("otherwise", verification)).toEqual([fact]);
    expect(exitCodeOf(verification)).toBe({ operator: 2, aws: 5, bug: 1 }[AWS_FACTS[fact as FactId].owner]);
  });

  it.each<[string, DocumentedAws["evaluated"]]>([
    [
      "IF without a third argument",
      (expression, value, inputs) => {
        const condition = /^IF\((.*), 1\)$/.exec(expression)?.[1];
        if (condition === undefined) return value;
        const asked = evaluateMath(condition, inputs);
        return value.map((point, index) => (asked[index] === 0 ? 0 : point));
      },
    ],
    ["REPEAT", (expression, value) => (expression.includes("REPEAT") ? value.map((point) => point ?? 1) : value)],
  ])("reports another value of %s as a deviation of metric math", async (_, evaluated) => {
    aws.evaluated = evaluated;
    expect(factsThatAre("otherwise", (await run()).verification)).toEqual(["metric-math"]);
  });

  it("says why and how long it waits, and shows each check as it ends", async () => {
    const { said, lines, minutes } = await healthy();
    expect(said).toEqual([expect.stringMatching(/Watching ticks .*: 3 minutes, or up to 8 after/)]);
    expect(lines.length).toBe(FACT_IDS.length);
    expect(minutes).toBe(3);
  });

  it("waits for the ticks of a first deployment, no longer than announced", async () => {
    aws.deployedAt = aws.now;
    const first = await run();
    expect(first.minutes).toBeLessThanOrEqual(8);
    expect(factsThatAre("as expected", first.verification)).toContain("ticks-every-minute");
  });

  it("reports a function that never ticks as otherwise, not as not seen", async () => {
    aws.hasTick = () => false;
    const { verification, minutes } = await run();
    expect(minutes).toBe(8);
    expect(factsThatAre("otherwise", verification)).toEqual(["ticks-every-minute"]);
    expect(exitCodeOf(verification)).toBe(2);
  });

  it("reports missing rights", async () => {
    aws.rolePolicies.set(FUNCTION, []);
    expect(factsThatAre("otherwise", (await run()).verification)).toEqual(["refresher-rights"]);
  });

  it.each<[string, ...Statement[]]>([
    ["denies everybody", LETS_CLOUDWATCH, { Effect: "Deny", Principal: "*", Action: ["sns:*"], Resource: "*" }],
    [
      "lets an organization publish",
      {
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: ["sns:Publish"],
        Resource: "*",
        Condition: { StringEquals: { "aws:PrincipalOrgID": "o-example" } },
      },
    ],
    ["allows what looks like a pattern", { ...LETS_CLOUDWATCH, Action: ["sns:Publish(", "sns:P.blish"] }],
  ])("reports a topic whose policy %s", async (_, ...statements) => {
    forTopics(...statements);
    expect(factsThatAre("otherwise", (await run()).verification)).toEqual(["topics-allow-cloudwatch"]);
  });

  it("accepts a topic policy with a `?` in an action and a denial of requests without TLS", async () => {
    const noTls = { Bool: { "aws:SecureTransport": "false" } };
    forTopics(
      { ...LETS_CLOUDWATCH, Action: ["sns:Publis?"] },
      { Effect: "Deny", Principal: "*", Action: ["sns:*"], Resource: "*", Condition: noTls },
    );
    expect(factsThatAre("otherwise", (await run()).verification)).toEqual([]);
  });

  it("reports an AWS managed key named by its ARN, which CloudWatch may not use", async () => {
    aws.topicKey = `arn:aws:kms:${REGION}:${ACCOUNT}:key/of-aws`;
    const through = { "kms:CallerAccount": ACCOUNT, "kms:ViaService": `sns.${REGION}.amazonaws.com` };
    const statement = { Effect: "Allow", Principal: { AWS: "*" }, Action: ["kms:Decrypt", "kms:GenerateDataKey*"] };
    const ofAws = { ...statement, Resource: "*", Condition: { StringEquals: through } };
    aws.resourcePolicies.set(aws.topicKey, { name: "of AWS", statements: [ofAws] });
    expect(factsThatAre("otherwise", (await run()).verification)).toEqual(["keys-allow-cloudwatch"]);
  });

  it("reports an AWS managed key named by its alias", async () => {
    for (const key of KEYS) aws.resourcePolicies.delete(key);
    aws.topicKey = "alias/aws/sns";
    expect(factsThatAre("otherwise", (await run()).verification)).toEqual(["keys-allow-cloudwatch"]);
  });
});

describe("the limits of the judgement", () => {
  it("does not blame an alarm whose topics changed after its latest change of state", async () => {
    aws.configuredAt = aws.now - 10 * MINUTE;
    aws.hasActed = false;
    const { verification } = await run();
    expect(factsThatAre("otherwise", verification)).toEqual([]);
    expect(factsThatAre("not seen", verification)).toContain("alarm-actions");
  });

  it("accepts EventBridge in a topic's policy, which may be the landing zone's", async () => {
    const publishes = { Effect: "Allow", Action: ["sns:Publish"], Resource: "*" };
    forTopics(LETS_CLOUDWATCH, { ...publishes, Principal: { Service: "events.amazonaws.com" } });
    expect(factsThatAre("otherwise", (await run()).verification)).toEqual([]);
  });

  it("reports an alarm that did not run its actions", async () => {
    aws.hasActed = false;
    expect(factsThatAre("otherwise", (await run()).verification)).toEqual(["alarm-actions"]);
  });

  it("counts ticks that Lambda killed", async () => {
    aws.isKilled = (minutesAgo) => minutesAgo >= 20 && minutesAgo < 30;
    expect(factsThatAre("otherwise", (await run()).verification)).toEqual([]);
  });

  it("does not judge ticks right after a first deployment", async () => {
    aws.deployedAt = aws.now + 5 * MINUTE;
    const { verification } = await run();
    expect(factsThatAre("otherwise", verification)).toEqual([]);
    expect(factsThatAre("not seen", verification)).toContain("ticks-every-minute");
  });

  it("compares periods at any offset, and finds a deviation there", async () => {
    aws.periodsBegin = 7 * MINUTE;
    DEVIATIONS["alarm-expressions"]();
    expect(factsThatAre("otherwise", (await run()).verification)).toEqual(["alarm-expressions"]);
  });

  it("accepts zeros or no data from FILL without data: no alarm goes off for either", async () => {
    aws.evaluated = (expression, value) =>
      /^FILL\(.*, 0\)$/.test(expression) && value.every((point) => point === undefined) ? value.map(() => 0) : value;
    expect(factsThatAre("otherwise", (await run()).verification)).toEqual([]);
  });

  it("leaves out an overridden expression that the model does not know", async () => {
    aws.deployed = (expression) => (String(expression).includes("dropped") ? "ABS(errors)" : expression);
    expect(factsThatAre("not seen", (await run()).verification)).toEqual(UNOBSERVED);
  });

  it("does not judge FILL without a gap", async () => {
    aws.evaluated = (expression, value) => (expression.startsWith("IF(epoch") ? value.map(() => 1) : value);
    const { verification } = await run();
    expect(factsThatAre("not seen", verification)).toContain("metric-math");
  });

  it("reads data points page by page", async () => {
    aws.pageSize = 20;
    const { verification } = await run();
    expect(factsThatAre("otherwise", verification)).toEqual([]);
    const minutes = verification.checked.find(({ fact }) => fact === "ticks-every-minute")?.measured["minutes"];
    expect(minutes).toBeGreaterThan(50);
  });

  it.each(["InternalError", "PartialData", "Forbidden"])(
    "does not judge metrics with the status %s",
    async (status) => {
      aws.statusCode = status;
      const { verification } = await run();
      expect(factsThatAre("otherwise", verification)).toEqual([]);
      expect(factsThatAre("not seen", verification)).toEqual(
        expect.arrayContaining(["ticks-every-minute", "errors-have-zeros", "alarm-expressions", "metric-math"]),
      );
    },
  );

  it("does not judge a simulation without a decision", async () => {
    aws.decides = false;
    const { verification } = await run();
    expect(factsThatAre("otherwise", verification)).toEqual([]);
    expect(factsThatAre("not seen", verification)).toEqual(
      expect.arrayContaining(["refresher-rights", "consumer-rights"]),
    );
  });

  it("does not judge without findings or policies", async () => {
    aws.finding = undefined;
    aws.hasKeyPolicy = false;
    const { verification } = await run();
    expect(factsThatAre("otherwise", verification)).toEqual([]);
    expect(factsThatAre("not seen", verification)).toEqual(
      expect.arrayContaining(["policies-valid", "keys-allow-cloudwatch"]),
    );
    aws.rolePolicies.set(FUNCTION, []);
    aws.resourcePolicies.clear();
    const none = await run();
    expect(factsThatAre("not seen", none.verification)).toContain("policies-valid");
  });

  it("uses AWS's clock", async () => {
    const { verification } = await run({ behind: 3 * 60 * MINUTE });
    expect(factsThatAre("not seen", verification)).toEqual(UNOBSERVED);
  });

  it("reports its results so far when the AWS credentials expire meanwhile", async () => {
    aws.deniedWith = "ExpiredToken";
    const { verification } = await run({
      asleep: () => {
        ["GetMetricData", "FilterLogEvents", "DescribeAlarmHistory"].forEach((one) => aws.denied.add(one));
      },
    });
    expect(factsThatAre("otherwise", verification)).toEqual([]);
    expect(factsThatAre("as expected", verification)).toContain("refresher-rights");
    const [unseen] = verification.checked.filter(({ fact }) => fact === "ticks-every-minute");
    expect(unseen).toMatchObject({ result: "not seen", owner: "aws" });
    expect(unseen?.soWhat.en).toContain("no valid AWS credentials");
  });

  it("takes no longer than announced when AWS is slow", async () => {
    aws.deployedAt = aws.now;
    aws.takes = MINUTE / 5;
    // 8 minutes, and the other calls.
    expect((await run()).minutes).toBeLessThanOrEqual(10);
  });
});

describe("the command", () => {
  it("only reads, and never reads a secret's value", async () => {
    const { asked } = await healthy();
    for (const operation of new Set(asked.map((one) => one.operation))) {
      expect(operation).toMatch(/^(?:Get|List|Describe|Filter|Simulate|Validate)/);
      expect(operation).not.toMatch(/SecretValue/);
    }
  });

  it("needs the rights that `piste policy verifier` prints, and no others", async () => {
    const options = { environment: "prod", application: APPLICATION, region: REGION, accountId: ACCOUNT } as const;
    const statements = policyOf("verifier", { ...options, roleArns: [CONSUMER] }).map(({ statement }) => statement);
    const verifier = roleArn("verifier");
    const world = {
      identity: new Map([[verifier, [{ name: "printed", statements }]]]),
      resource: new Map(KEYS.map((key) => [key, defaultKeyPolicy(key)])),
    };
    const calls = (await healthy()).asked.flatMap(callsOf);
    for (const call of calls) {
      expect([call, await isAllowed(world, { principal: verifier, call })]).toEqual([call, true]);
    }
    const granted = statements.flatMap(({ Action }) => Action);
    expect([...new Set(calls.map(({ action }) => action))].sort()).toEqual([...new Set(granted)].sort());
  });

  it("reports denied checks as not seen, with the policy, and does the others", async () => {
    aws.denied.add("SimulatePrincipalPolicy").add("ValidatePolicy").add("GetKeyPolicy").add("GetMetricData");
    const { verification } = await run();
    expect(factsThatAre("otherwise", verification)).toEqual([]);
    const denied = verification.checked.filter(({ owner }) => owner === "aws");
    expect(denied.map(({ fact }) => fact).sort()).toEqual(
      [
        ...["refresher-rights", "consumer-rights", "policies-valid", "keys-allow-cloudwatch"],
        ...["ticks-every-minute", "reports-in-time", "errors-have-zeros"],
        ...["metric-math", "alarm-expressions"],
      ].sort(),
    );
    for (const { soWhat } of denied) expect(soWhat.en).toContain("npx piste policy verifier");
    expect(exitCodeOf(verification)).toBe(5);
  });

  it("judges on the emulated AWS only the facts that it imitates", async () => {
    const { verification, minutes } = await run({ local: true });
    expect(minutes).toBe(0);
    expect(factsThatAre("as expected", verification)).toEqual(["topics-allow-cloudwatch", "addresses-confirmed"]);
    expect(exitCodeOf(verification)).toBe(0);
  });

  it("does not check consumers unless they are given", async () => {
    const { verification } = await run({ consumers: [] });
    expect(factsThatAre("not seen", verification)).toEqual(["consumer-rights", ...UNOBSERVED]);
    expect(exitCodeOf(verification)).toBe(0);
  });

  it.each(LANGUAGES)("ends with a table: fact, expected, observed, meaning (%s)", async (language) => {
    aws.confirmed = false;
    const { verification } = await run();
    const text = show(verification, language, 80);
    for (const id of FACT_IDS) {
      expect(text).toContain(`\n${id}: `);
      expect(text.replace(/\s+/g, " ")).toContain(AWS_FACTS[id].expected[language]);
    }
    for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
    const { facts } = toJson(verification, language) as { facts: { fact: string; owner: string | null }[] };
    expect(facts.filter(({ owner }) => owner !== null)).toMatchObject([
      { fact: "addresses-confirmed", result: "otherwise", owner: "aws" },
    ]);
  });
});

describe("a receipt", () => {
  const written = async (options: Options): Promise<string> => {
    const out: string[] = [];
    for (const stream of ["log", "error"] as const) {
      jest.spyOn(console, stream).mockImplementation((text: unknown) => {
        if (stream === "log") out.push(String(text));
      });
    }
    try {
      await runVerify(new CommandMaker("en"), "prod", options, { open: () => target(), sleep, plan });
      return out.join("\n");
    } finally {
      jest.restoreAllMocks();
    }
  };

  it("is written with the table, and does not change the exit code", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "receipt-"));
    try {
      aws.confirmed = false;
      const receipt = path.join(folder, "receipt.json");
      const { facts } = JSON.parse(await written({ json: true, receipt })) as { facts: object[] };
      expect(facts).toHaveLength(FACT_IDS.length);
      expect(process.exitCode).toBe(5);
      expect(readReceipts(folder)).toMatchObject([{ facts: { "addresses-confirmed": { result: "otherwise" } } }]);
    } finally {
      process.exitCode = undefined;
      rmSync(folder, { recursive: true });
    }
  });

  it("is refused before AWS is called when it could not be written", async () => {
    const receipt = path.join(tmpdir(), "no-such-folder", "receipt.json");
    await expect(written({ receipt })).rejects.toThrow("the folder does not exist");
    expect(aws.asked).toEqual([]);
  });

  it("omits a runtime other than Node.js", async () => {
    const { verification } = await healthy();
    for (const runtime of ["provided.al2023", "123456789012", ""]) {
      expect(v.parse(receiptSchema, receiptOf({ ...verification, runtime }, aws.now)).versions).not.toHaveProperty(
        "runtime",
      );
    }
  });

  it("is refused for the emulated AWS", async () => {
    await expect(written({ local: true, receipt: "receipt.json" })).rejects.toThrow("A receipt is about AWS");
    expect(aws.asked).toEqual([]);
  });

  it("holds facts, numbers, versions, region and day only", async () => {
    const { verification } = await healthy();
    const receipt = receiptOf(verification, aws.now);
    expect(receipt).toMatchObject({
      command: "verify",
      date: "2026-03-02",
      region: "eu-west-3",
      versions: { "cdktf-piste": expect.any(String), runtime: "nodejs22.x" },
    });
    expect(Object.keys(receipt.facts)).toEqual(FACT_IDS);
    expect(v.parse(receiptSchema, receipt)).toEqual(receipt);
    const text = JSON.stringify(receipt);
    for (const canary of [
      ACCOUNT,
      ADDRESS,
      "arn:",
      APPLICATION,
      FUNCTION,
      "reads-token",
      ...SECRETS,
      ...TOPICS,
      ...KEYS,
    ]) {
      expect(text).not.toContain(canary);
    }
  });

  it.each([
    ["a name", { facts: { "ticks-every-minute": { result: "as expected", measured: { "canary-name": 1 } } } }],
    ["a text", { facts: { "ticks-every-minute": { result: "as expected", measured: { minutes: "canary" } } } }],
    ["anything else", { account: ACCOUNT }],
    ["an unknown fact", { facts: { "canary-name": { result: "as expected", measured: {} } } }],
    [
      "an account id as a number",
      { facts: { "ticks-every-minute": { result: "as expected", measured: { n: 123456789012 } } } },
    ],
    ["an ARN as a version", { versions: { runtime: "arn:aws:iam::123456789012:role/canary" } }],
    ["an account id as a version", { versions: { runtime: "123456789012" } }],
    ["a name in a version", { versions: { "cdktf-piste": "1.2.3-canary" } }],
    ["an unknown region", { region: "canary" }],
  ])("cannot hold %s", (_, more) => {
    const facts = { "ticks-every-minute": { result: "as expected", measured: { minutes: 55 } } };
    const receipt = { command: "verify", date: "2026-03-02", region: "eu-west-3", versions: {}, facts };
    expect(v.safeParse(receiptSchema, receipt).success).toBe(true);
    expect(v.safeParse(receiptSchema, { ...receipt, ...more }).success).toBe(false);
  });
});
