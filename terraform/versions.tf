# No provider: the caller's is used, with its region, its default tags and whatever `providers` says.
terraform {
  required_version = ">= 1.10"

  required_providers {
    aws = {
      source = "hashicorp/aws"
      # Applied by tests with 5.100.0; 6 is expected to work (docs/support.md).
      version = ">= 5.100, < 7"
    }
  }
}
