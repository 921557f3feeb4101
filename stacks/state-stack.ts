import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import { Aspects, LocalBackend, TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { NoSecretValues } from "../constructs";
import { checkAccountId, policyDocument, type ResourcePolicyStatement } from "../constructs/internal/checks";
import {
  checkState,
  DEFAULT_REGION,
  localStatePath,
  type EnvironmentConfiguration,
  type StateConfiguration,
  withPlainAccount,
} from "./configuration";
import { checkAgainstAwsRules } from "../constructs/internal/refusals/refused-by-aws";

export interface StateStackProps {
  readonly state: Required<StateConfiguration>;
  /** @default - the account of the credentials */
  readonly account?: string;
}

/** AWS's own endpoints accept none older; the policy states it too. */
const OLDEST_TLS = "1.2";
/** How long a replaced state can be restored. */
const OLD_STATES_KEPT_IN_DAYS = 365;
/** An upload in parts takes seconds, or has failed. */
const UPLOADS_GIVEN_UP_AFTER_DAYS = 7;

/**
 * The bucket for the other stacks' state: versioned, encrypted, private, over TLS only. Terraform never destroys it.
 * The state of this stack is a local file, since the bucket does not exist before it.
 */
export class StateStack extends TerraformStack {
  constructor(scope: Construct, id: string, props: StateStackProps) {
    super(scope, id);
    Aspects.of(this).add(new NoSecretValues());
    checkAgainstAwsRules(this);
    const { region } = props.state;
    checkState(props.state);
    if (props.account !== undefined) checkAccountId("account", props.account);
    new LocalBackend(this, { path: localStatePath(id) });
    new AwsProvider(this, "Aws", {
      region,
      allowedAccountIds: props.account === undefined ? undefined : [props.account],
      defaultTags: [{ tags: { application: "cdktf-piste" } }],
    });

    // Terraform also fails if a plan would replace the bucket, as for another name.
    const bucket = new S3Bucket(this, "bucket", { bucket: props.state.bucket, lifecycle: { preventDestroy: true } });
    const versioning = new S3BucketVersioningA(this, "versioning", {
      bucket: bucket.id,
      versioningConfiguration: { status: "Enabled" },
    });
    new S3BucketLifecycleConfiguration(this, "lifecycle", {
      bucket: bucket.id,
      // Rules for old versions require versioning.
      dependsOn: [versioning],
      rule: [
        {
          id: "old-states",
          status: "Enabled",
          filter: [{}],
          noncurrentVersionExpiration: [{ noncurrentDays: OLD_STATES_KEPT_IN_DAYS }],
          // Every released lock leaves one.
          expiration: [{ expiredObjectDeleteMarker: true }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: UPLOADS_GIVEN_UP_AFTER_DAYS }],
        },
      ],
    });
    new S3BucketServerSideEncryptionConfigurationA(this, "encryption", {
      bucket: bucket.id,
      rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
    });
    new S3BucketOwnershipControls(this, "ownership", {
      bucket: bucket.id,
      rule: { objectOwnership: "BucketOwnerEnforced" },
    });
    const publicAccess = new S3BucketPublicAccessBlock(this, "public-access", {
      bucket: bucket.id,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    new S3BucketPolicy(this, "policy", {
      bucket: bucket.id,
      policy: policyDocument(refusalsOfWeakTransport(bucket.arn)),
      // S3 refuses one of the two if both are sent at once.
      dependsOn: [publicAccess],
    });
    new TerraformOutput(this, "bucket_name", { value: bucket.bucket });
  }
}

function refusalsOfWeakTransport(bucketArn: string): ResourcePolicyStatement[] {
  const refuse = (
    id: string,
    condition: NonNullable<ResourcePolicyStatement["Condition"]>,
  ): ResourcePolicyStatement => ({
    Sid: id,
    Effect: "Deny",
    Principal: "*",
    Action: ["s3:*"],
    Resource: [bucketArn, `${bucketArn}/*`],
    Condition: condition,
  });
  return [
    refuse("RefuseWithoutTls", { Bool: { "aws:SecureTransport": "false" } }),
    refuse("RefuseOldTls", { NumericLessThan: { "s3:TlsVersion": OLDEST_TLS } }),
  ];
}

/** One stack per bucket: `state`, or `state-<environment>` if environments have different buckets. */
export function addStateStacks(
  scope: Construct,
  environments: { readonly [environment: string]: EnvironmentConfiguration },
): void {
  const places = new Map<string, { readonly environment: string; readonly props: StateStackProps }>();
  for (const [environment, configuration] of Object.entries(environments)) {
    const { state, region, account } = withPlainAccount(configuration);
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
