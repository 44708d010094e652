# Tests of what a plan seldom or never holds. "conftest verify" runs them. That
# dataforseo.rego reads plans as Terraform writes them is tested on real ones.
package main_test

import data.main

limits := {
	"max_age": "24h",
	"limits": {
		"default": {"max": {"backlinks_spam_score": 30}, "min": {"referring_domains": 100}},
		"strict.example": {"max": {"backlinks_spam_score": 5, "info.target_spam_score": 5}, "optional": true},
	},
}

good := {
	"target": "good.example",
	"has_data": true,
	"error": null,
	"fetched_at": "2026-07-01T11:30:00Z",
	"backlinks_spam_score": 9,
	"rank": 250,
	"referring_domains": 1270,
	"info": {"target_spam_score": 2},
	"response": {"task": {"status_code": 20000}},
}

resource(values) := {
	"address": "data.dataforseo_backlinks_summary.site",
	"mode": "data",
	"type": "dataforseo_backlinks_summary",
	"provider_name": "registry.terraform.io/dataforseo/dataforseo",
	"values": values,
}

plan_of(values) := {
	"terraform_version": "1.11.4",
	"timestamp": "2026-07-01T12:00:00Z",
	"errored": false,
	"complete": true,
	"configuration": {},
	"planned_values": {"root_module": {}},
	"prior_state": {"values": {"root_module": {"resources": [resource(values)]}}},
}

good_plan := plan_of(good)

denied(plan) := refused if {
	refused := main.deny with input as plan with data.backlinks as limits
}

denied_with(plan, demands) := refused if {
	refused := main.deny with input as plan with data.backlinks as demands
}

denied_for(values) := {trim_prefix(msg, sprintf("%s (target good.example): ", ["data.dataforseo_backlinks_summary.site"])) |
	some msg in denied(plan_of(object.union(good, values)))
}

denied_by(demands) := refused if {
	refused := main.deny with input as good_plan with data.backlinks as demands
}

test_good_passes if denied(good_plan) == set()

# --- The plan as a whole ---

test_what_is_no_plan_is_refused if {
	every document in [{}, {"values": good_plan.prior_state.values}, null, "text", object.remove(good_plan, ["planned_values"])] {
		"This is no plan: give the file that \"terraform show -json PLANFILE\" writes." in denied(document)
	}
}

test_failed_plan_is_refused if {
	every plan in [object.union(good_plan, {"errored": true}), object.remove(good_plan, ["errored"])] {
		denied(plan) == {"The plan failed, or does not say that it did not (errored must be false)."}
	}
}

test_partial_plan_is_refused if {
	denied(object.union(good_plan, {"complete": false})) == {"The plan is partial (complete must be true): -target, or something else, left reads out."}
}

test_plan_of_opentofu_does_not_say_complete if denied(object.remove(good_plan, ["complete"])) == set()

test_plan_without_reads_is_refused if {
	plan := object.remove(good_plan, ["prior_state"])
	denied(plan) == {"Different domains that the plan reads: 0, at least 1 needed (min_reads)."}
	main.deny == set() with input as plan with data.backlinks as object.union(limits, {"min_reads": 0})
}

test_min_reads_counts_every_address_once if {
	nested := object.union(good_plan, {"planned_values": good_plan.prior_state.values})
	refused := main.deny with input as nested with data.backlinks as object.union(limits, {"min_reads": 2})
	refused == {"Different domains that the plan reads: 1, at least 2 needed (min_reads)."}
}

test_min_reads_counts_every_domain_once if {
	spellings := ["good.example", "Good.Example", "good.example.", "GOOD.EXAMPLE."]
	addresses := [object.union(resource(object.union(good, {"target": target})), {"address": sprintf("data.x[%d]", [i])}) | some i, target in spellings]
	plan := object.union(good_plan, {"prior_state": {"values": {"root_module": {"resources": addresses}}}})
	refused := main.deny with input as plan with data.backlinks as object.union(limits, {"min_reads": 2})
	refused == {"Different domains that the plan reads: 1, at least 2 needed (min_reads)."}
}

# An attribute of another resource must not pass for a read.
test_attributes_are_no_resources if {
	forged := {"type": "terraform_data", "mode": "managed", "values": {"input": {"resources": [resource(good)]}}}
	plan := object.union(good_plan, {"prior_state": {"values": {"root_module": {"resources": [forged]}}}})
	denied(plan) == {"Different domains that the plan reads: 0, at least 1 needed (min_reads)."}
}

test_modules_are_searched_at_any_depth if {
	spammy := resource(object.union(good, {"backlinks_spam_score": 67}))
	inner := {"child_modules": [{"child_modules": [{"resources": [spammy]}]}]}
	count(denied(object.union(good_plan, {"prior_state": {"values": {"root_module": inner}}}))) == 1
}

# Data sources nested in a check block stand in three places, and each is looked at.
test_nested_reads_are_judged_wherever_they_stand if {
	spammy := resource(object.union(good, {"backlinks_spam_score": 67}))
	change := object.union(object.remove(spammy, ["values"]), {
		"action_reason": "read_because_check_nested",
		"change": {"actions": ["read"], "after": spammy.values},
	})
	nowhere := object.remove(good_plan, ["prior_state"])
	every plan in [
		object.union(nowhere, {"planned_values": {"root_module": {"resources": [spammy]}}}),
		object.union(nowhere, {"resource_changes": [change]}),
	] {
		denied(plan) == {"data.dataforseo_backlinks_summary.site (target good.example): backlinks_spam_score is 67, at most 30 is allowed."}
	}
}

test_other_resources_are_no_reads if {
	every other in [{"mode": "managed"}, {"type": "dataforseo_account"}] {
		plan := object.union(good_plan, {"prior_state": {"values": {"root_module": {"resources": [object.union(resource(good), other)]}}}})
		denied(plan) == {"Different domains that the plan reads: 0, at least 1 needed (min_reads)."}
	}
}

test_read_without_a_target_is_judged if {
	every target in [null, 5, {}] {
		denied(plan_of(object.union(good, {"target": target, "backlinks_spam_score": 67}))) == {"data.dataforseo_backlinks_summary.site (target unknown): backlinks_spam_score is 67, at most 30 is allowed."}
	}
}

test_resource_without_an_address_is_judged if {
	nameless := object.remove(resource(object.union(good, {"backlinks_spam_score": 67})), ["address"])
	denied(object.union(good_plan, {"prior_state": {"values": {"root_module": {"resources": [nameless]}}}})) == {"a data source without an address (target good.example): backlinks_spam_score is 67, at most 30 is allowed."}
}

# A plan says nothing of environment variables, so DATAFORSEO_SANDBOX goes unseen.
test_other_servers_are_refused if {
	denied(configured({"sandbox": {"constant_value": false}})) == set()
	denied(configured({"base_url": {"constant_value": "https://api.dataforseo.com"}})) == set()
	denied(configured({"login": {"references": ["var.login"]}})) == set()
	denied(configured({"sandbox": {"constant_value": true}})) == {"provider module.zones:dataforseo.eu: sandbox must be false, as a literal or by being left out."}
	denied(configured({"sandbox": {"references": ["var.sandbox"]}})) == {"provider module.zones:dataforseo.eu: sandbox must be false, as a literal or by being left out."}
	denied(configured({"base_url": {"constant_value": "https://api.example"}})) == {"provider module.zones:dataforseo.eu: base_url must be \"https://api.dataforseo.com\", as a literal or by being left out."}
}

test_base_url_can_be_demanded if {
	demands := object.union(limits, {"base_url": "https://gateway.example"})
	refused := main.deny with input as configured({"base_url": {"constant_value": "https://gateway.example"}}) with data.backlinks as demands
	refused == set()
}

# Answers in files that came along with the configuration are whatever its author says.
test_cache_of_the_configuration_is_refused if {
	forged := {"constant_value": {"directory": "./answers", "ttl": "24h"}}
	every expression in [forged, {"references": ["var.cache"]}, {}] {
		every demands in [limits, object.union(limits, {"cache": {"ttl": "24h"}})] {
			some msg in denied_with(configured({"cache": expression}), demands)
			startswith(msg, "provider module.zones:dataforseo.eu: cache must be ")
		}
	}
	denied(configured({"cache": forged})) == {"provider module.zones:dataforseo.eu: cache must be left out."}
}

test_cache_can_be_demanded if {
	demands := object.union(limits, {"cache": {"ttl": "24h"}})
	denied_with(configured({"cache": {"constant_value": {"ttl": "24h"}}}), demands) == set()
	denied_with(configured({}), demands) == set()
}

configured(expressions) := object.union(good_plan, {"configuration": {"provider_config": {
	"module.zones:dataforseo.eu": {"full_name": "registry.opentofu.org/dataforseo/dataforseo", "alias": "eu", "expressions": expressions},
	"other": {"full_name": "registry.terraform.io/example/other", "expressions": {"sandbox": {"constant_value": true}}},
}}})

test_other_provider_is_refused if {
	every provider in [
		"registry.terraform.io/example/dataforseo",
		"evil.example/dataforseo/dataforseo",
		"evil.example/registry.terraform.io/dataforseo/dataforseo",
		"dataforseo/dataforseo",
		null,
		5,
	] {
		some msg in denied(plan_by(provider))
		endswith(msg, ", not by registry.opentofu.org/dataforseo/dataforseo or registry.terraform.io/dataforseo/dataforseo.")
	}
}

plan_by(provider) := object.union(good_plan, {"prior_state": {"values": {"root_module": {"resources": [object.union(resource(good), {"provider_name": provider})]}}}})

test_registries_can_be_demanded if {
	demands := object.union(limits, {"registries": ["registry.example"]})
	denied_with(plan_by("registry.example/dataforseo/dataforseo"), demands) == set()
	denied_with(good_plan, demands) == {"data.dataforseo_backlinks_summary.site: it is read by the provider \"registry.terraform.io/dataforseo/dataforseo\", not by registry.example/dataforseo/dataforseo."}
}

test_old_plan_is_refused if {
	demands := object.union(limits, {"max_plan_age": "1h"})
	in_time := main.deny with input as good_plan with data.backlinks as demands with time.now_ns as time.parse_rfc3339_ns("2026-07-01T13:00:00Z")
	in_time == set()
	late := main.deny with input as good_plan with data.backlinks as demands with time.now_ns as time.parse_rfc3339_ns("2026-07-01T13:00:01Z")
	late == {"The plan is of 2026-07-01T12:00:00Z, which is not within 1h (max_plan_age) of now."}
	every plan in [
		object.remove(good_plan, ["timestamp"]),
		object.union(good_plan, {"timestamp": "today"}),
		object.union(good_plan, {"timestamp": "2099-01-01T00:00:00Z"}),
	] {
		some msg in denied_with(plan, demands)
		endswith(msg, "which is not within 1h (max_plan_age) of now.")
	}
	some msg in denied_by(object.union(limits, {"max_plan_age": null}))
	endswith(msg, "which is not within null (max_plan_age) of now.")
}

# --- Portfolios ---

portfolio(values) := object.union(good_plan, {"prior_state": {"values": {"root_module": {"resources": [object.union(resource({}), {
	"address": "data.dataforseo_backlinks_summaries.all",
	"type": "dataforseo_backlinks_summaries",
	"values": object.union({"errors": {}}, values),
})]}}}})

denied_portfolio(values) := {trim_prefix(msg, "data.dataforseo_backlinks_summaries.all (target ") | some msg in denied(portfolio(values))}

# An entry of summaries is what the single data source has, but for target and error.
entry := object.remove(good, ["target", "error"])

spammy_entry := object.union(entry, {"backlinks_spam_score": 67})

test_portfolio_passes if denied_portfolio({"targets": ["a.example", "b.example"], "summaries": {"a.example": entry, "b.example": entry}}) == set()

test_portfolio_is_judged_target_by_target if {
	denied_portfolio({"targets": ["a.example", "b.example"], "summaries": {"a.example": entry, "b.example": spammy_entry}}) == {"b.example): backlinks_spam_score is 67, at most 30 is allowed."}
	denied_portfolio({"targets": ["strict.example"], "summaries": {"strict.example": entry}}) == {"strict.example): backlinks_spam_score is 9, at most 5 is allowed."}
	denied_portfolio({"targets": ["a.example"], "summaries": {"a.example": object.union(entry, {"has_data": false})}}) == {"a.example): DataForSEO has no data (has_data is false)."}
	denied_portfolio({"targets": ["a.example"], "summaries": {"a.example": object.union(entry, {"referring_domains": null})}}) == {"a.example): referring_domains is null, at least 100 is needed."}
}

test_portfolio_with_errors_is_refused if {
	failure := {"a.example": {"code": 40501, "message": "It failed."}}
	denied_portfolio({"targets": ["a.example"], "summaries": {}, "errors": failure}) == {"a.example): the read failed. It failed."}
	"a.example): the read failed. It failed." in denied_portfolio({"targets": ["a.example"], "summaries": {"a.example": entry}, "errors": failure})
}

# As the provider writes it: what failed is in summaries, too.
test_portfolio_with_an_error_of_its_own_is_refused if {
	failed := {"has_data": null, "error": {"code": 40501, "message": "It failed."}}
	every errors in [{}, {"a.example": null}, {"a.example": failed.error}] {
		denied_portfolio({"targets": ["a.example"], "summaries": {"a.example": failed}, "errors": errors}) == {"a.example): the read failed. It failed."}
	}
}

test_portfolio_without_an_answer_is_refused if {
	every values in [
		{"targets": ["a.example"], "summaries": {}},
		{"targets": ["a.example"], "summaries": null, "errors": null},
		{"targets": ["a.example"]},
		{"targets": null, "summaries": {"a.example": null}},
	] {
		denied_portfolio(values) == {"a.example): the read failed, or did not take place (has_data is null)."}
	}
}

test_portfolio_without_targets_is_refused if {
	every values in [{"targets": [], "summaries": {}}, {"targets": null}, {}] {
		"data.dataforseo_backlinks_summaries.all: it has no targets, so nothing is judged." in denied_portfolio(values)
	}
}

# Somebody gave a mock its summaries, and forgot the rest.
test_portfolio_of_a_mock_is_refused if {
	mock := object.union(entry, {"has_data": true, "response": {"task": {"status_code": 0}}})
	denied_portfolio({"targets": ["a.example"], "summaries": {"a.example": mock}}) == {"a.example): this is no answer of DataForSEO's, perhaps a mock (response.task.status_code is 0, not 20000)."}
}

test_portfolio_counts_targets if {
	refused := main.deny with input as portfolio({"targets": ["a.example", "b.example"], "summaries": {"a.example": entry, "b.example": entry}})
		with data.backlinks as object.union(limits, {"min_reads": 3})
	refused == {"Different domains that the plan reads: 2, at least 3 needed (min_reads)."}
}

test_deferred_portfolio_is_refused if {
	change := {
		"address": "data.dataforseo_backlinks_summaries.all",
		"mode": "data",
		"type": "dataforseo_backlinks_summaries",
		"action_reason": "read_because_dependency_pending",
		"change": {"actions": ["read"], "after": {"targets": ["a.example"]}},
	}
	plan := object.union(portfolio({"targets": ["a.example"], "summaries": {"a.example": entry}}), {"resource_changes": [change]})
	"data.dataforseo_backlinks_summaries.all: it is not read before the apply (read_because_dependency_pending), so nothing can be said of it." in denied(plan)
}

# --- Whether a read has an answer ---

test_deferred_read_is_refused_in_spite_of_an_earlier_value if {
	change := object.union(resource({}), {
		"action_reason": "read_because_config_unknown",
		"change": {"actions": ["read"], "after": {}},
	})
	denied(object.union(good_plan, {"resource_changes": [change]})) == {
		"Different domains that the plan reads: 0, at least 1 needed (min_reads).",
		"data.dataforseo_backlinks_summary.site: it is not read before the apply (read_because_config_unknown), so nothing can be said of it.",
	}
}

test_read_without_a_reason_is_deferred if {
	change := object.union(resource({}), {"change": {"actions": ["read"], "after": null}})
	some msg in denied(object.union(good_plan, {"resource_changes": [change]}))
	endswith(msg, "it is not read before the apply (no reason given), so nothing can be said of it.")
}

test_deferred_resource_is_refused if {
	plan := object.union(good_plan, {"deferred_changes": [{"reason": "provider_config_unknown", "resource_change": resource({})}]})
	denied(plan) == {"data.dataforseo_backlinks_summary.site: it is put off (provider_config_unknown), so nothing can be said of it."}
}

test_failed_read_is_refused if {
	denied_for({"has_data": null, "error": {"code": 40501, "message": "It failed."}}) == {"the read failed. It failed."}
	denied_for({"has_data": null, "error": {"code": 40501}}) == {"the read failed. {\"code\":40501}"}
	denied_for({"has_data": null}) == {"the read failed, or did not take place (has_data is null)."}
	count(denied(plan_of(null))) > 0
	count(denied(plan_of({}))) > 0
}

test_no_data_is_refused if denied_for({"has_data": false}) == {"DataForSEO has no data (has_data is false)."}

test_mock_is_refused if {
	mock := {"backlinks_spam_score": 0, "fetched_at": "wvhuqwkt", "response": {"task": {"status_code": 0}}}
	denied_for(mock) == {
		"this is no answer of DataForSEO's, perhaps a mock (response.task.status_code is 0, not 20000).",
		"the answer is of wvhuqwkt, which is not within 24h (max_age) of the plan of 2026-07-01T12:00:00Z.",
	}
	denied_for({"response": null}) == {"this is no answer of DataForSEO's, perhaps a mock (response.task.status_code is null, not 20000)."}
}

test_old_answer_is_refused if {
	denied_for({"fetched_at": "2026-06-30T12:00:00Z"}) == set()
	denied_for({"fetched_at": "2026-06-30T11:59:59Z"}) == {"the answer is of 2026-06-30T11:59:59Z, which is not within 24h (max_age) of the plan of 2026-07-01T12:00:00Z."}
	denied_for({"fetched_at": "2099-01-01T00:00:00Z"}) == {"the answer is of 2099-01-01T00:00:00Z, which is not within 24h (max_age) of the plan of 2026-07-01T12:00:00Z."}
	denied_for({"fetched_at": "2026-07-01T13:00:00Z"}) == set() # at the end of a long plan
	denied_for({"fetched_at": null}) == {"the answer is of null, which is not within 24h (max_age) of the plan of 2026-07-01T12:00:00Z."}
}

test_part_of_the_backlinks_is_refused if {
	denied_for({"backlinks_filters": null, "backlinks_status_type": "live", "include_subdomains": true}) == set()
	denied_arguments({"backlinks_filters": [["dofollow", "=", true]]}) == {"backlinks_filters is [[\"dofollow\",\"=\",true]], and the limits are for null."}
	denied_arguments({"backlinks_status_type": "lost"}) == {"backlinks_status_type is \"lost\", and the limits are for \"live\"."}
	denied_arguments({"include_subdomains": false}) == {"include_subdomains is false, and the limits are for true."}
	denied_arguments({"include_indirect_links": false, "exclude_internal_backlinks": false}) == {
		"include_indirect_links is false, and the limits are for true.",
		"exclude_internal_backlinks is false, and the limits are for true.",
	}
	denied_arguments({"rank_scale": "one_hundred"}) == {"rank_scale is \"one_hundred\", and the limits are for \"one_thousand\"."}
}

denied_arguments(arguments) := {trim_prefix(msg, "data.dataforseo_backlinks_summary.site: ") | some msg in denied(plan_of(object.union(good, arguments)))}

test_arguments_can_be_demanded if {
	demands := object.union(limits, {"arguments": {"include_subdomains": false}})
	exact := main.deny with input as plan_of(object.union(good, {"include_subdomains": false})) with data.backlinks as demands
	exact == set()
	left_out := main.deny with input as good_plan with data.backlinks as demands
	left_out == {"data.dataforseo_backlinks_summary.site: include_subdomains is true, and the limits are for false."}
}

# --- Limits ---

test_limits_are_inclusive if denied_for({"backlinks_spam_score": 30, "referring_domains": 100}) == set()

test_limits_are_enforced if {
	denied_for({"backlinks_spam_score": 31, "referring_domains": 99}) == {
		"backlinks_spam_score is 31, at most 30 is allowed.",
		"referring_domains is 99, at least 100 is needed.",
	}
}

test_null_is_refused if {
	denied_for({"backlinks_spam_score": null, "referring_domains": null}) == {
		"backlinks_spam_score is null, at most 30 is allowed.",
		"referring_domains is null, at least 100 is needed.",
	}
}

test_null_is_no_missing_metric if denied_for({"info": null}) == set()

test_metric_that_does_not_exist_is_refused if {
	every metric in ["spam_score", "info.spam_score", "infos.target_spam_score"] {
		every demands in [{"default": {"max": {metric: 30}}}, {"default": {"min": {metric: 30}, "max": {"rank": 1}}}] {
			sprintf("data.backlinks.limits: there is no metric %s.", [metric]) in denied_by({"max_age": "24h", "limits": demands})
		}
	}
	denied_by({"max_age": "24h", "limits": {"default": {"max": {"spam_score": 30}}}}) == {"data.backlinks.limits: there is no metric spam_score."}

	# Before the target that it is for is read.
	denied_by(object.union(limits, {"limits": {"strict.example": {"max": {"spam_score": 30}}}})) == {"data.backlinks.limits: there is no metric spam_score."}
}

test_number_in_quotes_is_no_limit if {
	denied_by({"max_age": "24h", "limits": {"default": {"max": {"backlinks_spam_score": "30"}}}}) == {
		"data.backlinks.limits[\"default\"].max.backlinks_spam_score: it takes a number, 0 to 100.",
		"data.dataforseo_backlinks_summary.site (target good.example): backlinks_spam_score is 9, at most \"30\" is allowed.",
	}
}

test_limits_of_a_target_go_over_the_default if {
	refused := denied(plan_of(object.union(good, {"target": "Strict.Example", "referring_domains": 7, "info": null})))
	refused == {
		"data.dataforseo_backlinks_summary.site (target Strict.Example): backlinks_spam_score is 9, at most 5 is allowed.",
		"data.dataforseo_backlinks_summary.site (target Strict.Example): info.target_spam_score is null, at most 5 is allowed.",
		"data.dataforseo_backlinks_summary.site (target Strict.Example): referring_domains is 7, at least 100 is needed.",
	}
}

test_read_without_a_limit_is_refused if {
	every demands in [{"max_age": "24h"}, {"max_age": "24h", "limits": null}, {"max_age": "24h", "limits": {"default": {"max": {}}}}] {
		denied_by(demands) == {"data.dataforseo_backlinks_summary.site (target good.example): no limit is set for it."}
	}
}

test_counts_have_no_highest_limit if {
	denied_by({"max_age": "24h", "limits": {"default": {"max": {"referring_domains": 5000}}}}) == set()
}

# A trailing dot or a capital letter is no way around the limits of a target.
test_limits_hold_for_every_spelling_of_a_target if {
	every target in ["strict.example", "Strict.Example", "strict.example.", "STRICT.EXAMPLE."] {
		denied(plan_of(object.union(good, {"target": target}))) == {sprintf("data.dataforseo_backlinks_summary.site (target %s): backlinks_spam_score is 9, at most 5 is allowed.", [target])}
		denied_portfolio({"targets": [target], "summaries": {target: entry}}) == {sprintf("%s): backlinks_spam_score is 9, at most 5 is allowed.", [target])}
	}
}

# The second has a Kelvin sign, which is a "k" in lower case, and the third a full stop
# that is none in ASCII.
test_target_that_is_not_in_ascii_is_refused if {
	every target in ["münchen.example", "\u212a.example", "strict\u3002example", "strict.example\u3002"] {
		msg := "it is not in ASCII, so its limits cannot be found. Write it as the function target_domain gives it (xn--...)."
		denied(plan_of(object.union(good, {"target": target}))) == {sprintf("data.dataforseo_backlinks_summary.site (target %s): %s", [target, msg])}
		denied_portfolio({"targets": [target], "summaries": {target: entry}}) == {sprintf("%s): %s", [target, msg])}
	}
}

pages := [
	"https://strict.example/page",
	"HTTP://Strict.Example.",
	"strict.example:8443",
	"strict.example.:8443",
	"https://strict.example:8443?a=b",
	"https://strict.example#a",
]

test_page_is_refused if {
	every target in pages {
		msg := sprintf("%s): it is a page, or has a scheme or a port, and the limits are for domains (pages).", [target])
		sprintf("data.dataforseo_backlinks_summary.site (target %s", [msg]) in denied(plan_of(object.union(good, {"target": target})))
		msg in denied_portfolio({"targets": [target], "summaries": {target: entry}})
	}
}

test_page_that_may_be_has_the_limits_of_its_domain if {
	demands := object.union(limits, {"pages": true})
	every target in pages {
		denied_with(plan_of(object.union(good, {"target": target})), demands) == {sprintf("data.dataforseo_backlinks_summary.site (target %s): backlinks_spam_score is 9, at most 5 is allowed.", [target])}
	}
	some msg in denied_with(plan_of(object.union(good, {"target": "https://münchen.example/page"})), demands)
	contains(msg, "it is not in ASCII")
	denied_with(plan_of(object.union(good, {"target": "https://good.example/zurück"})), demands) == set()
}

test_limits_of_a_target_that_is_not_read_are_refused if {
	msg := "data.backlinks.limits[\"strict.example\"]: the plan holds no such target."
	demands := object.union(limits, {"limits": {"strict.example": {"optional": false}}})
	denied_by(demands) == {sprintf("%s If it need not be in every plan, say optional: true there.", [msg])}
	warned := main.warn with input as good_plan with data.backlinks as limits
	warned == {msg}
	read := main.warn with input as plan_of(object.union(good, {"target": "Strict.Example."})) with data.backlinks as limits
	read == set()
}

test_large_numbers_are_written_out if {
	some msg in denied_by({"max_age": "24h", "limits": {"default": {"min": {"referring_domains": 5316842907}}}})
	endswith(msg, "referring_domains is 1270, at least 5316842907 is needed.")
}

# --- Outputs against the last apply ---

denied_outputs(before, after) := {trim_prefix(msg, "output domains: ") | some msg in refused} if {
	refused := main.deny with input as output_plan(before, after) with data.backlinks as output_limits
}

warned_outputs(before, after) := {msg | some msg in warned; startswith(msg, "output")} if {
	warned := main.warn with input as output_plan(before, after) with data.backlinks as output_limits
}

output_plan(before, after) := object.union(good_plan, {"output_changes": {"domains": {"before": before, "after": after}}})

output_limits := object.union(limits, {"outputs": {"domains": {"max_drop_percent": 10, "removed": ["sold.example"]}}})

test_drop_is_refused if {
	denied_outputs(1000, 900) == set()
	denied_outputs(1000, 899) == {"it fell from 1000 to 899, at most 10 percent is allowed."}
	denied_outputs({"a.example": 10, "b.example": 10}, {"a.example": 8, "b.example": 20}) == {"output domains[\"a.example\"]: it fell from 10 to 8, at most 10 percent is allowed."}
}

test_value_that_is_gone_is_refused if {
	denied_outputs(1000, null) == {"the plan has no value for it."}
	denied_outputs({"a.example": 10}, {}) == {"output domains[\"a.example\"]: it is gone or unknown, and was 10."}
	denied_outputs({"a.example": 10}, {"a.example": null}) == {"output domains[\"a.example\"]: it is gone or unknown, and was 10."}
	denied_outputs({}, {"a.example": null}) == {"output domains[\"a.example\"]: it is gone or unknown, and was null."}
	denied_outputs({"sold.example": 10}, {}) == set()
	denied_outputs(1000, "1000") == {"it is gone or unknown, and was 1000."}
	denied_outputs(1000, {"a.example": 1000}) == {"it is gone or unknown, and was 1000."}
}

test_output_that_is_not_in_the_plan_is_refused if {
	refused := main.deny with input as good_plan with data.backlinks as output_limits
	refused == {"output domains: the plan has no value for it."}
}

test_output_that_is_known_in_part_is_refused if {
	every unknown in [{"b.example": true}, [false, {"x": true}]] {
		plan := object.union(output_plan({"a.example": 10}, {"a.example": 10}), {"output_changes": {"domains": {"after_unknown": unknown}}})
		refused := main.deny with input as plan with data.backlinks as output_limits
		refused == {"output domains: a part of it is known after the apply only."}
	}
	known := object.union(output_plan({"a.example": 10}, {"a.example": 10}), {"output_changes": {"domains": {"after_unknown": false}}})
	passed := main.deny with input as known with data.backlinks as output_limits
	passed == set()
}

test_first_value_is_a_warning if {
	warned_outputs(1000, 1000) == set()
	warned_outputs(null, 1000) == {"output domains: it is 1000, and there is no earlier value to compare with."}
	warned_outputs(null, {"a.example": 10}) == {"output domains[\"a.example\"]: it is 10, and there is no earlier value to compare with."}
	denied_outputs(null, {"a.example": 10}) == set()
}

# --- What is demanded ---

test_limits_that_are_no_map_are_refused if {
	every demands in [null, "24h", []] {
		"There are no limits (data.backlinks): name their file with --data." in denied_by(demands)
	}
}

test_misspelt_setting_is_refused if {
	denied_by(object.union(limits, {"min_read": 5})) == {"data.backlinks.min_read: there is no such setting."}
}

test_malformed_limits_are_refused if {
	every malformed in [{"maximum": {}}, {"max": null}, {"min": []}, {"optional": "yes"}, null, []] {
		"data.backlinks.limits[\"strict.example\"]: it takes max and min, each a map from metric to number, and, unless it is default, optional, which is true or false." in denied_by(object.union(limits, {"limits": {"strict.example": malformed}}))
	}
	some msg in denied_by(object.union(limits, {"limits": {"default": {"optional": true}}}))
	startswith(msg, "data.backlinks.limits[\"default\"]: it takes max and min, ")
}

test_limits_without_a_domain_are_refused if {
	every key in ["Other.example", "other.example.", "münchen.example", "https://other.example", "other.example/page", "other.example:80", "other", "*.example", ""] {
		sprintf("data.backlinks.limits[%q]: its name must be default or a domain in lower case and ASCII (xn--...), without scheme, port, path and dot at the end.", [key]) in denied_by(object.union(limits, {"limits": {key: {"max": {"rank": 1}, "optional": true}}}))
	}
}

denied_limit(side, metric, limit) := {trim_prefix(msg, "data.backlinks.limits[\"strict.example\"].") | some msg in denied_by(object.union(limits, {"limits": {"strict.example": {side: {metric: limit}}}}))}

test_limits_that_refuse_nothing_are_refused if {
	every limit in [null, "1", -1, 101] {
		denied_limit("max", "info.target_spam_score", limit) == {"max.info.target_spam_score: it takes a number, 0 to 100."}
	}
	every side in ["max", "min"] {
		denied_limit(side, "rank", 1001) == {sprintf("%s.rank: it takes a number, 0 to 1000.", [side])}
		denied_limit(side, "referring_domains", -1) == {sprintf("%s.referring_domains: it takes a number, 0 or more.", [side])}
		denied_limit(side, "referring_domains", 1001) == set()
		denied_limit(side, "rank", 1000) == set()
	}
	denied_limit("min", "backlinks_spam_score", 30) == {"min.backlinks_spam_score: a spam score takes a max only."}
	denied_limit("min", "info.target_spam_score", 30) == {"min.info.target_spam_score: a spam score takes a max only."}
}

test_rank_of_another_scale_has_another_limit if {
	demands := object.union(limits, {"arguments": {"rank_scale": "one_hundred"}, "limits": {"strict.example": {"min": {"rank": 101}}}})
	"data.backlinks.limits[\"strict.example\"].min.rank: it takes a number, 0 to 100." in denied_by(demands)
}

test_malformed_settings_are_refused if {
	every value in ["5", -1, 0.5, null, [1]] {
		"data.backlinks.min_reads: it takes a whole number, 0 or more." in denied_by(object.union(limits, {"min_reads": value}))
	}
	"data.backlinks.pages: it takes true or false." in denied_by(object.union(limits, {"pages": "yes"}))
	"data.backlinks.registries: it takes a list of hosts." in denied_by(object.union(limits, {"registries": "registry.terraform.io"}))
	"data.backlinks.cache: it takes what a configuration may set, a map." in denied_by(object.union(limits, {"cache": true}))
	"data.backlinks.base_url: it takes the address of an API." in denied_by(object.union(limits, {"base_url": null}))
	"data.backlinks.arguments: it takes a map from arguments to their values." in denied_by(object.union(limits, {"arguments": ["rank_scale"]}))
	some msg in denied_by(object.union(limits, {"arguments": {"filters": null}}))
	startswith(msg, "data.backlinks.arguments.filters: it takes backlinks_filters, ")
}

test_malformed_outputs_are_refused if {
	every malformed in [null, {}, {"max_drop_percent": "10"}, {"max_drop_percent": 100}, {"max_drop_percent": -1}, {"max_drop_percent": 10, "remove": []}, {"max_drop_percent": 10, "removed": "a.example"}] {
		"data.backlinks.outputs.domains: it takes max_drop_percent, 0 to less than 100, and removed, a list of keys." in denied_by(object.union(limits, {"outputs": {"domains": malformed}}))
	}
	"data.backlinks.outputs: it takes a map from the names of outputs to their settings." in denied_by(object.union(limits, {"outputs": null}))
}

test_max_age_is_needed if {
	every demands in [object.remove(limits, ["max_age"]), object.union(limits, {"max_age": "a day"})] {
		some msg in denied_by(demands)
		contains(msg, "(max_age) of the plan of")
	}
}

# --- Why the policy is written as it is ---

test_rego_compares_anything if {
	null <= 30
	67 <= "30"
}

test_rego_does_not_negate_what_is_missing if {
	not no_boolean_at_once with input as {}
	no_boolean_by_rule with input as {}
}

no_boolean_at_once if not is_boolean(input.x.y)

no_boolean_by_rule if not boolean

boolean if is_boolean(input.x.y)
