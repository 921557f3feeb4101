import { inspect } from "node:util";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { describe, expect, it } from "@jest/globals";
import { awsError } from "../../../cli/command/aws-failure";
import { EXIT_CODES } from "../../../cli/command/failure";

const ACTION = { en: "read the secret s", fr: "lire le secret s", permission: "secretsmanager:GetSecretValue" };
const named = (name: string, message = "said AWS", code?: string): Error =>
  Object.assign(new Error(message), { name, ...(code !== undefined && { code }) });

const ROOT = path.resolve(__dirname, "../../..");
/** Messages of the AWS SDK. */
const SDK = {
  ssoExpired: "The SSO session associated with this profile has expired.",
  ssoInvalid: "The SSO session associated with this profile is invalid.",
  ssoRefresh: "To refresh this SSO session run aws sso login with the corresponding profile.",
  ssoTokenExpired: "Token is expired.",
  ssoRefreshOfToken: "To refresh this SSO session run 'aws sso login' with the corresponding profile.",
  loginExpired: "Your session has expired. Please reauthenticate.",
  loginNone: "please re-authenticate using aws login",
  noCredentials: "Could not load credentials from any providers",
  noProfile: "Could not resolve credentials using profile: [",
};

describe("an error of AWS", () => {
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
  ])("%s is %s, and its owner %s", (thrown, kind, owner, said) => {
    const error = awsError(ACTION, thrown);
    expect(error).toMatchObject({ kind, owner });
    for (const text of Object.values(error.text)) expect(text).toContain(said);
  });

  it.each(["CredentialsProviderError", "AccessDeniedException", "InternalServiceError"])(
    "named %s is quoted in the French message, which has a next step",
    (name) => {
      const { fr } = awsError(ACTION, named(name, "Said by AWS")).text;
      expect(fr).toMatch(/[Mm]essage d'AWS : « (InternalServiceError: )?Said by AWS »/);
      expect(fr).toMatch(/Connectez-vous|Demandez ce droit|Montrez ce message/);
    },
  );

  it.each([
    ["CredentialsProviderError", `${SDK.ssoExpired} ${SDK.ssoRefresh}`, "aws sso login"],
    ["CredentialsProviderError", `${SDK.ssoInvalid} ${SDK.ssoRefresh}`, "aws sso login"],
    ["CredentialsProviderError", `Value not present for 'refreshToken'${SDK.ssoRefreshOfToken}`, "aws sso login"],
    ["TokenProviderError", `${SDK.ssoTokenExpired} ${SDK.ssoRefreshOfToken}`, "aws sso login"],
    // IAM Identity Center's answer: https://github.com/aws/aws-cli/issues/7340
    ["CredentialsProviderError", "UnauthorizedException: Session token not found or invalid", "aws sso login"],
    ["CredentialsProviderError", SDK.loginExpired, "aws login"],
    ["CredentialsProviderError", `Failed to load a token for session s, ${SDK.loginNone}`, "aws login"],
  ])("for an expired session names the login command: %s, %s", (name, message, login) => {
    const { kind, text } = awsError(ACTION, named(name, message), { profile: "team" });
    expect(kind).toBe("no-credentials");
    const session = login === "aws login" ? "AWS" : "AWS SSO";
    expect(text.en).toBe(`The ${session} session has expired. Log in again: \`${login} --profile team\`.`);
    expect(text.fr).toBe(`La session ${session} a expiré. Reconnectez-vous : \`${login} --profile team\`.`);
  });

  it.each([
    ["credential-provider-sso", [SDK.ssoExpired, SDK.ssoInvalid, SDK.ssoRefresh]],
    ["token-providers", [SDK.ssoTokenExpired, SDK.ssoRefreshOfToken]],
    ["credential-provider-login", [SDK.loginExpired, SDK.loginNone]],
    ["credential-provider-node", [SDK.noCredentials]],
    ["credential-provider-ini", [SDK.noProfile]],
  ])("is recognized by messages that the SDK's %s contains", (name, words) => {
    const source = readFileSync(path.join(ROOT, "node_modules/@aws-sdk", name, "dist-cjs/index.js"), "utf8");
    for (const each of words) expect(source).toContain(each);
  });

  it("for an unknown profile, or one without credentials, lists the profiles", () => {
    for (const message of [SDK.noCredentials, `${SDK.noProfile}nope] in configuration/credentials file(s).`]) {
      const { kind, text } = awsError(ACTION, named("CredentialsProviderError", message), { profile: "nope" });
      expect(kind).toBe("no-credentials");
      expect(text.en).toContain("no credentials for the profile nope. `aws configure list-profiles` lists");
      expect(text.fr).toContain("n'ont pas d'identifiants pour le profil nope. `aws configure list-profiles` liste");
    }
    const { text } = awsError(ACTION, named("Error", "Region is missing"), { profile: "nope" });
    expect(text.en).toContain("`aws configure list-profiles`");
    expect(text.fr).toContain("`aws configure list-profiles`");
  });

  it.each([
    // AWS: https://github.com/external-secrets/external-secrets/issues/4560
    "You can't perform this operation on the secret because it was marked for deletion.",
    // The AWS emulator: moto/secretsmanager/models.py
    "You tried to perform the operation on a secret that's currently marked deleted.",
  ])("for a secret scheduled for deletion names the restore command: %s", (message) => {
    const secret = "piste/prod/chorus-pro/token";
    const place = { region: "eu-west-3", profile: "team" };
    const { kind, owner, text } = awsError({ ...ACTION, secret }, named("InvalidRequestException", message), place);
    expect([kind, owner]).toEqual(["deleted", "aws"]);
    for (const each of Object.values(text)) {
      expect(each).toContain(
        "`aws secretsmanager restore-secret --secret-id piste/prod/chorus-pro/token --region eu-west-3 --profile team`",
      );
    }
  });

  it("for missing credentials names the login commands, without English in French", () => {
    const { text } = awsError(ACTION, named("CredentialsProviderError", SDK.noCredentials));
    for (const each of Object.values(text)) {
      expect(each).toMatch(/`aws configure sso`.*`aws sso login --profile <(?:name|nom)>`.*`--profile <(?:name|nom)>`/);
      expect(each).not.toContain("Could not");
    }
    const expired = awsError(ACTION, named("ExpiredTokenException", "The security token is expired"));
    expect(expired.text.fr).toContain("« The security token is expired »");
  });

  it("for a missing right names the complete command that prints its policy", () => {
    const message = "User: arn:aws:sts::123456789012:assumed-role/r/s is not authorized to perform: …";
    const place = { environment: "qualif", region: "eu-west-1", profile: "team" } as const;
    const command = "npx piste policy operator --environment qualif --account-id 123456789012 --region eu-west-1";
    const said = (more: object): string =>
      Object.values(awsError(ACTION, named("AccessDeniedException", message), { ...place, ...more }).text).join();
    expect(said({})).toMatch(new RegExp(`\`${command}\`.*\`${command}\``));
    expect(said({ application: "chorus-pro" })).toContain(`\`${command}\``);
    expect(said({ application: "captcha", namePrefix: "ville" })).toContain(
      `\`${command} --application captcha --name-prefix ville\``,
    );
  });

  it("has a placeholder in the command if AWS does not tell the account", () => {
    const { text } = awsError(ACTION, named("AccessDeniedException"), { environment: "qualif", region: "eu-west-1" });
    for (const each of Object.values(text)) {
      expect(each).toContain("`npx piste policy operator --environment qualif --account-id <");
    }
  });

  it("is not wrapped twice", () => {
    const error = awsError(ACTION, named("AccessDenied"));
    expect(awsError({ ...ACTION, en: "do something else" }, error)).toBe(error);
  });

  it("never shows the SDK's response", () => {
    // The SDK attaches it as a non-enumerable property.
    const thrown = named("AccessDenied");
    Object.defineProperty(thrown, "$response", { value: { body: "canary-value" }, enumerable: false });
    expect(inspect(awsError(ACTION, thrown), { depth: 9 })).not.toContain("canary-value");
  });
});

it("uses the documented exit codes", () => {
  const { ready, ...others } = EXIT_CODES;
  expect(ready).toBe(0);
  expect(others).toEqual({ bug: 1, operator: 2, "piste-portal": 3, anyone: 3, "chorus-pro": 3, wait: 4, aws: 5 });
});
