/** The questions of the alarm test, asked of AWS. */
import { CloudWatchClient, paginateDescribeAlarms } from "@aws-sdk/client-cloudwatch";
import { paginateListSubscriptionsByTopic, PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { SSMClient } from "@aws-sdk/client-ssm";
import { describedApplications } from "../described-applications";
import { UserError } from "../local/user-error";
import type { AlarmActions, AlarmsInAws } from "./test-alarms";

/** As many names as DescribeAlarms takes. */
const NAMES_AT_ONCE = 100;

const TOPIC = /^arn:[^:]+:sns:/;

/** What SNS says instead of a subscription's ARN. */
const PENDING = "PendingConfirmation";

/** What the SDK throws before it asks anything of AWS. */
function inWords(error: unknown): UserError {
  const { name, message } = error instanceof Error ? error : new Error("unknown");
  if (/^Region (is missing|not accepted)/.test(message)) {
    return new UserError("No AWS region is named. Name it: `--region eu-west-3`, or `export AWS_REGION=eu-west-3`.");
  }
  if (name === "CredentialsProviderError") {
    return new UserError(`There are no AWS credentials in this shell (\`aws sts get-caller-identity\`): ${message}`);
  }
  return new UserError(`AWS refused: ${name}: ${message}`);
}

async function ask<T>(question: Promise<T>): Promise<T> {
  try {
    return await question;
  } catch (error) {
    throw inWords(error);
  }
}

/** @param region the one that the SDK finds when it is undefined. */
export function alarmsInAws(region: string | undefined): AlarmsInAws {
  // When the SDK will stop working with the oldest Node that we support is no news for whoever tests alarms.
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
  const configuration = region === undefined ? {} : { region };
  const ssm = new SSMClient(configuration);
  const cloudwatch = new CloudWatchClient(configuration);
  const sns = new SNSClient(configuration);

  const actions = async (alarms: readonly string[]): Promise<Map<string, AlarmActions>> => {
    const found = new Map<string, AlarmActions>();
    for (let first = 0; first < alarms.length; first += NAMES_AT_ONCE) {
      const names = alarms.slice(first, first + NAMES_AT_ONCE);
      for await (const { MetricAlarms = [] } of paginateDescribeAlarms({ client: cloudwatch }, { AlarmNames: names })) {
        for (const { AlarmName: name, ActionsEnabled: enabled = true, AlarmActions: targets = [] } of MetricAlarms) {
          if (name !== undefined) found.set(name, { enabled, topics: targets.filter((target) => TOPIC.test(target)) });
        }
      }
    }
    return found;
  };
  const subscriptions: AlarmsInAws["subscriptions"] = async (topic) => {
    const found = [];
    for await (const page of paginateListSubscriptionsByTopic({ client: sns }, { TopicArn: topic })) {
      found.push(...(page.Subscriptions ?? []));
    }
    return found.map(({ Protocol: protocol = "", Endpoint: endpoint = "", SubscriptionArn: arn }) => ({
      protocol,
      endpoint,
      confirmed: arn !== PENDING,
    }));
  };
  return {
    applications: async (environment) => {
      const applications = await ask(describedApplications(environment, ssm));
      if (applications.length === 0) {
        throw new UserError(
          `No application of ${environment} is described in SSM in the region ${await ssm.config.region()} of this AWS ` +
            "account. Deploy it first, or name another region with `--region`.",
        );
      }
      return applications.map(({ description: { application, alarms } }) => ({ application, alarms }));
    },
    actions: (alarms) => ask(actions(alarms)),
    subscriptions: (topic) => ask(subscriptions(topic)),
    publish: async (topic, subject, message) => {
      await ask(sns.send(new PublishCommand({ TopicArn: topic, Subject: subject, Message: message })));
    },
  };
}
