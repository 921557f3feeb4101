import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription";
import { Token } from "cdktf";
import { Construct } from "constructs";
import { checkDifferent, checkList } from "../piste/options";
import { checkEmail } from "../aws/checks";
import { policyDocument, type PolicyStatement } from "../aws/policy-statements";
import { checkLandingZone, type LandingZone } from "./landing-zone";
import { accountArn } from "./internal/stack-singletons";
import { checkAgainstAwsRules } from "./internal/refusals/refused-by-aws";

export interface AlarmTopicProps {
  readonly topicName: string;
  /**
   * E-mail addresses that receive the alarms; each must confirm once. The address of a pager or chat is a secret:
   * subscribe it to the topic outside of this code.
   * @default - none
   */
  readonly emails?: string[];
  /**
   * The ARN of a customer-managed KMS key that CloudWatch may use, such as an `AlarmKey`.
   * @default - the landing zone's; without one the topic is not encrypted, since alarms contain no secret
   */
  readonly encryptionKeyArn?: string;
  /**
   * Whether EventBridge may publish too, as a `CredentialsAccessAlarm` requires. The topic then has its own policy
   * instead of AWS's default one.
   * @default false
   */
  readonly allowEventBridge?: boolean;
  /** @default - none */
  readonly landingZone?: LandingZone;
}

/** An SNS topic for alarms. */
export class AlarmTopic extends Construct {
  readonly topicArn: string;
  /** The provider's resource, for settings without an option. */
  readonly resource: SnsTopic;

  /** @throws Error for an invalid or repeated address. */
  constructor(scope: Construct, id: string, props: AlarmTopicProps) {
    super(scope, id);
    checkAgainstAwsRules(this);
    const zone = checkLandingZone(props.landingZone);
    const emails = props.emails ?? [];
    checkEmails(emails);
    this.resource = new SnsTopic(this, "topic", {
      name: props.topicName,
      kmsMasterKeyId: props.encryptionKeyArn ?? zone.encryptionKeyArn,
      tags: zone.tags,
    });
    this.topicArn = this.resource.arn;
    if (props.allowEventBridge === true) this.addPolicy();
    emails.forEach((email, index) => {
      // By its address, so that adding one leaves the confirmed ones unchanged.
      const id = `email-${Token.isUnresolved(email) ? index : email}`;
      new SnsTopicSubscription(this, id, { topicArn: this.topicArn, protocol: "email", endpoint: email });
    });
  }

  /** Replaces AWS's default policy, so it must also let the account's alarms publish. */
  private addPolicy(): void {
    const publish = (id: string, service: string): PolicyStatement => ({
      Sid: id,
      Effect: "Allow",
      Principal: { Service: service },
      Action: ["sns:Publish"],
      Resource: this.topicArn,
    });
    const ofAlarms = { ArnLike: { "aws:SourceArn": accountArn(this, "cloudwatch", "alarm:*") } };
    new SnsTopicPolicy(this, "policy", {
      arn: this.topicArn,
      policy: policyDocument([
        { ...publish("Alarms", "cloudwatch.amazonaws.com"), Condition: ofAlarms },
        // Without a condition, as in AWS's example ("Using resource-based policies for Amazon EventBridge"): AWS documents
        // none that works for a topic, and a lost alarm is worse than a stray message.
        publish("Rules", "events.amazonaws.com"),
      ]),
    });
  }
}

function checkEmails(emails: string[]): void {
  checkList("alarmEmails", emails);
  emails.forEach((email, index) => {
    if (!Token.isUnresolved(email)) checkEmail(`alarmEmails[${index}]`, email);
  });
  checkDifferent("alarmEmails must differ from each other", emails);
}
