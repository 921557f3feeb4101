/** One environment never gets into another: accounts, regions, hosts, names, and what is brought in. */
import { describe, expect, it } from "@jest/globals";
import type { Environment } from "../../constructs";
import type { EnvironmentConfiguration, StackApplication } from "../../stacks/configuration";
import { PisteStack } from "../../stacks/piste-stack";
import { synthesizeApp, type SynthesizedStack } from "../constructs/synthesize";

const ACCOUNT = "123456789012";
const ADMINISTRATOR = `arn:aws:iam::${ACCOUNT}:role/administrator`;

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
        { name: "chorus-pro", technicalAccounts, connectionCheck: true, ...application },
        { name: "legifrance", apis: ["legifrance"] },
      ],
      ...configuration,
    });
  })[environment];
  if (stack === undefined) throw new Error(`there is no stack ${environment}`);
  return stack;
}

describe("an environment's stack", () => {
  const PLACES = [
    ["qualif", "prod", /sandbox/, /\/\/(?:oauth|api)\.piste/],
    ["prod", "qualif", /\/\/(?:oauth|api)\.piste/, /sandbox/],
  ] as const;

  it.each(PLACES)("of %s has no name and no host of %s", (environment, other, ownHosts, othersHosts) => {
    const { text } = deployed(environment);
    expect(text).toMatch(ownHosts);
    expect(text).not.toMatch(othersHosts);
    const words = new Set(text.match(new RegExp(`[\\w./-]*\\bpiste[-/]${other}\\b[\\w./-]*`, "g")));
    expect([...words]).toEqual([]);
    expect(text).not.toContain(`"${other}"`);
  });

  it("is in its region whatever the shell says, since the provider names it", () => {
    expect(deployed("prod").json.provider?.aws).toMatchObject([{ region: "eu-west-3" }]);
    expect(deployed("prod", { region: "eu-west-1" }).json.provider?.aws).toMatchObject([{ region: "eu-west-1" }]);
  });
});

describe("what is brought into an environment", () => {
  const topic = (region: string, name: string): string => `arn:aws:sns:${region}:${ACCOUNT}:${name}`;
  const role = (account: string, name: string): { name: string; arn: string } => ({
    name,
    arn: `arn:aws:iam::${account}:role/team/${name}`,
  });
  const key = (region: string): string => `arn:aws:kms:${region}:${ACCOUNT}:key/00000000-0000-0000-0000-000000000000`;

  it.each<[string, Partial<EnvironmentConfiguration>, Partial<StackApplication>, string]>([
    [
      "a topic of another region",
      { pageTopicArn: topic("eu-west-1", "pager") },
      {},
      `pageTopicArn must be of eu-west-3, the stack's region, got "${topic("eu-west-1", "pager")}"`,
    ],
    [
      "a topic of the other environment",
      { informTopicArn: topic("eu-west-3", "piste-qualif-inform") },
      {},
      `informTopicArn must be of prod, not of qualif, got "${topic("eu-west-3", "piste-qualif-inform")}"`,
    ],
    [
      "a key of another region",
      { region: "eu-west-1" },
      { encryptionKeyArn: key("eu-west-3") },
      `applications[0]: encryptionKeyArn must be of eu-west-1, the stack's region, got "${key("eu-west-3")}"`,
    ],
    [
      "a role of another account",
      { account: ACCOUNT },
      { role: role("210987654321", "refresher") },
      `applications[0]: role.arn must be of ${ACCOUNT}, the stack's account, got "arn:aws:iam::210987654321:role/team/refresher"`,
    ],
    [
      "a role of the other environment",
      {},
      { role: role(ACCOUNT, "piste-qualif-chorus-pro-token-refresh") },
      `applications[0]: role.arn must be of prod, not of qualif, got "arn:aws:iam::${ACCOUNT}:role/team/piste-qualif-chorus-pro-token-refresh"`,
    ],
    [
      "a break-glass principal of another account, who would need more than not to be refused",
      { account: "210987654321", breakGlassPrincipalArns: [ADMINISTRATOR] },
      {},
      `breakGlassPrincipalArns[0] must be of 210987654321, the stack's account, got "${ADMINISTRATOR}"`,
    ],
  ])("is not %s", (_, configuration, application, message) => {
    expect(() => deployed("prod", configuration, application)).toThrow(message);
  });

  it("may be of its region, its account and any other name", () => {
    const stack = deployed(
      "prod",
      {
        account: ACCOUNT,
        pageTopicArn: topic("eu-west-3", "pager"),
        informTopicArn: topic("eu-west-3", "piste-prod-inform"),
        breakGlassPrincipalArns: [ADMINISTRATOR],
      },
      { encryptionKeyArn: key("eu-west-3"), role: role(ACCOUNT, "refresher") },
    );
    expect(stack.types).not.toContain("aws_sns_topic");
  });
});
