import { readFileSync } from "node:fs";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { technicalAccountSecretName, tokenSecretName } from "../../piste/names";
import { connectionCheckFunctionName, logGroupName } from "../../aws/names";
import { policyOf } from "../../cli/policy/policies";
import type { Holder } from "../../cli/policy/statement";
import { ACCOUNT, functionArn, REGION, secretArn, streamsArn } from "./arns";
import { readAsPrograms, toleratedReads } from "./consumers";
import { ALARM_TESTER_CALLS, DEPOSITOR_CALLS, OPERATOR_CALLS } from "./operator-calls";
import { APPLICATION, BROUGHT_IN_TOPIC, OperatorFixture, userArn } from "./operator-fixture";
import { SECRETS_KEY, synthesizeEverything } from "./everything";
import { oneStepOutside, resourcesOf } from "./outside";
import { testPolicies } from "./proof";
import { defaultTopicPolicy } from "./service-calls";
import { isAllowed, textOf, type Call, type Policy, type Request, type World } from "./simulator";
import { stacksOf, worldOf } from "./all-policies";

const everything = synthesizeEverything();
const ENVIRONMENTS = ["qualif", "prod"] as const;
/** All but the deployer, whose calls are Terraform's, and the verifier: test/cli/verify/ checks that policy. */
const HOLDERS: readonly Holder[] = ["operator", "alarm-tester", "depositor", "consumer"];

/** Each printed policy with every option, given to a user of its own. */
const printed = new Map<string, readonly Policy[]>(
  ENVIRONMENTS.flatMap((environment) =>
    HOLDERS.map((holder) => {
      const statements = policyOf(holder, {
        environment,
        application: APPLICATION,
        accountId: ACCOUNT,
        region: REGION,
        encryptionKeyArn: SECRETS_KEY,
        topicArns: [BROUGHT_IN_TOPIC],
      }).map(({ statement }) => statement);
      return [userArn(holder, environment), [{ name: `${holder} of ${environment}`, statements }]] as const;
    }),
  ),
);
const deployed = worldOf(stacksOf(everything));
const world: World = {
  identity: new Map([...deployed.identity, ...printed]),
  resource: new Map([...deployed.resource, [BROUGHT_IN_TOPIC, defaultTopicPolicy(BROUGHT_IN_TOPIC)]]),
};

/** Allowed calls of the policies' holders. */
const recorded = new Map<string, Request>();

describe.each(ENVIRONMENTS)("in %s", (environment) => {
  let fixture: OperatorFixture;
  beforeAll(async () => {
    fixture = await OperatorFixture.open(environment, world, everything[environment]);
  });
  afterAll(async () => {
    for (const { principal, call, allowed } of fixture.aws.asked) {
      if (allowed && printed.has(principal)) recorded.set(textOf({ principal, call }), { principal, call });
    }
    await fixture.close();
  });

  it.each([...OPERATOR_CALLS, ...ALARM_TESTER_CALLS, ...DEPOSITOR_CALLS])(
    "the policy's holder may run: $name",
    async ({ prepare, command, ends, asks = [], goesWithout }) => {
      fixture.reset();
      prepare?.(fixture);
      const { end, asked } = await fixture.run(() => command(fixture));
      expect(end).toBe(ends);
      const refused = asked.filter(({ allowed }) => !allowed).map(({ call }) => call.action);
      expect(refused).toEqual(goesWithout?.(environment) ?? []);
      const words = asked.flatMap(({ call: { action, context } }) => [
        action,
        `${action} ${context["secretsmanager:VersionStage"] ?? ""}`,
      ]);
      expect(words).toEqual(expect.arrayContaining([...asks]));
    },
  );

  it("a consumer may read its secrets, with or without a stage", async () => {
    fixture.reset();
    const secrets = [
      tokenSecretName(environment, APPLICATION),
      technicalAccountSecretName(environment, APPLICATION, "default"),
    ];
    for (const secret of secrets) {
      fixture.aws.put(secret, "value");
      await readAsPrograms(fixture.aws, userArn("consumer", environment), secret);
    }
  });
});

const RUNBOOK = readFileSync(path.join(__dirname, "../../docs/runbooks/connection-refused.md"), "utf8");

/** Calls of an operator in the AWS CLI, from a runbook, that no command makes. */
function byHand(): Request[] {
  return ENVIRONMENTS.flatMap((environment) => {
    const principal = userArn("operator", environment);
    const group = logGroupName(connectionCheckFunctionName(environment, APPLICATION));
    const run = functionArn(connectionCheckFunctionName(environment, APPLICATION));
    return [
      { principal, call: { action: "lambda:InvokeFunction", resource: run, context: {} } },
      { principal, call: { action: "logs:FilterLogEvents", resource: streamsArn(group), context: {} } },
    ];
  });
}

it("the runbook contains the operator's AWS CLI calls", () => {
  expect(RUNBOOK).toMatch(/aws lambda invoke[^`]+--function-name piste-qualif-chorus-pro-connection-check/);
  expect(RUNBOOK).toMatch(/aws logs filter-log-events[^`]+\/aws\/lambda\/piste-qualif-chorus-pro-connection-check/);
});

describe("the printed policies", () => {
  const proof = () => {
    const needed = [...recorded.values(), ...byHand()];
    const stacks = stacksOf(everything);
    const outside = oneStepOutside(needed, resourcesOf(stacks, [BROUGHT_IN_TOPIC]));
    const tolerated = toleratedReads(needed).filter(({ principal }) => principal.endsWith("-consumer"));
    const concerns = ({ name }: Policy): boolean => [...printed.values()].flat().some((policy) => policy.name === name);
    return { world, needed, outside, tolerated, concerns };
  };

  testPolicies(proof, { needed: 80, outside: 1500 });

  it("never let anyone read client credentials", async () => {
    const clients = ENVIRONMENTS.flatMap((environment) =>
      ["chorus-pro", "own-role"].map((application) => secretArn(`piste/${environment}/${application}/client`)),
    );
    const contexts: Call["context"][] = [
      {},
      ...["AWSCURRENT", "AWSPENDING", "AWSPREVIOUS"].map((stage) => ({ "secretsmanager:VersionStage": stage })),
      { "secretsmanager:VersionId": "01234567-89ab-4def-8123-456789abcdef" },
    ];
    for (const principal of printed.keys()) {
      for (const resource of clients) {
        for (const context of contexts) {
          const call = { action: "secretsmanager:GetSecretValue", resource, context };
          expect([principal, call, await isAllowed(world, { principal, call })]).toEqual([principal, call, false]);
        }
      }
    }
  });
});
