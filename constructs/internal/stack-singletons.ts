/**
 * What all constructs of a stack share: made once, at the stack's root, when first asked for. Their ids have capitals,
 * which names of applications cannot have.
 */
import { existsSync, readFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition";
import { DataAwsRegion } from "@cdktf/provider-aws/lib/data-aws-region";
import { AssetType, TerraformAsset, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { lambdaZipFile } from "../../aws/package-folder";
import { parameterResource, secretResource } from "../../aws/policy-statements";

function once<T extends Construct>(scope: Construct, id: string, make: (stack: TerraformStack) => T): T {
  const stack = TerraformStack.of(scope);
  return (stack.node.tryFindChild(id) as T | undefined) ?? make(stack);
}

/** The ARN of something of this account; in this region, but for IAM, which knows none. */
export function accountArn(scope: Construct, service: string, resource: string): string {
  const partition = once(scope, "PistePartition", (stack) => new DataAwsPartition(stack, "PistePartition"));
  const region = once(scope, "PisteRegion", (stack) => new DataAwsRegion(stack, "PisteRegion"));
  const account = once(scope, "PisteAccount", (stack) => new DataAwsCallerIdentity(stack, "PisteAccount"));
  // `id` is the region's name with every version of the provider; `name` is deprecated in the newer ones.
  const place = service === "iam" ? "" : region.id;
  return `arn:${partition.partition}:${service}:${place}:${account.accountId}:${resource}`;
}

/** The ARN, a pattern, of a secret of this account and region by its name alone. */
export function secretArnByName(scope: Construct, secretName: string): string {
  return accountArn(scope, "secretsmanager", secretResource(secretName));
}

/** The ARN of an SSM parameter whose name begins with a slash. */
export function parameterArnByName(scope: Construct, parameterName: string): string {
  return accountArn(scope, "ssm", parameterResource(parameterName));
}

export interface LambdaZip {
  /** Where the zip is, relative to the stack's folder. */
  readonly filename: string;
  /** Base64 of the zip's SHA-256, as AWS reports it for the deployed function. */
  readonly sourceCodeHash: string;
}

/**
 * The ready-made zip of a function of this package; constructs never bundle.
 *
 * @throws Error when it has not been built.
 */
export function lambdaZip(scope: Construct, functionFolder: string): LambdaZip {
  const zip = lambdaZipFile(functionFolder);
  if (!existsSync(zip)) {
    throw new Error(`the zip of the function ${functionFolder} is missing: build it with "npm run build:lambda"`);
  }
  const id = `PisteZip-${functionFolder}`;
  const asset = once(scope, id, (stack) => new TerraformAsset(stack, id, { path: zip, type: AssetType.FILE }));
  return {
    filename: asset.path,
    sourceCodeHash: createHash("sha256").update(readFileSync(zip)).digest("base64"),
  };
}

/** The region's name. */
export function regionOf(scope: Construct): string {
  return once(scope, "PisteRegion", (stack) => new DataAwsRegion(stack, "PisteRegion")).id;
}
