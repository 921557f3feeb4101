import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { Fn, Token } from "cdktf";
import { Construct } from "constructs";
import { policyDocument, type PolicyStatement } from "../aws/policy-statements";
import { checkLandingZone, type LandingZone } from "./landing-zone";
import { accountArn } from "./internal/stack-singletons";
import { checkAgainstAwsRules } from "./internal/refusals/refused-by-aws";

/**
 * No condition works here: "Adding the aws:SourceAccount and aws:SourceArn to a AWS KMS policy is not
 * supported for EventBridge-to-encrypted topics" (Amazon SNS Developer Guide, "Key management").
 */
const EVENTBRIDGE: PolicyStatement = {
  Effect: "Allow",
  Principal: { Service: "events.amazonaws.com" },
  Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
  Resource: "*",
};

export interface AlarmKeyProps {
  /** Without the prefix `alias/`. */
  readonly aliasName: string;
  /**
   * Whether EventBridge may use the key too, as a `CredentialsAccessAlarm` requires.
   * @default false
   */
  readonly allowEventBridge?: boolean;
  /** In addition to the landing zone's. @default - none */
  readonly tags?: { readonly [key: string]: string };
  /** @default - none */
  readonly landingZone?: LandingZone;
}

/**
 * A customer-managed key for alarm topics. CloudWatch cannot publish with AWS's own key for SNS, since only a key's own
 * policy can let an AWS service use it.
 */
export class AlarmKey extends Construct {
  readonly keyArn: string;
  /** The provider's resource, for settings without an option. */
  readonly resource: KmsKey;

  constructor(scope: Construct, id: string, props: AlarmKeyProps) {
    super(scope, id);
    checkAgainstAwsRules(this);
    const zone = checkLandingZone(props.landingZone);
    this.resource = new KmsKey(this, "key", {
      description: "Encrypts the messages of PISTE's alarms",
      enableKeyRotation: true,
      policy: policyDocument([
        // AWS's default: the account's IAM policies decide who may use the key.
        { Effect: "Allow", Principal: { AWS: accountArn(this, "iam", "root") }, Action: ["kms:*"], Resource: "*" },
        {
          Effect: "Allow",
          Principal: { Service: "cloudwatch.amazonaws.com" },
          Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
          Resource: "*",
          Condition: { ArnLike: { "aws:SourceArn": accountArn(this, "cloudwatch", "alarm:*") } },
        },
        ...(props.allowEventBridge === true ? [EVENTBRIDGE] : []),
      ]),
      tags: allTags(zone.tags, props.tags),
    });
    this.keyArn = this.resource.arn;
    new KmsAlias(this, "alias", { name: `alias/${props.aliasName}`, targetKeyId: this.resource.keyId });
  }
}

/** The members of a reference are known only to Terraform, which must merge them. */
function allTags(zones: LandingZone["tags"], own: AlarmKeyProps["tags"]): LandingZone["tags"] {
  if (zones === undefined || own === undefined) return zones ?? own;
  return Token.isUnresolved(zones) ? Token.asStringMap(Fn.merge([zones, own])) : { ...zones, ...own };
}
