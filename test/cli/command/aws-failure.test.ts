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

  it.each(["CredentialsProviderError", "AccessDeniedException", "InternalServiceError"])(
    "of %s is quoted in the French sentence, which says what to do next",
    (name) => {
      const { fr } = awsError(ACTION, named(name, "Said by AWS")).text;
      expect(fr).toMatch(/[Mm]essage d'AWS : « (InternalServiceError: )?Said by AWS »/);
      expect(fr).toMatch(/Connectez-vous|Demandez ce droit|Montrez ce message/);
    },
  );

  it.each([
    ["CredentialsProviderError", "The SSO session associated with this profile has expired. To refresh …", "team"],
    ["CredentialsProviderError", "Value not present for 'clientId' in SSO Token. Cannot refresh. …", "team"],
    ["TokenProviderError", "Token is expired. To refresh this SSO session run 'aws sso login' …", "team"],
    ["CredentialsProviderError", "UnauthorizedException: Session token not found or invalid", "team"],
  ])("is an SSO session that has expired, and the command opens a new one: %s, %s", (name, message, profile) => {
    const { kind, text } = awsError(ACTION, named(name, message), { profile });
    expect(kind).toBe("no-credentials");
    expect(text.en).toBe("The AWS SSO session has expired. Log in again: `aws sso login --profile team`.");
    expect(text.fr).toBe("La session AWS SSO a expiré. Reconnectez-vous : `aws sso login --profile team`.");
  });

  it("is a profile without credentials, or an unknown one: which there are is told", () => {
    for (const message of [
      "Could not load credentials from any providers",
      "Could not resolve credentials using profile: [nope] in configuration/credentials file(s).",
    ]) {
      const { kind, text } = awsError(ACTION, named("CredentialsProviderError", message), { profile: "nope" });
      expect(kind).toBe("no-credentials");
      expect(text.en).toContain("no credentials for the profile nope. `aws configure list-profiles` lists");
      expect(text.fr).toContain("n'ont pas d'identifiants pour le profil nope. `aws configure list-profiles` liste");
    }
    const { text } = awsError(ACTION, named("Error", "Region is missing"), { profile: "nope" });
    expect(text.en).toContain("`aws configure list-profiles`");
    expect(text.fr).toContain("`aws configure list-profiles`");
  });

  it("is a secret that is scheduled for deletion, and the command restores it where it is", () => {
    const secret = "piste/prod/chorus-pro/token";
    const message = "You can't perform this operation on the secret because it was marked for deletion.";
    const place = { region: "eu-west-3", profile: "team" };
    const { kind, owner, text } = awsError({ ...ACTION, secret }, named("InvalidRequestException", message), place);
    expect([kind, owner]).toEqual(["deleted", "aws"]);
    for (const each of Object.values(text)) {
      expect(each).toContain(
        "`aws secretsmanager restore-secret --secret-id piste/prod/chorus-pro/token --region eu-west-3 --profile team`",
      );
    }
  });

  it("is a right that is missing, and the command prints its policy with all that it needs", () => {
    const message = "User: arn:aws:sts::123456789012:assumed-role/r/s is not authorized to perform: …";
    const place = { environment: "qualif", region: "eu-west-1" } as const;
    const { text } = awsError(ACTION, named("AccessDeniedException", message), place);
    for (const each of Object.values(text)) {
      expect(each).toContain(
        "`npx piste policy operator --environment qualif --account-id 123456789012 --region eu-west-1`",
      );
    }
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

it("exit codes are the documented ones, and the portals have one", () => {
  const { ready, ...others } = EXIT_CODES;
  expect(ready).toBe(0);
  expect(others).toEqual({ bug: 1, operator: 2, "piste-portal": 3, anyone: 3, "chorus-pro": 3, wait: 4, aws: 5 });
});
