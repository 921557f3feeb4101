import { describe, expect, it } from "@jest/globals";
import type { Environment } from "../../constructs";
import type { EnvironmentConfiguration, StackApplication } from "../../stacks/configuration";
import { PisteStack } from "../../stacks/piste-stack";
import { policyOf, refusedBy } from "../constructs/refusals";
import { synthesizeApp, type SynthesizedStack } from "../constructs/synthesize";

const ADMINISTRATOR = "arn:aws:iam::123456789012:role/administrator";
const CLIENTS = ["piste/prod/chorus-pro/client", "piste/prod/legifrance/client"];

/** A stack of two applications with five secrets. */
function deployed(
  environment: Environment,
  configuration: Partial<EnvironmentConfiguration> = {},
  application: Partial<StackApplication> = {},
): SynthesizedStack {
  const technicalAccounts = [
    { name: "default", structure: { identifier: "73282932000074", identifierType: "SIRET" as const } },
  ];
  const stack = synthesizeApp((app) => {
    new PisteStack(app, environment, {
      applications: [
        { name: "chorus-pro", technicalAccounts, ...application },
        { name: "legifrance", apis: ["legifrance"] },
      ],
      ...configuration,
    });
  })[environment];
  if (stack === undefined) throw new Error(`there is no stack ${environment}`);
  return stack;
}

describe("the guard rails of an environment", () => {
  it("are those of all its applications", () => {
    const stack = deployed("prod", {
      organizationId: "o-a1b2c3d4e5",
      breakGlassPrincipalArns: [ADMINISTRATOR],
      refuseDeletion: true,
    });
    expect(stack.all("aws_secretsmanager_secret_policy")).toHaveLength(5);
    for (const name of CLIENTS) {
      const policy = policyOf(stack, name);
      const insider = { "aws:PrincipalOrgID": "o-a1b2c3d4e5", "aws:PrincipalArn": ADMINISTRATOR };
      expect(refusedBy(policy, { action: "GetSecretValue", ...insider })).toEqual([]);
      expect(refusedBy(policy, { action: "DeleteSecret", ...insider })).toEqual(["RefuseDeletion"]);
      expect(refusedBy(policy, { action: "GetSecretValue" })).toEqual([
        "RefuseOtherOrganizations",
        "RefuseOtherReaders",
      ]);
    }
  });

  it("are off in qualif, and wherever they are switched off", () => {
    for (const stack of [deployed("qualif"), deployed("prod", { guardRails: false })]) {
      expect(stack.types).not.toContain("aws_secretsmanager_secret_policy");
    }
    expect(deployed("qualif", { guardRails: true }).all("aws_secretsmanager_secret_policy")).toHaveLength(5);
  });

  it.each<[string, object, string]>([
    ["guardRails: on", { guardRails: "on" }, 'guardRails must be true or false, got "on"'],
    ["refuseDeletion: yes", { refuseDeletion: "yes" }, 'refuseDeletion must be true or false, got "yes"'],
    [
      "an organization that is none",
      { organizationId: "ma-societe" },
      'organizationId must be an AWS organization\'s, such as o-a1b2c3d4e5, got "ma-societe"',
    ],
    [
      "a break-glass principal that is none",
      { breakGlassPrincipalArns: ["astreinte"] },
      "breakGlassPrincipalArns[0] must be the ARN of an IAM role or user (of a session: its role's), " +
        'got "astreinte"',
    ],
    ["one that is no list", { breakGlassPrincipalArns: ADMINISTRATOR }, "breakGlassPrincipalArns must be a list, got"],
  ])("are refused, of whichever application they would be: %s", (_, configuration, message) => {
    expect(() => deployed("prod", configuration)).toThrow(new RegExp(`^${message.replace(/[[\]().]/g, "\\$&")}`));
  });

  it("are not an application's own", () => {
    const application = { guardRails: false } as Partial<StackApplication>;
    expect(() => deployed("prod", {}, application)).toThrow(
      /^applications\[0\] must have only the properties .*, got "guardRails"$/,
    );
  });
});
