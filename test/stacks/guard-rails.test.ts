/** Access to an environment's secrets, and separation of the environments. */
import { describe, expect, it } from "@jest/globals";
import type { Environment } from "../../constructs";
import type { EnvironmentConfiguration, StackApplication } from "../../stacks/configuration";
import { PisteStack } from "../../stacks/piste-stack";
import { policyOf, refusedBy } from "../constructs/refusals";
import { synthesizeApp, type SynthesizedStack } from "../constructs/synthesize";

const ACCOUNT = "123456789012";
const ADMINISTRATOR = `arn:aws:iam::${ACCOUNT}:role/administrator`;
const CLIENTS = ["piste/prod/chorus-pro/client", "piste/prod/legifrance/client"];

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
  if (stack === undefined) throw new Error(`no stack ${environment}`);
  return stack;
}

describe("the guard rails of an environment", () => {
  it("apply to all its applications", () => {
    const stack = deployed("prod", {
      protection: { organizationId: "o-a1b2c3d4e5", breakGlassPrincipalArns: [ADMINISTRATOR], refuseDeletion: true },
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

  it("are off in qualif, and in prod if switched off", () => {
    for (const stack of [deployed("qualif"), deployed("prod", { protection: { guardRails: false } })]) {
      expect(stack.types).not.toContain("aws_secretsmanager_secret_policy");
    }
    expect(
      deployed("qualif", { protection: { guardRails: true } }).all("aws_secretsmanager_secret_policy"),
    ).toHaveLength(5);
  });

  it.each<[string, object, string]>([
    ["guardRails: on", { protection: { guardRails: "on" } }, 'protection.guardRails must be true or false, got "on"'],
    [
      "refuseDeletion: yes",
      { protection: { refuseDeletion: "yes" } },
      'protection.refuseDeletion must be true or false, got "yes"',
    ],
    [
      "an invalid organization id",
      { protection: { organizationId: "ma-societe" } },
      'protection.organizationId must be the id of an AWS organization, such as o-a1b2c3d4e5, got "ma-societe"',
    ],
    [
      "an invalid break-glass principal",
      { protection: { breakGlassPrincipalArns: ["astreinte"] } },
      "protection.breakGlassPrincipalArns[0] must be the ARN of an IAM role or user (for a session, its role's), " +
        'got "astreinte"',
    ],
    [
      "a single break-glass principal instead of a list",
      { protection: { breakGlassPrincipalArns: ADMINISTRATOR } },
      "protection.breakGlassPrincipalArns must be a list, got",
    ],
  ])("are refused for the environment and for an application: %s", (_, configuration, message) => {
    expect(() => deployed("prod", configuration)).toThrow(new RegExp(`^${message.replace(/[[\]().]/g, "\\$&")}`));
  });

  it("can be overridden for one application", () => {
    const protection = { guardRails: false };
    const guarded = (stack: SynthesizedStack): number => stack.all("aws_secretsmanager_secret_policy").length;
    expect(guarded(deployed("prod", {}, { protection }))).toBe(2);
    expect(guarded(deployed("prod", { protection }, { protection: { guardRails: true } }))).toBe(3);
  });
});

describe("an environment's stack", () => {
  const PLACES = [
    ["qualif", "prod", /sandbox/, /\/\/(?:oauth|api)\.piste/],
    ["prod", "qualif", /\/\/(?:oauth|api)\.piste/, /sandbox/],
  ] as const;

  it.each(PLACES)("of %s contains no name or host of %s", (environment, other, ownHosts, othersHosts) => {
    const { text } = deployed(environment);
    expect(text).toMatch(ownHosts);
    expect(text).not.toMatch(othersHosts);
    const words = new Set(text.match(new RegExp(`[\\w./-]*\\bpiste[-/]${other}\\b[\\w./-]*`, "g")));
    expect([...words]).toEqual([]);
    expect(text).not.toContain(`"${other}"`);
  });

  it("is in its region whatever the shell's region is, since the provider names it", () => {
    expect(deployed("prod").json.provider?.aws).toMatchObject([{ region: "eu-west-3" }]);
    expect(deployed("prod", { region: "eu-west-1" }).json.provider?.aws).toMatchObject([{ region: "eu-west-1" }]);
  });
});

describe("an existing resource in an environment", () => {
  const topic = (region: string, name: string): string => `arn:aws:sns:${region}:${ACCOUNT}:${name}`;
  const role = (account: string, name: string): string => `arn:aws:iam::${account}:role/team/${name}`;
  const key = (region: string): string => `arn:aws:kms:${region}:${ACCOUNT}:key/00000000-0000-0000-0000-000000000000`;

  it.each<[string, Partial<EnvironmentConfiguration>, Partial<StackApplication>, string]>([
    [
      "a topic of another region",
      { landingZone: { pageTopicArns: [topic("eu-west-1", "pager")] } },
      {},
      `pageTopicArns, informTopicArns (alarm_actions of aws_cloudwatch_metric_alarm) must be in the provider's region, got "${topic("eu-west-1", "pager")}"`,
    ],
    [
      "a topic of the other environment",
      { landingZone: { informTopicArns: [topic("eu-west-3", "piste-qualif-inform")] } },
      {},
      `landingZone.informTopicArns[0] must belong to prod, not of qualif, got "${topic("eu-west-3", "piste-qualif-inform")}"`,
    ],
    [
      "a key of another region",
      { region: "eu-west-1" },
      { landingZone: { encryptionKeyArn: key("eu-west-3") } },
      `landingZone.encryptionKeyArn (kms_key_id of aws_secretsmanager_secret) must be in the provider's region, got "${key("eu-west-3")}"`,
    ],
    [
      "a role of another account",
      { account: ACCOUNT },
      { landingZone: { roleArns: { refresher: role("210987654321", "refresher") } } },
      `applications[0]: landingZone.roleArns.refresher must be in ${ACCOUNT}, the stack's account, got "arn:aws:iam::210987654321:role/team/refresher"`,
    ],
    [
      "a permissions boundary of another account",
      { account: ACCOUNT, landingZone: { permissionsBoundaryArn: "arn:aws:iam::210987654321:policy/boundary" } },
      {},
      `landingZone.permissionsBoundaryArn (permissions_boundary of aws_iam_role) must be in the provider's account, got "arn:aws:iam::210987654321:policy/boundary"`,
    ],
    [
      "a role of the other environment",
      {},
      { landingZone: { roleArns: { refresher: role(ACCOUNT, "piste-qualif-chorus-pro-token-refresh") } } },
      `applications[0]: landingZone.roleArns.refresher must belong to prod, not of qualif, got "arn:aws:iam::${ACCOUNT}:role/team/piste-qualif-chorus-pro-token-refresh"`,
    ],
    [
      "a topic of the other environment with a prefix",
      { landingZone: { informTopicArns: [topic("eu-west-3", "acme-piste-qualif-inform")] } },
      {},
      `landingZone.informTopicArns[0] must belong to prod, not of qualif, got "${topic("eu-west-3", "acme-piste-qualif-inform")}"`,
    ],
    [
      "a break-glass principal of another account",
      { account: "210987654321", protection: { breakGlassPrincipalArns: [ADMINISTRATOR] } },
      {},
      `protection.breakGlassPrincipalArns[0] must be in 210987654321, the stack's account, got "${ADMINISTRATOR}"`,
    ],
  ])("may not be %s", (_, configuration, application, message) => {
    expect(() => deployed("prod", configuration, application)).toThrow(message);
  });

  it("may be of its region, its account and any other name", () => {
    const stack = deployed(
      "prod",
      {
        account: ACCOUNT,
        landingZone: {
          pageTopicArns: [topic("eu-west-3", "pager")],
          informTopicArns: [topic("eu-west-3", "piste-prod-inform")],
        },
        protection: { breakGlassPrincipalArns: [ADMINISTRATOR] },
      },
      { landingZone: { encryptionKeyArn: key("eu-west-3"), roleArns: { refresher: role(ACCOUNT, "refresher") } } },
    );
    expect(stack.types).not.toContain("aws_sns_topic");
  });
});
