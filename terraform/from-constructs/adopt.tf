# Put this file beside `main.tf` for one `terraform apply`: Terraform adopts the resources of the constructs
# unchanged. Then remove it. Descriptions (`aws_ssm_parameter`) cannot be adopted: docs/migrating.md.

data "aws_secretsmanager_secret" "made" {
  for_each = toset(concat(["client", "token"], [for name in keys(var.technical_accounts) : "technical-account/${name}"]))

  name = "${local.secrets}/${each.key}"
}

import {
  to = aws_secretsmanager_secret.client
  id = data.aws_secretsmanager_secret.made["client"].arn
}

import {
  to = aws_secretsmanager_secret.token
  id = data.aws_secretsmanager_secret.made["token"].arn
}

import {
  for_each = var.technical_accounts

  to = aws_secretsmanager_secret.technical_account[each.key]
  id = data.aws_secretsmanager_secret.made["technical-account/${each.key}"].arn
}

import {
  to = aws_cloudwatch_log_group.refresher
  id = "/aws/lambda/${local.function_name}"
}

import {
  to = aws_iam_role.refresher[0]
  id = local.function_name
}

import {
  to = aws_iam_role_policy.refresher
  id = "${local.function_name}:${local.function_name}"
}

import {
  to = aws_lambda_function.refresher
  id = local.function_name
}

import {
  to = aws_lambda_function_event_invoke_config.refresher
  id = local.function_name
}

import {
  to = aws_iam_role.schedule[0]
  id = "${local.name}-schedule"
}

import {
  to = aws_iam_role_policy.schedule
  id = "${local.name}-schedule:invoke-${local.function_name}"
}

import {
  to = aws_scheduler_schedule_group.refresher
  id = local.name
}

import {
  to = aws_scheduler_schedule.tick
  id = "${local.name}/${local.name}-tick"
}

# Remove this block if there are no technical accounts: the schedule does not exist.
import {
  to = aws_scheduler_schedule.passwords[0]
  id = "${local.name}/${local.name}-passwords"
}

import {
  to = aws_cloudwatch_metric_alarm.token_lapsing
  id = "${local.name}-token-lapsing"
}

import {
  to = aws_cloudwatch_metric_alarm.refresher_silent
  id = "${local.name}-refresher-silent"
}

import {
  to = aws_cloudwatch_metric_alarm.credentials_rejected
  id = "${local.name}-credentials-rejected"
}

import {
  to = aws_cloudwatch_metric_alarm.refresher_failing
  id = "${local.name}-refresher-failing"
}

import {
  to = aws_cloudwatch_metric_alarm.piste_degraded
  id = "${local.name}-piste-degraded"
}

import {
  for_each = local.has_accounts ? local.password_alarms : {}

  to = aws_cloudwatch_metric_alarm.password_expiring[each.key]
  id = each.key
}

# Remove this block if there are no technical accounts: the alarm does not exist.
import {
  to = aws_cloudwatch_metric_alarm.passwords_unchecked[0]
  id = "${local.name}-passwords-unchecked"
}
