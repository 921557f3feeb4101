# Uses the caller's provider, with its region, default tags and `providers`.
terraform {
  required_version = ">= 1.10"

  required_providers {
    aws = {
      source = "hashicorp/aws"
      # Tests apply it with 5.100.0; 6 is expected to work (docs/support.md).
      version = ">= 5.100, < 7"
    }
  }
}
