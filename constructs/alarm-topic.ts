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
import { refuseWhatAwsRefuses } from "./internal/refusals/refused-by-aws";

export interface AlarmTopicProps {
  readonly topicName: string;
  /**
   * E-mail addresses that receive the alarms; each has to confirm once. Other endpoints (a pager, a chat) have
   * addresses that are secrets: subscribe them to the topic outside of this code.
   * @default - nobody yet
   */
  readonly emails?: string[];
  /**
   * The ARN of a customer-managed KMS key, which has to let CloudWatch use it: `AlarmKey` makes one that does.
   * @default - the landing zone's; without one it is not encrypted at rest: an alarm holds nothing secret
   */
  readonly encryptionKeyArn?: string;
  /**
   * Whether EventBridge rules named `piste-…` of this account and region may publish too, as those of a
   * `CredentialsAccessAlarm` do. The topic then has a policy of its own instead of AWS's default one.
   * @default false
   */
  readonly allowEventBridge?: boolean;
  /** @default - none */
  readonly landingZone?: LandingZone;
}

/** Where alarms are published. */
export class AlarmTopic extends Construct {
  readonly topicArn: string;
  /** The provider's resource, for what this construct has no option for. */
  readonly resource: SnsTopic;

  /** @throws Error when an address is not one, or comes twice. */
  constructor(scope: Construct, id: string, props: AlarmTopicProps) {
    super(scope, id);
    refuseWhatAwsRefuses(this);
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
      // By its address, so that one more address leaves the confirmed ones alone.
      const id = `email-${Token.isUnresolved(email) ? index : email}`;
      new SnsTopicSubscription(this, id, { topicArn: this.topicArn, protocol: "email", endpoint: email });
    });
  }

  /** AWS's default policy, which lets the account's alarms publish, ends with a topic's own. */
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
        // Without a condition, as AWS's own example ("Using resource-based policies for Amazon EventBridge"): for a topic
        // AWS documents none that works, and an alarm that does not arrive is worse than a message too many.
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
