# What `new PisteApplication(…)` makes, in Terraform's own language. The names are those by which the function, the
# `piste` command and the client find each other: change the variables, not the patterns.

locals {
  name          = "piste-${var.environment}-${var.application}"
  secrets       = "piste/${var.environment}/${var.application}"
  function_name = "${local.name}-token-refresh"

  token_endpoints = {
    qualif = "https://sandbox-oauth.piste.gouv.fr/api/oauth/token"
    prod   = "https://oauth.piste.gouv.fr/api/oauth/token"
  }
  # Days in which a deleted secret can be restored.
  recovery_windows = {
    qualif = 0
    prod   = 30
  }

  has_accounts = length(var.technical_accounts) > 0
  # The policy covers all accounts, so that hundreds of them fit.
  account_arns = "arn:${data.aws_partition.current.partition}:secretsmanager:${var.region}:${data.aws_caller_identity.current.account_id}:secret:${local.secrets}/technical-account/*-??????"
  parameters   = "arn:${data.aws_partition.current.partition}:ssm:${var.region}:${data.aws_caller_identity.current.account_id}:parameter/${local.secrets}"

  token_alarms = [for alarm in [
    aws_cloudwatch_metric_alarm.token_lapsing,
    aws_cloudwatch_metric_alarm.credentials_rejected,
    aws_cloudwatch_metric_alarm.refresher_silent,
    aws_cloudwatch_metric_alarm.refresher_failing,
    aws_cloudwatch_metric_alarm.piste_degraded,
  ] : alarm.alarm_name]
  password_alarms = {
    "${local.name}-password-expiring"    = 30
    "${local.name}-password-expiring-15" = 15
    "${local.name}-password-expiring-7"  = 7
  }
}

data "aws_partition" "current" {}
data "aws_caller_identity" "current" {}

# The stores. Terraform makes them empty: a value here would be in its state for good.

resource "aws_secretsmanager_secret" "client" {
  name                    = "${local.secrets}/client"
  description             = "OAuth2 client credentials of the PISTE application ${var.application} (${var.environment})"
  recovery_window_in_days = local.recovery_windows[var.environment]
}

resource "aws_secretsmanager_secret" "technical_account" {
  for_each = var.technical_accounts

  name                    = "${local.secrets}/technical-account/${each.key}"
  description             = "Chorus Pro technical account ${each.key} of the PISTE application ${var.application} (${var.environment})"
  recovery_window_in_days = local.recovery_windows[var.environment]
}

resource "aws_secretsmanager_secret" "token" {
  name        = "${local.secrets}/token"
  description = "PISTE access token of ${var.application} (${var.environment}), kept valid by the token refresher"
  # A token is an hour old at most: there is nothing to restore.
  recovery_window_in_days = 0
}

# The function that keeps the token valid.

resource "aws_cloudwatch_log_group" "refresher" {
  name              = "/aws/lambda/${local.function_name}"
  retention_in_days = 90
}

resource "aws_lambda_function" "refresher" {
  function_name    = local.function_name
  description      = "Keeps the PISTE access token of ${var.application} (${var.environment}) valid"
  role             = aws_iam_role.refresher.arn
  filename         = var.zip
  source_code_hash = filebase64sha256(var.zip)
  handler          = "index.handler"
  runtime          = "nodejs22.x"
  architectures    = ["arm64"]
  memory_size      = 256
  timeout          = 30

  environment {
    variables = {
      PISTE_ENVIRONMENT                 = var.environment
      PISTE_APPLICATION                 = var.application
      PISTE_TOKEN_ENDPOINT              = local.token_endpoints[var.environment]
      PISTE_SCOPE                       = var.scope
      PISTE_OUTAGE_TOLERANCE_IN_MINUTES = "30"
      PISTE_RESERVE_IN_MINUTES          = "5"
    }
  }

  # It must neither run without its rights nor make a log group that Terraform does not know.
  depends_on = [aws_iam_role_policy.refresher, aws_cloudwatch_log_group.refresher]
}

# The next tick is the retry.
resource "aws_lambda_function_event_invoke_config" "refresher" {
  function_name                = aws_lambda_function.refresher.function_name
  maximum_event_age_in_seconds = 60
  maximum_retry_attempts       = 0
}

# When it runs.

resource "aws_scheduler_schedule_group" "refresher" {
  name = local.name
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
    role_arn = aws_iam_role.schedule.arn
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
    role_arn = aws_iam_role.schedule.arn
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

# What programs find the application by; nothing in it is secret.

resource "aws_ssm_parameter" "description" {
  name        = "/${local.secrets}"
  description = "What is deployed for the PISTE application ${var.application} (${var.environment}); nothing secret"
  type        = "String"
  insecure_value = jsonencode({
    environment  = var.environment
    application  = var.application
    scope        = var.scope
    apis         = var.apis
    clientSecret = aws_secretsmanager_secret.client.name
    tokenSecret  = aws_secretsmanager_secret.token.name
    function     = local.function_name
    schedule     = { group = local.name, name = "${local.name}-tick" }
    alarms = concat(
      local.token_alarms,
      keys(aws_cloudwatch_metric_alarm.password_expiring),
      aws_cloudwatch_metric_alarm.passwords_unchecked[*].alarm_name,
    )
    accountPages = local.has_accounts ? 1 : 0
  })
}

resource "aws_ssm_parameter" "accounts" {
  count = local.has_accounts ? 1 : 0

  name        = "/${local.secrets}/accounts/1"
  description = "What is deployed for the PISTE application ${var.application} (${var.environment}); nothing secret"
  type        = "String"
  insecure_value = jsonencode([for name, account in var.technical_accounts : {
    name                   = name
    structure              = { identifier = account.identifier, identifierType = account.identifier_type }
    secret                 = aws_secretsmanager_secret.technical_account[name].name
    passwordLifetimeInDays = account.password_lifetime_in_days
  }])

  lifecycle {
    # AWS's limit for one parameter: some twenty accounts. The constructs write as many pages as it takes.
    precondition {
      condition     = length(jsonencode(var.technical_accounts)) < 2500
      error_message = "technical_accounts must fit one SSM parameter of 4096 bytes: give the rest to a second application, or use the constructs."
    }
  }
}
