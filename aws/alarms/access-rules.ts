/**
 * EventBridge rules: an unexpected principal read the client credentials, or changed their protection.
 *
 * Shapes of the events: "AWS CloudTrail entries for Secrets Manager" and "CloudTrail userIdentity element" of AWS's
 * documentation. `BatchGetSecretValue` appears as one `GetSecretValue` for each secret.
 */
import type { Environment } from "../../piste/environments";
import { accessRuleNames } from "../names";
import { runbookAddress } from "./alarms";

/** The page in docs/runbooks/, without its suffix. */
export const ACCESS_RUNBOOK = "unexpected-access";

export interface WatchedCredentials {
  readonly environment: Environment;
  readonly application: string;
  readonly secretName: string;
  /** The secret's ARN without AWS's suffix of a hyphen and six characters: calls may name the secret by it. */
  readonly partialSecretArn: string;
  readonly functionName: string;
  readonly refresherRoleArn: string;
  /** Prefix of the rules' names. */
  readonly namePrefix?: string | undefined;
  /** See {@link runbookAddress}. */
  readonly runbookBaseUrl?: string | undefined;
}

/** A rule as Terraform's `aws_cloudwatch_event_rule` and `aws_cloudwatch_event_target` take it. */
export interface AccessRule {
  readonly name: string;
  readonly description: string;
  readonly inputPaths: { readonly [variable: string]: string };
  /** EventBridge takes a text as a JSON string. */
  readonly inputTemplate: string;
  /** @param expected ARN patterns of roles that raise no alarm; `*` stands for any characters. */
  readonly eventPattern: (expected: readonly string[]) => object;
}

const VIA_CLOUDTRAIL = { "detail-type": ["AWS API Call via CloudTrail"] };

/** Only role sessions can be expected: users, the root user and other accounts name no role. */
function byOthersThan(roleArns: readonly string[]): object {
  if (roleArns.length === 0) return {};
  const role = (matchers: readonly object[]): object => ({ sessionContext: { sessionIssuer: { arn: matchers } } });
  const noRole = role([{ exists: false }]);
  return { userIdentity: { $or: [noRole, role([{ "anything-but": { wildcard: [...new Set(roleArns)] } }])] } };
}

const INPUT_PATHS = {
  call: "$.detail.eventName",
  who: "$.detail.userIdentity.arn",
  kind: "$.detail.userIdentity.type",
  account: "$.detail.userIdentity.accountId",
  from: "$.detail.sourceIPAddress",
  time: "$.detail.eventTime",
  event: "$.detail.eventID",
  // Absent when AWS allowed the call: EventBridge then inserts nothing.
  error: "$.detail.errorCode",
};

const WHO =
  "<call> by <who> (<kind> of account <account>) from <from> at <time>; AWS's error, if it refused the call: <error>.";

export function accessRules(watched: WatchedCredentials): { readonly read: AccessRule; readonly change: AccessRule } {
  const { environment, application, secretName, partialSecretArn, functionName, refresherRoleArn } = watched;
  const names = accessRuleNames(environment, application, watched.namePrefix);
  const messageOf = (...sentences: string[]): string =>
    JSON.stringify([...sentences, `Runbook: ${runbookAddress(ACCESS_RUNBOOK, watched.runbookBaseUrl)}`].join(" "));
  const owner = `${application} (${environment})`;
  const first = "aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventId,AttributeValue=<event>";
  const secret = { secretId: [secretName, { prefix: partialSecretArn }] };
  return {
    read: {
      name: names.read,
      description: `Reads of ${secretName} by an unexpected principal`,
      inputPaths: INPUT_PATHS,
      inputTemplate: messageOf(
        `An unexpected principal read the client credentials of ${owner}, or tried to:`,
        WHO,
        "Meaning: whoever has them can get tokens in your name until the secret is reset on the PISTE portal.",
        `Owner: you. First: ask that person; then ${first}.`,
        `If nobody can explain it, reset the secret on the portal and store the new one in ${secretName}.`,
      ),
      eventPattern: (expected) => ({
        source: ["aws.secretsmanager"],
        ...VIA_CLOUDTRAIL,
        detail: {
          eventName: ["GetSecretValue"],
          // For a refused call, CloudTrail may have only the message.
          $or: [{ requestParameters: secret }, { errorMessage: [{ wildcard: `*${secretName}*` }] }],
          ...byOthersThan(expected),
        },
      }),
    },
    change: {
      name: names.change,
      description: `Changes of who can read ${secretName}, by a principal that is no deployer`,
      inputPaths: INPUT_PATHS,
      inputTemplate: messageOf(
        `An unexpected principal changed the protection of the client credentials of ${owner}: the secret's policy, ` +
          "replicas or key, the token refresher's code or configuration, or which function has its role.",
        WHO,
        "Meaning: the change may give the credentials away; a function's configuration is enough for that.",
        `Owner: you. First: ask that person; then ${first}.`,
        "If nobody can explain it, deploy again at the last commit, then reset the secret on the PISTE portal and store " +
          `the new one in ${secretName}.`,
      ),
      eventPattern: (expected) => ({
        source: ["aws.secretsmanager", "aws.lambda"],
        ...VIA_CLOUDTRAIL,
        detail: {
          $or: [
            {
              eventName: ["DeleteResourcePolicy", "PutResourcePolicy", "ReplicateSecretToRegions", "UpdateSecret"],
              requestParameters: secret,
            },
            {
              // CloudTrail appends the API's version: UpdateFunctionConfiguration20150331v2.
              eventName: [{ prefix: "UpdateFunctionCode" }, { prefix: "UpdateFunctionConfiguration" }],
              // Calls name a function by its name, its ARN or the end of its ARN, each also with `:$LATEST`.
              requestParameters: {
                functionName: [
                  functionName,
                  { suffix: `:${functionName}` },
                  { suffix: `:${functionName}:$LATEST` },
                  `${functionName}:$LATEST`,
                ],
              },
            },
            {
              // Another function with the refresher's role reads what the refresher reads.
              eventName: [{ prefix: "CreateFunction" }, { prefix: "UpdateFunctionConfiguration" }],
              requestParameters: { role: [refresherRoleArn] },
            },
          ],
          ...byOthersThan(expected),
        },
      }),
    },
  };
}
