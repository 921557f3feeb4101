import { inspect } from "node:util";
import { describe, expect, it } from "@jest/globals";
import { awsError } from "../../../cli/command/aws-failure";
import { EXIT_CODES } from "../../../cli/command/failure";

const ACTION = { en: "read the secret s", fr: "lire le secret s", permission: "secretsmanager:GetSecretValue" };
const named = (name: string, message = "said AWS", code?: string): Error =>
  Object.assign(new Error(message), { name, ...(code !== undefined && { code }) });

describe("what AWS says no to", () => {
  it.each([
    [named("Error", "Region is missing"), "no-region", "input", "--region"],
    [named("CredentialsProviderError"), "no-credentials", "aws", "aws sts get-caller-identity"],
    [named("ExpiredTokenException"), "no-credentials", "aws", "aws sts get-caller-identity"],
    [named("UnrecognizedClientException"), "no-credentials", "aws", "aws sts get-caller-identity"],
    [named("AccessDeniedException"), "denied", "aws", "piste policy operator"],
    [named("AccessDenied"), "denied", "aws", "secretsmanager:GetSecretValue"],
    [named("ThrottlingException"), "throttled", "wait", ""],
    [named("TimeoutError"), "unreachable", "input", "HTTPS_PROXY"],
    [named("Error", "connect", "ECONNREFUSED"), "unreachable", "input", "ECONNREFUSED"],
    [named("Error", "self-signed", "SELF_SIGNED_CERT_IN_CHAIN"), "unreachable", "input", "NODE_EXTRA_CA_CERTS"],
    [named("Error", "proxy", "ERR_PROXY_REFUSED"), "unreachable", "input", "HTTPS_PROXY"],
    [named("SyntaxError", "Unexpected token <"), "unreachable", "input", "page"],
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

it("exit codes tell the owners apart", () => {
  const codes = Object.values(EXIT_CODES);
  expect(new Set(codes).size).toBe(codes.length);
  expect(EXIT_CODES.ready).toBe(0);
});
