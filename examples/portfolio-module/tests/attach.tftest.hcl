# Tests what the configuration does with the verdicts. It overrides the whole module,
# because Terraform ignores mocked values of the data source's summaries.

mock_provider "dataforseo" {}

run "what_passed_is_attached" {
  command = plan

  override_module {
    target = module.portfolio
    outputs = {
      verdicts = { "shop.example" = { passed = true, violations = [] } }
      report   = ""
    }
  }

  assert {
    condition     = keys(terraform_data.attach) == ["shop.example"]
    error_message = "Another domain is attached."
  }
}
