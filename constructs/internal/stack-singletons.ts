/**
 * Elements that constructs share, created on first use. Zips belong to the stack. Data sources, such as the region,
 * belong to the outermost construct of this package, which may have another provider than the rest of the stack. Their
 * ids have capitals, which names of applications cannot have.
 */
import { existsSync, readFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition";
import { DataAwsRegion } from "@cdktf/provider-aws/lib/data-aws-region";
import {
  AssetType,
  Op,
  TerraformAsset,
  TerraformResource,
  TerraformStack,
  Token,
  type TerraformDataSource,
  type TerraformProvider,
} from "cdktf";
import type { Construct } from "constructs";
import { lambdaZipFile } from "../../aws/package-folder";
import { outermostConstruct } from "./refusals/refused-by-aws";
import {
  parameterResource,
  readParametersStatement,
  secretResource,
  type PolicyStatement,
} from "../../aws/policy-statements";
import type { Environment } from "../../piste/environments";
import { accountsParameterName, descriptionParameterName } from "../../piste/names";

function once<T extends Construct>(place: Construct, id: string, make: (place: Construct) => T): T {
  return (place.node.tryFindChild(id) as T | undefined) ?? make(place);
}

/** With the provider of the resources around it, even if an Aspect set it on resources only. */
function onceWithProvider<T extends TerraformDataSource>(
  scope: Construct,
  id: string,
  make: (place: Construct) => T,
): T {
  const place = outermostConstruct(scope);
  return once(place, id, () => {
    const data = make(place);
    let own: TerraformProvider | undefined;
    Object.defineProperty(data, "provider", {
      get: () => own ?? place.node.findAll().find((each) => TerraformResource.isTerraformResource(each))?.provider,
      set: (provider?: TerraformProvider) => (own = provider),
    });
    return data;
  });
}

const regionData = (scope: Construct): DataAwsRegion =>
  onceWithProvider(scope, "PisteRegion", (place) => new DataAwsRegion(place, "PisteRegion"));

export function accountIdOf(scope: Construct): string {
  return onceWithProvider(scope, "PisteAccount", (place) => new DataAwsCallerIdentity(place, "PisteAccount")).accountId;
}

/** An ARN in this account or another one, and in this region, except for IAM, which has none. */
export function accountArn(scope: Construct, service: string, resource: string, account = accountIdOf(scope)): string {
  const partition = onceWithProvider(scope, "PistePartition", (place) => new DataAwsPartition(place, "PistePartition"));
  // `id` is the region's name in every provider version; `name` is deprecated in newer ones.
  const place = service === "iam" ? "" : regionData(scope).id;
  return `arn:${partition.partition}:${service}:${place}:${account}:${resource}`;
}

/** Makes the plan fail if a literal ARN is of another account or region. */
export function requireHere(resource: TerraformResource, property: string, arn: string): void {
  if (Token.isUnresolved(arn)) return;
  const [, , , region = "", account = ""] = arn.split(":");
  resource.lifecycle = {
    precondition: [
      {
        condition: Op.and(Op.eq(accountIdOf(resource), account), Op.eq(regionOf(resource), region)),
        errorMessage: `${property} must be in the stack's account and region, got ${arn}; store a copy there.`,
      },
    ],
  };
}

/** A pattern for the ARN of a secret of this account and region, from its name. */
export function secretArnByName(scope: Construct, secretName: string): string {
  return accountArn(scope, "secretsmanager", secretResource(secretName));
}

/** Lets a function read the application's description, with its pages of accounts. */
export function readDescriptionStatement(
  scope: Construct,
  environment: Environment,
  application: string,
): PolicyStatement {
  const names = [
    descriptionParameterName(environment, application),
    accountsParameterName(environment, application, "*"),
  ];
  return readParametersStatement(names.map((name) => accountArn(scope, "ssm", parameterResource(name))));
}

export interface LambdaZip {
  /** Relative to the stack's folder. */
  readonly filename: string;
  /** Base64 of the zip's SHA-256, as AWS reports it. */
  readonly sourceCodeHash: string;
}

/**
 * The prebuilt zip of a function of this package; constructs never bundle.
 *
 * @throws Error when it is missing.
 */
export function lambdaZip(scope: Construct, functionFolder: string): LambdaZip {
  const zip = lambdaZipFile(functionFolder);
  if (!existsSync(zip)) {
    throw new Error(`the zip of the function ${functionFolder} is missing: build it with "npm run build:lambda"`);
  }
  const id = `PisteZip-${functionFolder}`;
  const make = (stack: Construct): TerraformAsset => new TerraformAsset(stack, id, { path: zip, type: AssetType.FILE });
  const asset = once(TerraformStack.of(scope), id, make);
  return {
    filename: asset.path,
    sourceCodeHash: createHash("sha256").update(readFileSync(zip)).digest("base64"),
  };
}

export function regionOf(scope: Construct): string {
  return regionData(scope).id;
}
