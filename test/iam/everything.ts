/** Both environments with every option, and another stack that uses their resources. */
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformStack, type App } from "cdktf";
import {
  AccessTokenSecret,
  ClientCredentialsSecret,
  PisteApplication,
  TechnicalAccountSecret,
  type Environment,
  type TechnicalAccountConfiguration,
} from "../../constructs";
import type { EnvironmentConfiguration, StackApplication } from "../../stacks/configuration";
import { PisteStack } from "../../stacks/piste-stack";
import { synthesizeApp, type SynthesizedStack } from "../constructs/synthesize";
import { ACCOUNT, keyArn, ORGANIZATION, OTHER_ACCOUNT, REGION, roleArn } from "./arns";
import { AppliedStack } from "./applied";

export const SECRETS_KEY = keyArn(1);
export const BREAK_GLASS_ROLE = roleArn("break-glass");
export const FOREIGN_ROLE = `arn:aws:iam::${OTHER_ACCOUNT}:role/reader`;
export const BROUGHT_IN_ROLE = { name: "brought-in", arn: roleArn("brought-in") };

/** INSEE's example, whose check digit is right. */
const SIRET = { identifier: "12345678200010", identifierType: "SIRET" } as const;
export const accounts = (...names: string[]): TechnicalAccountConfiguration[] =>
  names.map((name) => ({ name, structure: SIRET }));

export const APPLICATIONS: StackApplication[] = [
  {
    // With a key, in a network, with two accounts.
    name: "chorus-pro",
    technicalAccounts: accounts("default", "lyon"),
    connectionCheck: true,
    landingZone: {
      encryptionKeyArn: SECRETS_KEY,
      network: { subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] },
      rolePath: "/service/",
    },
  },
  // Without either, with the client credentials of the first.
  { name: "statistics", scope: "resource.READ", apis: ["judilibre"], clientCredentialsOf: "chorus-pro" },
  // With an existing role.
  {
    name: "own-role",
    technicalAccounts: accounts("default"),
    connectionCheck: true,
    landingZone: { roleArns: { refresher: BROUGHT_IN_ROLE.arn } },
  },
];

const configuration: EnvironmentConfiguration = {
  applications: APPLICATIONS,
  alarmEmails: ["equipe-facturation@exemple.fr"],
  encryptAlarms: true,
  accessAlarm: true,
};

export const CONSUMERS = {
  token: "reads-token",
  account: "reads-account",
  accounts: "reads-accounts",
  deposits: "writes-client",
  refreshes: "refreshes",
  checks: "checks",
} as const;

/** An application outside our stacks, with grants of constructs and of imported names. */
class ConsumerStack extends TerraformStack {
  constructor(scope: App, environment: Environment) {
    super(scope, "consumer");
    new AwsProvider(this, "aws", { region: REGION, allowedAccountIds: [ACCOUNT] });
    const role = (name: string): IamRole =>
      new IamRole(this, name, { name, assumeRolePolicy: JSON.stringify({ Version: "2012-10-17", Statement: [] }) });
    const own = new PisteApplication(this, "piste", {
      environment,
      name: "consumers-own",
      technicalAccounts: accounts("default", "lyon"),
      connectionCheck: true,
      // Imported by name; no other application's function promotes it.
      clientCredentials: ClientCredentialsSecret.fromSecretName(this, "client", "finance/piste-client", {
        encryptionKeyArn: SECRETS_KEY,
      }),
    });
    own.refresher.grantRefresh(role(CONSUMERS.refreshes));
    own.connectionCheck?.grantCheck(role(CONSUMERS.checks));
    own.grantReadTechnicalAccounts(role(CONSUMERS.accounts));
    const key = { encryptionKeyArn: SECRETS_KEY };
    AccessTokenSecret.fromSecretName(this, "token", `piste/${environment}/chorus-pro/token`, key).grantRead(
      role(CONSUMERS.token),
    );
    own.account("default").grantRead(role(CONSUMERS.account));
    TechnicalAccountSecret.fromSecretName(
      this,
      "account",
      `piste/${environment}/own-role/technical-account/default`,
    ).grantRead({ roleName: CONSUMERS.account });
    new TechnicalAccountSecret(this, "shared", { environment, application: "shared", landingZone: key }).grantRead({
      roleArn: FOREIGN_ROLE,
    });
    ClientCredentialsSecret.fromSecretName(this, "stored", `piste/${environment}/chorus-pro/client`, key).grantWrite(
      role(CONSUMERS.deposits),
    );
  }
}

function need(stack: SynthesizedStack | undefined): AppliedStack {
  if (stack === undefined) throw new Error("a stack was not synthesized");
  return new AppliedStack(stack);
}

export interface Everything {
  readonly qualif: AppliedStack;
  readonly prod: AppliedStack;
  readonly consumer: AppliedStack;
}

export function synthesizeEverything(): Everything {
  const { qualif, prod, consumer } = synthesizeApp((app) => {
    new PisteStack(app, "qualif", { ...configuration, protection: { refuseDeletion: true } });
    new PisteStack(app, "prod", {
      ...configuration,
      applications: APPLICATIONS.slice(0, 1),
      protection: { organizationId: ORGANIZATION, breakGlassPrincipalArns: [BREAK_GLASS_ROLE] },
    });
    new ConsumerStack(app, "qualif");
  });
  return { qualif: need(qualif), prod: need(prod), consumer: need(consumer) };
}
