/**
 * The EventBridge rules on who reads an application's client credentials, and on who changes what could make them
 * readable: which of CloudTrail's events, and what a tired person reads.
 *
 * Shapes of the events: "AWS CloudTrail entries for Secrets Manager" and "CloudTrail userIdentity element" of AWS's
 * documentation. `BatchGetSecretValue` has an entry of its own for each secret, with the name `GetSecretValue`.
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
  /** The secret's ARN without the hyphen and the six characters that AWS appends: AWS takes it in calls too. */
  readonly partialSecretArn: string;
  readonly functionName: string;
  readonly refresherRoleArn: string;
  /** Of the rules' names. */
  readonly namePrefix?: string | undefined;
  /** Where the runbooks are, for the mails. */
  readonly runbookBaseUrl?: string | undefined;
}

/** A rule as Terraform's `aws_cloudwatch_event_rule` and `aws_cloudwatch_event_target` take it. */
export interface AccessRule {
  readonly name: string;
  readonly description: string;
  readonly inputPaths: { readonly [variable: string]: string };
  /** A JSON string, as EventBridge wants for a text. */
  readonly inputTemplate: string;
  /** @param expected patterns of ARNs of roles that raise nothing; `*` stands for any characters. */
  readonly eventPattern: (expected: readonly string[]) => object;
}

const VIA_CLOUDTRAIL = { "detail-type": ["AWS API Call via CloudTrail"] };

/** Sessions of a role name the role; users, the root user and other accounts have no role, and are never expected. */
function byAnybodyBut(roleArns: readonly string[]): object {
  if (roleArns.length === 0) return {};
  const role = (matchers: readonly object[]): object => ({ sessionContext: { sessionIssuer: { arn: matchers } } });
  const nobody = role([{ exists: false }]);
  return { userIdentity: { $or: [nobody, role([{ "anything-but": { wildcard: [...new Set(roleArns)] } }])] } };
}

const INPUT_PATHS = {
  call: "$.detail.eventName",
  who: "$.detail.userIdentity.arn",
  kind: "$.detail.userIdentity.type",
  account: "$.detail.userIdentity.accountId",
  from: "$.detail.sourceIPAddress",
  time: "$.detail.eventTime",
  event: "$.detail.eventID",
  // Absent where AWS allowed it; EventBridge then leaves the place empty.
  error: "$.detail.errorCode",
};

const WHO =
  "<call> by <who> (<kind> of account <account>) from <from> at <time>; AWS's error, when it refused that: <error>.";

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
      description: `Reads of ${secretName} by anybody but the token refresher`,
      inputPaths: INPUT_PATHS,
      inputTemplate: messageOf(
        `The client credentials of ${owner} were read, or were tried to be read, by somebody who is not expected to:`,
        WHO,
        "Meaning: with them anybody gets tokens in your name until the secret is reset on the PISTE portal.",
        `Owner: you. First: ask that person; then ${first}.`,
        `If nobody can explain it, reset the secret on the portal and store the new one in ${secretName}.`,
      ),
      eventPattern: (expected) => ({
        source: ["aws.secretsmanager"],
        ...VIA_CLOUDTRAIL,
        detail: {
          eventName: ["GetSecretValue"],
          // Of a call that AWS refused, CloudTrail may have the message alone.
          $or: [{ requestParameters: secret }, { errorMessage: [{ wildcard: `*${secretName}*` }] }],
          ...byAnybodyBut(expected),
        },
      }),
    },
    change: {
      name: names.change,
      description: `Changes of who can read ${secretName}, by anybody who does not deploy`,
      inputPaths: INPUT_PATHS,
      inputTemplate: messageOf(
        `Somebody who does not deploy changed what guards the client credentials of ${owner}: the secret's policy, ` +
          "replicas or key, the token refresher's code or configuration, or which function has its role.",
        WHO,
        "Meaning: the change may hand the credentials to somebody; a function's configuration alone is enough.",
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
              // CloudTrail appends the API's version to these: UpdateFunctionConfiguration20150331v2.
              eventName: [{ prefix: "UpdateFunctionCode" }, { prefix: "UpdateFunctionConfiguration" }],
              // By its name, its ARN, or its ARN's end; of each also `:$LATEST`.
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
          ...byAnybodyBut(expected),
        },
      }),
    },
  };
}
