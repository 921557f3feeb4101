/** What an operator configures, and the rules of it that are AWS's or Terraform's rather than PISTE's. */
import type { PisteApplicationProps } from "../constructs";

/** Paris. */
export const DEFAULT_REGION = "eu-west-3";

/** An S3 bucket for Terraform's state; `npx cdktf deploy state` makes it. */
export interface StateConfiguration {
  readonly bucket: string;
  /** @default - the environment's region */
  readonly region?: string;
}

/** One PISTE application of an environment. */
export interface StackApplication extends Omit<
  PisteApplicationProps,
  "environment" | "alarmTopicArn" | "alarmEmails" | "tags" | "clientCredentials"
> {
  /**
   * The name of an application above it whose client credentials it uses: a second scope of one PISTE application.
   * @default - credentials of its own
   */
  readonly clientCredentialsOf?: string;
}

/** What an operator configures for an environment. Nothing secret has a place here. */
export interface EnvironmentConfiguration {
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
   * On every resource, beside `application = cdktf-piste` and `environment`.
   * @default - none more
   */
  readonly tags?: { readonly [key: string]: string };
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

/** Beside cdktf.json, since people delete cdktf.out; relative to the stack's folder, so that no machine shows. */
export function localStatePath(stack: string): string {
  return `../../../terraform.${stack}.tfstate`;
}

export function checkRegion(property: string, region: string): void {
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(region)) {
    throw new Error(`${property} must be an AWS region such as ${DEFAULT_REGION}, got ${JSON.stringify(region)}`);
  }
}

export function checkAccount(account: string | undefined): void {
  if (account !== undefined && !/^\d{12}$/.test(account)) {
    throw new Error(`account must be the 12 digits of an AWS account, got ${JSON.stringify(account)}`);
  }
}

export function checkState({ bucket, region }: StateConfiguration): void {
  if (!/^[a-z0-9](?:[a-z0-9]|[.-](?!\.)){1,61}[a-z0-9]$/.test(bucket) || /^\d+\.\d+\.\d+\.\d+$/.test(bucket)) {
    throw new Error(
      `state.bucket must be 3 to 63 lower-case letters, digits, hyphens and single dots, and no IP address, got ${JSON.stringify(bucket)}`,
    );
  }
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
