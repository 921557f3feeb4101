# Who may do what: the function its two secrets and the accounts' labels, the schedule the function, the consumer the
# current token. The function names stages; a consumer that names none reads the current one.

data "aws_iam_policy_document" "assumed_by_lambda" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "refresher" {
  name               = local.function_name
  description        = "Token refresher of ${var.application} (${var.environment})"
  assume_role_policy = data.aws_iam_policy_document.assumed_by_lambda.json
}

data "aws_iam_policy_document" "refresher" {
  statement {
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [aws_secretsmanager_secret.client.arn, aws_secretsmanager_secret.token.arn]

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "secretsmanager:VersionStage"
      values   = ["AWSCURRENT"]
    }
  }

  # Pending credentials are tried, then made the current ones.
  statement {
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [aws_secretsmanager_secret.client.arn]

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "secretsmanager:VersionStage"
      values   = ["AWSPENDING"]
    }
  }

  statement {
    actions   = ["secretsmanager:DescribeSecret"]
    resources = [aws_secretsmanager_secret.client.arn]
  }

  statement {
    actions   = ["secretsmanager:UpdateSecretVersionStage"]
    resources = [aws_secretsmanager_secret.client.arn]

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "secretsmanager:VersionStage"
      values   = ["AWSCURRENT", "AWSPENDING"]
    }
  }

  # How many tokens were written today decides whether a requested one is.
  statement {
    actions   = ["secretsmanager:PutSecretValue", "secretsmanager:ListSecretVersionIds"]
    resources = [aws_secretsmanager_secret.token.arn]
  }

  # The age of a password is in a label: its value stays unread.
  dynamic "statement" {
    for_each = local.has_accounts ? [1] : []

    content {
      actions   = ["secretsmanager:ListSecretVersionIds"]
      resources = [local.account_arns]
    }
  }

  dynamic "statement" {
    for_each = local.has_accounts ? [1] : []

    content {
      actions   = ["ssm:GetParameter"]
      resources = [local.parameters, "${local.parameters}/accounts/*"]
    }
  }

  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.refresher.arn}:*"]
  }
}

resource "aws_iam_role_policy" "refresher" {
  name   = local.function_name
  role   = aws_iam_role.refresher.name
  policy = data.aws_iam_policy_document.refresher.json
}

data "aws_iam_policy_document" "assumed_by_scheduler" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["scheduler.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceArn"
      values   = [aws_scheduler_schedule_group.refresher.arn]
    }
  }
}

resource "aws_iam_role" "schedule" {
  name               = "${local.name}-schedule"
  description        = "Lets EventBridge Scheduler invoke ${local.function_name}"
  assume_role_policy = data.aws_iam_policy_document.assumed_by_scheduler.json
}

data "aws_iam_policy_document" "schedule" {
  statement {
    actions   = ["lambda:InvokeFunction"]
    resources = [aws_lambda_function.refresher.arn]
  }
}

resource "aws_iam_role_policy" "schedule" {
  name   = "invoke-${local.function_name}"
  role   = aws_iam_role.schedule.name
  policy = data.aws_iam_policy_document.schedule.json
}

data "aws_iam_policy_document" "consumer" {
  statement {
    actions   = ["secretsmanager:GetSecretValue"]
    resources = concat([aws_secretsmanager_secret.token.arn], values(aws_secretsmanager_secret.technical_account)[*].arn)

    condition {
      test     = "StringEqualsIfExists"
      variable = "secretsmanager:VersionStage"
      values   = ["AWSCURRENT"]
    }
  }
}

resource "aws_iam_role_policy" "consumer" {
  count = var.consumer_role_name == null ? 0 : 1

  name   = "read-${local.name}"
  role   = var.consumer_role_name
  policy = data.aws_iam_policy_document.consumer.json
}
