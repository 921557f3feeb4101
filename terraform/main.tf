# The same as `new PisteApplication(…)`, in Terraform's language. The function, the `piste` command and the client
# find each other by these names: change the variables, not the patterns.

locals {
  no_zone = {
    name_prefix              = null
    role_path                = null
    permissions_boundary_arn = null
    role_arns                = {}
    tags                     = null
    encryption_key_arn       = null
    log_retention_in_days    = null
    network                  = null
    page_topic_arns          = null
    inform_topic_arns        = null
    runbook_base_url         = null
  }
  zone = merge(local.no_zone, var.landing_zone)
  # Accepted by CloudWatch Logs.
  log_retentions_in_days = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653]

  prefix        = local.zone.name_prefix == null ? "" : "${local.zone.name_prefix}-"
  name          = "${local.prefix}piste-${var.environment}-${var.application}"
  secrets       = "piste/${var.environment}/${var.application}"
  function_name = "${local.name}-token-refresh"
  zip           = var.zip == null ? "${path.module}/../dist/lambda/token-refresh.zip" : var.zip
  authority     = try(local.zone.network.certificate_authority, null)
  layers        = local.authority == null ? null : [local.authority.layer_arn]
  log_retention = local.zone.log_retention_in_days == null ? 90 : local.zone.log_retention_in_days

  token_endpoints = {
    qualif = "https://sandbox-oauth.piste.gouv.fr/api/oauth/token"
    prod   = "https://oauth.piste.gouv.fr/api/oauth/token"
  }
  # Days in which a deleted secret can be restored.
  recovery_windows = {
    qualif = 0
    prod   = 30
  }

  api_scopes = {
    chorus-pro-factures     = "openid"
    chorus-pro-structures   = "openid"
    chorus-pro-utilisateurs = "openid"
    chorus-pro-transverses  = "openid"
    legifrance              = "openid"
    judilibre               = "openid"
    captchetat              = "piste.captchetat"
  }
  # Further prefixes of these APIs' paths.
  api_paths = [
    "cpro/factures/v1", "factures/v1",
    "cpro/structures/v1", "structures/v1",
    "cpro/utilisateurs/v1", "utilisateurs/v1",
    "cpro/transverses/v1", "transverses/v1",
    "dila/legifrance/lf-engine-app",
    "cassation/judilibre/v1.0",
    "piste/captchetat/v2", "piste/captcha",
  ]

  first_api = flatten([var.apis])[0]
  scope     = var.scope == null ? try(local.api_scopes[local.first_api], coalesce(local.first_api.scope, "openid"), "openid") : var.scope

  settings = {
    PISTE_ENVIRONMENT                 = var.environment
    PISTE_APPLICATION                 = var.application
    PISTE_TOKEN_ENDPOINT              = local.token_endpoints[var.environment]
    PISTE_SCOPE                       = local.scope
    PISTE_OUTAGE_TOLERANCE_IN_MINUTES = var.outage_tolerance_in_minutes
    PISTE_RESERVE_IN_MINUTES          = var.reserve_in_minutes
  }
  function_variables = merge(local.settings, { for name, value in {
    PISTE_HTTPS_PROXY       = try(local.zone.network.https_proxy, null)
    PISTE_CA_FILE           = try(local.authority.file, null)
    PISTE_AWS_THROUGH_PROXY = try(tobool(local.zone.network.aws_through_proxy), false) == true ? "true" : null
  } : name => value if value != null })

  description = jsonencode({
    for key, value in {
      environment          = var.environment
      application          = var.application
      pisteApplicationName = var.piste_application_name
      scope                = local.scope
      apis = [for api in var.apis : try({
        for key, value in { name = api.name, basePath = api.base_path, scope = try(api.scope, null), ping = try(api.ping, null) } : key => value if value != null
      }, api)]
      clientSecret = aws_secretsmanager_secret.client.name
      tokenSecret  = aws_secretsmanager_secret.token.name
      function     = local.function_name
      schedule     = { group = local.name, name = "${local.name}-tick" }
      alarms       = local.alarm_names
      accountPages = length(local.account_pages)
    } : key => value if value != null
  })
  # Terraform counts no bytes: 4,096 bytes are 5,464 characters of base64.
  longest_parameter = 5464
  description_fits  = length(base64encode(local.description)) <= local.longest_parameter

  has_accounts = length(var.technical_accounts) > 0
  # At most 4,096 bytes in a parameter: one page per ten accounts.
  account_pages = [for names in chunklist(keys(var.technical_accounts), 10) : jsonencode([for name in names : {
    for key, value in {
      name = name
      structure = {
        identifier     = var.technical_accounts[name].identifier
        identifierType = var.technical_accounts[name].identifier_type
      }
      secret                 = "${local.secrets}/technical-account/${name}"
      usageType              = var.technical_accounts[name].usage_type
      technicalContact       = var.technical_accounts[name].technical_contact
      passwordLifetimeInDays = var.technical_accounts[name].password_lifetime_in_days
    } : key => value if value != null
  }])]

  account = "${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}"
  # A pattern, so that the policy has room for hundreds of accounts.
  account_arns = "arn:${data.aws_partition.current.partition}:secretsmanager:${local.account}:secret:${local.secrets}/technical-account/*-??????"
  parameters   = "arn:${data.aws_partition.current.partition}:ssm:${local.account}:parameter/${local.secrets}"

  alarm_names = concat(
    [for alarm in [
      aws_cloudwatch_metric_alarm.token_lapsing,
      aws_cloudwatch_metric_alarm.credentials_rejected,
      aws_cloudwatch_metric_alarm.refresher_silent,
      aws_cloudwatch_metric_alarm.refresher_failing,
      aws_cloudwatch_metric_alarm.piste_degraded,
    ] : alarm.alarm_name],
    keys(aws_cloudwatch_metric_alarm.password_expiring),
    aws_cloudwatch_metric_alarm.passwords_unchecked[*].alarm_name,
  )
  password_alarms = {
    "${local.name}-password-expiring"    = 30
    "${local.name}-password-expiring-15" = 15
    "${local.name}-password-expiring-7"  = 7
  }
}

data "aws_region" "current" {}
data "aws_partition" "current" {}
data "aws_caller_identity" "current" {}

# Created empty: a value here would stay in Terraform's state.

resource "aws_secretsmanager_secret" "client" {
  name                    = "${local.secrets}/client"
  description             = "OAuth2 client credentials of the PISTE application ${var.application} (${var.environment})"
  kms_key_id              = local.zone.encryption_key_arn
  recovery_window_in_days = local.recovery_windows[var.environment]
  tags                    = local.zone.tags
}

resource "aws_secretsmanager_secret" "technical_account" {
  for_each = var.technical_accounts

  name                    = "${local.secrets}/technical-account/${each.key}"
  description             = "Chorus Pro technical account ${each.key} of the PISTE application ${var.application} (${var.environment})"
  kms_key_id              = local.zone.encryption_key_arn
  recovery_window_in_days = local.recovery_windows[var.environment]
  tags                    = local.zone.tags
}

resource "aws_secretsmanager_secret" "token" {
  name        = "${local.secrets}/token"
  description = "PISTE access token of ${var.application} (${var.environment}), kept valid by the token refresher"
  kms_key_id  = local.zone.encryption_key_arn
  tags        = local.zone.tags
  # A token lasts an hour: there is nothing to restore.
  recovery_window_in_days = 0
}

# The token refresher.

resource "aws_cloudwatch_log_group" "refresher" {
  name              = "/aws/lambda/${local.function_name}"
  retention_in_days = local.log_retention
  kms_key_id        = local.zone.encryption_key_arn
  tags              = local.zone.tags
}

resource "aws_lambda_function" "refresher" {
  function_name    = local.function_name
  description      = "Keeps the PISTE access token of ${var.application} (${var.environment}) valid"
  role             = local.refresher_role_arn
  filename         = local.zip
  source_code_hash = fileexists(local.zip) ? filebase64sha256(local.zip) : null
  handler          = "index.handler"
  runtime          = "nodejs22.x"
  architectures    = ["arm64"]
  memory_size      = 256
  timeout          = 30
  layers           = local.layers
  tags             = local.zone.tags

  environment {
    variables = local.function_variables
  }

  dynamic "vpc_config" {
    for_each = local.zone.network == null ? [] : [local.zone.network]

    content {
      subnet_ids         = vpc_config.value.subnet_ids
      security_group_ids = vpc_config.value.security_group_ids
    }
  }

  lifecycle {
    precondition {
      condition     = fileexists(local.zip)
      error_message = "zip must be the built function, got ${local.zip}, which is not there. The installed package has it; in a checkout of the repository run `npm run build`; in a copy of this folder, such as Terraform makes when source is an absolute path, name it with zip."
    }
  }

  # Without them the first run would fail, or create a log group that Terraform does not know.
  depends_on = [aws_iam_role_policy.refresher, aws_cloudwatch_log_group.refresher]
}

# The next tick is the retry.
resource "aws_lambda_function_event_invoke_config" "refresher" {
  function_name                = aws_lambda_function.refresher.function_name
  maximum_event_age_in_seconds = 60
  maximum_retry_attempts       = 0
}

# Its schedule.

resource "aws_scheduler_schedule_group" "refresher" {
  name = local.name
  tags = local.zone.tags
}

resource "aws_scheduler_schedule" "tick" {
  name                = "${local.name}-tick"
  description         = "Ticks of ${local.function_name}"
  group_name          = aws_scheduler_schedule_group.refresher.name
  schedule_expression = "cron(* * * * ? *)"

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = aws_lambda_function.refresher.arn
    role_arn = local.schedule_role_arn
    input    = jsonencode({ environment = var.environment, application = var.application, operation = "tick" })

    retry_policy {
      maximum_event_age_in_seconds = 60
      maximum_retry_attempts       = 0
    }
  }

  depends_on = [aws_iam_role_policy.schedule]
}

resource "aws_scheduler_schedule" "passwords" {
  count = local.has_accounts ? 1 : 0

  name                = "${local.name}-passwords"
  description         = "The age of the technical accounts' passwords, by ${local.function_name}"
  group_name          = aws_scheduler_schedule_group.refresher.name
  schedule_expression = "cron(5 * * * ? *)"

  flexible_time_window {
    mode                      = "FLEXIBLE"
    maximum_window_in_minutes = 50
  }

  target {
    arn      = aws_lambda_function.refresher.arn
    role_arn = local.schedule_role_arn
    input    = jsonencode({ environment = var.environment, application = var.application, operation = "passwords" })

    retry_policy {
      maximum_event_age_in_seconds = 60
      maximum_retry_attempts       = 0
    }
  }

  depends_on = [
    aws_iam_role_policy.schedule,
    aws_ssm_parameter.description,
    aws_ssm_parameter.accounts,
    aws_secretsmanager_secret.technical_account,
  ]
}

# The description that programs read; nothing secret.

resource "aws_ssm_parameter" "description" {
  name           = "/${local.secrets}"
  description    = "Describes the PISTE application ${var.application} (${var.environment}); nothing secret"
  type           = "String"
  tags           = local.zone.tags
  insecure_value = local.description

  lifecycle {
    precondition {
      condition     = local.description_fits
      error_message = "apis must fit, with piste_application_name, one SSM parameter of 4096 bytes; shorten them."
    }
  }
}

resource "aws_ssm_parameter" "accounts" {
  count = length(local.account_pages)

  name           = "/${local.secrets}/accounts/${count.index + 1}"
  description    = "Describes the PISTE application ${var.application} (${var.environment}); nothing secret"
  type           = "String"
  tags           = local.zone.tags
  insecure_value = local.account_pages[count.index]

  lifecycle {
    precondition {
      condition     = length(base64encode(local.account_pages[count.index])) <= local.longest_parameter
      error_message = "technical_accounts must fit, ten of them, one SSM parameter of 4096 bytes; shorten usage_type or technical_contact."
    }
  }
}
