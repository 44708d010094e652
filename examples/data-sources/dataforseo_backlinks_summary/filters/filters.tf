# Only followed links, from pages that have a rank themselves.
data "dataforseo_backlinks_summary" "followed" {
  target            = "example.com"
  backlinks_filters = [["dofollow", "=", true], "and", ["page_from_rank", ">", 50]]
}

# Groups of conditions can be nested.
data "dataforseo_backlinks_summary" "recent" {
  target = "example.com"
  backlinks_filters = [
    ["is_new", "=", true],
    "and",
    [["tld_from", "in", ["com", "org"]], "or", ["domain_from_rank", ">=", 300]],
  ]
}

# A variable that holds filters needs the type any.
variable "filters" {
  type    = any
  default = ["domain_from_country", "in", ["DE", "AT", "CH"]]
}

data "dataforseo_backlinks_summary" "by_variable" {
  target            = "example.com"
  backlinks_filters = var.filters
}

# Where only a string can be passed on, give JSON.
data "dataforseo_backlinks_summary" "by_json" {
  target            = "example.com"
  backlinks_filters = jsonencode(["anchor", "ilike", "%example%"])
}
