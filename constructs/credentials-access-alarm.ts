import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target";
import { Lazy, Token } from "cdktf";
import { Construct } from "constructs";
import { accessRules, type AccessRule } from "../aws/alarms/access-rules";
import { checkList } from "../piste/options";
import { topicsOf } from "./internal/alarm-topics";
import { checkPrincipalArn } from "./internal/secrets/guard-rails";
import { readersOf } from "./internal/secrets/secret-base";
import { checkLandingZone, type LandingZone } from "./landing-zone";
import { accountArn } from "./internal/stack-singletons";
import type { TokenRefresher } from "./token-refresher";
import { checkAgainstAwsRules } from "./internal/refusals/refused-by-aws";

/** Principals whose reads and changes raise no alarm. */
export interface AccessAlarmOptions {
  /**
   * Deployment roles: their changes raise no alarm, their reads do. `*` matches any characters.
   * @default - none: each deployment that changes the function or the secret raises the alarm
   */
  readonly deployerRoleArns?: string[];
  /**
   * Other IAM roles that read the client credentials, such as another stack's refresher. `*` matches any characters.
   * Roles with `grantRead` of this stack and refreshers that use the secret are included.
   * @default - none
   */
  readonly expectedReaderArns?: string[];
}

export interface CredentialsAccessAlarmProps extends AccessAlarmOptions {
  /** Its client credentials and its function are watched. */
  readonly refresher: TokenRefresher;
  /** Must contain the alarm topics. */
  readonly landingZone: LandingZone;
}

/**
 * Alerts when an unexpected principal reads an application's client credentials, or when someone changes their
 * protection: the secret's policy, replicas or key, the refresher's code or configuration, or the function that uses
 * its role. Pages in prod. See docs/runbooks/unexpected-access.md.
 *
 * Requires:
 * - a CloudTrail trail in this region that logs management events, including reads. Without one EventBridge gets no
 *   such event ("AWS service events via CloudTrail", Amazon EventBridge User Guide). This construct creates no trail.
 * - topics that EventBridge may publish to: `AlarmTopic` and `AlarmKey` with `allowEventBridge`. An existing topic
 *   must let `events.amazonaws.com` do `sns:Publish`, and its customer-managed key `kms:Decrypt` and
 *   `kms:GenerateDataKey*`.
 *
 * Not detected: changes in IAM, such as who may assume the refresher's role (IAM's events are in one region of a
 * partition only); a read through a replica in another region; anything while the trail is stopped or the rules are
 * removed. CloudTrail delivers events on a best-effort basis, usually within minutes.
 */
export class CredentialsAccessAlarm extends Construct {
  /** The provider's resources, for settings without an option. */
  readonly unexpectedRead: CloudwatchEventRule;
  readonly unexpectedChange: CloudwatchEventRule;

  /** @throws Error naming the invalid prop, the rule and the value. */
  constructor(scope: Construct, id: string, props: CredentialsAccessAlarmProps) {
    super(scope, id);
    checkAgainstAwsRules(this);
    const { refresher, deployerRoleArns = [], expectedReaderArns = [] } = props;
    const { environment, application, clientCredentials } = refresher;
    const zone = checkLandingZone(props.landingZone);
    const { namePrefix, runbookBaseUrl, tags } = zone;
    checkRoles("deployerRoleArns", deployerRoleArns);
    checkRoles("expectedReaderArns", expectedReaderArns);
    const rules = accessRules({
      environment,
      application,
      secretName: clientCredentials.secretName,
      partialSecretArn: accountArn(this, "secretsmanager", `secret:${clientCredentials.secretName}`),
      functionName: refresher.functionName,
      refresherRoleArn: refresher.roleArn,
      namePrefix,
      runbookBaseUrl,
    });
    const topicArns = topicsOf(environment, "page", zone);
    // Evaluated at synth, since `grantRead` may add readers until then.
    const readers = (): string[] => [
      refresher.roleArn,
      ...readersOf(clientCredentials).readerArns(),
      ...expectedReaderArns,
    ];
    const deployers = (): string[] => deployerRoleArns;
    checkPatternLength("deployerRoleArns", rules.change, deployers);
    checkPatternLength("expectedReaderArns", rules.read, readers);
    // Again at synth: `grantRead` may have added readers.
    const validate = (): string[] => [patternProblem("expectedReaderArns", rules.read, readers) ?? []].flat();
    this.node.addValidation({ validate });
    this.unexpectedRead = this.add("read", rules.read, readers, topicArns, tags);
    this.unexpectedChange = this.add("change", rules.change, deployers, topicArns, tags);
  }

  private add(
    id: string,
    { name, description, inputPaths, inputTemplate, eventPattern }: AccessRule,
    expected: () => readonly string[],
    topicArns: readonly string[],
    tags: LandingZone["tags"],
  ): CloudwatchEventRule {
    const rule = new CloudwatchEventRule(this, id, {
      name,
      description,
      // Events of reads reach only rules in this state: "Receiving read-only management events from AWS services".
      state: "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS",
      eventPattern: Lazy.stringValue({ produce: () => JSON.stringify(eventPattern(expected())) }),
      tags,
    });
    topicArns.forEach((arn, index) => {
      const target = index === 0 ? "" : `-${index + 1}`;
      new CloudwatchEventTarget(this, `${id}-target${target}`, {
        rule: rule.name,
        targetId: `topic${target}`,
        arn,
        inputTransformer: { inputPaths, inputTemplate },
      });
    });
    return rule;
  }
}

/** EventBridge's: "Amazon EventBridge quotas", event pattern size. */
const MAXIMUM_PATTERN_CHARACTERS = 2048;
/** Lower bound of what Terraform fills in (an account id, a region): refuses only what is certainly too long. */
const SHORTEST_REFERENCE = "x".repeat(9);

function patternProblem(property: string, rule: AccessRule, expected: () => readonly string[]): string | undefined {
  const arns = expected();
  const text = JSON.stringify(rule.eventPattern(arns)).replaceAll(/\$\{TfToken\[[^\]]*\]\}/g, SHORTEST_REFERENCE);
  if (text.length <= MAXIMUM_PATTERN_CHARACTERS) return undefined;
  return (
    `${property} must leave the event pattern of ${rule.name} at most ${MAXIMUM_PATTERN_CHARACTERS} characters, got at ` +
    `least ${text.length} with ${arns.length} roles; name several roles by one pattern, such as ` +
    '"arn:aws:iam::123456789012:role/deploy-*"'
  );
}

function checkPatternLength(...of: Parameters<typeof patternProblem>): void {
  const problem = patternProblem(...of);
  if (problem !== undefined) throw new Error(problem);
}

/** @internal */
export function checkRoles(property: string, arns: readonly string[]): void {
  checkList(property, arns);
  arns.forEach((arn, index) => {
    checkPrincipalArn(`${property}[${index}]`, arn, "*");
    if (!Token.isUnresolved(arn) && !arn.includes(":role/")) {
      throw new Error(`${property}[${index}] must be the ARN of an IAM role, got ${JSON.stringify(arn)}`);
    }
  });
}
