/**
 * Where a secret can get into Terraform's state, as data: arguments of resources, data sources, providers and backends
 * by their Terraform names. A place that is missing here is still looked at for names of secrets and for what looks
 * like a credential.
 */

type Arguments = Readonly<Record<string, unknown>>;

/**
 * - `secret`: the whole value is one: only what Terraform fills in may be there
 * - `variables`: names with values, as a map or as a list of `{ name, value }`
 * - `script`: a text that may set variables
 * - `declared`: what it holds is said to be no secret, or is not kept: names in it say nothing, what looks like a
 *   credential still does
 */
export type PlaceKind = "secret" | "variables" | "script" | "declared";

export interface Place {
  /** A resource's type; `data.<type>`, `provider.<name>`, `backend.<type>`; `*`: any. */
  readonly of: string;
  /** Below the block, without the numbers of lists. What a string holds as JSON goes on below it. */
  readonly argument: string;
  readonly kind: PlaceKind;
  /** @default - always */
  readonly when?: (block: Arguments) => boolean;
}

const places = (kind: PlaceKind, rows: Readonly<Record<string, string>>): Place[] =>
  Object.entries(rows).flatMap(([of, listed]) => listed.split(" ").map((argument) => ({ of, argument, kind })));

/** The types of SSM parameters that are not encrypted. */
const PLAIN_PARAMETERS: readonly unknown[] = ["String", "StringList"];

export const PLACES: readonly Place[] = [
  {
    of: "aws_ssm_parameter",
    argument: "value",
    kind: "secret",
    when: ({ type }) => !PLAIN_PARAMETERS.includes(type),
  },
  { of: "variable", argument: "default", kind: "secret", when: ({ sensitive }) => sensitive === true },
  ...places("declared", { aws_ssm_parameter: "insecure_value" }),
  ...places("secret", {
    aws_secretsmanager_secret_version: "secret_string secret_binary",
    aws_acm_certificate: "private_key",
    aws_amplify_app: "access_token oauth_token basic_auth_credentials",
    aws_amplify_branch: "basic_auth_credentials",
    aws_api_gateway_api_key: "value",
    aws_appflow_connector_profile: "connector_profile_config.connector_profile_credentials",
    aws_cloudwatch_event_connection:
      "auth_parameters.api_key.value auth_parameters.basic.password auth_parameters.oauth.client_parameters.client_secret",
    aws_codebuild_source_credential: "token",
    aws_codepipeline_webhook: "authentication_configuration.secret_token",
    aws_cognito_identity_provider: "provider_details.client_secret provider_details.private_key",
    aws_cognito_user: "password temporary_password",
    aws_db_instance: "password",
    aws_directory_service_directory: "password connect_settings.password",
    aws_dms_endpoint: "password",
    aws_docdb_cluster: "master_password",
    aws_docdbelastic_cluster: "admin_user_password",
    aws_dx_private_virtual_interface: "bgp_auth_key",
    aws_dx_public_virtual_interface: "bgp_auth_key",
    aws_dx_transit_virtual_interface: "bgp_auth_key",
    aws_elasticache_replication_group: "auth_token",
    aws_elasticache_user: "passwords authentication_mode.passwords",
    aws_elasticsearch_domain: "advanced_security_options.master_user_options.master_user_password",
    aws_fsx_ontap_file_system: "fsx_admin_password",
    aws_fsx_windows_file_system: "self_managed_active_directory.password",
    aws_iam_server_certificate: "private_key",
    aws_kms_ciphertext: "plaintext",
    aws_kms_external_key: "key_material_base64",
    aws_lb_listener: "default_action.authenticate_oidc.client_secret",
    aws_lb_listener_rule: "action.authenticate_oidc.client_secret",
    aws_lightsail_database: "master_password",
    aws_memorydb_user: "authentication_mode.passwords",
    aws_mq_broker: "user.password",
    aws_opensearch_domain: "advanced_security_options.master_user_options.master_user_password",
    aws_opsworks_application: "app_source.password app_source.ssh_key ssl_configuration.private_key",
    aws_quicksight_data_source: "credentials.credential_pair.password",
    aws_rds_cluster: "master_password",
    aws_redshift_cluster: "master_password",
    aws_redshiftserverless_namespace: "admin_user_password",
    aws_sns_platform_application: "platform_credential",
    aws_storagegateway_gateway: "smb_guest_password smb_active_directory_settings.password",
    aws_vpn_connection: "tunnel1_preshared_key tunnel2_preshared_key",
    "provider.aws": "secret_key token assume_role_with_web_identity.web_identity_token",
    "backend.s3": "secret_key token",
    "backend.http": "password",
    "data.terraform_remote_state": "config.secret_key config.token config.password",
  }),
  ...places("variables", {
    aws_lambda_function: "environment.variables",
    aws_amplify_app: "environment_variables",
    aws_amplify_branch: "environment_variables",
    aws_api_gateway_stage: "variables",
    aws_apigatewayv2_stage: "stage_variables",
    aws_apprunner_service:
      "source_configuration.image_repository.image_configuration.runtime_environment_variables " +
      "source_configuration.code_repository.code_configuration.code_configuration_values.runtime_environment_variables",
    aws_batch_job_definition:
      "container_properties.environment node_properties.nodeRangeProperties.container.environment " +
      "ecs_properties.taskProperties.containers.environment",
    aws_cloudformation_stack: "parameters",
    aws_cloudfront_distribution: "origin.custom_header",
    aws_codebuild_project: "environment.environment_variable",
    aws_codepipeline: "stage.action.configuration",
    aws_ecs_task_definition: "container_definitions.environment",
    aws_elastic_beanstalk_environment: "setting",
    aws_elastic_beanstalk_configuration_template: "setting",
    aws_glue_connection: "connection_properties",
    aws_glue_job: "default_arguments non_overridable_arguments",
    aws_lightsail_container_service_deployment_version: "container.environment",
    aws_mskconnect_connector: "connector_configuration",
    aws_mwaa_environment: "airflow_configuration_options",
    aws_sagemaker_model: "primary_container.environment container.environment",
    aws_synthetics_canary: "run_config.environment_variables",
    "*": "provisioner.local-exec.environment",
  }),
  ...places("script", {
    aws_instance: "user_data user_data_base64",
    aws_spot_instance_request: "user_data user_data_base64",
    aws_launch_configuration: "user_data user_data_base64",
    aws_launch_template: "user_data",
    aws_lightsail_instance: "user_data",
    aws_cloudfront_function: "code",
    aws_codebuild_project: "source.buildspec",
    aws_imagebuilder_component: "data",
    aws_ssm_document: "content",
    "*": "provisioner.local-exec.command provisioner.remote-exec.inline provisioner.file.content",
  }),
];

/** What has Terraform make or read a secret, and so keep it. */
export interface Maker {
  readonly of: string;
  /** The attribute that holds it. */
  readonly attribute: string;
  /** @default - always */
  readonly when?: (block: Arguments) => boolean;
  /** What keeps it out of the state. */
  readonly instead: string;
}

const withoutKey = ({ pgp_key: key }: Arguments): boolean => key === undefined;
const READ_AT_RUN_TIME = "let the program that needs it read it, by the secret's name";

export const MAKERS: readonly Maker[] = [
  {
    of: "data.aws_secretsmanager_secret_version",
    attribute: "secret_string",
    instead: `take \`aws_secretsmanager_secret\` for its ARN, and ${READ_AT_RUN_TIME}`,
  },
  { of: "data.aws_secretsmanager_random_password", attribute: "random_password", instead: READ_AT_RUN_TIME },
  { of: "data.aws_kms_secrets", attribute: "plaintext", instead: READ_AT_RUN_TIME },
  { of: "data.aws_ecr_authorization_token", attribute: "password", instead: READ_AT_RUN_TIME },
  { of: "data.aws_eks_cluster_auth", attribute: "token", instead: READ_AT_RUN_TIME },
  {
    of: "data.aws_ssm_parameter",
    attribute: "value",
    // AWS's own parameters are public.
    when: ({ name, with_decryption }) => with_decryption !== false && !String(name).startsWith("/aws/service/"),
    instead: "set with_decryption to false, which still reads what is not encrypted",
  },
  { of: "aws_iam_access_key", attribute: "secret", when: withoutKey, instead: "set pgp_key, or use a role" },
  { of: "aws_iam_user_login_profile", attribute: "password", when: withoutKey, instead: "set pgp_key" },
  { of: "random_password", attribute: "result", instead: READ_AT_RUN_TIME },
  { of: "tls_private_key", attribute: "private_key_pem", instead: "make the key where it is used" },
];
