/**
 * CloudTrail's events as EventBridge receives them, for calls that the rules on credentials cover. Shapes: "AWS
 * CloudTrail entries for Secrets Manager", "Logging AWS Lambda API calls", "CloudTrail userIdentity element".
 */
export interface CloudTrailEvent {
  readonly source: string;
  readonly "detail-type": string;
  readonly detail: Readonly<Record<string, unknown>>;
}

export const ACCOUNT = "123456789012";
const SECRET = "piste/prod/chorus-pro/client";
const SECRET_ARN = `arn:aws:secretsmanager:eu-west-3:${ACCOUNT}:secret:${SECRET}`;
const FUNCTION = "piste-prod-chorus-pro-token-refresh";
const FUNCTION_ARN = `arn:aws:lambda:eu-west-3:${ACCOUNT}:function:${FUNCTION}`;
export const DEPLOYER = `arn:aws:iam::${ACCOUNT}:role/ci/deployer`;
export const REFRESHER = `arn:aws:iam::${ACCOUNT}:role/${FUNCTION}`;

type Identity = Readonly<Record<string, unknown>>;

/** @param roleArn with its path, which the session's ARN omits. */
export const sessionOf = (roleArn: string): Identity => ({
  type: "AssumedRole",
  principalId: "AROAEXAMPLE:session",
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${roleArn.split("/").at(-1) ?? ""}/session`,
  accountId: ACCOUNT,
  sessionContext: { sessionIssuer: { type: "Role", arn: roleArn, accountId: ACCOUNT } },
});
const ADMINISTRATOR = sessionOf(`arn:aws:iam::${ACCOUNT}:role/aws-reserved/sso.amazonaws.com/Administrator`);
const USER = { type: "IAMUser", arn: `arn:aws:iam::${ACCOUNT}:user/mallory`, accountId: ACCOUNT, userName: "mallory" };
const ROOT = { type: "Root", arn: `arn:aws:iam::${ACCOUNT}:root`, accountId: ACCOUNT };
const OTHER_ACCOUNT = { type: "AWSAccount", principalId: "AIDAEXAMPLE", accountId: "999999999999" };

function event(
  service: "secretsmanager" | "lambda",
  eventName: string,
  userIdentity: Identity,
  more: Readonly<Record<string, unknown>>,
): CloudTrailEvent {
  return {
    source: `aws.${service}`,
    "detail-type": "AWS API Call via CloudTrail",
    detail: {
      eventVersion: "1.11",
      eventTime: "2026-11-29T20:00:00Z",
      eventSource: `${service}.amazonaws.com`,
      eventName,
      awsRegion: "eu-west-3",
      sourceIPAddress: "203.0.113.7",
      userIdentity,
      eventID: "00000000-1111-4111-8111-000000000000",
      recipientAccountId: ACCOUNT,
      ...more,
    },
  };
}

const secretCall = (name: string, who: Identity, secretId: string): CloudTrailEvent =>
  event("secretsmanager", name, who, { requestParameters: { secretId } });
const read = (who: Identity, secretId = SECRET): CloudTrailEvent => secretCall("GetSecretValue", who, secretId);
const functionCall = (name: string, who: Identity, requestParameters: object): CloudTrailEvent =>
  event("lambda", name, who, { requestParameters });

/** The event, and the rule that matches it; `undefined`: none. */
export const EVENTS: Readonly<Record<string, readonly [CloudTrailEvent, "read" | "change" | undefined]>> = {
  "an administrator reads by the name": [read(ADMINISTRATOR), "read"],
  "an administrator reads by the ARN": [read(ADMINISTRATOR, `${SECRET_ARN}-AbCdEf`), "read"],
  "an administrator reads by the ARN without its end": [read(ADMINISTRATOR, SECRET_ARN), "read"],
  "a user reads": [read(USER), "read"],
  "the root user reads": [read(ROOT), "read"],
  "another account reads": [read(OTHER_ACCOUNT, `${SECRET_ARN}-AbCdEf`), "read"],
  "the deployer reads": [read(sessionOf(DEPLOYER)), "read"],
  "the function of another application reads": [read(sessionOf(REFRESHER.replace("chorus-pro", "other"))), "read"],
  "AWS refuses a read, and CloudTrail has only its message": [
    event("secretsmanager", "GetSecretValue", USER, {
      requestParameters: null,
      errorCode: "AccessDenied",
      errorMessage:
        `User: ${USER.arn} is not authorized to perform: secretsmanager:GetSecretValue on resource: ${SECRET} ` +
        "because no identity-based policy allows the secretsmanager:GetSecretValue action",
    }),
    "read",
  ],
  "the refresher reads": [read(sessionOf(REFRESHER)), undefined],
  "someone reads the token": [read(ADMINISTRATOR, SECRET.replace("client", "token")), undefined],
  "someone reads another application's": [read(ADMINISTRATOR, SECRET.replace("chorus-pro", "other")), undefined],
  "someone stores a value": [secretCall("PutSecretValue", ADMINISTRATOR, SECRET), undefined],
  "someone lists the versions": [secretCall("ListSecretVersionIds", ADMINISTRATOR, SECRET), undefined],

  ...Object.fromEntries(
    ["PutResourcePolicy", "DeleteResourcePolicy", "ReplicateSecretToRegions", "UpdateSecret"].map((name) => [
      `an administrator calls ${name}`,
      [secretCall(name, ADMINISTRATOR, `${SECRET_ARN}-AbCdEf`), "change"] as const,
    ]),
  ),
  "an administrator changes the function's configuration": [
    functionCall("UpdateFunctionConfiguration20150331v2", ADMINISTRATOR, { functionName: FUNCTION, environment: {} }),
    "change",
  ],
  "a user changes the function's code, by its ARN": [
    functionCall("UpdateFunctionCode20150331v2", USER, { functionName: FUNCTION_ARN }),
    "change",
  ],
  "a user changes the function's code, by the end of its ARN": [
    functionCall("UpdateFunctionCode20150331v2", USER, { functionName: `${ACCOUNT}:function:${FUNCTION}` }),
    "change",
  ],
  ...Object.fromEntries(
    [FUNCTION, FUNCTION_ARN].map((name) => [
      `a user changes the function's configuration, as ${name}:$LATEST`,
      [
        functionCall("UpdateFunctionConfiguration20150331v2", USER, { functionName: `${name}:$LATEST` }),
        "change",
      ] as const,
    ]),
  ),
  "a user makes a function with the refresher's role": [
    functionCall("CreateFunction20150331", USER, { functionName: "harmless", role: REFRESHER }),
    "change",
  ],
  "a user gives a function the refresher's role": [
    functionCall("UpdateFunctionConfiguration20150331v2", USER, { functionName: "harmless", role: REFRESHER }),
    "change",
  ],
  "the refresher's own role changes the secret's policy": [
    secretCall("PutResourcePolicy", sessionOf(REFRESHER), SECRET),
    "change",
  ],
  "the deployer changes the secret's policy": [
    secretCall("PutResourcePolicy", sessionOf(DEPLOYER), `${SECRET_ARN}-AbCdEf`),
    undefined,
  ],
  "the deployer changes the function": [
    functionCall("UpdateFunctionConfiguration20150331v2", sessionOf(DEPLOYER), { functionName: FUNCTION }),
    undefined,
  ],
  "someone changes another function": [
    functionCall("UpdateFunctionCode20150331v2", USER, { functionName: `my-${FUNCTION}` }),
    undefined,
  ],
  "someone reads the function": [
    functionCall("GetFunction20150331v2", ADMINISTRATOR, { functionName: FUNCTION }),
    undefined,
  ],
};
