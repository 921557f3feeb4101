import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { describe, expect, it } from "@jest/globals";
import type { TerraformStack } from "cdktf";
import {
  AccessTokenSecret,
  ClientCredentialsSecret,
  PisteApplication,
  TechnicalAccountSecret,
  TokenRefresher,
  type SecretProps,
  type PisteApplicationProps,
} from "../../constructs";
import { policyOf, refusedBy, type Refusal, type Request } from "./refusals";
import { PLACE, synthesize, type SynthesizedStack } from "./synthesize";

const SECRET = "aws_secretsmanager_secret";
const POLICY = "aws_secretsmanager_secret_policy";
const KEY = "arn:aws:kms:eu-west-3:123456789012:key/00000000-0000-0000-0000-000000000000";
const ORGANIZATION = "o-a1b2c3d4e5";

const CLIENT = "piste/prod/chorus-pro/client";
const ACCOUNT = "piste/prod/chorus-pro/technical-account/default";
const TOKEN = "piste/prod/chorus-pro/token";

const ROOT = "arn:aws:iam::123456789012:root";
const ADMINISTRATOR = "arn:aws:iam::123456789012:role/administrator";
const BREAK_GLASS =
  "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/eu-west-3/AWSReservedSSO_Astreinte_*";
const IN_AN_EMERGENCY = BREAK_GLASS.replace("*", "0123456789abcdef");
const ELSEWHERE = "arn:aws:iam::210987654321:role/invoicing";

/** An operator's actions, which never show a value. */
const OPERATING = ["DescribeSecret", "PutSecretValue", "UpdateSecretVersionStage", "ListSecretVersionIds"];
/** Actions to see and fix a policy, with or without Terraform. */
const WAY_BACK = ["DescribeSecret", "GetResourcePolicy", "PutResourcePolicy", "DeleteResourcePolicy"];

function application(
  props: Partial<PisteApplicationProps> = {},
  more?: (built: PisteApplication) => void,
): SynthesizedStack {
  return synthesize((stack) => {
    const built = new PisteApplication(stack, "application", {
      environment: "prod",
      name: "chorus-pro",
      technicalAccounts: [{ name: "default", structure: { identifier: "73282932000074", identifierType: "SIRET" } }],
      ...props,
    });
    more?.(built);
  });
}

const policiesOf = (stack: SynthesizedStack): Refusal[][] =>
  [CLIENT, ACCOUNT, TOKEN].map((name) => policyOf(stack, name));

const refresherOf = (stack: SynthesizedStack, application = "chorus-pro"): string =>
  stack.reference("aws_iam_role", "arn", { name: `piste-prod-${application}-token-refresh` });

const read = (principal: string): Request => ({ action: "GetSecretValue", "aws:PrincipalArn": principal });

const clientSecret = (scope: TerraformStack, props: Partial<SecretProps> = {}): ClientCredentialsSecret =>
  new ClientCredentialsSecret(scope, "client", { environment: "prod", ...props });

describe("the guard rails of an application's secrets", () => {
  it("are on in prod for each secret, and block public policies", () => {
    const stack = application();
    expect(stack.all(POLICY)).toHaveLength(3);
    expect(stack.all(POLICY).map((policy) => policy["block_public_policy"])).toEqual([true, true, true]);
    expect(policiesOf(stack).map((policy) => policy.map(({ Sid }) => Sid))).toEqual([
      ["RefuseWithoutTls", "RefuseOtherReaders"],
      ["RefuseWithoutTls"],
      ["RefuseWithoutTls"],
    ]);
  });

  it("are off in qualif by default, and can be set in both", () => {
    expect(application({ environment: "qualif" }).types).not.toContain(POLICY);
    expect(application({ protection: { guardRails: false } }).types).not.toContain(POLICY);
    const stack = application({ environment: "qualif", protection: { guardRails: true } });
    expect(stack.all(POLICY)).toHaveLength(3);
    expect(policyOf(stack, "piste/qualif/chorus-pro/client").map(({ Sid }) => Sid)).toContain("RefuseOtherReaders");
  });

  it.each([
    ["client credentials", CLIENT],
    ["a technical account", ACCOUNT],
    ["the token", TOKEN],
  ])("refuse every request for %s without TLS", (_, name) => {
    const stack = application();
    const policy = policyOf(stack, name);
    const refresher = refresherOf(stack);
    for (const action of [...OPERATING, "GetSecretValue", "DeleteSecret"]) {
      const request = { action, "aws:PrincipalArn": refresher } as const;
      expect(refusedBy(policy, { ...request, "aws:SecureTransport": "false" })).toEqual(["RefuseWithoutTls"]);
      expect(refusedBy(policy, request)).toEqual([]);
    }
    expect(policy[0]).toEqual({
      Sid: "RefuseWithoutTls",
      Effect: "Deny",
      Principal: "*",
      Action: ["secretsmanager:*"],
      Resource: "*",
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    });
  });
});

describe("client credentials with guard rails", () => {
  it("can be read by the refresher only, whatever rights others have", () => {
    const stack = application();
    const policy = policyOf(stack, CLIENT);
    expect(refusedBy(policy, read(refresherOf(stack)))).toEqual([]);
    for (const other of [ROOT, ADMINISTRATOR, IN_AN_EMERGENCY, ELSEWHERE, `${refresherOf(stack)}-2`]) {
      expect(refusedBy(policy, read(other))).toEqual(["RefuseOtherReaders"]);
    }
    expect(refusedBy(policy, { action: "GetSecretValue", "aws:PrincipalIsAWSService": "true" })).toEqual([
      "RefuseOtherReaders",
    ]);
    expect(policy[1]).toEqual({
      Sid: "RefuseOtherReaders",
      Effect: "Deny",
      Principal: "*",
      Action: ["secretsmanager:GetSecretValue"],
      Resource: "*",
      Condition: { ArnNotLike: { "aws:PrincipalArn": [refresherOf(stack)] } },
    });
  });

  it("can be read by break-glass principals", () => {
    const stack = application({ protection: { breakGlassPrincipalArns: [BREAK_GLASS] } });
    const policy = policyOf(stack, CLIENT);
    for (const reader of [refresherOf(stack), IN_AN_EMERGENCY]) expect(refusedBy(policy, read(reader))).toEqual([]);
    expect(refusedBy(policy, read(ADMINISTRATOR))).toEqual(["RefuseOtherReaders"]);
    // Other secrets do not refuse readers.
    for (const name of [ACCOUNT, TOKEN]) expect(refusedBy(policyOf(stack, name), read(ADMINISTRATOR))).toEqual([]);
  });

  it("can be described, stored and staged by an operator, but not read", () => {
    const policy = policyOf(application(), CLIENT);
    for (const action of [...OPERATING, ...WAY_BACK]) {
      expect(refusedBy(policy, { action, "aws:PrincipalArn": ADMINISTRATOR })).toEqual([]);
    }
  });

  it("can be read by every refresher that shares them", () => {
    const stack = synthesize((scope) => {
      const first = new PisteApplication(scope, "first", { environment: "prod", name: "first" });
      const { clientCredentials } = first;
      new PisteApplication(scope, "second", { environment: "prod", name: "second", clientCredentials });
    });
    const policy = policyOf(stack, "piste/prod/first/client");
    for (const name of ["first", "second"]) expect(refusedBy(policy, read(refresherOf(stack, name)))).toEqual([]);
    expect(refusedBy(policy, read(ADMINISTRATOR))).toEqual(["RefuseOtherReaders"]);
  });

  it("can be read by a refresher with an existing role", () => {
    const arn = "arn:aws:iam::123456789012:role/team/refresher";
    const stack = application({ landingZone: { roleArns: { refresher: arn } } });
    expect(policyOf(stack, CLIENT)[1]?.Condition).toEqual({ ArnNotLike: { "aws:PrincipalArn": [arn] } });
  });

  it("can be read by roles with grantRead: of the app, by ARN, or by name", () => {
    const stack = synthesize((scope) => {
      const secret = clientSecret(scope);
      secret.grantRead(new IamRole(scope, "role", { name: "consumer", assumeRolePolicy: "{}" }));
      secret.grantRead({ roleArn: "arn:aws:iam::123456789012:role/team/batch" });
      secret.grantRead({ roleName: "nightly" });
    });
    const iam = `arn:${PLACE.partition}:iam::${PLACE.account}`;
    const policy = policyOf(stack, CLIENT);
    expect(policy[1]?.Condition).toEqual({
      ArnNotLike: {
        "aws:PrincipalArn": [
          stack.reference("aws_iam_role", "arn"),
          "arn:aws:iam::123456789012:role/team/batch",
          `${iam}:role/nightly`,
          `${iam}:role/*/nightly`,
        ],
      },
    });
    for (const role of ["role/nightly", "role/team/nightly"])
      expect(refusedBy(policy, read(`${iam}:${role}`))).toEqual([]);
    for (const role of ["role/not-nightly", "user/nightly"]) {
      expect(refusedBy(policy, read(`${iam}:${role}`))).toEqual(["RefuseOtherReaders"]);
    }
  });

  it("cannot be read by anyone if no reader is named", () => {
    const stack = synthesize((scope) => clientSecret(scope));
    expect(policyOf(stack, CLIENT)[1]).not.toHaveProperty("Condition");
    expect(refusedBy(policyOf(stack, CLIENT), read(ADMINISTRATOR))).toEqual(["RefuseOtherReaders"]);
  });

  it("have no policy if they are imported by name", () => {
    const stack = synthesize((scope) => {
      const clientCredentials = ClientCredentialsSecret.fromSecretName(scope, "client", CLIENT);
      clientCredentials.grantRead({ roleName: "batch" });
      const accessToken = new AccessTokenSecret(scope, "token", {
        environment: "prod",
        protection: { guardRails: false },
      });
      new TokenRefresher(scope, "refresher", { environment: "prod", clientCredentials, accessToken });
    });
    expect(stack.types).not.toContain(POLICY);
  });
});

describe("an organization", () => {
  const insider = { "aws:PrincipalArn": ADMINISTRATOR, "aws:PrincipalOrgID": ORGANIZATION };
  const outsiders: Partial<Request>[] = [
    { "aws:PrincipalArn": ELSEWHERE, "aws:PrincipalOrgID": "o-zzzzzzzzzz" },
    { "aws:PrincipalArn": ELSEWHERE },
  ];

  it.each([CLIENT, ACCOUNT, TOKEN])("refuses principals of other organizations for %s", (name) => {
    const policy = policyOf(application({ protection: { organizationId: ORGANIZATION } }), name);
    for (const action of ["GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage", "DeleteSecret"]) {
      for (const outsider of outsiders) {
        expect(refusedBy(policy, { action, ...outsider })).toContain("RefuseOtherOrganizations");
      }
      expect(refusedBy(policy, { action, ...insider })).not.toContain("RefuseOtherOrganizations");
    }
    // AWS services belong to no organization.
    expect(refusedBy(policy, { action: "PutSecretValue", "aws:PrincipalIsAWSService": "true" })).toEqual([]);
  });

  it("can be set without the other guard rails, and is not required by default", () => {
    const stack = application({ protection: { organizationId: ORGANIZATION, guardRails: false } });
    for (const policy of policiesOf(stack)) expect(policy.map(({ Sid }) => Sid)).toEqual(["RefuseOtherOrganizations"]);
    expect(application().text).not.toContain("PrincipalOrgID");
  });
});

describe("the deletion of a secret", () => {
  it("is refused by its policy and by Terraform's plan on request, except for the token", () => {
    const stack = application({ protection: { refuseDeletion: true } });
    const refused = policiesOf(stack).map((policy) =>
      refusedBy(policy, { action: "DeleteSecret", "aws:PrincipalArn": ADMINISTRATOR }),
    );
    expect(refused).toEqual([["RefuseDeletion"], ["RefuseDeletion"], []]);
    const lifecycles = [CLIENT, ACCOUNT, TOKEN].map((name) => stack.only(SECRET, { name })["lifecycle"]);
    expect(lifecycles).toEqual([{ prevent_destroy: true }, { prevent_destroy: true }, undefined]);
  });

  it("is possible by default", () => {
    const stack = application();
    for (const policy of policiesOf(stack)) {
      expect(refusedBy(policy, { action: "DeleteSecret", "aws:PrincipalArn": ADMINISTRATOR })).toEqual([]);
    }
    expect(stack.text).not.toContain("prevent_destroy");
  });
});

describe("recovery from a wrong policy", () => {
  const everything = {
    protection: { organizationId: "o-wr0ngwr0ng", refuseDeletion: true },
    landingZone: { encryptionKeyArn: KEY },
  };

  it.each<[string, Partial<PisteApplicationProps>]>([
    ["with the defaults of prod", {}],
    ["with all guard rails, and a wrong organization id", everything],
  ])("is possible for administrators and root, who can see and change the policy, %s", (_, props) => {
    const stack = application(props, ({ accessToken }) => {
      if (props.landingZone !== undefined) accessToken.grantRead({ roleArn: ELSEWHERE });
    });
    for (const policy of policiesOf(stack)) {
      expect(policy).not.toEqual([]);
      for (const principal of [ROOT, ADMINISTRATOR]) {
        for (const action of WAY_BACK) {
          for (const organization of [{}, { "aws:PrincipalOrgID": ORGANIZATION }]) {
            expect(refusedBy(policy, { action, "aws:PrincipalArn": principal, ...organization })).toEqual([]);
          }
        }
      }
    }
  });
});

describe("a reader in another account", () => {
  const statement = {
    Sid: "AdmitReadersOfOtherAccounts",
    Effect: "Allow",
    Principal: { AWS: [ELSEWHERE] },
    Action: ["secretsmanager:GetSecretValue"],
    Resource: "*",
    Condition: { StringEqualsIfExists: { "secretsmanager:VersionStage": "AWSCURRENT" } },
  };

  it("is admitted by the secret's own policy, also in qualif", () => {
    const stack = synthesize((scope) => {
      const token = new AccessTokenSecret(scope, "token", {
        environment: "qualif",
        landingZone: { encryptionKeyArn: KEY },
      });
      token.grantRead({ roleArn: ELSEWHERE });
      token.grantRead({ roleArn: ELSEWHERE });
      expect(token.resourcePolicy).toBeDefined();
    });
    expect(policyOf(stack, "piste/qualif/chorus-pro/token")).toEqual([statement]);
  });

  it("of client credentials is exempt from the Deny", () => {
    const stack = synthesize((scope) => {
      clientSecret(scope, { landingZone: { encryptionKeyArn: KEY } }).grantRead({ roleArn: ELSEWHERE });
    });
    expect(policyOf(stack, CLIENT)).toContainEqual(statement);
    expect(refusedBy(policyOf(stack, CLIENT), read(ELSEWHERE))).toEqual([]);
  });

  it.each([
    ["client credentials", ClientCredentialsSecret, CLIENT],
    ["a technical account", TechnicalAccountSecret, ACCOUNT],
    ["the token", AccessTokenSecret, TOKEN],
  ] as const)("of %s requires a customer-managed key", (_, Kind, name) => {
    expect(() =>
      synthesize((scope) => {
        new Kind(scope, "secret", { environment: "prod" }).grantRead({ roleArn: ELSEWHERE });
      }),
    ).toThrow(
      "landingZone.encryptionKeyArn must be set for a reader in another account, since AWS's own key works in one account only, got none for " +
        `${name} and ${ELSEWHERE}`,
    );
  });

  it("may be the whole account", () => {
    const stack = synthesize((scope) => {
      clientSecret(scope, { landingZone: { encryptionKeyArn: KEY } }).grantRead({ accountId: "210987654321" });
    });
    const policy = policyOf(stack, CLIENT);
    expect(policy).toContainEqual({
      ...statement,
      Principal: { AWS: [`arn:${PLACE.partition}:iam::210987654321:root`] },
    });
    expect(JSON.stringify(policy)).toContain(`arn:${PLACE.partition}:iam::210987654321:*`);
  });
});

describe("an invalid guard rail", () => {
  it.each([
    "arn:aws:sts::123456789012:assumed-role/administrator/somebody",
    ROOT,
    "arn:aws:iam::*:role/administrator",
    "arn:aws:iam::123456789012:role/*",
    "arn:aws:iam::123456789012:role/team/*",
    "administrator",
    "*",
  ])("is refused: the break-glass principal %s", (principal) => {
    expect(() => application({ protection: { breakGlassPrincipalArns: [ADMINISTRATOR, principal] } })).toThrow(
      "breakGlassPrincipalArns[1] must be the ARN of an IAM role or user (for a session, its role's), " +
        `got ${JSON.stringify(principal)}`,
    );
  });

  it.each<[string, object, string]>([
    [
      "a single principal instead of a list",
      { protection: { breakGlassPrincipalArns: ADMINISTRATOR } },
      "breakGlassPrincipalArns must be a list",
    ],
    [
      "an organization's ARN",
      { protection: { organizationId: "arn:aws:organizations::123456789012:organization/o-a1b2c3d4e5" } },
      "organizationId must be the id of an AWS organization, such as o-a1b2c3d4e5, got",
    ],
    ["guardRails: yes", { protection: { guardRails: "yes" } }, 'guardRails must be true or false, got "yes"'],
    ["refuseDeletion: 1", { protection: { refuseDeletion: 1 } }, "refuseDeletion must be true or false, got 1"],
  ])("is refused: %s", (_, props, message) => {
    expect(() => application(props)).toThrow(message);
  });

  it("is refused: more principals than fit into a secret's policy", () => {
    const principals = (count: number): string[] =>
      Array.from({ length: count }, (_, index) => `${ADMINISTRATOR}-${index}`.padEnd(100, "x"));
    const longest = application({ protection: { breakGlassPrincipalArns: principals(180) } });
    expect(
      String(longest.all(POLICY, { secret_arn: longest.reference(SECRET, "arn", { name: CLIENT }) })[0]?.["policy"])
        .length,
    ).toBeLessThan(20_480);
    expect(() => application({ protection: { breakGlassPrincipalArns: principals(200) } })).toThrow(
      /^the policy of piste\/prod\/chorus-pro\/client must have at most 20480 characters, got up to 2\d{4}; let fewer principals read it$/,
    );
  });
});
