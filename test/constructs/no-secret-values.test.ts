import { describe, expect, it } from "@jest/globals";
import { CodebuildProject } from "@cdktf/provider-aws/lib/codebuild-project";
import { DataAwsSecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/data-aws-secretsmanager-secret-version";
import { DataAwsSsmParameter } from "@cdktf/provider-aws/lib/data-aws-ssm-parameter";
import { DbInstance } from "@cdktf/provider-aws/lib/db-instance";
import { EcsTaskDefinition } from "@cdktf/provider-aws/lib/ecs-task-definition";
import { IamUserLoginProfile } from "@cdktf/provider-aws/lib/iam-user-login-profile";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version";
import { SsmParameter } from "@cdktf/provider-aws/lib/ssm-parameter";
import {
  App,
  Aspects,
  Fn,
  TerraformDataSource,
  TerraformLocal,
  TerraformOutput,
  TerraformProvider,
  TerraformResource,
  TerraformStack,
  TerraformVariable,
  Testing,
} from "cdktf";
import { Construct } from "constructs";
import { ClientCredentialsSecret, NoSecretValues, PisteApplication } from "../../constructs";
import { MAKERS, PLACES, type Place } from "../../constructs/secret-search/secret-places";
import { synthesize } from "./synthesize";

const CANARY = "c4n4ry-of-a-secret";
const UUIDS = ["5f0c7a52-64d1-4a3c-9a3e-0f1d2c3b4a59", "0b9f1e1c-7f6e-4d3b-8a29-1c2d3e4f5a6b"] as const;
const LOGIN = "TECH_1_12345678901234@cpro.fr";

/** What the rule says of a stack, a line for each place; none when it is synthesized. */
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

/** Of a function with these variables, by their names. */
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

/** Arguments that hold JSON, which goes on below them. */
const JSON_ARGUMENTS = ["container_definitions", "container_properties", "node_properties", "ecs_properties"];

function nested(argument: string, value: unknown): unknown {
  const [first = "", ...others] = argument.split(".");
  const inside = others.length === 0 ? value : nested(others.join("."), value);
  return { [first]: JSON_ARGUMENTS.includes(first) ? JSON.stringify([inside]) : inside };
}

/** The value in the form that the place has. */
function inForm(kind: Place["kind"], value: string): unknown {
  switch (kind) {
    case "secret":
      return value;
    case "variables":
      return { DB_PASSWORD: value };
    case "script":
      return `#!/bin/sh\nexport DB_PASSWORD='${value}'\n`;
    case "declared":
      return JSON.stringify({ client_secret: value });
  }
}

class AnyResource extends TerraformResource {
  constructor(scope: Construct, id: string, type: string, body: object) {
    super(scope, id, { terraformResourceType: type });
    for (const [argument, value] of Object.entries(body)) this.addOverride(argument, value);
  }
}

class AnyDataSource extends TerraformDataSource {
  constructor(scope: Construct, id: string, type: string, body: object) {
    super(scope, id, { terraformResourceType: type });
    for (const [argument, value] of Object.entries(body)) this.addOverride(argument, value);
  }
}

class AnyProvider extends TerraformProvider {
  constructor(scope: Construct, id: string, type: string, body: object) {
    super(scope, id, { terraformResourceType: type });
    this.alias = id;
    for (const [argument, value] of Object.entries(body)) this.addOverride(argument, value);
  }
}

/** A block of any kind with this body. */
function make(stack: TerraformStack, id: string, of: string, body: object): void {
  const [first, type = ""] = of.split(".");
  if (of === "variable") stack.addOverride(`variable.${id}`, body);
  else if (first === "backend") {
    for (const [argument, value] of Object.entries(body)) {
      stack.addOverride(`terraform.backend.${type}.${argument}`, value);
    }
  } else if (first === "data") new AnyDataSource(stack, id, type, body);
  else if (first === "provider") new AnyProvider(stack, id, type, body);
  else new AnyResource(stack, id, of === "*" ? "aws_instance" : of, body);
}

/** What a row asks for beside its own argument. */
const BESIDE: Readonly<Record<string, object>> = {
  aws_ssm_parameter: { type: "SecureString" },
  variable: { sensitive: true },
};

const PLACES_BY_ID = PLACES.map((place, index) => ({ id: `place-${index}`, ...place }));

function makeEverywhere(stack: TerraformStack, value: string): void {
  for (const { id, of, argument, kind } of PLACES_BY_ID) {
    make(stack, id, of, { ...BESIDE[of], ...(nested(argument, inForm(kind, value)) as object) });
  }
}

describe("a place that is able to carry a secret", () => {
  // Backends are one block, so what is said of one has its argument only.
  const said = refusals((stack) => {
    makeEverywhere(stack, CANARY);
  });
  const backends = PLACES.filter(({ of }) => of.startsWith("backend."));

  it.each(PLACES_BY_ID.filter(({ of }) => !of.startsWith("backend.")))("is refused a value: $of $argument", (place) => {
    const lines = said.filter(
      (line) => line.includes(`${place.id} `) || line.includes(`${place.id}.`) || line.includes(`/${place.id}]`),
    );
    expect(lines).toHaveLength(1);
    expect(lines[0]?.replace(/\.\d+(?=\.)/g, "")).toContain(place.argument);
  });

  it.each(backends)("is refused a value: $of $argument", ({ of, argument }) => {
    expect(said.filter((line) => line.includes(`${of}.${argument} of the stack's overrides`))).toHaveLength(1);
  });

  // By its type alone: no name here says that it is a secret.
  it.each([
    ["aws_ssm_parameter", { type: "SecureString", value: CANARY }, "value"],
    ["aws_ssm_parameter", { value: CANARY }, "value"],
    ["aws_api_gateway_api_key", { value: CANARY }, "value"],
    ["aws_kms_ciphertext", { plaintext: CANARY }, "plaintext"],
    ["aws_vpn_connection", { tunnel1_preshared_key: CANARY }, "tunnel1_preshared_key"],
    ["aws_dx_private_virtual_interface", { bgp_auth_key: CANARY }, "bgp_auth_key"],
    [
      "aws_cloudwatch_event_connection",
      { auth_parameters: [{ api_key: { value: CANARY } }] },
      "auth_parameters.0.api_key.value",
    ],
    ["aws_instance", { user_data: `PASSWORD=${CANARY} run` }, "user_data"],
    ["aws_instance", { user_data_base64: Buffer.from(`\nPASSWORD=${CANARY}`).toString("base64") }, "user_data_base64"],
    [
      "aws_instance",
      { provisioner: [{ "remote-exec": { inline: [`TOKEN=${CANARY}`] } }] },
      "provisioner.0.remote-exec.inline.0",
    ],
    [
      "aws_batch_job_definition",
      { container_properties: JSON.stringify({ environment: [{ name: "TOKEN", value: CANARY }] }) },
      "container_properties.environment.0.value",
    ],
    ["aws_elastic_beanstalk_environment", { setting: [{ name: "TOKEN", value: CANARY }] }, "setting.0.value"],
    ["provider.aws", { secret_key: CANARY }, "secret_key"],
  ])("is known by its type: %s %j", (of, body, argument) => {
    const lines = refusals((stack) => {
      make(stack, "known", of, body);
    });
    expect(lines.map((line) => line.replace(/^\[\S+ (\S+) .*/, "$1"))).toEqual([argument]);
  });

  it("may run a command that finds its secret itself", () => {
    const user_data = [
      "export DB_PASSWORD=$(aws secretsmanager get-secret-value --secret-id db)",
      'TOKEN="$1"',
      "SECRET_NAME=MySecret",
      "TOKEN_URL=https://oauth.piste.gouv.fr/api/oauth/token",
    ].join("\n");
    expect(
      refusals((stack) => {
        make(stack, "known", "aws_instance", { user_data });
        make(stack, "plain", "aws_ssm_parameter", { type: "String", value: CANARY });
      }),
    ).toEqual([]);
  });

  it("may hold what Terraform fills in, and a write-only argument", () => {
    expect(
      refusals((stack) => {
        makeEverywhere(stack, variable(stack));
        new SecretsmanagerSecretVersion(stack, "written", {
          secretId: "s",
          secretStringWo: CANARY,
          secretStringWoVersion: 1,
        });
        new SsmParameter(stack, "parameter", { name: "/p", type: "SecureString", valueWo: CANARY, valueWoVersion: 1 });
      }),
    ).toEqual([]);
  });

  it("is refused a credential of PISTE all the same: it would be in the code and in what is synthesized", () => {
    const secretStringWo = JSON.stringify({ client_id: UUIDS[0], client_secret: CANARY });
    expect(
      refusals((stack) => new SecretsmanagerSecretVersion(stack, "written", { secretId: "s", secretStringWo })),
    ).toHaveLength(1);
  });
});

describe("what has Terraform make or read a secret", () => {
  const rows = MAKERS.map((maker, index) => ({ id: `maker-${index}`, ...maker }));

  it.each(rows)("is refused: $of", ({ id, of, attribute, instead }) => {
    const [line, ...more] = refusals((stack) => {
      make(stack, id, of, {});
    });
    expect(more).toEqual([]);
    expect(line).toContain(`${attribute} of ${of}.${id} `);
    expect(line).toContain(instead);
  });

  it("passes when it keeps the secret out of the state", () => {
    expect(
      refusals((stack) => {
        new IamUserLoginProfile(stack, "login", { user: "u", pgpKey: "keybase:u" });
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
  ])("is refused a value that is named %s", (name) => {
    expect(refusedVariables({ [name]: CANARY })).toEqual([name]);
    expect(refusedVariables({ [name]: Fn.base64encode(CANARY) })).toEqual([name]);
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
    ["COMMIT", "0123456789abcdef0123456789abcdef01234567"],
    ["QUEUE", "MyCompanyInvoicing-Qualif-2026-DeadLetterQueue"],
    ["LOGIN", LOGIN],
  ])("may have %s=%s", (name, value) => {
    expect(refusedVariables({ [name]: value })).toEqual([]);
  });

  it("is refused what was made at random, whatever its name", () => {
    expect(refusedVariables({ X: "q7Rk2Zp9Lw4Xv8Tn3Bm6Yh1Jd5" })).toEqual(["X"]);
  });

  it("is looked at piece by piece where Terraform fills something in", () => {
    const lines = refusals((stack) => {
      makeFunction(stack, {
        GOOD_PASSWORD: `prefix-${variable(stack)}`,
        GOOD_URL: `https://user:${variable(stack)}@host/`,
        GOOD_JSON: Fn.jsonencode({ client_id: UUIDS[0], client_secret: variable(stack) }),
        GOOD_HEADER: `Bearer ${variable(stack)}`,
        BAD_URL: `https://user:${CANARY}@${variable(stack)}/`,
        BAD_JSON: Fn.jsonencode({ client_id: variable(stack), client_secret: CANARY }),
        BAD_TEXT: `{"password":"${CANARY}","login":"${variable(stack)}"}`,
      });
    });
    expect(lines.map((line) => /variables\.([A-Za-z_.]+) of/.exec(line)?.[1])).toEqual([
      "BAD_URL",
      "BAD_JSON",
      "BAD_TEXT.password",
    ]);
  });
});

describe("what looks like a credential of PISTE is refused anywhere", () => {
  const base64 = (text: string): string => Buffer.from(text, "utf8").toString("base64");
  const looks: [string, unknown, string][] = [
    ["a login with its password", `${LOGIN}:${CANARY}`, CANARY],
    ["the value of the header cpro-account", base64(`${LOGIN}:${CANARY}`), base64(CANARY)],
    ["a header cpro-account", `cpro-account: ${base64(`${LOGIN}:pässwörd-${CANARY}`)}`, "cHc"],
    ["HTTP Basic", `Basic ${base64(`${UUIDS[0]}:${UUIDS[1]}`)}`, base64(UUIDS[0]).slice(0, 30)],
    ["a client id with its client secret", `${UUIDS[0]}:${UUIDS[1]}`, UUIDS[1]],
    ["a form", `grant_type=client_credentials&client_id=${UUIDS[0]}&client_secret=${UUIDS[1]}`, UUIDS[1]],
    ["a token in a header", `Authorization: Bearer ${"aB3".repeat(18)}`, "aB3aB3"],
    ["a token alone", "aB3".repeat(18), "aB3aB3"],
    ["JSON of client credentials", JSON.stringify({ client_id: UUIDS[0], client_secret: UUIDS[1] }), UUIDS[1]],
    ["JSON of an account", JSON.stringify({ login: LOGIN, password: CANARY }), CANARY],
    ["JSON of a token", JSON.stringify({ access_token: CANARY }), CANARY],
    ["JSON in base64", base64(JSON.stringify({ access_token: CANARY })), base64(CANARY).slice(0, 12)],
    ["JSON in a sentence", `Store {"login":"${LOGIN}","password":"${CANARY}"} there`, CANARY],
    ["an object", { account: { login: LOGIN, password: CANARY } }, CANARY],
    ["an address with a password", `https://proxy:${CANARY}@proxy.example/`, CANARY],
    ["a private key", `-----BEGIN RSA PRIVATE KEY-----\n${CANARY}`, CANARY],
  ];

  it.each(looks)("%s", (_, value, canary) => {
    const inOutput = refusals((stack) => new TerraformOutput(stack, "shown", { value }), canary);
    const inSensitive = refusals((stack) => new TerraformOutput(stack, "shown", { value, sensitive: true }), canary);
    const inLocal = refusals((stack) => new TerraformLocal(stack, "kept", value), canary);
    const inVariable = refusals((stack) => new TerraformVariable(stack, "given", { default: value }), canary);
    const inTag = refusals((stack) => new AnyResource(stack, "r", "aws_sns_topic", { tags: { note: value } }), canary);
    const inData = refusals((stack) => new AnyDataSource(stack, "d", "aws_sns_topic", { name: value }), canary);
    const inProvider = refusals((stack) => {
      new AnyProvider(stack, "p", "aws", { profile: value });
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
  it("says that its value is a secret, of any resource, module and provider", () => {
    const lines = refusals((stack) => {
      new AnyResource(stack, "r", "acme_thing", { list: [{ shared_secret: CANARY }] });
      new AnyProvider(stack, "p", "acme", { api_key: CANARY });
      stack.addOverride("module.m.admin_password", CANARY);
      new TerraformOutput(stack, "db_password", { value: CANARY });
      new TerraformLocal(stack, "api_token", CANARY);
      new TerraformVariable(stack, "client_secret", { default: CANARY });
    });
    expect(lines.map((line) => line.replace(/\] (\S+) .*/, " $1"))).toEqual([
      "[consumer module.m.admin_password",
      "[consumer/r list.0.shared_secret",
      "[consumer/p api_key",
      "[consumer/db_password value",
      "[consumer/api_token value",
      "[consumer/client_secret default",
    ]);
  });

  it("says nothing of numbers, choices and names of secrets", () => {
    expect(
      refusals((stack) => {
        new AnyResource(stack, "r", "aws_cognito_user_pool_client", {
          generate_secret: true,
          access_token_validity: 5,
          token_validity_units: { access_token: "hours" },
          client_token: "once",
        });
        new TerraformOutput(stack, "token_secret", { value: "piste/qualif/chorus-pro/token" });
      }),
    ).toEqual([]);
  });
});

describe("lists of names and values", () => {
  it("are looked at by their names", () => {
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
      new CodebuildProject(stack, "build", {
        name: "n",
        serviceRole: "r",
        artifacts: { type: "NO_ARTIFACTS" },
        source: { type: "NO_SOURCE" },
        environment: {
          computeType: "c",
          image: "i",
          type: "t",
          environmentVariable: [
            { name: "PASSWORD", value: CANARY },
            { name: "TOKEN", value: "MyToken", type: "SECRETS_MANAGER" },
          ],
        },
      });
      new AnyResource(stack, "cdn", "aws_cloudfront_distribution", {
        origin: [{ custom_header: [{ name: "X-Origin-Secret", value: CANARY }] }],
      });
    });
    expect(lines.map((line) => line.replace(/\] (\S+) .*/, " $1"))).toEqual([
      "[consumer/task container_definitions.0.environment.0.value",
      "[consumer/build environment.environment_variable.0.value",
      "[consumer/cdn origin.0.custom_header.0.value",
    ]);
  });
});

describe("a place that is allowed on purpose", () => {
  it("is that one place, and no other", () => {
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

  it("may be an attribute that Terraform reads, and what a stack overrides", () => {
    expect(
      refusals((stack) => {
        const read = new DataAwsSecretsmanagerSecretVersion(stack, "read", { secretId: "sample" });
        NoSecretValues.allow(read, "secret_string", "a sample");
        stack.addOverride("resource.aws_db_instance.db.password", CANARY);
        NoSecretValues.allow(stack, "aws_db_instance.db.password", "a database of tests");
      }),
    ).toEqual([]);
  });

  it("needs a reason and an argument", () => {
    synthesize((stack) => {
      const made = makeFunction(stack, {});
      expect(() => {
        NoSecretValues.allow(made, "environment.variables.A_TOKEN", " ");
      }).toThrow('reason must say why environment.variables.A_TOKEN may hold its value, got " "');
      expect(() => {
        NoSecretValues.allow(made, "", "a sample");
      }).toThrow('argument must name one, got ""');
    });
  });

  it("is a resource, not what it is made of or belongs to", () => {
    synthesize((stack) => {
      const client = new ClientCredentialsSecret(stack, "client", { environment: "qualif" });
      expect(() => {
        NoSecretValues.allow(client, "name", "a sample");
      }).toThrow('place must be a resource or another element of Terraform\'s, or a stack, got "consumer/client"');
    });
  });

  it("is refused when it allows nothing, or no longer", () => {
    expect(
      refusals((stack) => {
        const made = makeFunction(stack, { STAGE: "qualif" });
        NoSecretValues.allow(made, "environment.variables.TOKEN", "a sample");
      }),
    ).toEqual([
      '[consumer/function] NoSecretValues.allow(…, "environment.variables.TOKEN", …) allows nothing: take it away, or correct the argument',
    ]);
  });
});

describe("the rule", () => {
  it("says where, what is wrong, and what to do", () => {
    expect(
      refusals((stack) => new DbInstance(stack, "db", { instanceClass: "db.t4g.micro", password: CANARY })),
    ).toEqual([
      "[consumer/db] password of aws_db_instance.db may only be a reference: it would be in plain in Terraform's " +
        "configuration, plan and state. Instead, hand over a reference or a secret's name or ARN, and store the value " +
        "after the deployment (PISTE's: `npx piste credentials set`); or, on purpose, " +
        'NoSecretValues.allow(…, "password", "why")',
    ]);
  });

  it("sees what an aspect that comes later has put there", () => {
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

  it("says it once, however many aspects there are and however often it is synthesized", () => {
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

  it("looks at what it is added to, and writes nothing of a stack that it refuses", () => {
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

  it("lets through all that this package makes", () => {
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
