# Tests with plans that Terraform rarely or never writes. "conftest verify" runs them.
# Tests with real plans are elsewhere, in internal/recipes/opa.
package main_test

import data.main

limits := {
	"limits": {"backlinks_spam_score": {"max": 30}, "referring_domains": {"min": 100}},
	"assets": [{"type": "zone", "attribute": "name"}],
}

good := {
	"target": "good.example",
	"has_data": true,
	"passed": true,
	"violations": [],
	"error": null,
	"base_url": "https://api.dataforseo.com",
	"fetched_at": "2026-07-01T11:30:00Z",
	"backlinks_spam_score": 9,
	"rank": 250,
	"referring_domains": 1270,
	"referring_links_countries": {"DE": 40},
	"info": {"target_spam_score": 2},
}

resource(values) := {
	"address": "data.dataforseo_backlinks_summary.site",
	"mode": "data",
	"type": "dataforseo_backlinks_summary",
	"provider_name": "registry.terraform.io/dataforseo/dataforseo",
	"values": values,
}

plan_with(resources) := {
	"terraform_version": "1.11.4",
	"errored": false,
	"complete": true,
	"configuration": {},
	"planned_values": {"root_module": {}},
	"prior_state": {"values": {"root_module": {"resources": resources}}},
}

plan_of(values) := plan_with([resource(values)])

good_plan := plan_of(good)

denied_with(plan, settings) := refused if {
	refused := main.deny with input as plan
		with data.backlinks as settings
		with time.now_ns as time.parse_rfc3339_ns("2026-07-01T12:00:00Z")
}

denied(plan) := denied_with(plan, limits)

denied_by(settings) := denied_with(good_plan, settings)

# The messages about the only read in a plan.
denied_for(values) := denied_for_with(values, limits)

denied_for_with(values, settings) := {trim_prefix(msg, "data.dataforseo_backlinks_summary.site (target good.example): ") |
	some msg in denied_with(plan_of(object.union(good, values)), settings)
}

test_good_passes if denied(good_plan) == set()

# --- The plan as a whole ---

test_not_a_plan_is_refused if {
	every document in [{}, {"values": good_plan.prior_state.values}, null, "text", object.remove(good_plan, ["planned_values"])] {
		denied(document) == {"The input isn't a plan. Pass the output of \"terraform show -json PLANFILE\"."}
	}
}

# And for no other reason: anything it lacks may be missing because it failed.
test_failed_plan_is_refused if {
	every plan in [object.union(plan_of(object.union(good, {"passed": false})), {"errored": true}), object.remove(good_plan, ["errored"])] {
		denied(plan) == {"The plan failed, or doesn't say whether it did (errored must be false)."}
	}
}

test_partial_plan_is_refused if {
	partial := object.union(plan_with([]), {"complete": false, "resource_changes": [zone("a.example")]})
	denied(partial) == {"The plan is partial (complete must be true): -target or another option left out reads."}
}

test_plan_without_complete_passes if denied(object.remove(good_plan, ["complete"])) == set()

test_plan_without_reads_is_refused if {
	every plan in [plan_with([]), object.remove(good_plan, ["prior_state"])] {
		denied(plan) == {"Different domains read by the plan: 0, at least 1 required (min_reads)."}
		denied_with(plan, object.union(limits, {"min_reads": 0})) == set()
		denied_with(plan, object.union(limits, {"min_reads": "0"})) != set()
	}
}

test_min_reads_counts_every_domain_once if {
	spellings := ["good.example", "Good.Example", "good.example.", "GOOD.EXAMPLE."]
	plan := plan_with([object.union(resource(object.union(good, {"target": target})), {"address": sprintf("data.x[%d]", [i])}) | some i, target in spellings])
	denied_with(plan, object.union(limits, {"min_reads": 2})) == {"Different domains read by the plan: 1, at least 2 required (min_reads)."}
}

# An attribute of another resource that looks like a read isn't one.
test_attributes_are_not_reads if {
	forged := {"type": "terraform_data", "mode": "managed", "values": {"input": {"resources": [resource(good)]}}}
	denied(plan_with([forged])) == denied(plan_with([]))
}

test_other_resources_are_not_reads if {
	every other in [{"mode": "managed"}, {"type": "dataforseo_account"}] {
		denied(plan_with([object.union(resource(good), other)])) == denied(plan_with([]))
	}
}

test_modules_are_searched_at_any_depth if {
	spammy := resource(object.union(good, {"backlinks_spam_score": 67}))
	inner := {"child_modules": [{"child_modules": [{"resources": [spammy]}]}]}
	count(denied(object.union(good_plan, {"prior_state": {"values": {"root_module": inner}}}))) == 1
}

# The author of a configuration can put forged answers into files beside it.
test_cache_in_the_configuration_is_refused if {
	forged := {"constant_value": {"directory": "./answers", "ttl": "24h"}}
	every expression in [forged, {"references": ["var.cache"]}, {}] {
		every settings in [limits, object.union(limits, {"cache": {"ttl": "24h"}}), object.union(limits, {"cache": null})] {
			denied_with(configured({"cache": expression}), settings) == {"provider module.zones:dataforseo.eu: cache must be omitted, or be a literal equal to data.backlinks.cache."}
		}
	}
	allowed := object.union(limits, {"cache": {"ttl": "24h"}})
	denied_with(configured({"cache": {"constant_value": {"ttl": "24h"}}}), allowed) == set()
	denied_with(configured({}), allowed) == set()
}

configured(expressions) := object.union(good_plan, {"configuration": {"provider_config": {
	"module.zones:dataforseo.eu": {"full_name": "registry.opentofu.org/dataforseo/dataforseo", "alias": "eu", "expressions": expressions},
	"other": {"full_name": "registry.terraform.io/example/other", "expressions": {"cache": {"constant_value": true}}},
}}})

# The policy reads base_url of the answers, not the provider's settings.
test_provider_settings_are_ignored if denied(configured({"sandbox": {"constant_value": null}, "base_url": {}})) == set()

test_other_provider_is_refused if {
	every provider in ["registry.terraform.io/example/dataforseo", "evil.example/dataforseo/dataforseo", "dataforseo/dataforseo", null, 5] {
		denied(plan_by(provider)) == {sprintf("data.dataforseo_backlinks_summary.site: the provider is %v, which isn't in %v (providers).", [provider, ["registry.terraform.io/dataforseo/dataforseo", "registry.opentofu.org/dataforseo/dataforseo"]])}
	}
	count(denied(plan_with([object.remove(resource(good), ["provider_name"])]))) == 1
	own := "registry.example/dataforseo/dataforseo"
	denied_with(plan_by(own), object.union(limits, {"providers": [own]})) == set()
	denied_with(good_plan, object.union(limits, {"providers": [own]})) != set()
	denied_with(plan_by(own), object.union(limits, {"providers": own})) != set()
}

plan_by(provider) := plan_with([object.union(resource(good), {"provider_name": provider})])

# --- Deferred reads ---

test_deferred_read_is_refused_despite_an_earlier_value if {
	change := object.union(resource({}), {"action_reason": "read_because_config_unknown", "change": {"actions": ["read"], "after": {}}})
	denied(object.union(good_plan, {"resource_changes": [change]})) == {"data.dataforseo_backlinks_summary.site: not read before apply (read_because_config_unknown), so it can't be judged."}
	denied(object.union(good_plan, {"resource_changes": [object.remove(change, ["action_reason"])]})) == {"data.dataforseo_backlinks_summary.site: not read before apply (no reason given), so it can't be judged."}
}

test_deferred_resource_is_refused if {
	plan := object.union(good_plan, {"deferred_changes": [{"reason": "provider_config_unknown", "resource_change": resource({})}]})
	denied(plan) == {"data.dataforseo_backlinks_summary.site: not read before apply (provider_config_unknown), so it can't be judged."}
}

# --- Whether a read passed ---

test_violations_are_reported if {
	sentences := ["backlinks_spam_score is 67, at most 50 allowed", "rank is 3, at least 5 required"]
	violating := {"passed": false, "violations": sentences, "backlinks_spam_score": 67, "rank": 3}
	denied_for(violating) == {sprintf("%s.", [sentence]) | some sentence in sentences}
	denied_for(object.union(violating, {"referring_domains": 7})) == {
		"backlinks_spam_score is 67, at most 50 allowed.",
		"rank is 3, at least 5 required.",
		"referring_domains is 7, at least 100 required.",
	}
}

test_one_cause_is_reported_once if {
	unknown := {"passed": false, "has_data": null, "base_url": null, "fetched_at": null, "backlinks_spam_score": null, "error": {"code": 40501, "message": "It failed."}}
	denied_for(object.union(unknown, {"violations": ["the read failed: It failed"]})) == {"the read failed: It failed."}
	denied_for(object.union(unknown, {"violations": null, "passed": null})) == {"the read failed: It failed."}
	denied_for(object.union(unknown, {"violations": null, "passed": null, "error": null})) == {"has_data is null, so nothing is known about it."}
	denied_for({"has_data": false, "passed": false, "violations": ["DataForSEO has no data"], "referring_domains": null}) == {"DataForSEO has no data."}
	denied_for({"has_data": false, "passed": null}) == {"DataForSEO has no data."}
}

test_passed_without_a_reason_is_refused if {
	every violations in [null, []] {
		denied_for({"passed": false, "violations": violations}) == {"it didn't pass (passed is false)."}
	}
}

test_read_without_a_gate_is_refused if {
	every passed in [null, "true", 1] {
		denied_for({"passed": passed, "violations": null}) == {"it has no gate: add require (passed isn't true or false)."}
	}
	denied(plan_of(object.remove(good, ["passed"]))) != set()
	denied_for_with({"passed": null}, object.union(limits, {"ungated": true})) == set()
	denied_for_with({"passed": null}, object.union(limits, {"ungated": "yes"})) != set()
	denied_for_with({"passed": false}, object.union(limits, {"ungated": true})) != set()
}

test_missing_values_are_refused if {
	every values in [null, {}, {"target": null}, {"target": "good.example"}, {"target": "good.example", "passed": true}] {
		denied_with(plan_of(values), {"min_reads": 0}) != set()
	}
}

test_every_part_of_a_good_read_is_needed if {
	every key in ["has_data", "passed", "base_url", "fetched_at", "backlinks_spam_score", "referring_domains"] {
		every value in [null, false, "", [], {}] {
			denied(plan_of(object.union(object.remove(good, [key]), {key: value}))) != set()
		}
		denied(plan_of(object.remove(good, [key]))) != set()
	}
	every error in [false, 0, "", {}, []] {
		denied_for({"error": error}) != set()
	}
}

test_other_servers_are_refused if {
	every base_url in ["https://sandbox.dataforseo.com", "https://api.dataforseo.com/", "http://127.0.0.1:8080", null] {
		denied_for({"base_url": base_url}) == {sprintf("the answer is from %v, which isn't in [\"https://api.dataforseo.com\"] (base_urls).", [base_url])}
	}
	denied(plan_of(object.remove(good, ["base_url"]))) != set()
	denied_for_with({"base_url": "https://gateway.example"}, object.union(limits, {"base_urls": ["https://gateway.example"]})) == set()
	denied_by(object.union(limits, {"base_urls": "https://api.dataforseo.com"})) != set()
}

test_old_answer_is_refused if {
	every fetched_at in ["2026-06-30T12:00:00Z", "2026-07-01T12:05:00Z"] {
		denied_for({"fetched_at": fetched_at}) == set()
	}
	every fetched_at in ["2026-06-30T11:59:59Z", "2026-07-01T12:05:01Z", "yesterday", null] {
		denied_for({"fetched_at": fetched_at}) == {sprintf("fetched_at is %v, which isn't within the last 24h (max_age).", [fetched_at])}
	}
	denied_by(object.union(limits, {"max_age": "30m"})) == set()
	every max_age in ["29m", "a day", 24, null] {
		count(denied_by(object.union(limits, {"max_age": max_age}))) == 1
	}
}

test_page_is_refused if {
	every target in ["https://good.example/page", "HTTP://Good.Example.", "good.example:8443", "https://good.example#a"] {
		said := sprintf("data.dataforseo_backlinks_summary.site (target %s): the target is a page, or has a scheme or a port: only domains are allowed (pages).", [target])
		page := plan_of(object.union(good, {"target": target}))
		denied_with(page, {"min_reads": 0}) == {said}
		denied_with(page, {"min_reads": 0, "pages": true}) == set()
		denied_with(page, {"min_reads": 1, "pages": true}) != set()
	}
}

test_part_of_the_backlinks_is_refused if {
	denied_arguments({"backlinks_filters": null, "backlinks_status_type": "live", "include_subdomains": true}) == set()
	denied_arguments({"backlinks_filters": [["dofollow", "=", true]]}) == {"backlinks_filters is [[\"dofollow\", \"=\", true]], must be null (arguments)."}
	denied_arguments({"include_subdomains": false, "rank_scale": "one_hundred"}) == {
		"include_subdomains is false, must be true (arguments).",
		"rank_scale is one_hundred, must be one_thousand (arguments).",
	}
	demanding := object.union(limits, {"arguments": {"include_subdomains": false}})
	denied_with(plan_of(object.union(good, {"include_subdomains": false})), demanding) == set()
	denied_by(demanding) == {"data.dataforseo_backlinks_summary.site: include_subdomains is true, must be false (arguments)."}
}

denied_arguments(arguments) := {trim_prefix(msg, "data.dataforseo_backlinks_summary.site: ") | some msg in denied(plan_of(object.union(good, arguments)))}

# --- Portfolios ---

portfolio(type, values) := plan_with([object.union(resource(values), {"address": "data.all", "type": type})])

denied_portfolio(values) := {trim_prefix(msg, "data.all (target ") | some msg in refused} if {
	refused := denied(portfolio("dataforseo_backlinks_summaries", values))
	refused == denied(portfolio("dataforseo_backlinks_bulk_pages_summary", values))
}

# An element of summaries has what the single data source has, except the target.
entry := object.remove(good, ["target", "error"])

test_portfolio_is_judged_target_by_target if {
	spammy := object.union(entry, {"passed": false, "violations": ["backlinks_spam_score is 67, at most 30 allowed"], "backlinks_spam_score": 67})
	denied_portfolio({"targets": ["a.example", "b.example"], "summaries": {"a.example": entry, "b.example": entry}}) == set()
	denied_portfolio({"targets": ["a.example", "b.example"], "summaries": {"a.example": entry, "b.example": spammy}}) == {"b.example): backlinks_spam_score is 67, at most 30 allowed."}
	denied_portfolio({"targets": ["a.example"], "summaries": {"a.example": object.union(entry, {"referring_domains": null})}}) == {"a.example): referring_domains is null, at least 100 required."}
}

test_portfolio_with_a_failed_read_is_refused if {
	error := {"code": 40501, "message": "It failed."}
	every values in [
		{"summaries": {}, "errors": {"a.example": error}},
		{"summaries": {"a.example": entry}, "errors": {"a.example": error}},
		{"summaries": {"a.example": {"has_data": null, "error": error}}, "errors": {"a.example": null}},
	] {
		denied_portfolio(object.union({"targets": ["a.example"]}, values)) == {"a.example): the read failed: It failed."}
	}
}

test_portfolio_without_an_answer_is_refused if {
	every values in [{"summaries": {}}, {"summaries": null, "errors": null}, {}] {
		denied_portfolio(object.union({"targets": ["a.example"]}, values)) == {"a.example): has_data is null, so nothing is known about it."}
	}
}

test_portfolio_without_targets_is_refused if {
	every values in [{"targets": [], "summaries": {}}, {"targets": null}, {}] {
		"data.all: no targets, so nothing is judged." in denied_portfolio(values)
	}
}

# --- Limits ---

test_limits_are_inclusive if denied_for({"backlinks_spam_score": 30, "referring_domains": 100}) == set()

test_limits_apply_whatever_the_gate_is if {
	denied_for({"backlinks_spam_score": 31, "referring_domains": null}) == {
		"backlinks_spam_score is 31, at most 30 allowed.",
		"referring_domains is null, at least 100 required.",
	}
	both := {"limits": {"rank": {"min": 300, "max": 200}, "crawled_pages": {"max": 1}}}
	denied_for_with({}, both) == {"rank is 250, at least 300 required, at most 200 allowed.", "crawled_pages is null, at most 1 allowed."}
}

test_target_spam_score_is_found_in_info if {
	spam := {"limits": {"target_spam_score": {"max": 1}}}
	denied_for_with({}, spam) == {"target_spam_score is 2, at most 1 allowed."}
	denied_for_with({"info": null}, spam) == {"target_spam_score is null, at most 1 allowed."}
}

test_missing_key_of_a_map_is_zero if {
	countries := {"limits": {"referring_links_countries.XX": {"max": 5}}}
	denied_for_with({}, countries) == set()
	denied_for_with({"referring_links_countries": {"XX": 6}}, countries) == {"referring_links_countries.XX is 6, at most 5 allowed."}
	every map in [null, {"XX": null}] {
		denied_for_with({"referring_links_countries": map}, countries) == {"referring_links_countries.XX is null, at most 5 allowed."}
	}
	denied_for_with({"referring_links_tld": {"co.uk": 7}}, {"limits": {"referring_links_tld.co.uk": {"max": 5}}}) == {"referring_links_tld.co.uk is 7, at most 5 allowed."}
	denied_for_with({}, {"limits": {"referring_links_country.XX": {"max": 5}}}) == {"referring_links_country.XX is null, at most 5 allowed."}
}

test_misspelt_metric_is_refused if denied_by({"limits": {"spam_score": {"max": 30}}}) == {"data.dataforseo_backlinks_summary.site (target good.example): spam_score is null, at most 30 allowed."}

test_large_numbers_are_written_out if denied_for_with({"rank": 5316842907}, {"limits": {"rank": {"max": 4316842907}}}) == {"rank is 5316842907, at most 4316842907 allowed."}

# --- Assets ---

zone(name) := zone_change({"actions": ["create"], "after": {"name": name}, "after_unknown": {}})

zone_change(change) := {"address": "module.dns.zone.it[\"a\"]", "mode": "managed", "type": "zone", "change": change}

denied_change(change) := denied_change_with(change, limits)

denied_change_with(change, settings) := {trim_prefix(msg, "module.dns.zone.it[\"a\"]: ") |
	some msg in denied_with(object.union(good_plan, {"resource_changes": [zone_change(change)]}), settings)
}

denied_zone(name) := denied_change(zone(name).change)

test_asset_is_compared_leniently if {
	every name in [
		"good.example", "GOOD.Example.", "www.good.example", "*.good.example", "https://WWW.Good.example:443/x?y#z",
		"//good.example/", "good.example:8443", "https://user:pw@good.example", " good.example ", "a://good.example", ["good.example", "www.good.example."], [],
	] {
		denied_zone(name) == set()
	}
}

test_asset_without_a_read_is_refused if {
	every name in ["bad.example", "good.example.evil.example", "https://bad.example/good.example", "https://good.example@bad.example", "bad.example:good.example", "bad.example?good.example", ["good.example", "www.bad.example"]] {
		some msg in denied_zone(name)
		startswith(msg, "no data source in the plan reads ")
	}
	denied_zone(["good.example", "www.bad.example"]) == {"no data source in the plan reads bad.example (assets)."}
	denied_zone("sub.good.example") == {"no data source in the plan reads sub.good.example (assets)."}
	denied_zone("") == {"no data source in the plan reads  (assets)."}
}

test_asset_without_a_domain_is_refused if {
	every name in [null, 5, {}, [null], ["good.example", 5]] {
		denied_zone(name) == {"name contains no domain (assets)."}
	}
	denied_change({"actions": ["create"], "after": {}, "after_unknown": {}}) == {"name contains no domain (assets)."}
	denied_change({"actions": ["create"], "after": null}) == {"name contains no domain (assets)."}
	optional := object.union(limits, {"assets": [{"type": "zone", "attribute": "name", "optional": true}]})
	denied_change_with(zone(null).change, optional) == set()
	denied_change_with(zone("bad.example").change, optional) != set()
	denied_change_with({"actions": ["create"], "after": {}, "after_unknown": {}}, optional) != set()
}

test_asset_that_is_unknown_is_refused if {
	every unknown in [true, [false, true], [true]] {
		denied_change({"actions": ["create"], "after": {"name": ["good.example"]}, "after_unknown": {"id": true, "name": unknown}}) == {"name is known only after apply, so it can't be matched to a read (assets)."}
	}
	denied_change({"actions": ["create"], "after": {"name": "good.example"}, "after_unknown": {"id": true, "name": [false]}}) == set()
}

test_only_creates_and_updates_are_judged if {
	bad := {"after": {"name": "bad.example"}, "after_unknown": {}}
	every actions in [["create"], ["update"], ["delete", "create"], ["create", "delete"], ["create", "forget"]] {
		denied_change(object.union(bad, {"actions": actions})) == {"no data source in the plan reads bad.example (assets)."}
	}
	every actions in [["no-op"], ["read"], ["forget"]] {
		denied_change(object.union(bad, {"actions": actions})) == set()
	}
	denied_change({"actions": ["delete"], "after": null, "after_unknown": {}}) == set()
}

# A failed or deferred read is refused itself, so its asset isn't. A page isn't its domain.
test_asset_of_a_refused_read_is_not_reported_twice if {
	change := object.union(resource({}), {"action_reason": "read_because_dependency_pending", "change": {"actions": ["read"], "after": {"target": "good.example"}}})
	count(denied(object.union(good_plan, {"resource_changes": [change, zone("good.example")]}))) == 1
	count(denied(object.union(plan_of(object.union(good, {"has_data": false})), {"resource_changes": [zone("good.example")]}))) == 1
	page := object.union(plan_of(object.union(good, {"target": "https://good.example/"})), {"resource_changes": [zone("good.example")]})
	count(denied(page)) == 1
	denied_with(page, object.union(limits, {"pages": true, "min_reads": 0})) == {"module.dns.zone.it[\"a\"]: no data source in the plan reads good.example (assets)."}
}

# --- Outputs compared with the last apply ---

denied_outputs(before, after) := denied_change_of({"before": before, "after": after})

denied_change_of(change) := {trim_prefix(msg, "output domains") | some msg in denied_with(object.union(good_plan, {"output_changes": {"domains": change}}), falling)}

falling := {"outputs": {"domains": {"max_drop_percent": 10, "removed": ["sold.example"]}}}

test_drop_is_refused if {
	denied_outputs(1000, 900) == set()
	denied_outputs(1000, 899) == {": now 899, was 1000, a drop of at most 10 percent is allowed."}
	denied_outputs({"a.example": 10, "b.example": 10}, {"a.example": 8, "b.example": 20}) == {"[\"a.example\"]: now 8, was 10, a drop of at most 10 percent is allowed."}
	denied_outputs(null, {"a.example": 10}) == set()
}

test_removed_value_is_refused if {
	every after in [{}, {"a.example": null}, {"a.example": "10"}, "10"] {
		denied_outputs({"a.example": 10, "sold.example": 10}, after) == {"[\"a.example\"]: now null, was 10, a drop of at most 10 percent is allowed."}
	}
	denied_outputs(1000, null) == {": no value in the plan."}
	denied_outputs(1000, {"a.example": 1000}) == {": now null, was 1000, a drop of at most 10 percent is allowed."}
	denied_change_of({"before": {"a.example": 10}, "after_unknown": {"a.example": true}, "after": {"b.example": 10}}) == {"[\"a.example\"]: now null, was 10, a drop of at most 10 percent is allowed."}
}

test_output_without_a_value_is_refused if {
	denied_change_of({"before": null, "after": null}) == {": no value in the plan."}
	denied_by(falling) == {"output domains: no value in the plan."}
}

# --- Settings ---

test_settings_must_be_an_object if {
	every settings in [null, "24h", []] {
		"No settings found (data.backlinks). Pass their file with --data." in denied_by(settings)
	}
}

test_misspelt_setting_is_refused if denied_by(object.union(limits, {"min_read": 5})) == {"data.backlinks.min_read: unknown setting."}

test_malformed_settings_are_refused if {
	every setting, values in {
		"limits": [null, [], {"rank": {}}, {"rank": null}, {"rank": "30"}, {"rank": 30}, {"rank": {"max": "30"}}, {"rank": {"max": -1}}, {"rank": {"maximum": 1}}, {"rank": {"max": null}}, {"backlinks_spam_score": {"max": 101}}, {"live": true}],
		"assets": [null, {}, {"zone": "name"}, ["zone"], [{"type": "zone"}], [{"type": "zone", "attribute": 5}], [{"type": "zone", "attribute": "name", "optionl": true}]],
		"outputs": [null, [], {"o": null}, {"o": {}}, {"o": {"max_drop_percent": "10"}}, {"o": {"max_drop_percent": 100}}, {"o": {"max_drop_percent": 10, "remove": []}}, {"o": {"max_drop_percent": 10, "removed": "a"}}],
	} {
		every value in values {
			some msg in denied_by({setting: value})
			startswith(msg, sprintf("data.backlinks.%s: must be ", [setting]))
		}
	}
}

# --- What makes Rego dangerous ---

test_rego_compares_any_types if {
	null <= 30
	67 <= "30"
}

test_rego_does_not_negate_missing_values if {
	not no_boolean_at_once with input as {}
	no_boolean_by_rule with input as {}
}

no_boolean_at_once if not is_boolean(input.x.y)

no_boolean_by_rule if not boolean

boolean if is_boolean(input.x.y)
