variable "environment" {
  description = "PISTE's environment: qualif or prod. They share nothing."
  type        = string

  validation {
    condition     = contains(["qualif", "prod"], var.environment)
    error_message = "environment must be qualif or prod."
  }
}

variable "application" {
  description = "The PISTE application's name in AWS, a part of every resource name."
  type        = string
  default     = "chorus-pro"

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?$", var.application))
    error_message = "application must be 1 to 30 lower-case letters, digits and inner hyphens."
  }

  validation {
    condition     = length("${local.prefix}piste-${var.environment}-${var.application}-token-refresh") <= 64
    error_message = "application must leave the name ${local.prefix}piste-${var.environment}-${var.application}-token-refresh at most 64 characters; shorten application or landing_zone.name_prefix."
  }
}

variable "piste_application_name" {
  description = "The application's name on the PISTE portal: APP_SANDBOX_<e-mail> in qualif, your own in prod. Not recorded by default."
  type        = string
  default     = null

  validation {
    condition     = var.piste_application_name == null || try(trimspace(var.piste_application_name) == var.piste_application_name && var.piste_application_name != "", false)
    error_message = "piste_application_name must not be empty or have white space around it."
  }

  validation {
    condition = var.piste_application_name == null || try(
      var.environment == "prod" ? !startswith(var.piste_application_name, "APP_SANDBOX_") : can(regex("^APP_SANDBOX_.*@", var.piste_application_name)),
      false,
    )
    error_message = "piste_application_name must be APP_SANDBOX_<e-mail of the PISTE account> in qualif, and must not begin with APP_SANDBOX_ in prod; PISTE creates the first with the account, create the other on its portal."
  }
}

variable "scope" {
  description = "The OAuth2 scope to request. By default the one scope of apis."
  type        = string
  default     = null

  validation {
    condition     = var.scope == null || can(regex("^[!#-\\[\\]-~]+( [!#-\\[\\]-~]+)*$", var.scope))
    error_message = "scope must be words separated by single spaces."
  }
}

# Any type: a typed list cannot mix names and objects.
variable "apis" {
  description = "The APIs selected for the application on the portal, for `npx piste doctor` and `npx piste call`: names of the catalogue, or { name, base_path, scope, ping } for another API, where scope (openid) and ping are optional."
  type        = any
  default     = ["chorus-pro-factures", "chorus-pro-structures", "chorus-pro-utilisateurs", "chorus-pro-transverses"]
  nullable    = false

  validation {
    condition = try(length(var.apis) > 0 && alltrue([for api in var.apis : try(
      length(setsubtract(keys(api), ["name", "base_path", "scope", "ping"])) == 0,
      contains(keys(local.api_scopes), api),
    )]), false)
    error_message = "apis must be at least one of ${join(", ", keys(local.api_scopes))}, or { name, base_path } of another API, with only scope and ping as further members."
  }

  validation {
    condition     = alltrue([for api in flatten([var.apis]) : can(regex("^[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?$", api.name)) if can(keys(api))])
    error_message = "apis[…].name must be 1 to 30 lower-case letters, digits and inner hyphens."
  }

  validation {
    condition     = alltrue([for api in flatten([var.apis]) : can(regex("^(/[A-Za-z0-9._~-]+)+$", api.base_path)) && !can(regex("/[.]+(/|$)", api.base_path)) if can(keys(api))])
    error_message = "apis[…].base_path must be a path such as /meteofrance/public/v1, of letters, digits and \"-\", \".\", \"_\", \"~\", without \"..\" and without a slash at its end."
  }

  validation {
    condition     = alltrue([for api in flatten([var.apis]) : try(api.ping, null) == null || can(regex("^(/[A-Za-z0-9._~-]+)+$", api.ping)) && !can(regex("/[.]+(/|$)", api.ping))])
    error_message = "apis[…].ping must be a path below base_path such as /health, of letters, digits and \"-\", \".\", \"_\", \"~\", without \"..\" and without a slash at its end."
  }

  validation {
    condition     = alltrue([for api in flatten([var.apis]) : try(api.scope, null) == null || can(regex("^[!#-\\[\\]-~]+( [!#-\\[\\]-~]+)*$", api.scope))])
    error_message = "apis[…].scope must be words separated by single spaces."
  }

  # An API must not be mistaken for another one.
  validation {
    condition = alltrue([for pair in setproduct(
      flatten([for api in flatten([var.apis]) : try([lower("${api.name}/"), lower("${trimprefix(api.base_path, "/")}/")], [])]),
      [for path in concat(keys(local.api_scopes), local.api_paths) : "${path}/"],
    ) : !startswith(pair[0], pair[1]) && !startswith(pair[1], pair[0])])
    error_message = "apis[…].name and base_path must not be, contain or lie below those of an API of the catalogue, ignoring case; write its name in apis instead."
  }

  validation {
    condition = alltrue([for pair in setproduct(
      flatten([for api in flatten([var.apis]) : try([for path in [api.name, trimprefix(api.base_path, "/")] : { of = api.name, path = lower("${path}/") }], [])]),
      flatten([for api in flatten([var.apis]) : try([for path in [api.name, trimprefix(api.base_path, "/")] : { of = api.name, path = lower("${path}/") }], [])]),
    ) : pair[0].of == pair[1].of || !startswith(pair[0].path, pair[1].path)])
    error_message = "apis[…].name and base_path must not be, contain or lie below those of another API, ignoring case."
  }

  validation {
    condition     = length(distinct([for api in flatten([var.apis]) : try(api.name, api)])) == length(flatten([var.apis]))
    error_message = "apis must differ from each other."
  }

  validation {
    condition = var.scope != null || length(distinct([
      for api in flatten([var.apis]) : try(local.api_scopes[api], coalesce(api.scope, "openid"), "openid")
    ])) <= 1
    error_message = "apis must have one scope, since an application has one token; give those of another scope to a second application."
  }
}

variable "technical_accounts" {
  description = "Chorus Pro's technical accounts by name, each with its structure. Passwords are stored later."
  type = map(object({
    identifier                = string
    identifier_type           = optional(string, "SIRET")
    usage_type                = optional(string)
    technical_contact         = optional(string)
    password_lifetime_in_days = optional(number, 424)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name in keys(var.technical_accounts) : can(regex("^[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?$", name))])
    error_message = "technical_accounts must have names of 1 to 30 lower-case letters, digits and inner hyphens."
  }

  validation {
    condition = alltrue([for account in values(var.technical_accounts) : contains(
      ["SIRET", "UE_HORS_FRANCE", "HORS_UE", "RIDET", "TAHITI", "PARTICULIER", "EN_COURS_D_IMMATRICULATION"],
      account.identifier_type,
    )])
    error_message = "technical_accounts[…].identifier_type must be one of SIRET, UE_HORS_FRANCE, HORS_UE, RIDET, TAHITI, PARTICULIER, EN_COURS_D_IMMATRICULATION."
  }

  validation {
    condition = alltrue([for account in values(var.technical_accounts) :
      can(regex(account.identifier_type == "SIRET" ? "^[0-9]{14}$" : "^\\S(.{0,78}\\S)?$", account.identifier))
    ])
    error_message = "technical_accounts[…].identifier must be a SIRET of 14 digits without spaces, or with another identifier_type 1 to 80 characters without white space around."
  }

  validation {
    condition = alltrue([for account in values(var.technical_accounts) : try(
      account.password_lifetime_in_days >= 1 && account.password_lifetime_in_days <= 3650 && floor(account.password_lifetime_in_days) == account.password_lifetime_in_days,
      false,
    )])
    error_message = "technical_accounts[…].password_lifetime_in_days must be a whole number from 1 to 3650."
  }

  validation {
    condition     = length(var.technical_accounts) <= 400
    error_message = "technical_accounts must have at most 400 accounts in one application, as many as one run can check; give the rest to another application."
  }
}

variable "outage_tolerance_in_minutes" {
  description = "Minutes that PISTE may be unavailable while consumers still find a valid token."
  type        = number
  default     = 30
  nullable    = false

  validation {
    # docs/decisions/refresher.md derives this limit from 60 minutes, the write limit, two ticks and the reserve.
    condition     = var.outage_tolerance_in_minutes >= 0 && var.outage_tolerance_in_minutes <= 41 - var.reserve_in_minutes && floor(var.outage_tolerance_in_minutes) == var.outage_tolerance_in_minutes
    error_message = "outage_tolerance_in_minutes must be a whole number, and at most ${41 - var.reserve_in_minutes} for a 60-minute token, got ${var.outage_tolerance_in_minutes}; lower it, or reserve_in_minutes."
  }
}

variable "reserve_in_minutes" {
  description = "Minutes that a consumer may cache a token."
  type        = number
  default     = 5
  nullable    = false

  validation {
    condition     = var.reserve_in_minutes >= 1 && var.reserve_in_minutes <= 30 && floor(var.reserve_in_minutes) == var.reserve_in_minutes
    error_message = "reserve_in_minutes must be a whole number from 1 to 30, got ${var.reserve_in_minutes}."
  }
}

# Not a typed object: Terraform drops misspelt members without an error, so a boundary or a key would be missing.
variable "landing_zone" {
  description = "Company-wide settings, each member optional: name_prefix, role_path, permissions_boundary_arn, role_arns { refresher, schedules }, tags, encryption_key_arn, log_retention_in_days (90), network { subnet_ids, security_group_ids, https_proxy, aws_through_proxy, certificate_authority { layer_arn, file } }, page_topic_arns, inform_topic_arns, runbook_base_url. docs/landing-zone.md explains each."
  type        = any
  default     = {}
  nullable    = false

  validation {
    condition     = length(setsubtract(try(keys(var.landing_zone), ["?"]), keys(local.no_zone))) == 0
    error_message = "landing_zone must have only the members ${join(", ", keys(local.no_zone))}, got ${join(", ", setsubtract(try(keys(var.landing_zone), ["something else"]), keys(local.no_zone)))}."
  }

  validation {
    condition     = try(var.landing_zone.name_prefix, null) == null || can(regex("^[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?$", var.landing_zone.name_prefix))
    error_message = "landing_zone.name_prefix must be 1 to 30 lower-case letters, digits and inner hyphens."
  }

  validation {
    condition     = try(var.landing_zone.role_path, null) == null || try(length(var.landing_zone.role_path) <= 512 && can(regex("^/([\\w+=,.@-]+/)*$", var.landing_zone.role_path)), false)
    error_message = "landing_zone.role_path must begin and end with a slash, have parts of letters, digits and +=,.@_- between them, and at most 512 characters."
  }

  validation {
    condition     = try(var.landing_zone.permissions_boundary_arn, null) == null || can(regex("^arn:[a-z-]+:iam::([0-9]{12}|aws):policy/[\\w+=,.@/-]+$", var.landing_zone.permissions_boundary_arn))
    error_message = "landing_zone.permissions_boundary_arn must be the ARN of an IAM policy."
  }

  validation {
    condition = try(var.landing_zone.role_arns, null) == null || try(
      length(setsubtract(keys(var.landing_zone.role_arns), ["refresher", "schedules"])) == 0 &&
      length(distinct(values(var.landing_zone.role_arns))) == length(var.landing_zone.role_arns) &&
      alltrue([for arn in values(var.landing_zone.role_arns) : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/([!-~]+/)?[\\w+=,.@-]{1,64}$", arn))]),
      false,
    )
    error_message = "landing_zone.role_arns must have only refresher and schedules, the ARNs of two different IAM roles; leave out a role to have it created."
  }

  validation {
    condition     = try(var.landing_zone.tags, null) == null || can(tomap(var.landing_zone.tags))
    error_message = "landing_zone.tags must be a map of strings."
  }

  validation {
    condition     = try(var.landing_zone.encryption_key_arn, null) == null || can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.landing_zone.encryption_key_arn))
    error_message = "landing_zone.encryption_key_arn must be the ARN of a KMS key, arn:…:kms:…:key/…, since rights on an alias never apply."
  }

  validation {
    condition     = try(var.landing_zone.log_retention_in_days, null) == null || try(contains(local.log_retentions_in_days, var.landing_zone.log_retention_in_days), false)
    error_message = "landing_zone.log_retention_in_days must be one of ${join(", ", local.log_retentions_in_days)}."
  }

  validation {
    condition = try(var.landing_zone.network, null) == null || try(
      length(setsubtract(keys(var.landing_zone.network), ["subnet_ids", "security_group_ids", "https_proxy", "aws_through_proxy", "certificate_authority"])) == 0 &&
      length(tolist(var.landing_zone.network.subnet_ids)) > 0 && length(tolist(var.landing_zone.network.security_group_ids)) > 0,
      false,
    )
    error_message = "landing_zone.network must have subnet_ids and security_group_ids, each a list of at least one, and as further members only https_proxy, aws_through_proxy and certificate_authority."
  }

  # With lookup(), since Terraform's message would show an attribute's value, which may contain a password.
  validation {
    condition = try(lookup(var.landing_zone.network, "https_proxy", null), null) == null || can(
      regex("^(?i:https?)://([\\w.-]+|\\[[0-9A-Fa-f:.]+\\])(:[0-9]{1,5})?$", lookup(var.landing_zone.network, "https_proxy", null))
    )
    error_message = "landing_zone.network.https_proxy must be http:// or https://, a host and optionally a port, such as http://proxy.example:3128, without a user name or password; allow the functions by their network instead."
  }

  validation {
    condition = try(var.landing_zone.network.aws_through_proxy, null) == null || try(
      tobool(var.landing_zone.network.aws_through_proxy) == false || lookup(var.landing_zone.network, "https_proxy", null) != null,
      false,
    )
    error_message = "landing_zone.network.aws_through_proxy must be true or false, and have an https_proxy beside it when it is true."
  }

  validation {
    condition = try(var.landing_zone.network.certificate_authority, null) == null || try(
      length(setsubtract(keys(var.landing_zone.network.certificate_authority), ["layer_arn", "file"])) == 0 &&
      can(regex("^arn:[a-z-]+:lambda:[a-z0-9-]+:[0-9]{12}:layer:[\\w-]{1,140}:[0-9]+$", var.landing_zone.network.certificate_authority.layer_arn)) &&
      length(var.landing_zone.network.certificate_authority.file) <= 256 &&
      can(regex("^/opt(/[\\w.-]+)+$", var.landing_zone.network.certificate_authority.file)) &&
      !can(regex("/[.]{1,2}(/|$)", var.landing_zone.network.certificate_authority.file)),
      false,
    )
    error_message = "landing_zone.network.certificate_authority must have layer_arn, the ARN of a version of a layer, and file, a path below /opt/ such as /opt/acme-ca.pem, and nothing else."
  }

  # Validates the whole object, so that Terraform's message shows no value: the address of a pager or chat is a
  # secret.
  validation {
    condition = try(lookup(var.landing_zone, "page_topic_arns", null), null) == null || try(
      contains(range(1, 6), length(tolist(lookup(var.landing_zone, "page_topic_arns", [])))) &&
      alltrue([for arn in lookup(var.landing_zone, "page_topic_arns", []) : can(regex("^arn:[^:]+:sns:[^:]+:[0-9]{12}:[^:]+$", arn)) && !endswith(arn, ".fifo")]),
      false,
    )
    error_message = "landing_zone.page_topic_arns must be the ARNs of 1 to 5 standard SNS topics; subscribe a pager's or a chat's address, which is a secret, to a topic outside of this code."
  }

  validation {
    condition = try(lookup(var.landing_zone, "inform_topic_arns", null), null) == null || try(
      contains(range(1, 6), length(tolist(lookup(var.landing_zone, "inform_topic_arns", [])))) &&
      alltrue([for arn in lookup(var.landing_zone, "inform_topic_arns", []) : can(regex("^arn:[^:]+:sns:[^:]+:[0-9]{12}:[^:]+$", arn)) && !endswith(arn, ".fifo")]),
      false,
    )
    error_message = "landing_zone.inform_topic_arns must be the ARNs of 1 to 5 standard SNS topics; subscribe a pager's or a chat's address, which is a secret, to a topic outside of this code."
  }

  validation {
    condition     = try(var.landing_zone.runbook_base_url, null) == null || try(length(var.landing_zone.runbook_base_url) <= 200 && can(regex("^https://[^\\s\"?#@]+$", var.landing_zone.runbook_base_url)), false)
    error_message = "landing_zone.runbook_base_url must be an https address of at most 200 characters without query, fragment or user."
  }
}

variable "zip" {
  description = "The built function. By default the package's own; in a checkout of the repository, run `npm run build` first."
  type        = string
  default     = null
}
