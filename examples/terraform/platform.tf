# Stands for the platform team's resources. If yours exist, write their ARNs and ids in main.tf and remove this file.

data "aws_caller_identity" "current" {}

resource "aws_iam_policy" "boundary" {
  name = "boundary"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }]
  })
}

resource "aws_kms_key" "piste" {
  provider = aws.frankfurt

  description             = "Secrets, logs and topics"
  enable_key_rotation     = true
  deletion_window_in_days = 7
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "TheAccountByItsOwnPolicies"
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root" }
        Action    = "kms:*"
        Resource  = "*"
      },
      {
        Sid       = "LogGroupsAndAlarms"
        Effect    = "Allow"
        Principal = { Service = ["logs.eu-central-1.amazonaws.com", "cloudwatch.amazonaws.com"] }
        Action    = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"]
        Resource  = "*"
      },
    ]
  })
}

resource "aws_sns_topic" "operations" {
  provider = aws.frankfurt

  name              = "operations"
  kms_master_key_id = aws_kms_key.piste.arn
}

resource "aws_vpc" "platform" {
  provider = aws.frankfurt

  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "functions" {
  provider = aws.frankfurt

  vpc_id     = aws_vpc.platform.id
  cidr_block = "10.0.1.0/24"
}

# Only HTTPS out, to PISTE and AWS. The subnet's NAT or endpoints are left out.
resource "aws_security_group" "functions" {
  provider = aws.frankfurt

  name   = "piste-functions"
  vpc_id = aws_vpc.platform.id

  egress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
