/** An environment's configuration, and those of its rules that are AWS's or Terraform's rather than PISTE's. */
import type { PisteApplicationProps } from "../constructs";
import {
  checkAccountId,
  checkBoolean,
  checkBucket,
  checkDifferent,
  checkList,
  checkName,
  checkOptions,
  checkRegion,
  checkedElsewhere,
  plainAccountId,
  type Rules,
} from "../constructs/internal/checks";
import { APPLICATION_RULES, checkAccessAlarm } from "../constructs/internal/application-properties";
import { checkLandingZone } from "../constructs/landing-zone";
import { checkProtection } from "../constructs/protection";

export { DEFAULT_REGION } from "../constructs/internal/checks";

/** An S3 bucket for Terraform's state; `npx cdktf deploy state` creates it. */
export interface StateConfiguration {
  readonly bucket: string;
  /** @default - the environment's region */
  readonly region?: string;
}

/** Members of an application that its environment sets. */
const OF_ENVIRONMENT = ["environment", "clientCredentials", "alarmEmails", "accessAlarm"] as const;

/**
 * One PISTE application of an environment. Its `protection` and `landingZone` override the environment's, by member.
 */
export interface StackApplication extends Omit<PisteApplicationProps, (typeof OF_ENVIRONMENT)[number]> {
  /**
   * The name of an application above it whose client credentials it uses: a second scope of the same PISTE
   * application.
   * @default - credentials of its own
   */
  readonly clientCredentialsOf?: string;
}

/** The configuration of an environment and all its applications. It has no place for a secret. */
export interface EnvironmentConfiguration extends Pick<
  PisteApplicationProps,
  "alarmEmails" | "accessAlarm" | "outageToleranceInMinutes" | "protection" | "landingZone"
> {
  /** The PISTE applications: at least one, with different names. */
  readonly applications: StackApplication[];
  /**
   * The AWS region.
   * @default `eu-west-3`, Paris
   */
  readonly region?: string;
  /**
   * The AWS account, 12 digits or as the console shows it (1234-5678-9012): a plan for any other account fails.
   * @default - any account; prod warns
   */
  readonly account?: string;
  /**
   * Whether to encrypt the topics of this stack with a customer-managed KMS key, which it creates: 1 USD a month.
   * @default `false`, since alarms contain no secret
   */
  readonly encryptAlarms?: boolean;
  /**
   * Whether to create a CloudWatch dashboard: 3 USD a month, beyond what is free in an account (docs/cost.md).
   * @default true
   */
  readonly dashboard?: boolean;
  /**
   * `{ bucket, region? }`: an S3 bucket for Terraform's state, encrypted, with a lock file (docs/state.md).
   * @default - a file beside `cdktf.json`; prod warns
   */
  readonly state?: StateConfiguration;
}

const ENVIRONMENT_RULES: Rules<EnvironmentConfiguration> = {
  applications: checkedElsewhere,
  region: checkRegion,
  account: checkAccountId,
  alarmEmails: checkedElsewhere,
  encryptAlarms: checkBoolean,
  accessAlarm: checkAccessAlarm,
  dashboard: checkBoolean,
  outageToleranceInMinutes: checkedElsewhere,
  state: (_, state) => {
    checkState(state);
  },
  protection: (_, protection) => {
    checkProtection(protection);
  },
  landingZone: (_, zone) => {
    checkLandingZone(zone);
  },
};

const STACK_APPLICATION_RULES: Rules<StackApplication> = {
  ...without(APPLICATION_RULES, OF_ENVIRONMENT),
  clientCredentialsOf: checkedElsewhere,
};

function without<T extends object, Key extends keyof T>(record: T, keys: readonly Key[]): Omit<T, Key> {
  const left = Object.entries(record).filter(([key]) => !(keys as readonly string[]).includes(key));
  return Object.fromEntries(left) as Omit<T, Key>;
}

/** The configuration with a pasted account id in the form of AWS and Terraform. */
export function withPlainAccount<C extends Pick<EnvironmentConfiguration, "account">>(configuration: C): C {
  const { account } = configuration;
  return typeof account === "string" ? { ...configuration, account: plainAccountId(account) } : configuration;
}

/** @throws Error naming the property, the rule and the value. */
export function checkConfiguration(configuration: EnvironmentConfiguration): void {
  checkOptions("", configuration, ENVIRONMENT_RULES);
  const { applications } = configuration;
  checkList("applications", applications);
  if (applications.length === 0) throw new Error("applications must have at least one application, got []");
  applications.forEach((application, index) => {
    checkOptions(`applications[${index}]`, application, STACK_APPLICATION_RULES);
    checkName(`applications[${index}].name`, application.name);
  });
  checkDifferent(
    "applications must have different names",
    applications.map(({ name }) => name),
  );
}

/** Beside cdktf.json, since people delete cdktf.out. */
export function localStateFile(stack: string): string {
  return `terraform.${stack}.tfstate`;
}

/** Relative to the stack's folder, so that the synthesized JSON is the same on every machine. */
export function localStatePath(stack: string): string {
  return `../../../${localStateFile(stack)}`;
}

/** @throws Error naming the member, the rule and the value. */
export function checkState(state: StateConfiguration): void {
  checkOptions("state", state, { bucket: checkedElsewhere, region: checkRegion });
  // May be missing without type-checking.
  checkBucket("state.bucket", state.bucket);
}

/** Example values in stacks/, so that everything can be tried before it is filled in. */
export const EXAMPLE = {
  /** Fictitious; the qualification platform does not verify check digits. */
  qualifSiret: "12345678901234",
  /** INSEE's example: its check digit is right, and no company has it. */
  prodSiret: "12345678200010",
} as const;

export function exampleValues(configuration: EnvironmentConfiguration): string[] {
  const examples: readonly string[] = Object.values(EXAMPLE);
  const used = configuration.applications
    .flatMap(({ technicalAccounts = [] }) => technicalAccounts.map(({ structure }) => structure.identifier))
    .filter((identifier) => examples.includes(identifier))
    .map((identifier) => `SIRET ${identifier}`);
  return [...new Set(used)];
}
