output "client_secret_name" {
  description = "The name of the secret for the OAuth2 client credentials, which `npx piste credentials set` stores."
  value       = aws_secretsmanager_secret.client.name
}

output "client_secret_arn" {
  description = "The ARN of that secret."
  value       = aws_secretsmanager_secret.client.arn
}

output "token_secret_name" {
  description = "The name of the secret with the access token, which a consumer reads."
  value       = aws_secretsmanager_secret.token.name
}

output "token_secret_arn" {
  description = "The ARN of that secret."
  value       = aws_secretsmanager_secret.token.arn
}

output "technical_account_secret_arns" {
  description = "The ARNs of the technical accounts' secrets, by account name."
  value       = { for name, secret in aws_secretsmanager_secret.technical_account : name => secret.arn }
}

output "consumer_policy" {
  description = "A policy document, as JSON, that lets a role read the token and the technical accounts."
  value       = data.aws_iam_policy_document.consumer.json
}

output "environment_variables" {
  description = "Environment variables of a function or container that uses `createPisteClient` of cdktf-piste/client; nothing secret."
  value = merge(
    {
      PISTE_ENVIRONMENT        = var.environment
      PISTE_APPLICATION        = var.application
      PISTE_RESERVE_IN_MINUTES = tostring(var.reserve_in_minutes)
    },
    { for name in keys(var.technical_accounts) : "PISTE_TECHNICAL_ACCOUNT" => name if length(var.technical_accounts) == 1 },
  )
}

output "function_name" {
  description = "The name of the token refresher's function."
  value       = aws_lambda_function.refresher.function_name
}

output "function_arn" {
  description = "The ARN of the token refresher's function."
  value       = aws_lambda_function.refresher.arn
}

output "role_arn" {
  description = "The ARN of the token refresher's role, created or existing."
  value       = aws_lambda_function.refresher.role
}

output "log_group_name" {
  description = "The name of the token refresher's log group."
  value       = aws_cloudwatch_log_group.refresher.name
}

output "alarm_names" {
  description = "The names of all alarms."
  value       = local.alarm_names
}
