# The same alarms as the constructs', on the function's metrics, for the SNS topics in landing_zone.

locals {
  dimensions = {
    Application = var.application
    Environment = var.environment
  }
  inform_topics = compact(flatten([local.zone.inform_topic_arns]))
  # In qualif nothing pages.
  page_topics = var.environment == "prod" ? compact(flatten([local.zone.page_topic_arns])) : local.inform_topics
  runbooks    = local.zone.runbook_base_url == null ? "cdktf-piste: docs/runbooks" : replace(local.zone.runbook_base_url, "/\\/+$/", "")

  # Seconds left on a token when the tolerance is used up.
  lapsing = var.reserve_in_minutes * 60 + 140
  # Minutes left on a token when it is due: the tolerance, the reserve, two ticks, Scheduler's precision at both ends.
  minutes_left_when_due = var.outage_tolerance_in_minutes + var.reserve_in_minutes + 4
}

resource "aws_cloudwatch_metric_alarm" "token_lapsing" {
  alarm_name          = "${local.name}-token-lapsing"
  alarm_description   = "The access token of ${var.application} (${var.environment}) could not be refreshed for ${var.outage_tolerance_in_minutes} minutes and ends in a few more: API calls are about to fail. Cause: named by another alarm; if none rings, PISTE is down for longer than the tolerance. Owner: you; PISTE support when PISTE is down. First: aws logs tail /aws/lambda/${local.function_name} --since 1h (`class` and `meaning` of each line). Runbook: ${local.runbooks}/token-lapsing.md"
  namespace           = "Piste"
  metric_name         = "SecondsToExpiry"
  dimensions          = local.dimensions
  statistic           = "Maximum"
  period              = 60
  comparison_operator = "LessThanThreshold"
  threshold           = local.lapsing
  evaluation_periods  = 16
  datapoints_to_alarm = 1
  treat_missing_data  = "ignore"
  alarm_actions       = local.page_topics
  ok_actions          = local.page_topics
  tags                = local.zone.tags
}

resource "aws_cloudwatch_metric_alarm" "refresher_silent" {
  alarm_name          = "${local.name}-refresher-silent"
  alarm_description   = "The token refresher of ${var.application} (${var.environment}) has stopped: no run in 12 of the last 22 minutes. Cause: on our side, never PISTE's: the schedule is off, or its role may not invoke the function. Owner: you. First: aws scheduler get-schedule --group-name ${local.name} --name ${local.name}-tick, then aws logs tail /aws/lambda/${local.function_name} --since 1h. Runbook: ${local.runbooks}/refresher-silent.md"
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  evaluation_periods  = 22
  datapoints_to_alarm = 12
  treat_missing_data  = "ignore"
  alarm_actions       = local.page_topics
  ok_actions          = local.page_topics
  tags                = local.zone.tags

  metric_query {
    id          = "ticks"
    return_data = false

    metric {
      namespace   = "Piste"
      metric_name = "Ticks"
      dimensions  = local.dimensions
      period      = 60
      stat        = "Sum"
    }
  }

  metric_query {
    id          = "errors"
    return_data = false

    metric {
      namespace   = "AWS/Lambda"
      metric_name = "Errors"
      dimensions  = { FunctionName = local.function_name }
      period      = 60
      stat        = "Sum"
    }
  }

  metric_query {
    id          = "invocations"
    return_data = false

    metric {
      namespace   = "AWS/Lambda"
      metric_name = "Invocations"
      dimensions  = { FunctionName = local.function_name }
      period      = 60
      stat        = "Sum"
    }
  }

  metric_query {
    id          = "ticked"
    expression  = "IF(SUM([ticks, errors]) > 0, 1)"
    label       = "Ticked"
    return_data = false
  }

  metric_query {
    id          = "runs"
    expression  = "IF(FILL(ticked, REPEAT), FILL(invocations, 0))"
    label       = "Runs since the first tick"
    return_data = true
  }
}

resource "aws_cloudwatch_metric_alarm" "credentials_rejected" {
  alarm_name          = "${local.name}-credentials-rejected"
  alarm_description   = "PISTE refuses the client credentials of ${var.application} (${var.environment}). The token ends about ${local.minutes_left_when_due} minutes after the first refusal. Cause: the secret was reset on the PISTE portal, or the wrong pair was stored. Owner: the owner of the PISTE account, then you. First: aws logs tail /aws/lambda/${local.function_name} --since 1h (`meaning`), then store the OAuth2 pair of this environment in ${local.secrets}/client. Runbook: ${local.runbooks}/credentials-rejected.md"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 3
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.page_topics
  ok_actions          = local.page_topics
  tags                = local.zone.tags

  metric_query {
    id          = "rejected"
    return_data = false

    metric {
      namespace   = "Piste"
      metric_name = "Rejected"
      dimensions  = local.dimensions
      period      = 1200
      stat        = "Sum"
    }
  }

  metric_query {
    id          = "suspect"
    return_data = false

    metric {
      namespace   = "Piste"
      metric_name = "Suspect"
      dimensions  = local.dimensions
      period      = 1200
      stat        = "Sum"
    }
  }

  metric_query {
    id          = "certain"
    expression  = "rejected * 3"
    label       = "Certain"
    return_data = false
  }

  metric_query {
    id          = "sum"
    expression  = "FILL(SUM([certain, suspect]), 0)"
    label       = "Refusals"
    return_data = true
  }
}

resource "aws_cloudwatch_metric_alarm" "refresher_failing" {
  alarm_name          = "${local.name}-refresher-failing"
  alarm_description   = "The token refresher of ${var.application} (${var.environment}) keeps failing. Cause: on our side: AWS refuses it (rights, a deleted secret, a key), the network's proxy refuses it, it times out, Lambda cannot start it, or it has a bug. Owner: you. First: aws logs tail /aws/lambda/${local.function_name} --since 1h (the lines with \"outcome\":\"error\"). Runbook: ${local.runbooks}/refresher-failing.md"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 3
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.page_topics
  ok_actions          = local.page_topics
  tags                = local.zone.tags

  metric_query {
    id          = "errors"
    return_data = false

    metric {
      namespace   = "AWS/Lambda"
      metric_name = "Errors"
      dimensions  = { FunctionName = local.function_name }
      period      = 1200
      stat        = "Sum"
    }
  }

  metric_query {
    id          = "dropped"
    return_data = false

    metric {
      namespace   = "AWS/Lambda"
      metric_name = "AsyncEventsDropped"
      dimensions  = { FunctionName = local.function_name }
      period      = 1200
      stat        = "Sum"
    }
  }

  metric_query {
    id          = "sum"
    expression  = "FILL(MAX([errors, dropped]), 0)"
    label       = "Failures"
    return_data = true
  }
}

resource "aws_cloudwatch_metric_alarm" "piste_degraded" {
  alarm_name          = "${local.name}-piste-degraded"
  alarm_description   = "PISTE has given no token to ${var.application} (${var.environment}) for more than ten minutes: it is down, throttles, or gives an invalid answer. The token is still valid and survives an outage of ${var.outage_tolerance_in_minutes} minutes; after that, token-lapsing rings. Only look at PISTE's status. Owner: PISTE. First: aws logs tail /aws/lambda/${local.function_name} --since 1h (`class` and `status`). Runbook: ${local.runbooks}/piste-degraded.md"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 1
  evaluation_periods  = 3
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.inform_topics
  ok_actions          = local.inform_topics
  tags                = local.zone.tags

  metric_query {
    id          = "unavailable"
    return_data = false

    metric {
      namespace   = "Piste"
      metric_name = "Unavailable"
      dimensions  = local.dimensions
      period      = 600
      stat        = "Sum"
    }
  }

  metric_query {
    id          = "throttled"
    return_data = false

    metric {
      namespace   = "Piste"
      metric_name = "Throttled"
      dimensions  = local.dimensions
      period      = 600
      stat        = "Sum"
    }
  }

  metric_query {
    id          = "invalid"
    return_data = false

    metric {
      namespace   = "Piste"
      metric_name = "InvalidResponse"
      dimensions  = local.dimensions
      period      = 600
      stat        = "Sum"
    }
  }

  metric_query {
    id          = "sum"
    expression  = "FILL(SUM([unavailable, throttled, invalid]), 0)"
    label       = "Failures"
    return_data = true
  }
}

# Informs 30, 15 and 7 days before a password ends.
resource "aws_cloudwatch_metric_alarm" "password_expiring" {
  for_each = length(var.technical_accounts) > 0 ? local.password_alarms : {}

  alarm_name          = each.key
  alarm_description   = "The password of a technical account of ${var.application} (${var.environment}) ends in fewer than ${each.value} days. Chorus Pro then refuses every call of that account. Only the structure's gestionnaire principal can change it, on the portal, in office hours. Owner: the structure's gestionnaire principal, then you. First: aws logs tail /aws/lambda/${local.function_name} --since 1h --filter-pattern passwords (which accounts). Runbook: ${local.runbooks}/password-expiring.md"
  namespace           = "Piste"
  metric_name         = "PasswordDaysLeft"
  dimensions          = local.dimensions
  statistic           = "Minimum"
  period              = 3600
  comparison_operator = "LessThanThreshold"
  threshold           = each.value
  evaluation_periods  = 1
  treat_missing_data  = "ignore"
  alarm_actions       = local.inform_topics
  ok_actions          = local.inform_topics
  tags                = local.zone.tags
}

resource "aws_cloudwatch_metric_alarm" "passwords_unchecked" {
  count = length(var.technical_accounts) > 0 ? 1 : 0

  alarm_name          = "${local.name}-passwords-unchecked"
  alarm_description   = "The hourly check of the passwords of the technical accounts of ${var.application} (${var.environment}) has not succeeded for 4 hours: no reminder would come before one ends. Cause: on our side: the schedule is off, or its runs fail. Owner: you. First: aws logs tail /aws/lambda/${local.function_name} --since 1h --filter-pattern passwords, then aws scheduler get-schedule --group-name ${local.name} --name ${local.name}-passwords. Runbook: ${local.runbooks}/passwords-unchecked.md"
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  evaluation_periods  = 4
  datapoints_to_alarm = 2
  treat_missing_data  = "ignore"
  alarm_actions       = local.inform_topics
  ok_actions          = local.inform_topics
  tags                = local.zone.tags

  metric_query {
    id          = "looks"
    return_data = false

    metric {
      namespace   = "Piste"
      metric_name = "PasswordChecks"
      dimensions  = local.dimensions
      period      = 7200
      stat        = "SampleCount"
    }
  }

  metric_query {
    id          = "checks"
    return_data = false

    metric {
      namespace   = "Piste"
      metric_name = "PasswordChecks"
      dimensions  = local.dimensions
      period      = 7200
      stat        = "Sum"
    }
  }

  metric_query {
    id          = "sum"
    expression  = "IF(FILL(looks, REPEAT), FILL(checks, 0))"
    label       = "Successful password checks"
    return_data = true
  }
}
