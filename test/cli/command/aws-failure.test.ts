import { inspect } from "node:util";
import { describe, expect, it } from "@jest/globals";
import { awsError } from "../../../cli/command/aws-failure";
import { EXIT_CODES } from "../../../cli/command/failure";

const ACTION = { en: "read the secret s", fr: "lire le secret s", permission: "secretsmanager:GetSecretValue" };
const named = (name: string, message = "said AWS", code?: string): Error =>
  Object.assign(new Error(message), { name, ...(code !== undefined && { code }) });

describe("what AWS says no to", () => {
  it.each([
    [named("Error", "Region is missing"), "no-region", "operator", "--region"],
    [named("CredentialsProviderError"), "no-credentials", "aws", "aws sts get-caller-identity"],
    [named("ExpiredTokenException"), "no-credentials", "aws", "aws sts get-caller-identity"],
    [named("UnrecognizedClientException"), "no-credentials", "aws", "aws sts get-caller-identity"],
    [named("AccessDeniedException"), "denied", "aws", "piste policy operator"],
    [named("AccessDenied"), "denied", "aws", "secretsmanager:GetSecretValue"],
    [named("ThrottlingException"), "throttled", "wait", ""],
    [named("TimeoutError"), "unreachable", "operator", "HTTPS_PROXY"],
    [named("Error", "connect", "ECONNREFUSED"), "unreachable", "operator", "ECONNREFUSED"],
    [named("Error", "self-signed", "SELF_SIGNED_CERT_IN_CHAIN"), "unreachable", "operator", "NODE_EXTRA_CA_CERTS"],
    [named("Error", "proxy", "ERR_PROXY_REFUSED"), "unreachable", "operator", "HTTPS_PROXY"],
    [named("SyntaxError", "Unexpected token <"), "unreachable", "operator", "page"],
    [named("InternalServiceError"), "other", "aws", "InternalServiceError"],
    ["not an error at all", "other", "aws", ""],
  ])("%s is %s, for %s to mend", (thrown, kind, owner, said) => {
    const error = awsError(ACTION, thrown);
    expect(error).toMatchObject({ kind, owner });
    for (const text of Object.values(error.text)) expect(text).toContain(said);
  });

  it("is said once, however often it is passed on", () => {
    const error = awsError(ACTION, named("AccessDenied"));
    expect(awsError({ ...ACTION, en: "do something else" }, error)).toBe(error);
  });

  it("never shows what was sent", () => {
    // As the SDK attaches an answer: hidden, unless somebody asks for it.
    const thrown = named("AccessDenied");
    Object.defineProperty(thrown, "$response", { value: { body: "canary-value" }, enumerable: false });
    expect(inspect(awsError(ACTION, thrown), { depth: 9 })).not.toContain("canary-value");
  });
});

it("exit codes are the documented ones, and both portals have one", () => {
  const { ready, ...others } = EXIT_CODES;
  expect(ready).toBe(0);
  expect(others).toEqual({ bug: 1, operator: 2, "piste-portal": 3, "chorus-pro": 3, wait: 4, aws: 5 });
});
