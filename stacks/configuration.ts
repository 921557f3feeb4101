/** What an operator configures, and the rules of it that are AWS's or Terraform's rather than PISTE's. */
import type {
  DeletionGuardOptions,
  GuardRailOptions,
  LandingZone,
  PisteApplicationProps,
  ReadingGuardOptions,
} from "../constructs";
import {
  checkAccountId,
  checkBoolean,
  checkBucket,
  checkDifferent,
  checkGuardRails,
  checkName,
  checkProperties,
  checkRegion,
  type KnownProperties,
} from "../constructs/internal/checks";
import { checkLandingZone } from "../constructs/landing-zone";
import { REFRESHER_OPTIONS } from "../constructs/internal/functions/refresher-options";

export { DEFAULT_REGION } from "../constructs/internal/checks";

/** An S3 bucket for Terraform's state; `npx cdktf deploy state` makes it. */
export interface StateConfiguration {
  readonly bucket: string;
  /** @default - the environment's region */
  readonly region?: string;
}

/** The guard rails of an environment's secrets: the same for all its applications. */
export interface GuardRails extends GuardRailOptions, DeletionGuardOptions, ReadingGuardOptions {}

/** Of a PISTE application; the rest is the same for all of an environment, or the stack's to fill in. */
const OWN_PROPERTIES = {
  name: true,
  pisteApplicationName: true,
  scope: true,
  apis: true,
  technicalAccounts: true,
  landingZone: true,
  connectionCheck: true,
  ...REFRESHER_OPTIONS,
  recoveryWindowInDays: true,
  omittedAlarms: true,
} as const satisfies Partial<KnownProperties<PisteApplicationProps>>;

/** One PISTE application of an environment. */
export interface StackApplication extends Pick<PisteApplicationProps, keyof typeof OWN_PROPERTIES> {
  /**
   * The name of an application above it whose client credentials it uses: a second scope of one PISTE application.
   * @default - credentials of its own
   */
  readonly clientCredentialsOf?: string;
}

/** What an operator configures for an environment. Nothing secret has a place here. */
export interface EnvironmentConfiguration extends GuardRails {
  /**
   * The AWS region.
   * @default "eu-west-3", Paris
   */
  readonly region?: string;
  /**
   * The AWS account's 12 digits: any other is refused.
   * @default - whichever account the credentials are of; prod warns
   */
  readonly account?: string;
  /** The PISTE applications, each with a name of its own. */
  readonly applications: StackApplication[];
  /**
   * Who receives the alarms by e-mail; each address has to confirm once.
   * @default - nobody
   */
  readonly alarmEmails?: string[];
  /**
   * Whether the topics of its own are encrypted with a customer-managed key, which is made for them.
   * @default false; an alarm holds nothing secret
   */
  readonly encryptAlarms?: boolean;
  /**
   * Whether somebody is told when anybody but the refresher reads client credentials, or changes who can. The account
   * needs a CloudTrail trail; a topic that is brought in needs a statement for EventBridge: docs/security.md.
   * @default false
   */
  readonly accessAlarm?: boolean;
  /**
   * For `accessAlarm`: the IAM roles that deploy, whose changes are expected. `*` stands for any characters.
   * @default - none: each deployment that changes a function or a secret raises the alarm
   */
  readonly deployerRoleArns?: string[];
  /**
   * Whether there is a CloudWatch dashboard, `piste-<environment>`. AWS takes 3 US dollars a month for each beyond the
   * account's first three.
   * @default true
   */
  readonly dashboard?: boolean;
  /**
   * What the company prescribes. Its tags are on every resource, beside `application = cdktf-piste` and `environment`; one of
   * yours with the same key, in any case, replaces ours: IAM refuses `Environment` beside `environment`.
   * @default - nothing
   */
  readonly landingZone?: LandingZone;
  /**
   * How long an outage of PISTE is to be survived, in minutes, where an application does not say otherwise.
   * @default 30
   */
  readonly outageToleranceInMinutes?: number;
  /**
   * Where Terraform keeps its state.
   * @default - a file beside cdktf.json; prod warns
   */
  readonly state?: StateConfiguration;
}

const ENVIRONMENT_PROPERTIES: KnownProperties<EnvironmentConfiguration> = {
  region: true,
  account: true,
  applications: true,
  alarmEmails: true,
  encryptAlarms: true,
  landingZone: true,
  accessAlarm: true,
  deployerRoleArns: true,
  dashboard: true,
  outageToleranceInMinutes: true,
  state: true,
  guardRails: true,
  organizationId: true,
  breakGlassPrincipalArns: true,
  refuseDeletion: true,
};
const STATE_PROPERTIES: KnownProperties<StateConfiguration> = { bucket: true, region: true };
const APPLICATION_PROPERTIES: KnownProperties<StackApplication> = { ...OWN_PROPERTIES, clientCredentialsOf: true };

/** @throws Error naming the property, the rule and the value. */
export function checkConfiguration(configuration: EnvironmentConfiguration): void {
  checkProperties("the configuration", configuration, ENVIRONMENT_PROPERTIES);
  const { region, account, applications, state } = configuration;
  if (region !== undefined) checkRegion("region", region);
  checkAccount(account);
  checkBoolean("dashboard", configuration.dashboard);
  checkBoolean("encryptAlarms", configuration.encryptAlarms);
  checkBoolean("accessAlarm", configuration.accessAlarm);
  if (configuration.deployerRoleArns !== undefined && configuration.accessAlarm !== true) {
    throw new Error("deployerRoleArns must not be set without accessAlarm, which they are for");
  }
  checkGuardRails(configuration);
  checkLandingZone(configuration.landingZone);
  if (state !== undefined) checkState(state);
  if (!Array.isArray(applications) || applications.length === 0) {
    throw new Error(`applications must have at least one application, got ${JSON.stringify(applications)}`);
  }
  applications.forEach((application, index) => {
    checkProperties(`applications[${index}]`, application, APPLICATION_PROPERTIES);
    checkName(`applications[${index}].name`, application.name);
    checkBoolean(`applications[${index}].connectionCheck`, application.connectionCheck);
  });
  checkDifferent(
    "applications must have different names",
    applications.map(({ name }) => name),
  );
}

/** Beside cdktf.json, which is where cdktf runs the app, since people delete cdktf.out. */
export function localStateFile(stack: string): string {
  return `terraform.${stack}.tfstate`;
}

/** Relative to the stack's folder, so that no machine shows. */
export function localStatePath(stack: string): string {
  return `../../../${localStateFile(stack)}`;
}

export function checkAccount(account: string | undefined): void {
  if (account !== undefined) checkAccountId("account", account);
}

export function checkState(state: StateConfiguration): void {
  checkProperties("state", state, STATE_PROPERTIES);
  const { bucket, region } = state;
  checkBucket("state.bucket", bucket);
  if (region !== undefined) checkRegion("state.region", region);
}

/** What the files in stacks/ come with, so that everything can be tried before anything is filled in. */
export const EXAMPLE = {
  /** Fictitious, as on the qualification platform, where check digits do not count. */
  qualifSiret: "12345678901234",
  /** INSEE's own example: its check digit is right and no company has it. */
  prodSiret: "12345678200010",
} as const;

/** The example's values that are still there. */
export function exampleValues(configuration: EnvironmentConfiguration): string[] {
  const examples: readonly string[] = Object.values(EXAMPLE);
  const used = configuration.applications
    .flatMap(({ technicalAccounts = [] }) => technicalAccounts.map(({ structure }) => structure.identifier))
    .filter((identifier) => examples.includes(identifier))
    .map((identifier) => `SIRET ${identifier}`);
  return [...new Set(used)];
}
