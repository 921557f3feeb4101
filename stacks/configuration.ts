/** The rules of an environment's configuration that are AWS's or Terraform's rather than PISTE's. */
import type { EnvironmentConfiguration } from "./piste-stack";

/** Paris. */
export const DEFAULT_REGION = "eu-west-3";

/** An S3 bucket for Terraform's state; `npx cdktf deploy state` makes it. */
export interface StateConfiguration {
  readonly bucket: string;
  /** @default - the environment's region */
  readonly region?: string;
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
