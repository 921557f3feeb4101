import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { clientSecretName, technicalAccountSecretName } from "../../piste/names";
import { connectionCheckFunctionName, tokenRefreshFunctionName } from "../../aws/names";
import type { AppliedSecret } from "./applied";
import { secretArn } from "./arns";
import { CHECK_SCENARIOS, PASSWORD_SCENARIOS, REFRESH_SCENARIOS, type Scenario } from "./scenarios";
import { toleratedReads, useWhatIsGranted } from "./consumers";
import { BREAK_GLASS_ROLE, SECRETS_KEY, synthesizeEverything } from "./everything";
import { Application, Bench } from "./functions";
import { GuardedAws } from "./guarded-aws";
import { oneStepOutside, refusedByPolicies, resourcesOf } from "./outside";
import { testPolicies } from "./proof";
import { textOf, type Request } from "./simulator";
import { functionOf, neededByNamed, neededByServices, outsideOfServices, stacksOf, worldOf } from "./all-policies";
import { codeOf, operationsIn } from "./zips";

const everything = synthesizeEverything();
const stacks = stacksOf(everything);
const world = worldOf(everything);

/** The client secret that was brought into the consumer's stack. */
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

/** All that was asked of AWS, by the functions and by the programs that something is granted to. */
const recorded = new Map<string, Request>();
function keep({ asked }: GuardedAws): void {
  for (const { principal, call } of asked) recorded.set(textOf({ principal, call }), { principal, call });
}

function testScenarios(
  application: Tested,
  nameOf: typeof tokenRefreshFunctionName,
  scenarios: readonly Scenario[],
): void {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.open(world, applicationOf(application, nameOf));
  });
  afterAll(async () => {
    keep(bench.aws);
    await bench.close();
  });

  it.each(scenarios)("$name", async ({ operation, prepare, ends, asks = [] }) => {
    bench.reset();
    const before = bench.aws.asked.length;
    prepare(bench);
    const outcome = await bench.run(operation);
    const asked = bench.aws.asked.slice(before);
    expect(bench.aws.problems).toEqual([]);
    expect(asked.filter(({ allowed }) => !allowed).map(textOf)).toEqual([]);
    expect(outcome).toMatchObject(ends);
    // The branch was really taken.
    expect(asked.map(({ call }) => call.action)).toEqual(expect.arrayContaining([...asks]));
  });
}

describe.each(APPLICATIONS)("whatever happens, of $stack $name", (application) => {
  describe("the token refresher may do what it does:", () => {
    const withAccounts = application.accounts.length > 0;
    testScenarios(application, tokenRefreshFunctionName, [
      ...REFRESH_SCENARIOS,
      ...(withAccounts ? PASSWORD_SCENARIOS : []),
    ]);
  });
  if (application.accounts.length > 0) {
    describe("the connection check may do what it does:", () => {
      testScenarios(application, connectionCheckFunctionName, CHECK_SCENARIOS);
    });
  }
});

it("programs may do what they are granted", async () => {
  const aws = await GuardedAws.start(world);
  try {
    aws.reset(SECRETS.map(({ name }) => name));
    for (const { arn, keyArn } of SECRETS) if (keyArn !== undefined) aws.keys.set(arn, keyArn);
    await useWhatIsGranted(aws);
    expect(aws.problems).toEqual([]);
    keep(aws);
  } finally {
    await aws.stop();
  }
});

/** In the connection check's zip beside the read that both functions have; it never writes, and may not. */
const NEVER_CALLED = { "token-refresh": [], "connection-check": ["PutSecretValue"] } as const;

describe("the record", () => {
  it.each(["token-refresh", "connection-check"] as const)(
    "has every operation that the zip of %s has a command of the SDK for",
    (name) => {
      const operations = operationsIn(codeOf(name));
      expect(operations).toContain("GetSecretValue");
      const calls = [...recorded.values()].filter(({ call }) =>
        call.context["lambda:SourceFunctionArn"]?.endsWith(`-${name}`),
      );
      const called = new Set(calls.map(({ call }) => call.action.replace(/^.*:/, "")));
      expect(operations.filter((operation) => !called.has(operation))).toEqual(NEVER_CALLED[name]);
    },
  );
});

/**
 * AWS's own services are of no organization. None needs a secret today; one that is let in some day must not be refused
 * for that.
 */
const UNSHOWN = [/the condition BoolIfExists aws:PrincipalIsAWSService$/];

describe("the policies as applied", () => {
  /** Once all is recorded. */
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
