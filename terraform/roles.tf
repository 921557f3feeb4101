# Rights of the function, the schedule and the consumer. The function names the stage of each secret that it reads; a
# consumer that names none reads the current one.

locals {
  key_arns = local.zone.encryption_key_arn == null ? [] : [local.zone.encryption_key_arn]
  # Lambda requires all of them, on all resources, from a function in a network.
  network_actions = local.zone.network == null ? [] : [
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:DeleteNetworkInterface",
    "ec2:AssignPrivateIpAddresses",
    "ec2:UnassignPrivateIpAddresses",
  ]

  read_arns = concat([aws_secretsmanager_secret.token.arn], values(aws_secretsmanager_secret.technical_account)[*].arn)

  # A role's key decides whether it exists already, since its ARN may be known only later.
  role_arns           = local.zone.role_arns == null ? {} : local.zone.role_arns
  refresher_role_arn  = try(aws_iam_role.refresher[0].arn, local.role_arns.refresher)
  refresher_role_name = try(aws_iam_role.refresher[0].name, element(split("/", local.role_arns.refresher), -1))
  schedule_role_arn   = try(aws_iam_role.schedule[0].arn, local.role_arns.schedules)
  schedule_role_name  = try(aws_iam_role.schedule[0].name, element(split("/", local.role_arns.schedules), -1))
}

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
  count = contains(keys(local.role_arns), "refresher") ? 0 : 1

  name                 = local.function_name
  description          = "Token refresher of ${var.application} (${var.environment})"
  assume_role_policy   = data.aws_iam_policy_document.assumed_by_lambda.json
  path                 = local.zone.role_path
  permissions_boundary = local.zone.permissions_boundary_arn
  tags                 = local.zone.tags
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

  # Tests pending credentials, then makes them the current ones.
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

  # Counts the tokens written today, to limit requested refreshes.
  statement {
    actions   = ["secretsmanager:PutSecretValue", "secretsmanager:ListSecretVersionIds"]
    resources = [aws_secretsmanager_secret.token.arn]
  }

  # A password's age is in a label, so its value is not read.
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

  dynamic "statement" {
    for_each = local.key_arns

    content {
      actions   = ["kms:Decrypt"]
      resources = local.key_arns

      # Secrets Manager names the secret in the encryption context.
      condition {
        test     = "StringLike"
        variable = "kms:EncryptionContext:SecretARN"
        values   = [aws_secretsmanager_secret.client.arn]
      }

      condition {
        test     = "StringLike"
        variable = "kms:ViaService"
        values   = ["secretsmanager.*"]
      }
    }
  }

  dynamic "statement" {
    for_each = local.key_arns

    content {
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources = local.key_arns

      # Secrets Manager names the secret in the encryption context.
      condition {
        test     = "StringLike"
        variable = "kms:EncryptionContext:SecretARN"
        values   = [aws_secretsmanager_secret.token.arn]
      }

      condition {
        test     = "StringLike"
        variable = "kms:ViaService"
        values   = ["secretsmanager.*"]
      }
    }
  }

  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.refresher.arn}:*"]
  }

  dynamic "statement" {
    for_each = length(local.network_actions) > 0 ? ["Allow", "Deny"] : []

    content {
      effect    = statement.value
      actions   = local.network_actions
      resources = ["*"]

      # Lambda attaches the function with the function's own role; the Deny keeps the code from doing the same.
      dynamic "condition" {
        for_each = statement.value == "Deny" ? [1] : []

        content {
          test     = "ArnEquals"
          variable = "lambda:SourceFunctionArn"
          values   = ["arn:${data.aws_partition.current.partition}:lambda:${local.account}:function:${local.function_name}"]
        }
      }
    }
  }
}

resource "aws_iam_role_policy" "refresher" {
  name   = local.function_name
  role   = local.refresher_role_name
  policy = data.aws_iam_policy_document.refresher.json

  lifecycle {
    precondition {
      condition     = split(":", local.refresher_role_arn)[4] == data.aws_caller_identity.current.account_id
      error_message = "landing_zone.role_arns.refresher must be a role of this account, since this module adds a policy to it."
    }
  }
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
  count = contains(keys(local.role_arns), "schedules") ? 0 : 1

  name                 = "${local.name}-schedule"
  description          = "Lets EventBridge Scheduler invoke ${local.function_name}"
  assume_role_policy   = data.aws_iam_policy_document.assumed_by_scheduler.json
  path                 = local.zone.role_path
  permissions_boundary = local.zone.permissions_boundary_arn
  tags                 = local.zone.tags
}

data "aws_iam_policy_document" "schedule" {
  statement {
    actions   = ["lambda:InvokeFunction"]
    resources = [aws_lambda_function.refresher.arn]
  }
}

resource "aws_iam_role_policy" "schedule" {
  name   = "invoke-${local.function_name}"
  role   = local.schedule_role_name
  policy = data.aws_iam_policy_document.schedule.json

  lifecycle {
    precondition {
      condition     = split(":", local.schedule_role_arn)[4] == data.aws_caller_identity.current.account_id
      error_message = "landing_zone.role_arns.schedules must be a role of this account, since this module adds a policy to it."
    }
  }
}

# For a role of yours, as the output consumer_policy.
data "aws_iam_policy_document" "consumer" {
  statement {
    actions   = ["secretsmanager:GetSecretValue"]
    resources = local.read_arns

    condition {
      test     = "StringEqualsIfExists"
      variable = "secretsmanager:VersionStage"
      values   = ["AWSCURRENT"]
    }
  }

  dynamic "statement" {
    for_each = local.key_arns

    content {
      actions   = ["kms:Decrypt"]
      resources = local.key_arns

      # Secrets Manager names the secret in the encryption context.
      condition {
        test     = "StringLike"
        variable = "kms:EncryptionContext:SecretARN"
        values   = local.read_arns
      }

      condition {
        test     = "StringLike"
        variable = "kms:ViaService"
        values   = ["secretsmanager.*"]
      }
    }
  }
}
