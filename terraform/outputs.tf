output "client_secret_name" {
  description = "Where `npx piste credentials set` stores the OAuth2 client credentials."
  value       = aws_secretsmanager_secret.client.name
}

output "client_secret_arn" {
  description = "Of the OAuth2 client credentials."
  value       = aws_secretsmanager_secret.client.arn
}

output "token_secret_name" {
  description = "Of the access token, which a consumer reads."
  value       = aws_secretsmanager_secret.token.name
}

output "token_secret_arn" {
  description = "Of the access token."
  value       = aws_secretsmanager_secret.token.arn
}

output "technical_account_secret_arns" {
  description = "By the account's name."
  value       = { for name, secret in aws_secretsmanager_secret.technical_account : name => secret.arn }
}

output "consumer_policy" {
  description = "The policy, as JSON, of a role that reads the token and the technical accounts."
  value       = data.aws_iam_policy_document.consumer.json
}

output "environment_variables" {
  description = "What `createPisteClient` of cdktf-piste/client reads, for a function or a container; nothing secret."
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
  description = "Of the token refresher."
  value       = aws_lambda_function.refresher.function_name
}

output "function_arn" {
  description = "Of the token refresher."
  value       = aws_lambda_function.refresher.arn
}

output "role_arn" {
  description = "Of the role that the token refresher runs with: brought in or made."
  value       = aws_lambda_function.refresher.role
}

output "log_group_name" {
  description = "Of the token refresher."
  value       = aws_cloudwatch_log_group.refresher.name
}

output "alarm_names" {
  description = "Of all alarms."
  value       = local.alarm_names
}
