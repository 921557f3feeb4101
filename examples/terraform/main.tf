terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}

provider "aws" {
  region = "eu-west-3"

  default_tags {
    tags = { owner = "team-billing" }
  }
}

provider "aws" {
  alias  = "frankfurt"
  region = "eu-central-1"

  default_tags {
    tags = { owner = "team-billing", region = "frankfurt" }
  }
}

# Two applications from one module.
module "piste" {
  source = "./node_modules/cdktf-piste/terraform"

  for_each = {
    chorus-pro = {
      apis               = ["chorus-pro-factures", "chorus-pro-structures"]
      technical_accounts = { default = { identifier = "12345678901234" } }
    }
    legifrance = {
      # An API of the catalogue, and another one.
      apis               = ["legifrance", { name = "meteofrance", base_path = "/meteofrance/public/v1" }]
      technical_accounts = {}
    }
  }

  environment        = "qualif"
  application        = each.key
  apis               = each.value.apis
  technical_accounts = each.value.technical_accounts
}

# An application in another region, with company-wide settings. The prefix makes the names of its global roles unique.
module "in_frankfurt" {
  source    = "./node_modules/cdktf-piste/terraform"
  providers = { aws = aws.frankfurt }

  environment                 = "qualif"
  application                 = "chorus-pro"
  outage_tolerance_in_minutes = 20
  technical_accounts          = { default = { identifier = "12345678901234" } }

  landing_zone = {
    name_prefix              = "acme"
    role_path                = "/workloads/piste/"
    permissions_boundary_arn = aws_iam_policy.boundary.arn
    tags                     = { cost-center = "4711" }
    encryption_key_arn       = aws_kms_key.piste.arn
    log_retention_in_days    = 365
    inform_topic_arns        = [aws_sns_topic.operations.arn]
    runbook_base_url         = "https://wiki.example.org/piste/runbooks"

    network = {
      subnet_ids         = [aws_subnet.functions.id]
      security_group_ids = [aws_security_group.functions.id]
      https_proxy        = "https://proxy.example"
    }
  }
}

# A program that reads the token and the technical accounts: a policy on its role, and its variables.
resource "aws_iam_role_policy" "billing" {
  for_each = module.piste

  name   = "read-piste-${each.key}"
  role   = aws_iam_role.billing.name
  policy = each.value.consumer_policy
}

resource "aws_iam_role" "billing" {
  name = "billing"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

output "environment_variables" {
  value = { for application, piste in module.piste : application => piste.environment_variables }
}
