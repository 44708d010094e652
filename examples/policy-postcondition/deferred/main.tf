# A trap, not to be copied: in each of the other files a read waits for the apply,
# and its postcondition with it. The plan of a domain that the policy refuses passes,
# unchecked; the apply fails half-way, after "stage" was made.

terraform {
  required_version = ">= 1.5"
  required_providers {
    dataforseo = {
      source = "dataforseo/dataforseo"
    }
  }
}

variable "domain" {
  description = "The domain to put into use."
  type        = string
  default     = "spammy.example"
}

# Stands for anything that a plan creates or changes.
resource "terraform_data" "stage" {
  input = "production"
}
