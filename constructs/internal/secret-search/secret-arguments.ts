/**
 * Arguments that carry secrets, by their Terraform names. All other arguments are still searched for names of secrets
 * and for PISTE credentials.
 */

type Arguments = Readonly<Record<string, unknown>>;

/**
 * - `secret`: the whole value is secret, so only references are allowed
 * - `variables`: names with values, as a map or as a list of `{ name, value }`
 * - `script`: a text that may set variables
 * - `declared`: declared not secret, or not kept in the state: names are ignored, PISTE credentials are not
 */
export type PlaceKind = "secret" | "variables" | "script" | "declared";

const USER_DATA = { user_data: "script", user_data_base64: "script" } as const;

/** By type and argument, without indexes of lists. JSON in a string continues the path. */
export const PLACES: Readonly<Record<string, Readonly<Record<string, PlaceKind>>>> = {
  aws_secretsmanager_secret_version: { secret_string: "secret", secret_binary: "secret" },
  aws_ssm_parameter: { value: "secret", insecure_value: "declared" },
  aws_lambda_function: { "environment.variables": "variables" },
  aws_ecs_task_definition: { "container_definitions.environment": "variables" },
  aws_db_instance: { password: "secret" },
  aws_rds_cluster: { master_password: "secret" },
  aws_cloudwatch_event_connection: {
    "auth_parameters.api_key.value": "secret",
    "auth_parameters.basic.password": "secret",
    "auth_parameters.oauth.client_parameters.client_secret": "secret",
  },
  aws_instance: USER_DATA,
  aws_spot_instance_request: USER_DATA,
  aws_launch_configuration: USER_DATA,
  aws_launch_template: USER_DATA,
  variable: { default: "secret" },
  cloud: { token: "secret" },
  backend: {
    access_key: "secret",
    access_token: "secret",
    client_secret: "secret",
    encryption_key: "secret",
    password: "secret",
    sas_token: "secret",
    secret_key: "secret",
    security_token: "secret",
    token: "secret",
  },
};

/** Blocks whose `secret` argument holds none. */
const PLAIN: Readonly<Record<string, (body: Arguments) => boolean>> = {
  aws_ssm_parameter: ({ type }) => type === "String" || type === "StringList",
  variable: ({ sensitive }) => sensitive !== true,
};

export function kindOfPlace(type: string, argument: string, body: Arguments): PlaceKind | undefined {
  const kind = PLACES[type]?.[argument];
  return kind === "secret" && PLAIN[type]?.(body) === true ? undefined : kind;
}

/** Makes Terraform create or read a secret, and keep it in its state. */
interface Maker {
  readonly attribute: string;
  /** @default - always */
  readonly when?: (body: Arguments) => boolean;
  readonly instead: string;
}

const READ_AT_RUN_TIME = "let the program that needs it read it, by the secret's name";

export const MAKERS: Readonly<Record<string, Maker>> = {
  "data.aws_secretsmanager_secret_version": {
    attribute: "secret_string",
    instead: `take \`aws_secretsmanager_secret\` for its ARN, and ${READ_AT_RUN_TIME}`,
  },
  "data.aws_secretsmanager_random_password": { attribute: "random_password", instead: READ_AT_RUN_TIME },
  "data.aws_ssm_parameter": {
    attribute: "value",
    // AWS's own parameters are public.
    when: ({ name, with_decryption }) => with_decryption !== false && !String(name).startsWith("/aws/service/"),
    instead: "set with_decryption to false, which still reads what is not encrypted",
  },
  random_password: { attribute: "result", instead: READ_AT_RUN_TIME },
};
