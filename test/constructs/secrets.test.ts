import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { describe, expect, it } from "@jest/globals";
import type { TerraformStack } from "cdktf";
import {
  AccessTokenSecret,
  ClientCredentialsSecret,
  PisteApplication,
  TechnicalAccountSecret,
  type Environment,
  type PisteApplicationProps,
  type SecretProps,
  type TechnicalAccountSecretProps,
} from "../../constructs";
import { PLACE, synthesize, type SynthesizedStack } from "./synthesize";
import { ENVIRONMENTS } from "../../piste/environments";

const KEY = "arn:aws:kms:eu-west-3:123456789012:key/00000000-0000-0000-0000-000000000000";
const SECRET = "aws_secretsmanager_secret";
const POLICY = "aws_iam_role_policy";

const clientSecret = (stack: TerraformStack, props: Partial<SecretProps> = {}): ClientCredentialsSecret =>
  new ClientCredentialsSecret(stack, "client", { environment: "qualif", ...props });

const accountSecret = (
  stack: TerraformStack,
  props: Partial<TechnicalAccountSecretProps> = {},
): TechnicalAccountSecret => new TechnicalAccountSecret(stack, "account", { environment: "qualif", ...props });

const tokenSecret = (stack: TerraformStack, props: Partial<SecretProps> = {}): AccessTokenSecret =>
  new AccessTokenSecret(stack, "token", { environment: "qualif", ...props });

const consumerRole = (stack: TerraformStack, name = "consumer"): IamRole =>
  new IamRole(stack, `role-${name}`, { name, assumeRolePolicy: "{}" });

function application(props: Partial<PisteApplicationProps> = {}): SynthesizedStack {
  return synthesize((stack) => {
    new PisteApplication(stack, "application", {
      environment: "qualif",
      name: "chorus-pro",
      technicalAccounts: [{ name: "default", structure: { identifier: "12345678200010", identifierType: "SIRET" } }],
      ...props,
    });
  });
}

const READ_CONDITION = { StringEqualsIfExists: { "secretsmanager:VersionStage": "AWSCURRENT" } };

describe("a secret", () => {
  it("is named after its environment, its application and its account", () => {
    const props = { environment: "prod", application: "legifrance" } as const;
    const stack = synthesize((scope) => {
      clientSecret(scope, props);
      accountSecret(scope, { ...props, account: "lyon" });
      tokenSecret(scope, props);
    });
    expect(stack.all(SECRET).map(({ name }) => name)).toEqual([
      "piste/prod/legifrance/technical-account/lyon",
      "piste/prod/legifrance/client",
      "piste/prod/legifrance/token",
    ]);
  });

  it("has application chorus-pro and account default by default", () => {
    const names: string[] = [];
    synthesize((scope) => {
      names.push(
        ...[clientSecret(scope), accountSecret(scope), tokenSecret(scope)].map(({ secretName }) => secretName),
      );
    });
    expect(names).toEqual([
      "piste/qualif/chorus-pro/client",
      "piste/qualif/chorus-pro/technical-account/default",
      "piste/qualif/chorus-pro/token",
    ]);
  });

  it("is created without a value", () => {
    const stack = application();
    expect(stack.types).not.toContain("aws_secretsmanager_secret_version");
    expect(stack.text).not.toMatch(/secret_string|secret_binary|secretsmanager_secret_version/);
    expect(stack.all(SECRET).map((secret) => Object.keys(secret))).toEqual(
      Array.from({ length: 3 }, () => ["description", "name", "recovery_window_in_days"]),
    );
  });

  it.each<[Environment, number]>([
    ["qualif", 0],
    ["prod", 30],
  ])("can be restored, in %s, for %i days; the token never", (environment, days) => {
    const stack = application({ environment });
    const windows: Record<string, unknown> = {};
    for (const secret of stack.all(SECRET)) windows[String(secret["name"])] = secret["recovery_window_in_days"];
    expect(windows).toEqual({
      [`piste/${environment}/chorus-pro/client`]: days,
      [`piste/${environment}/chorus-pro/technical-account/default`]: days,
      [`piste/${environment}/chorus-pro/token`]: 0,
    });
  });

  it("can be restored for the configured time, but the token never", () => {
    const stack = application({ environment: "prod", protection: { recoveryWindowInDays: 7 } });
    const windowOf = (name: string): unknown => stack.only(SECRET, { name })["recovery_window_in_days"];
    expect(windowOf("piste/prod/chorus-pro/client")).toBe(7);
    expect(windowOf("piste/prod/chorus-pro/technical-account/default")).toBe(7);
    expect(windowOf("piste/prod/chorus-pro/token")).toBe(0);
  });

  it.each([-1, 1, 6, 31, 7.5, NaN])("refuses a recovery window of %d days", (recoveryWindowInDays) => {
    expect(() => synthesize((stack) => clientSecret(stack, { protection: { recoveryWindowInDays } }))).toThrow(
      `recoveryWindowInDays must be 0, or a whole number from 7 to 30, got ${recoveryWindowInDays}`,
    );
  });

  it.each([0, 7, 30])("accepts a recovery window of %d days", (recoveryWindowInDays) => {
    const stack = synthesize((scope) =>
      clientSecret(scope, { environment: "prod", protection: { recoveryWindowInDays } }),
    );
    expect(stack.only(SECRET)["recovery_window_in_days"]).toBe(recoveryWindowInDays);
  });

  it.each([
    ["client", clientSecret],
    ["technical account", accountSecret],
    ["token", tokenSecret],
  ])("of a %s refuses an unknown environment and an invalid name", (_, make) => {
    const environment = "test" as Environment;
    expect(() => synthesize((stack) => make(stack, { environment }))).toThrow(
      `environment must be one of ${ENVIRONMENTS.join(", ")}, got "test"`,
    );
    expect(() => synthesize((stack) => make(stack, { application: "Chorus Pro" }))).toThrow(
      'application must be 1 to 30 lower-case letters, digits and inner hyphens, got "Chorus Pro"',
    );
  });

  it("of a technical account refuses an invalid account name", () => {
    expect(() => synthesize((stack) => accountSecret(stack, { account: "a/b" }))).toThrow(
      'account must be 1 to 30 lower-case letters, digits and inner hyphens, got "a/b"',
    );
  });

  it("is encrypted with the landing zone's key", () => {
    const keys = application({ landingZone: { encryptionKeyArn: KEY } })
      .all(SECRET)
      .map((secret) => secret["kms_key_id"]);
    expect(keys).toEqual([KEY, KEY, KEY]);
  });

  it("has the configured tags", () => {
    const tags = { team: "billing" };
    const stack = synthesize((scope) => {
      clientSecret(scope, { landingZone: { tags } });
      accountSecret(scope, { landingZone: { tags } });
      tokenSecret(scope, { landingZone: { tags } });
    });
    expect(stack.all(SECRET).map((secret) => secret["tags"])).toEqual([tags, tags, tags]);
  });
});

describe("grantRead", () => {
  it("lets a role of the app read only the current value of this secret", () => {
    const stack = synthesize((scope) => tokenSecret(scope).grantRead(consumerRole(scope)));
    expect(stack.only(POLICY)["role"]).toBe(stack.reference("aws_iam_role", "name"));
    expect(stack.policy("read-piste-qualif-chorus-pro-token")).toEqual([
      {
        Effect: "Allow",
        Action: ["secretsmanager:GetSecretValue"],
        Resource: stack.reference(SECRET, "arn"),
        Condition: READ_CONDITION,
      },
    ]);
  });

  it("accepts the name of an existing role", () => {
    const stack = synthesize((scope) => tokenSecret(scope).grantRead({ roleName: "batch" }));
    expect(stack.only(POLICY)).toMatchObject({ role: "batch", name: "read-piste-qualif-chorus-pro-token" });
  });

  it.each([
    ["AccessTokenSecret", AccessTokenSecret, "piste/prod/chorus-pro/token"],
    ["ClientCredentialsSecret", ClientCredentialsSecret, "piste/prod/chorus-pro/client"],
    ["TechnicalAccountSecret", TechnicalAccountSecret, "piste/prod/chorus-pro/technical-account/lyon"],
  ])("on %s.fromSecretName uses the secret of that name in this account and region", (_, kind, secretName) => {
    const stack = synthesize((scope) => {
      const secret = kind.fromSecretName(scope, "secret", secretName);
      expect(secret.secretName).toBe(secretName);
      secret.grantRead({ roleName: "batch" });
    });
    expect(stack.types).not.toContain(SECRET);
    expect(stack.policy(`read-${secretName.replaceAll("/", "-")}`)).toEqual([
      {
        Effect: "Allow",
        Action: ["secretsmanager:GetSecretValue"],
        Resource:
          `arn:${PLACE.partition}:secretsmanager:${PLACE.region}:` + `${PLACE.account}:secret:${secretName}-??????`,
        Condition: READ_CONDITION,
      },
    ]);
  });

  it.each([
    ["AccessTokenSecret", AccessTokenSecret, "piste/prod/chorus-pro/client"],
    ["AccessTokenSecret", AccessTokenSecret, "own/token"],
    ["TechnicalAccountSecret", TechnicalAccountSecret, "piste/prod/chorus-pro/token"],
    ["ClientCredentialsSecret", ClientCredentialsSecret, "piste/prod/chorus-pro/technical-account/lyon"],
    ["ClientCredentialsSecret", ClientCredentialsSecret, "own client"],
  ])("on %s refuses the name %#. %s", (_, kind, secretName) => {
    expect(() => synthesize((scope) => kind.fromSecretName(scope, "secret", secretName))).toThrow(
      /^secretName must refer to (?:a token|a technical account|client credentials), .+, got "/,
    );
  });

  it.each([AccessTokenSecret, ClientCredentialsSecret, TechnicalAccountSecret])(
    "on %p refuses an ARN as a name",
    (kind) => {
      const arn = "arn:aws:secretsmanager:eu-west-3:210987654321:secret:piste/prod/chorus-pro/token-AbCdEf";
      expect(() => synthesize((scope) => kind.fromSecretName(scope, "secret", arn))).toThrow(
        `secretName must be a name, got the ARN "${arn}"; use fromSecretArn`,
      );
    },
  );

  it("works for a secret of another account by its full ARN", () => {
    const arn = "arn:aws:secretsmanager:eu-west-1:210987654321:secret:piste/prod/chorus-pro/token-AbCdEf";
    const stack = synthesize((scope) => {
      const secret = AccessTokenSecret.fromSecretArn(scope, "secret", arn, { encryptionKeyArn: KEY });
      expect(secret.secretName).toBe("piste/prod/chorus-pro/token");
      secret.grantRead({ roleName: "batch" });
    });
    const [read, decrypt] = stack.policy("read-piste-prod-chorus-pro-token");
    expect([read?.Resource, decrypt?.Resource]).toEqual([arn, KEY]);
  });

  it.each([
    "piste/prod/chorus-pro/token",
    "arn:aws:secretsmanager:eu-west-1:210987654321:secret:piste/prod/chorus-pro/token",
    "arn:aws:secretsmanager:eu-west-1:210987654321:secret:piste/prod/chorus-pro/client-AbCdEf",
  ])("refuses %s as the full ARN of a token", (arn) => {
    expect(() => synthesize((scope) => AccessTokenSecret.fromSecretArn(scope, "secret", arn))).toThrow(
      /^secretArn must .+, got "/,
    );
  });

  it("makes one policy when it is called twice for a role", () => {
    const stack = synthesize((scope) => {
      const secret = tokenSecret(scope);
      const role = consumerRole(scope);
      expect(secret.grantRead(role)).toBe(secret.grantRead(role));
      expect(secret.grantRead({ roleName: "batch" })).toBe(secret.grantRead({ roleName: "batch" }));
    });
    expect(stack.all(POLICY)).toHaveLength(2);
  });

  it("gives each role its own policy", () => {
    const stack = synthesize((scope) => {
      const secret = tokenSecret(scope);
      for (const name of ["first", "second"]) {
        secret.grantRead(consumerRole(scope, name));
        secret.grantRead({ roleName: `existing-${name}` });
      }
    });
    const roles = stack.all(POLICY).map(({ role }) => role);
    expect(roles.sort()).toEqual([
      stack.reference("aws_iam_role", "name", { name: "first" }),
      stack.reference("aws_iam_role", "name", { name: "second" }),
      "existing-first",
      "existing-second",
    ]);
  });

  it("lets the role decrypt with a customer's key, for this secret only", () => {
    const own = synthesize((scope) =>
      tokenSecret(scope, { landingZone: { encryptionKeyArn: KEY } }).grantRead({ roleName: "batch" }),
    );
    const imported = synthesize((scope) =>
      AccessTokenSecret.fromSecretName(scope, "token", "piste/qualif/chorus-pro/token", {
        encryptionKeyArn: KEY,
      }).grantRead({ roleName: "batch" }),
    );
    for (const stack of [own, imported]) {
      const [read, decrypt, ...more] = stack.policy("read-piste-qualif-chorus-pro-token");
      expect(decrypt).toEqual({
        Effect: "Allow",
        Action: ["kms:Decrypt"],
        Resource: KEY,
        Condition: {
          StringLike: { "kms:EncryptionContext:SecretARN": read?.Resource, "kms:ViaService": "secretsmanager.*" },
        },
      });
      expect(more).toEqual([]);
    }
  });
});

describe("grantWrite", () => {
  it("lets a role store a value, but not read one", () => {
    const stack = synthesize((scope) => clientSecret(scope).grantWrite({ roleName: "operator" }));
    expect(stack.policy("write-piste-qualif-chorus-pro-client")).toEqual([
      { Effect: "Allow", Action: ["secretsmanager:PutSecretValue"], Resource: stack.reference(SECRET, "arn") },
    ]);
  });

  it("lets the role encrypt with a customer's key, for this secret only", () => {
    const stack = synthesize((scope) =>
      clientSecret(scope, { landingZone: { encryptionKeyArn: KEY } }).grantWrite({ roleName: "operator" }),
    );
    expect(stack.policy("write-piste-qualif-chorus-pro-client")[1]).toEqual({
      Effect: "Allow",
      Action: ["kms:Decrypt", "kms:GenerateDataKey"],
      Resource: KEY,
      Condition: {
        StringLike: {
          "kms:EncryptionContext:SecretARN": stack.reference(SECRET, "arn"),
          "kms:ViaService": "secretsmanager.*",
        },
      },
    });
  });

  it("makes a separate policy from grantRead", () => {
    const stack = synthesize((scope) => {
      const secret = clientSecret(scope);
      secret.grantRead({ roleName: "operator" });
      secret.grantWrite({ roleName: "operator" });
    });
    expect(
      stack
        .all(POLICY)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(["read-piste-qualif-chorus-pro-client", "write-piste-qualif-chorus-pro-client"]);
  });
});
