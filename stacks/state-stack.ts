import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import { Aspects, LocalBackend, TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { NoSecretValues } from "../constructs";
import {
  checkAccount,
  checkState,
  DEFAULT_REGION,
  localStatePath,
  type EnvironmentConfiguration,
  type StateConfiguration,
} from "./configuration";

export interface StateStackProps {
  readonly state: Required<StateConfiguration>;
  /** @default - whichever account the credentials are of */
  readonly account?: string;
}

/**
 * The bucket for the other stacks' state: versioned, encrypted, private. Its own state is a file, since the bucket
 * cannot hold the state of what makes it.
 *
 * It has no policy that refuses requests without TLS: Terraform sends none, and the emulator takes such a policy for
 * one that refuses everything, so that what is tested would no longer be what is deployed.
 */
export class StateStack extends TerraformStack {
  constructor(scope: Construct, id: string, props: StateStackProps) {
    super(scope, id);
    Aspects.of(this).add(new NoSecretValues());
    const { region } = props.state;
    checkState(props.state);
    checkAccount(props.account);
    new LocalBackend(this, { path: localStatePath(id) });
    new AwsProvider(this, "Aws", {
      region,
      allowedAccountIds: props.account === undefined ? undefined : [props.account],
      defaultTags: [{ tags: { application: "cdktf-piste" } }],
    });

    const bucket = new S3Bucket(this, "bucket", { bucket: props.state.bucket });
    new S3BucketVersioningA(this, "versioning", {
      bucket: bucket.id,
      versioningConfiguration: { status: "Enabled" },
    });
    new S3BucketServerSideEncryptionConfigurationA(this, "encryption", {
      bucket: bucket.id,
      rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
    });
    new S3BucketPublicAccessBlock(this, "public-access", {
      bucket: bucket.id,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    new TerraformOutput(this, "bucket_name", { value: bucket.bucket });
  }
}

/** One stack for each place that state is kept in: `state`, or `state-<environment>` where they differ. */
export function addStateStacks(
  scope: Construct,
  environments: { readonly [environment: string]: EnvironmentConfiguration },
): void {
  const places = new Map<string, { readonly environment: string; readonly props: StateStackProps }>();
  for (const [environment, { state, region, account }] of Object.entries(environments)) {
    if (state === undefined) continue;
    const props = { state: { ...state, region: state.region ?? region ?? DEFAULT_REGION }, account };
    const same = places.get(state.bucket);
    if (same === undefined) places.set(state.bucket, { environment, props });
    else if (same.props.state.region !== props.state.region || same.props.account !== account) {
      throw new Error(
        `state.bucket must be in one region of one account, got "${state.bucket}" for ${same.environment} ` +
          `(${same.props.state.region}, ${same.props.account ?? "any account"}) and ${environment} ` +
          `(${props.state.region}, ${account ?? "any account"})`,
      );
    }
  }
  for (const { environment, props } of places.values()) {
    new StateStack(scope, places.size === 1 ? "state" : `state-${environment}`, props);
  }
}
