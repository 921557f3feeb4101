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
import { refuseWhatAwsRefuses } from "./internal/refusals/refused-by-aws";

/** Whose reads and changes are expected. */
export interface AccessAlarmOptions {
  /**
   * The IAM roles that deploy, whose changes are expected; their reads are not. `*` stands for any characters.
   * @default - none: each deployment that changes the function or the secret raises the alarm
   */
  readonly deployerRoleArns?: string[];
  /**
   * IAM roles that read the client credentials with rights of their own, such as another stack's refresher. `*` stands
   * for any characters. Roles with `grantRead` of this stack, and refreshers that borrow the secret, are known.
   * @default - none
   */
  readonly expectedReaderArns?: string[];
}

export interface CredentialsAccessAlarmProps extends AccessAlarmOptions {
  /** Its client credentials are watched, which it is expected to read, and its function. */
  readonly refresher: TokenRefresher;
  /** Has the topics that alarms are published to. */
  readonly landingZone: LandingZone;
}

/**
 * Says at once who reads an application's client credentials unexpectedly, and who changes what guards them: the
 * secret's policy, replicas or key, the refresher's code or configuration, or which function has its role. It pages in
 * prod. See docs/runbooks/unexpected-access.md.
 *
 * What it needs:
 * - a CloudTrail trail in this region that logs management events, reads included; without a trail EventBridge gets no
 *   such event ("AWS service events via CloudTrail", Amazon EventBridge User Guide). It makes none: the first one of an
 *   account is free, and accounts of a company have one.
 * - topics that EventBridge may publish to. `AlarmTopic` and `AlarmKey` with `allowEventBridge` are such; a topic that
 *   was brought in needs a statement that lets `events.amazonaws.com` do `sns:Publish`, and its customer-managed key one
 *   for `kms:Decrypt` and `kms:GenerateDataKey*`.
 *
 * What it does not see: IAM, whose events are in one region of a partition only (who may assume the refresher's role); a
 * read through a replica in another region; anything while somebody has stopped the trail or removed the rules. CloudTrail
 * delivers events on a best-effort basis, within minutes as a rule.
 */
export class CredentialsAccessAlarm extends Construct {
  /** The provider's resources, for what this construct has no option for. */
  readonly unexpectedRead: CloudwatchEventRule;
  readonly unexpectedChange: CloudwatchEventRule;

  /** @throws Error when a prop breaks its rule, naming the prop, the rule and the value. */
  constructor(scope: Construct, id: string, props: CredentialsAccessAlarmProps) {
    super(scope, id);
    refuseWhatAwsRefuses(this);
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
    // Until synth more may be let in.
    const readers = (): string[] => [
      refresher.roleArn,
      ...readersOf(clientCredentials).readerArns(),
      ...expectedReaderArns,
    ];
    const deployers = (): string[] => deployerRoleArns;
    checkPatternLength("deployerRoleArns", rules.change, deployers);
    checkPatternLength("expectedReaderArns", rules.read, readers);
    // By `grantRead` more may have been let in since.
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
      // Reads reach only rules in this state: "Receiving read-only management events from AWS services".
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
/** What Terraform fills in is at least as long as an account's id or a region: what is surely too long is refused. */
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
