/** The account of the policies, and ARNs as AWS builds them. */
export const ACCOUNT = "123456789012";
export const OTHER_ACCOUNT = "999999999999";
export const REGION = "eu-west-3";
export const ORGANIZATION = "o-a1b2c3d4e5";

export const arn = (service: string, resource: string): string =>
  `arn:aws:${service}:${service === "iam" ? "" : REGION}:${ACCOUNT}:${resource}`;

/** AWS appends a hyphen and six characters of its own. */
export const secretArn = (name: string): string => arn("secretsmanager", `secret:${name}-AbCdEf`);
export const parameterArn = (name: string): string => arn("ssm", `parameter${name}`);
export const functionArn = (name: string): string => arn("lambda", `function:${name}`);
export const keyArn = (digit: number): string => arn("kms", `key/0a1b2c3d-0000-4000-8000-00000000000${digit}`);
export const roleArn = (name: string, path = "/"): string => arn("iam", `role${path}${name}`);
export const topicArn = (name: string): string => arn("sns", name);
/** The ARN of a log group in a request about its streams. */
export const streamsArn = (logGroup: string): string => arn("logs", `log-group:${logGroup}:log-stream:`);
