import { describe, expect, it } from "@jest/globals";
import { DataAwsSecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/data-aws-secretsmanager-secret-version";
import { DataAwsSsmParameter } from "@cdktf/provider-aws/lib/data-aws-ssm-parameter";
import { DbInstance } from "@cdktf/provider-aws/lib/db-instance";
import { EcsTaskDefinition } from "@cdktf/provider-aws/lib/ecs-task-definition";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version";
import { SsmParameter } from "@cdktf/provider-aws/lib/ssm-parameter";
import {
  App,
  Aspects,
  CloudBackend,
  Fn,
  NamedCloudWorkspace,
  NamedRemoteWorkspace,
  RemoteBackend,
  TerraformLocal,
  TerraformOutput,
  TerraformResource,
  TerraformStack,
  TerraformVariable,
  Testing,
} from "cdktf";
import { Construct } from "constructs";
import { ClientCredentialsSecret, NoSecretValues, PisteApplication } from "../../constructs";
import { MAKERS, PLACES } from "../../constructs/internal/secret-search/secret-arguments";
import { synthesize } from "./synthesize";

const CANARY = "c4n4ry-of-a-secret";
const UUIDS = ["5f0c7a52-64d1-4a3c-9a3e-0f1d2c3b4a59", "0b9f1e1c-7f6e-4d3b-8a29-1c2d3e4f5a6b"] as const;
const LOGIN = "TECH_1_12345678901234@cpro.fr";

/** The rule's errors for a stack, one line per place; none if it synthesizes. */
function refusals(build: (stack: TerraformStack) => void, canary: string = CANARY): string[] {
  try {
    synthesize((stack) => {
      Aspects.of(stack).add(new NoSecretValues());
      build(stack);
    });
    return [];
  } catch (error) {
    const { message } = error as Error;
    expect(message).toContain("Validation failed");
    expect(message).not.toContain(canary);
    return message.split("\n").flatMap((line) => (/^\s*\[/.test(line) ? [line.trim()] : []));
  }
}

function refusedVariables(variables: Record<string, string>): string[] {
  const lines = refusals((stack) => {
    makeFunction(stack, variables);
  });
  return lines.map((line) => /environment\.variables\.([\w.]+)/.exec(line)?.[1] ?? line);
}

function makeFunction(scope: Construct, variables: Record<string, string>): LambdaFunction {
  return new LambdaFunction(scope, "function", { functionName: "f", role: "r", environment: { variables } });
}

const variable = (stack: TerraformStack, id = "given"): string =>
  (stack.node.tryFindChild(id) as TerraformVariable | undefined)?.stringValue ??
  new TerraformVariable(stack, id, { type: "string" }).stringValue;

/** A block of Terraform's JSON, by its path there. */
function refusedArguments(place: string, body: object): string[] {
  const lines = refusals((stack) => {
    stack.addOverride(place, body);
  });
  return lines.map((line) => line.replace(/^\[\S+ (\S+) of the stack's overrides .*/, "$1"));
}

const canaryInBase64 = Buffer.from(`\nPASSWORD=${CANARY}`).toString("base64");

describe("an argument that can carry a secret", () => {
  // By its type only: no name here sounds like a secret.
  const known: [string, object, string][] = [
    ["aws_secretsmanager_secret_version", { secret_string: CANARY }, "secret_string"],
    ["aws_secretsmanager_secret_version", { secret_binary: CANARY }, "secret_binary"],
    ["aws_secretsmanager_secret_version", { secret_string: 1234 }, "secret_string"],
    ["aws_ssm_parameter", { type: "SecureString", value: CANARY }, "value"],
    ["aws_ssm_parameter", { value: CANARY }, "value"],
    ["aws_ssm_parameter", { insecure_value: JSON.stringify({ client_secret: CANARY }) }, "insecure_value"],
    ["aws_lambda_function", { environment: [{ variables: { TOKEN: CANARY } }] }, "environment.0.variables.TOKEN"],
    [
      "aws_ecs_task_definition",
      { container_definitions: JSON.stringify([{ environment: [{ name: "TOKEN", value: CANARY }] }]) },
      "container_definitions.0.environment.0.value",
    ],
    ["aws_db_instance", { password: CANARY }, "password"],
    ["aws_rds_cluster", { master_password: CANARY }, "master_password"],
    [
      "aws_cloudwatch_event_connection",
      { auth_parameters: [{ api_key: { value: CANARY } }] },
      "auth_parameters.0.api_key.value",
    ],
    [
      "aws_cloudwatch_event_connection",
      { auth_parameters: { basic: { password: "required" } } },
      "auth_parameters.basic.password",
    ],
    [
      "aws_cloudwatch_event_connection",
      { auth_parameters: { oauth: { client_parameters: { client_secret: "required" } } } },
      "auth_parameters.oauth.client_parameters.client_secret",
    ],
    ...["aws_instance", "aws_spot_instance_request", "aws_launch_configuration", "aws_launch_template"].flatMap(
      (type): [string, object, string][] => [
        [type, { user_data: `#!/bin/sh\nexport PASSWORD='${CANARY}'\n` }, "user_data"],
        [type, { user_data_base64: canaryInBase64 }, "user_data_base64"],
      ],
    ),
  ];

  it.each(known)("is known by its type: %s %j", (type, body, argument) => {
    expect(refusedArguments(`resource.${type}.known`, body)).toEqual([`${type}.known.${argument}`]);
  });

  it("covers the whole table", () => {
    const types = new Set([...known.map(([type]) => type), "variable", "cloud", "backend"]);
    expect([...types].sort()).toEqual(Object.keys(PLACES).sort());
  });

  it("can be the default of a sensitive variable", () => {
    expect(refusedArguments("variable.given", { default: CANARY, sensitive: true })).toEqual([
      "variable.given.default",
    ]);
    expect(refusedArguments("variable.given", { default: CANARY })).toEqual([]);
  });

  it("may contain a command that reads its secret, and an unencrypted parameter", () => {
    const user_data = [
      "export DB_PASSWORD=$(aws secretsmanager get-secret-value --secret-id db)",
      'TOKEN="$1"',
      "SECRET_NAME=MySecret",
      "TOKEN_URL=https://oauth.piste.gouv.fr/api/oauth/token",
    ].join("\n");
    expect(refusedArguments("resource.aws_instance.known", { user_data })).toEqual([]);
    expect(refusedArguments("resource.aws_ssm_parameter.plain", { type: "String", value: CANARY })).toEqual([]);
  });

  it("may contain references and write-only arguments", () => {
    expect(
      refusals((stack) => {
        new SecretsmanagerSecretVersion(stack, "filled", { secretId: "s", secretString: variable(stack) });
        new DbInstance(stack, "db", { instanceClass: "db.t4g.micro", password: variable(stack) });
        makeFunction(stack, { DB_PASSWORD: variable(stack) });
        const secretStringWo = CANARY;
        new SecretsmanagerSecretVersion(stack, "written", { secretId: "s", secretStringWo, secretStringWoVersion: 1 });
        new SsmParameter(stack, "parameter", { name: "/p", type: "SecureString", valueWo: CANARY, valueWoVersion: 1 });
      }),
    ).toEqual([]);
  });

  it("still refuses a PISTE credential, which would be in the code and in the synthesized JSON", () => {
    const secretStringWo = JSON.stringify({ client_id: UUIDS[0], client_secret: CANARY });
    expect(
      refusals((stack) => new SecretsmanagerSecretVersion(stack, "written", { secretId: "s", secretStringWo })),
    ).toHaveLength(1);
  });
});

describe("an element that makes Terraform create or read a secret", () => {
  it.each(Object.entries(MAKERS))("is refused: %s", (of, { attribute, instead }) => {
    const [line, ...more] = refusals((stack) => {
      stack.addOverride(`${of.startsWith("data.") ? of : `resource.${of}`}.made`, { name: "n" });
    });
    expect(more).toEqual([]);
    expect(line).toContain(`${of}.made.${attribute} of `);
    expect(line).toContain(instead);
  });

  it("is accepted if it keeps the secret out of the state", () => {
    expect(
      refusals((stack) => {
        new DataAwsSsmParameter(stack, "plain", { name: "/app/setting", withDecryption: false });
        new DataAwsSsmParameter(stack, "public", { name: "/aws/service/ami-amazon-linux-latest/x" });
      }),
    ).toEqual([]);
  });
});

describe("the environment of a function", () => {
  it.each([
    "DB_PASSWORD",
    "CLIENT_SECRET",
    "API_KEY",
    "ACCESS_TOKEN_PROD",
    "clientSecret",
    "Credentials",
    "HTTP_PASSWD",
  ])("refuses a value named %s", (name) => {
    expect(refusedVariables({ [name]: CANARY })).toEqual([name]);
    expect(refusedVariables({ [name]: Fn.base64encode(CANARY) })).toEqual([name]);
    expect(refusedVariables({ [name]: "default" })).toEqual([name]);
  });

  it.each([
    ["PISTE_TOKEN_ENDPOINT", "https://oauth.piste.gouv.fr/api/oauth/token"],
    ["PISTE_CLIENT_SECRET_NAME", "MyClientSecret"],
    ["PISTE_CLIENT_SECRET_NAME", "piste/qualif/chorus-pro/client"],
    ["DB_SECRET", "arn:aws:secretsmanager:eu-west-3:123456789012:secret:db-AbCdEf"],
    ["DB_SECRET", "prod/db"],
    ["TOKEN_LIFETIME_IN_MINUTES", "60"],
    ["PASSWORD_MIN_LENGTH", "12"],
    ["DB_PASSWORD", ""],
    ["KMS_KEY", `arn:aws:kms:eu-west-3:123456789012:key/${UUIDS[0]}`],
    ["CLIENT_ID", UUIDS[0]],
    ["LOGIN", LOGIN],
  ])("accepts %s=%s", (name, value) => {
    expect(refusedVariables({ [name]: value })).toEqual([]);
  });

  it("is checked piece by piece around references", () => {
    const lines = refusals((stack) => {
      makeFunction(stack, {
        GOOD_PASSWORD: variable(stack),
        GOOD_URL: `https://user:${variable(stack)}@host/`,
        GOOD_JSON: Fn.jsonencode({ client_id: UUIDS[0], client_secret: variable(stack) }),
        GOOD_HEADER: `Bearer ${variable(stack)}`,
        BAD_URL: `https://user:${CANARY}@${variable(stack)}/`,
        BAD_JSON: Fn.jsonencode({ client_id: variable(stack), client_secret: CANARY }),
        BAD_TEXT: `{"password":"${CANARY}","login":"${variable(stack)}"}`,
        BAD_URL_END: `https://user:${CANARY}${variable(stack)}@host/`,
        BAD_JSON_END: `{"password":"${CANARY}-${variable(stack)}"}`,
        BAD_PASSWORD: `${CANARY}-${variable(stack)}`,
      });
    });
    expect(lines.map((line) => /variables\.([A-Za-z_.]+) of/.exec(line)?.[1])).toEqual([
      "BAD_URL",
      "BAD_JSON",
      "BAD_TEXT.password",
      "BAD_URL_END",
      "BAD_JSON_END.password",
      "BAD_PASSWORD",
    ]);
  });
});

describe("a literal text beside a reference", () => {
  const REFERENCE = "${aws_iam_role.x.arn}";

  it.each([
    `${CANARY}${REFERENCE}`,
    `${CANARY}-${REFERENCE}`,
    `${REFERENCE}${CANARY}`,
    `${REFERENCE} ${CANARY} ${REFERENCE}`,
    `${CANARY}%{ if var.x }%{ endif }`,
    `Bearer ${CANARY}-${REFERENCE}`,
    `postgres://app:${CANARY}-${REFERENCE}@db/app`,
    `DB_PASSWORD=${CANARY}${REFERENCE}`,
    `hunter2/${REFERENCE}`,
    `пароль${REFERENCE}`,
    `${REFERENCE}éàü`,
  ])("is refused if only references are allowed: %s", (text) => {
    const places = [
      ["aws_secretsmanager_secret_version", "secret_string"],
      ["aws_db_instance", "password"],
      ["aws_ssm_parameter", "value"],
    ] as const;
    for (const [type, argument] of places) {
      expect(refusedArguments(`resource.${type}.known`, { [argument]: text })).toEqual([`${type}.known.${argument}`]);
    }
  });

  it("is refused under a secret's name, and in each field of a secret's JSON", () => {
    expect(refusedVariables({ DB_PASSWORD: `${CANARY}-${REFERENCE}`, API_TOKEN: `${REFERENCE}.${CANARY}` })).toEqual([
      "DB_PASSWORD",
      "API_TOKEN",
    ]);
    const secret_string = `{"pin":"${CANARY}${REFERENCE}","password":"${REFERENCE}"}`;
    expect(refusedArguments("resource.aws_secretsmanager_secret_version.known", { secret_string })).toEqual([
      "aws_secretsmanager_secret_version.known.secret_string.pin",
    ]);
  });

  it.each([
    REFERENCE,
    `${REFERENCE}:${REFERENCE}`,
    `${REFERENCE}/${REFERENCE}-${REFERENCE}`,
    `Bearer ${REFERENCE}`,
    `https://${REFERENCE}/path`,
    `postgres://app:${REFERENCE}@${REFERENCE}:5432/app?sslmode=require`,
    `arn:aws:secretsmanager:eu-west-3:${REFERENCE}:secret:db`,
    `{"login":"${REFERENCE}","password":"${REFERENCE}"}`,
    '${jsonencode({ login = "app", password = var.x })}',
  ])("is accepted if it is not a part of the secret: %s", (text) => {
    expect(refusedArguments("resource.aws_secretsmanager_secret_version.known", { secret_string: text })).toEqual([]);
    expect(refusedVariables({ DB_SECRET: text })).toEqual([]);
  });

  it("is accepted in the name of a secret", () => {
    expect(refusedVariables({ DB_SECRET: `piste/${REFERENCE}/client` })).toEqual([]);
    expect(refusedVariables({ DB_SECRET: `/app/${REFERENCE}` })).toEqual([]);
  });
});

it("the documented exceptions pass", () => {
  const pass = [`\${join("-", ["${CANARY}", var.x])}`, `https://host/${CANARY}/\${var.x}`];
  for (const secret_string of pass) {
    expect(refusedArguments("resource.aws_secretsmanager_secret_version.known", { secret_string })).toEqual([]);
  }
  expect(refusedVariables({ DB_PASSWORD: `${CANARY}/\${var.x}` })).toEqual([]);
});

describe("credentials of the state's backend", () => {
  it.each([
    ["cloud", { organization: "o", workspaces: { name: "w" }, token: CANARY }, "cloud.token"],
    ["cloud", { organization: "o", token: "UPPERCASE" }, "cloud.token"],
    ["backend.remote", { organization: "o", token: CANARY }, "backend.remote.token"],
    ["backend.http", { address: "https://state.example/", password: "1234" }, "backend.http.password"],
    ["backend.s3", { bucket: "b", access_key: "AKIACANARY", secret_key: CANARY }, "backend.s3.access_key"],
    ["backend.s3", { bucket: "b", secret_key: CANARY }, "backend.s3.secret_key"],
    ["backend.gcs", { bucket: "b", encryption_key: CANARY }, "backend.gcs.encryption_key"],
    ["backend.pg", { conn_str: `postgres://user:${CANARY}@db/state` }, "backend.pg.conn_str"],
  ])("are refused: %s %j", (place, body, argument) => {
    expect(refusedArguments(`terraform.${place}`, body)[0]).toBe(argument);
  });

  it("are refused in a backend construct, with the place where they belong", () => {
    const [line = "", ...more] = refusals((stack) => {
      new CloudBackend(stack, { organization: "o", workspaces: new NamedCloudWorkspace("w"), token: CANARY });
    });
    expect(more).toEqual([]);
    expect(line).toContain("] token of cloud ");
    expect(line).toContain("the environment");
    expect(
      refusals((stack) => {
        new RemoteBackend(stack, { organization: "o", workspaces: new NamedRemoteWorkspace("w"), token: CANARY });
      }),
    ).toHaveLength(1);
  });

  it("may be absent", () => {
    expect(refusedArguments("terraform.cloud", { organization: "o", workspaces: { tags: ["token"] } })).toEqual([]);
    expect(
      refusedArguments("terraform.backend.s3", { bucket: "b", key: "piste/terraform.tfstate", profile: "p" }),
    ).toEqual([]);
  });
});

describe("text that looks like a PISTE credential is refused anywhere", () => {
  const base64 = (text: string): string => Buffer.from(text, "utf8").toString("base64");
  const looks: [string, unknown, string][] = [
    ["a login with its password", `${LOGIN}:${CANARY}`, CANARY],
    ["the value of the header cpro-account", base64(`${LOGIN}:${CANARY}`), base64(CANARY)],
    ["a header cpro-account", `cpro-account: ${base64(`${LOGIN}:pässwörd-${CANARY}`)}`, "cHc"],
    ["HTTP Basic", `Basic ${base64(`${UUIDS[0]}:${UUIDS[1]}`)}`, base64(UUIDS[0]).slice(0, 30)],
    ["a client id with its client secret", `${UUIDS[0]}:${UUIDS[1]}`, UUIDS[1]],
    ["a form", `grant_type=client_credentials&client_id=${UUIDS[0]}&client_secret=${UUIDS[1]}`, UUIDS[1]],
    ["a token in a header", `Authorization: Bearer ${"aB3".repeat(18)}`, "aB3aB3"],
    ["JSON of client credentials", JSON.stringify({ client_id: UUIDS[0], client_secret: UUIDS[1] }), UUIDS[1]],
    ["JSON of an account", JSON.stringify({ login: LOGIN, password: CANARY }), CANARY],
    ["JSON of a token", JSON.stringify({ access_token: CANARY }), CANARY],
    ["JSON in base64", base64(JSON.stringify({ access_token: CANARY })), base64(CANARY).slice(0, 12)],
    ["JSON in a sentence", `Store {"login":"${LOGIN}","password":"${CANARY}"} there`, CANARY],
    ["an object", { account: { login: LOGIN, password: CANARY } }, CANARY],
    ["an address with a password", `https://proxy:${CANARY}@proxy.example/`, CANARY],
  ];

  it.each(looks)("%s", (_, value, canary) => {
    const inOutput = refusals((stack) => new TerraformOutput(stack, "shown", { value }), canary);
    const inSensitive = refusals((stack) => new TerraformOutput(stack, "shown", { value, sensitive: true }), canary);
    const inLocal = refusals((stack) => new TerraformLocal(stack, "kept", value), canary);
    const inVariable = refusals((stack) => new TerraformVariable(stack, "given", { default: value }), canary);
    const inTag = refusals((stack) => {
      new SsmParameter(stack, "r", { name: "n", type: "String" }).addOverride("tags", { note: value });
    }, canary);
    const inData = refusals((stack) => {
      stack.addOverride("data.aws_sns_topic.d", { name: value });
    }, canary);
    const inProvider = refusals((stack) => {
      stack.addOverride("provider.acme", [{ profile: value }]);
    }, canary);
    const all = [inOutput, inSensitive, inLocal, inVariable, inTag, inData, inProvider];
    expect(all.map((lines) => lines.length)).toEqual(all.map(() => 1));
  });

  it.each([
    UUIDS[0],
    `arn:aws:kms:eu-west-3:123456789012:key/${UUIDS[0]}`,
    `${UUIDS[0]}, ${UUIDS[1]}`,
    LOGIN,
    `The login ${LOGIN}: its password is stored`,
    'Store {"client_id": …, "client_secret": …} there.',
    'Store {"login":"TECH_…@cpro.fr","password":"…"} there.',
    'Authorization: Bearer realm="DefaultRealm"',
    "https://sandbox-oauth.piste.gouv.fr/api/oauth/token?client_secret=<yours>",
    "n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=",
    base64("only a sentence, in base64, without a secret in it"),
  ])("but not %s", (value) => {
    expect(refusals((stack) => new TerraformOutput(stack, "shown", { value }))).toEqual([]);
  });
});

describe("an argument's name", () => {
  it("marks its value as secret, in any resource, module and provider", () => {
    const lines = refusals((stack) => {
      stack.addOverride("resource.acme_thing.r", { list: [{ shared_secret: CANARY }] });
      stack.addOverride("provider.acme", [{ api_key: CANARY }]);
      stack.addOverride("terraform.backend.http.password", CANARY);
      stack.addOverride("module.m.admin_password", CANARY);
      new TerraformOutput(stack, "db_password", { value: CANARY });
      new TerraformLocal(stack, "api_token", CANARY);
      new TerraformVariable(stack, "client_secret", { default: CANARY });
    });
    expect(lines.map((line) => line.replace(/\] (\S+) .*/, " $1"))).toEqual([
      "[consumer acme_thing.r.list.0.shared_secret",
      "[consumer provider.acme.api_key",
      "[consumer module.m.admin_password",
      "[consumer backend.http.password",
      "[consumer/db_password value",
      "[consumer/api_token value",
      "[consumer/client_secret default",
    ]);
  });

  it("does not mark numbers, fixed choices and names of secrets", () => {
    expect(
      refusedArguments("resource.aws_cognito_user_pool_client.r", {
        generate_secret: true,
        access_token_validity: 5,
        token_validity_units: { access_token: "hours" },
        refresh_token: "${max(1, 2)}",
        client_token: "once",
      }),
    ).toEqual([]);
    const condition = {
      StringLike: { "token.actions.githubusercontent.com:sub": "repo:${var.organization}/repository:*" },
      StringEquals: { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" },
    };
    const assume_role_policy = JSON.stringify({ Statement: [{ Condition: condition }] });
    expect(refusedArguments("resource.aws_iam_role.r", { assume_role_policy })).toEqual([]);
    expect(refusedArguments("output.token_secret", { value: "piste/qualif/chorus-pro/token" })).toEqual([]);
  });
});

describe("lists of names and values", () => {
  it("are checked by their names", () => {
    const lines = refusals((stack) => {
      new EcsTaskDefinition(stack, "task", {
        family: "f",
        containerDefinitions: JSON.stringify([
          {
            environment: [
              { name: "DB_PASSWORD", value: CANARY },
              { name: "STAGE", value: "qualif" },
            ],
            secrets: [{ name: "TOKEN", valueFrom: "arn:aws:secretsmanager:eu-west-3:123456789012:secret:x" }],
          },
        ]),
      });
    });
    expect(lines.map((line) => line.replace(/\] (\S+) .*/, " $1"))).toEqual([
      "[consumer/task container_definitions.0.environment.0.value",
    ]);
  });
});

describe("an allowed place", () => {
  it("is only that place", () => {
    const lines = refusals((stack) => {
      const allowed = makeFunction(new Construct(stack, "one"), { A_TOKEN: CANARY, B_TOKEN: CANARY });
      makeFunction(new Construct(stack, "two"), { A_TOKEN: CANARY });
      NoSecretValues.allow(allowed, "environment.variables.A_TOKEN", "a sample that opens nothing");
    });
    expect(lines.map((line) => line.replace(/ of .*/, ""))).toEqual([
      "[consumer/one/function] environment.variables.B_TOKEN",
      "[consumer/two/function] environment.variables.A_TOKEN",
    ]);
  });

  it("may be an attribute that Terraform reads, or an override of a stack", () => {
    expect(
      refusals((stack) => {
        const read = new DataAwsSecretsmanagerSecretVersion(stack, "read", { secretId: "sample" });
        NoSecretValues.allow(read, "secret_string", "a sample");
        stack.addOverride("resource.aws_db_instance.db.password", CANARY);
        NoSecretValues.allow(stack, "aws_db_instance.db.password", "a database of tests");
      }),
    ).toEqual([]);
  });

  it("requires a reason and an argument", () => {
    synthesize((stack) => {
      const made = makeFunction(stack, {});
      expect(() => {
        NoSecretValues.allow(made, "environment.variables.A_TOKEN", " ");
      }).toThrow('reason must say why environment.variables.A_TOKEN may hold its value, got " "');
      expect(() => {
        NoSecretValues.allow(made, "", "a sample");
      }).toThrow('argument must not be empty, got ""');
    });
  });

  it("is a resource, not its parts or its parent", () => {
    synthesize((stack) => {
      const client = new ClientCredentialsSecret(stack, "client", { environment: "qualif" });
      expect(() => {
        NoSecretValues.allow(client, "name", "a sample");
      }).toThrow('place must be a Terraform element or a stack, got "consumer/client"');
    });
  });

  it("is refused if it matches no refused value, or no longer does", () => {
    expect(
      refusals((stack) => {
        const made = makeFunction(stack, { STAGE: "qualif" });
        NoSecretValues.allow(made, "environment.variables.TOKEN", "a sample");
      }),
    ).toEqual([
      '[consumer/function] NoSecretValues.allow(…, "environment.variables.TOKEN", …) matches no refused value: remove it, or correct the argument',
    ]);
  });
});

describe("the rule", () => {
  it("names the place, the problem and the fix", () => {
    expect(
      refusals((stack) => new DbInstance(stack, "db", { instanceClass: "db.t4g.micro", password: CANARY })),
    ).toEqual([
      "[consumer/db] password of aws_db_instance.db may only be a reference: it would be readable in Terraform's " +
        "configuration, plan and state. Instead, pass a reference or a secret's name or ARN, and store the value " +
        "after the deployment (PISTE's: `npx piste credentials set`); or, if it is intended, " +
        'NoSecretValues.allow(…, "password", "why")',
    ]);
  });

  it("sees values that a later aspect has set", () => {
    const lines = refusals((stack) => {
      makeFunction(stack, {});
      Aspects.of(stack).add({
        visit(node) {
          if (TerraformResource.isTerraformResource(node)) node.addOverride("environment.variables.DD_API_KEY", CANARY);
        },
      });
    });
    expect(lines).toHaveLength(1);
  });

  it("reports a value once, under several aspects and after several syntheses", () => {
    const stack = new TerraformStack(Testing.app(), "tested");
    Aspects.of(stack).add(new NoSecretValues());
    Aspects.of(stack).add(new NoSecretValues());
    new TerraformOutput(stack, "db_password", { value: CANARY });
    const message = (): string => {
      try {
        return Testing.synth(stack, true);
      } catch (error) {
        return (error as Error).message;
      }
    };
    for (const said of [message(), message()]) expect(said.split("value of output.db_password")).toHaveLength(2);
  });

  it("checks the stack that it is added to, and writes no file of a refused stack", () => {
    const app = new App({ outdir: Testing.app().outdir });
    const stack = new TerraformStack(app, "mixed");
    new TerraformOutput(stack, "db_password", { value: CANARY });
    const part = new Construct(stack, "part");
    Aspects.of(part).add(new NoSecretValues());
    expect(() => {
      app.synth();
    }).not.toThrow();
    const inPart = new TerraformOutput(part, "api_token", { value: CANARY });
    expect(() => {
      app.synth();
    }).toThrow(`[${inPart.node.path}] value of output.part_api_token`);
  });

  it("accepts everything that this package creates", () => {
    expect(
      refusals((stack) => {
        const theirs = ClientCredentialsSecret.fromSecretName(stack, "theirs", "TheirOwnSecret");
        new PisteApplication(stack, "piste", {
          environment: "prod",
          name: "chorus-pro",
          clientCredentials: theirs,
          technicalAccounts: [
            { name: "default", structure: { identifier: "12345678200010", identifierType: "SIRET" } },
          ],
          alarmEmails: ["astreinte@exemple.fr"],
          connectionCheck: true,
        });
      }),
    ).toEqual([]);
  });
});
