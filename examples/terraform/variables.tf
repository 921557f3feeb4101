variable "zip" {
  description = "The built function: dist/lambda/token-refresh.zip of the installed package."
  type        = string
  default     = "node_modules/cdktf-piste/dist/lambda/token-refresh.zip"
}

variable "region" {
  description = "The AWS region."
  type        = string
  default     = "eu-west-3"
}

variable "environment" {
  description = "Of PISTE: qualif or prod. Nothing is the same in both."
  type        = string

  validation {
    condition     = contains(["qualif", "prod"], var.environment)
    error_message = "environment must be qualif or prod."
  }
}

variable "application" {
  description = "The PISTE application's name in AWS; a part of every name."
  type        = string
  default     = "chorus-pro"

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?$", var.application))
    error_message = "application must be 1 to 30 lower-case letters, digits and inner hyphens."
  }
}

variable "scope" {
  description = "The OAuth2 scope that is asked for."
  type        = string
  default     = "openid"
}

variable "apis" {
  description = "The APIs that the application calls, for `npx piste doctor` and `npx piste call`."
  type        = list(string)
  default     = ["chorus-pro-factures", "chorus-pro-structures", "chorus-pro-utilisateurs", "chorus-pro-transverses"]
}

variable "technical_accounts" {
  description = "Chorus Pro's technical accounts by name, each with its structure. No password: those are stored later."
  type = map(object({
    identifier                = string
    identifier_type           = optional(string, "SIRET")
    password_lifetime_in_days = optional(number, 424)
  }))
  default = {}

  validation {
    condition     = alltrue([for name in keys(var.technical_accounts) : can(regex("^[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?$", name))])
    error_message = "the names of technical_accounts must be 1 to 30 lower-case letters, digits and inner hyphens."
  }
}

variable "page_topic_arns" {
  description = "The SNS topics of alarms that someone has to act on at once; none by default, so nobody is told."
  type        = list(string)
  default     = []
}

variable "inform_topic_arns" {
  description = "The SNS topics of alarms that can wait for office hours; none by default."
  type        = list(string)
  default     = []
}

variable "consumer_role_name" {
  description = "An IAM role of this account that may read the token and the technical accounts; none by default."
  type        = string
  default     = null
}
