# Don't copy this trap: in each of the other files, a read waits for the apply, and the
# gate with it. The plan passes unchecked. The apply refuses the domain and creates
# nothing that depends on the read, but "stage" has changed by then.

terraform {
  required_version = ">= 1.5"
  required_providers {
    dataforseo = {
      source = "dataforseo/dataforseo"
    }
  }
}

variable "domain" {
  description = "The domain to use."
  type        = string
  default     = "spammy.example"
}

# Any resource that a plan creates or changes.
resource "terraform_data" "stage" {
  input = "production"
}
