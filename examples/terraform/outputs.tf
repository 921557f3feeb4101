output "token_secret" {
  description = "What a consumer reads."
  value       = aws_secretsmanager_secret.token.name
}

output "environment_variables" {
  description = "What `createPisteClient` of cdktf-piste/client reads, for a function or a container; nothing secret."
  value = {
    PISTE_ENVIRONMENT        = var.environment
    PISTE_APPLICATION        = var.application
    PISTE_RESERVE_IN_MINUTES = "5"
  }
}
