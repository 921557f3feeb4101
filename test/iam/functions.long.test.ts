import { describe, expect, it } from "@jest/globals";
import { clientSecretName, technicalAccountSecretName } from "../../piste/names";
import { connectionCheckFunctionName, tokenRefreshFunctionName } from "../../aws/names";
import type { AppliedSecret } from "./applied";
import { secretArn } from "./arns";
import { CHECK_SCENARIOS, PASSWORD_SCENARIOS, REFRESH_SCENARIOS } from "./scenarios";
import { toleratedReads, useGrants } from "./consumers";
import { BREAK_GLASS_ROLE, SECRETS_KEY, synthesizeEverything } from "./everything";
import { Application } from "./functions";
import { GuardedAws } from "./guarded-aws";
import { oneStepOutside, refusedByPolicies, resourcesOf } from "./outside";
import { testPolicies } from "./proof";
import { keep, recorded, testScenarios } from "./record";
import { functionOf, neededByNamed, neededByServices, outsideOfServices, stacksOf, worldOf } from "./all-policies";
import { codeOf, operationsIn } from "./zips";

const everything = synthesizeEverything();
const stacks = stacksOf(everything);
const world = worldOf(stacks);

/** The client secret that the consumer's stack imports. */
const BROUGHT_IN_SECRET = {
  name: "finance/piste-client",
  arn: secretArn("finance/piste-client"),
  keyArn: SECRETS_KEY,
};
const SECRETS: AppliedSecret[] = [...stacks.flatMap(({ secrets }) => secrets), BROUGHT_IN_SECRET];

const APPLICATIONS = [
  { stack: "qualif", name: "chorus-pro", accounts: ["default", "lyon"] },
  { stack: "qualif", name: "statistics", accounts: [], client: clientSecretName("qualif", "chorus-pro") },
  { stack: "qualif", name: "own-role", accounts: ["default"] },
  { stack: "prod", name: "chorus-pro", accounts: ["default", "lyon"] },
  { stack: "consumer", name: "consumers-own", accounts: ["default", "lyon"], client: BROUGHT_IN_SECRET.name },
] as const;
type Tested = (typeof APPLICATIONS)[number];

function applicationOf(
  { stack, name, accounts, ...more }: Tested,
  nameOf: typeof tokenRefreshFunctionName,
): Application {
  const environment = stack === "prod" ? "prod" : "qualif";
  const client = "client" in more ? more.client : clientSecretName(environment, name);
  const accountSecrets = accounts.map((account) => technicalAccountSecretName(environment, name, account));
  const deployed = functionOf(everything[stack], nameOf(environment, name));
  return new Application(everything[stack], deployed, environment, name, client, accountSecrets, SECRETS);
}

describe.each(APPLICATIONS)("in every scenario, $name of $stack", (application) => {
  describe("the token refresher may do what it does:", () => {
    const withAccounts = application.accounts.length > 0;
    testScenarios(world, applicationOf(application, tokenRefreshFunctionName), [
      ...REFRESH_SCENARIOS,
      ...(withAccounts ? PASSWORD_SCENARIOS : []),
    ]);
  });
  if (application.accounts.length > 0) {
    describe("the connection check may do what it does:", () => {
      testScenarios(world, applicationOf(application, connectionCheckFunctionName), CHECK_SCENARIOS);
    });
  }
});

it("programs may do what they are granted", async () => {
  const aws = await GuardedAws.start(world);
  try {
    aws.reset(SECRETS.map(({ name }) => name));
    for (const { arn, keyArn } of SECRETS) if (keyArn !== undefined) aws.keys.set(arn, keyArn);
    await useGrants(aws);
    expect(aws.problems).toEqual([]);
    keep(aws);
  } finally {
    await aws.stop();
  }
});

const IAM_NAMES: Readonly<Record<string, string>> = { Invoke: "InvokeFunction" };
/** In the connection check's zip beside the read that both functions have; it never writes, and may not. */
const NEVER_CALLED = { "token-refresh": [], "connection-check": ["PutSecretValue"] } as const;

describe("the recorded calls", () => {
  it.each(["token-refresh", "connection-check"] as const)(
    "include every operation for which the zip of %s has an SDK command",
    (name) => {
      const operations = operationsIn(codeOf(name));
      expect(operations).toContain("GetSecretValue");
      const calls = [...recorded.values()].filter(({ call }) =>
        call.context["lambda:SourceFunctionArn"]?.endsWith(`-${name}`),
      );
      const called = new Set(calls.map(({ call }) => call.action.replace(/^.*:/, "")));
      expect(operations.filter((operation) => !called.has(IAM_NAMES[operation] ?? operation))).toEqual(
        NEVER_CALLED[name],
      );
    },
  );
});

/**
 * AWS's own services belong to no organization. None needs a secret today, but this condition must not refuse a
 * future one.
 */
const UNSHOWN = [
  /the condition BoolIfExists aws:PrincipalIsAWSService$/,
  // SNS accepts no other resource in a topic's policy.
  /policy of arn:aws:sns:.*: the resource arn:aws:sns:\S+ and no other$/,
];

describe("the policies as applied", () => {
  const proof = () => {
    const byServices = stacks.flatMap(neededByServices);
    const needed = [...recorded.values(), ...byServices, ...neededByNamed()];
    const resources = resourcesOf(stacks, [BROUGHT_IN_SECRET.arn]);
    const strangers = stacks.flatMap((stack) => outsideOfServices(stack, neededByServices(stack)));
    const outside = [...oneStepOutside(needed, resources), ...strangers, ...refusedByPolicies(world)];
    const reads = toleratedReads(needed).filter(({ principal }) => principal !== BREAK_GLASS_ROLE);
    return {
      world,
      needed,
      outside,
      tolerated: reads,
      unshown: UNSHOWN,
    };
  };

  testPolicies(proof, { needed: 250, outside: 4000 });
});
