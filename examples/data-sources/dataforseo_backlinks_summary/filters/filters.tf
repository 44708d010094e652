# Only followed links from pages with a rank.
data "dataforseo_backlinks_summary" "followed" {
  target            = "example.com"
  backlinks_filters = [["dofollow", "=", true], "and", ["page_from_rank", ">", 50]]
}

# You can nest groups of conditions.
data "dataforseo_backlinks_summary" "recent" {
  target = "example.com"
  backlinks_filters = [
    ["is_new", "=", true],
    "and",
    [["tld_from", "in", ["com", "org"]], "or", ["domain_from_rank", ">=", 300]],
  ]
}

# A variable for filters needs the type any.
variable "filters" {
  type    = any
  default = ["domain_from_country", "in", ["DE", "AT", "CH"]]
}

data "dataforseo_backlinks_summary" "by_variable" {
  target            = "example.com"
  backlinks_filters = var.filters
}

# If you can only pass a string, use JSON.
data "dataforseo_backlinks_summary" "by_json" {
  target            = "example.com"
  backlinks_filters = jsonencode(["anchor", "ilike", "%example%"])
}
