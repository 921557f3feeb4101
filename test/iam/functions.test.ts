/**
 * The rights of one application's functions in prod are exactly those they need. More applications:
 * functions.long.test.ts.
 */
import { describe, expect, it } from "@jest/globals";
import { connectionCheckFunctionName, tokenRefreshFunctionName } from "../../aws/names";
import { clientSecretName, technicalAccountSecretName } from "../../piste/names";
import { PisteStack } from "../../stacks/piste-stack";
import { synthesizeApp } from "../constructs/synthesize";
import { AppliedStack } from "./applied";
import { CHECK_SCENARIOS, PASSWORD_SCENARIOS, REFRESH_SCENARIOS } from "./scenarios";
import { accounts, SECRETS_KEY } from "./everything";
import { Application } from "./functions";
import { oneStepOutside, refusedByPolicies, resourcesOf } from "./outside";
import { shortcomings } from "./proof";
import { recorded, testScenarios } from "./record";
import { functionOf, neededByServices, outsideOfServices, worldOf } from "./all-policies";

const NAME = "chorus-pro";
const { prod } = synthesizeApp((app) => {
  new PisteStack(app, "prod", {
    applications: [
      {
        name: NAME,
        technicalAccounts: accounts("default", "lyon"),
        connectionCheck: true,
        landingZone: { encryptionKeyArn: SECRETS_KEY },
      },
    ],
  });
});
if (prod === undefined) throw new Error("no stack prod");
const stack = new AppliedStack(prod);
const world = worldOf([stack]);

function applicationOf(nameOf: typeof tokenRefreshFunctionName): Application {
  const secrets = ["default", "lyon"].map((account) => technicalAccountSecretName("prod", NAME, account));
  const deployed = functionOf(stack, nameOf("prod", NAME));
  return new Application(stack, deployed, "prod", NAME, clientSecretName("prod", NAME), secrets, stack.secrets);
}

describe("the token refresher may do what it does:", () => {
  testScenarios(world, applicationOf(tokenRefreshFunctionName), [...REFRESH_SCENARIOS, ...PASSWORD_SCENARIOS]);
});

describe("the connection check may do what it does:", () => {
  testScenarios(world, applicationOf(connectionCheckFunctionName), CHECK_SCENARIOS);
});

it("the policies allow what is needed, and nothing one step outside", async () => {
  const byServices = neededByServices(stack);
  const needed = [...recorded.values(), ...byServices];
  const outside = [
    ...oneStepOutside(needed, resourcesOf([stack], [])),
    ...outsideOfServices(stack, byServices),
    ...refusedByPolicies(world),
  ];
  expect(needed.length).toBeGreaterThan(30);
  expect(outside.length).toBeGreaterThan(500);
  expect(await shortcomings({ world, needed, outside })).toEqual([]);
});
