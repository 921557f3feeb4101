import { Token } from "cdktf";

/** Lambda's runtimes with the day on which AWS ends each: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html */
const RUNTIME_ENDS = { "nodejs22.x": "30 April 2027", "nodejs24.x": "30 April 2028" } as const;
export const DEFAULT_RUNTIME: keyof typeof RUNTIME_ENDS = "nodejs22.x";
const RUNTIMES: readonly string[] = Object.keys(RUNTIME_ENDS);

/** Chosen by measurement: docs/decisions/refresher.md. */
export const DEFAULT_MEMORY_SIZE_IN_MEGABYTES = 256;
export const DEFAULT_LOG_RETENTION_IN_DAYS = 90;

/** The periods that CloudWatch Logs knows. */
const LOG_RETENTIONS_IN_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** A role that exists, for the function to run with. */
export interface IFunctionRole {
  readonly name: string;
  readonly arn: string;
}

/** The part of a network that the function runs in; it must have a way to PISTE and to Secrets Manager,
 * the connection check also to SSM and to Lambda. */
export interface FunctionNetwork {
  readonly subnetIds: string[];
  readonly securityGroupIds: string[];
}

/** How a function is run; all optional. */
export interface FunctionOptions {
  /**
   * An AWS Lambda runtime of Node.js. `nodejs24.x` needs version 6.19 or newer of the AWS provider, which
   * `@cdktf/provider-aws` 21.16 has.
   * @default "nodejs22.x"
   */
  readonly runtime?: string;
  /** @default 256 */
  readonly memorySizeInMegabytes?: number;
  /** @default 90 */
  readonly logRetentionInDays?: number;
  /**
   * A role that exists, which Lambda must be allowed to assume; it is given an inline policy.
   * @default - a role of its own
   */
  readonly role?: IFunctionRole;
  /** @default - no permissions boundary */
  readonly permissionsBoundaryArn?: string;
  /** @default "/" */
  readonly rolePath?: string;
  /** @default - Lambda's own network */
  readonly network?: FunctionNetwork;
  /** @default - the provider's default tags only */
  readonly tags?: { readonly [key: string]: string };
}

/** @throws Error naming the prop, the rule and the value. */
export function checkOptions(options: FunctionOptions): void {
  const { runtime, memorySizeInMegabytes, logRetentionInDays } = options;
  if (runtime !== undefined && !Token.isUnresolved(runtime) && !RUNTIMES.includes(runtime)) {
    throw new Error(`runtime must be one of ${RUNTIMES.join(", ")}, got ${JSON.stringify(runtime)}`);
  }
  const memory = memorySizeInMegabytes;
  if (
    memory !== undefined &&
    !Token.isUnresolved(memory) &&
    !(Number.isInteger(memory) && memory >= 128 && memory <= 10240)
  ) {
    throw new Error(`memorySizeInMegabytes must be a whole number from 128 to 10240, got ${String(memory)}`);
  }
  if (
    logRetentionInDays !== undefined &&
    !Token.isUnresolved(logRetentionInDays) &&
    !LOG_RETENTIONS_IN_DAYS.includes(logRetentionInDays)
  ) {
    throw new Error(
      `logRetentionInDays must be one of ${LOG_RETENTIONS_IN_DAYS.join(", ")}, got ${logRetentionInDays}`,
    );
  }
}
