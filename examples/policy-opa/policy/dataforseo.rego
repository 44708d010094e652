# Judges the backlinks data in a plan of Terraform or OpenTofu, as "terraform show -json"
# writes it: that each read has a gate (require) which it passed, is of this plan, of
# DataForSEO and new enough, and that each asset has such a read. Settings are data: see
# data/backlinks.yaml.
#
# A rule that finds no value refuses nothing. So a value has to be found and be good, and
# no "not" stands before what may be missing: where there is no x.y, "not x.y > 1" is
# true, but "not is_number(x.y)" is undefined.
#
# conftest looks into the package main and is content with one that has no rules. There
# is no rule "warn": "conftest test -o junit" counts warnings as failures.
package main

# --- Settings ---

deny contains "There are no settings (data.backlinks): name their file with --data." if not has_settings

has_settings if is_object(data.backlinks)

default settings := {}

settings := data.backlinks if has_settings

# A misspelt word would be a demand that nobody makes.
deny contains msg if {
	some word in (object.keys(settings) - {
		"max_age", "min_reads", "limits", "assets", "outputs",
		"ungated", "pages", "arguments", "base_urls", "providers", "cache",
	})
	msg := sprintf("data.backlinks.%s: there is no such setting.", [word])
}

# What is malformed here would demand nothing. What is malformed elsewhere refuses.
deny contains msg if {
	some word, form in {
		"limits": "a map from metric to {min, max}, numbers of 0 or more, spam scores up to 100",
		"assets": "a list of {type, attribute, optional}",
		"outputs": "a map from output to {max_drop_percent, removed}, a number of 0 to less than 100 and a list of keys",
	}
	not is_wellformed(word)
	msg := sprintf("data.backlinks.%s: it takes %s.", [word, form])
}

is_wellformed(word) if not word in object.keys(settings)

is_wellformed("limits") if {
	is_object(settings.limits)
	every metric, bounds in settings.limits {
		is_limit(metric, bounds)
	}
}

is_wellformed("assets") if {
	is_array(settings.assets)
	every asset in settings.assets {
		is_string(asset.type)
		is_string(asset.attribute)
		object.keys(asset) - {"type", "attribute", "optional"} == set()
	}
}

is_wellformed("outputs") if {
	is_object(settings.outputs)
	every _, output in settings.outputs {
		at_most(0, output.max_drop_percent)
		at_most(output.max_drop_percent, 99.999)
		is_array(object.get(output, "removed", []))
		object.keys(output) - {"max_drop_percent", "removed"} == set()
	}
}

is_limit(metric, bounds) if {
	is_object(bounds)
	count(bounds) > 0
	every side, bound in bounds {
		side in {"min", "max"}
		at_most(0, bound)
		at_most(bound, object.get({"backlinks_spam_score": 100, "target_spam_score": 100}, metric, 9007199254740992))
	}
}

# Rego compares anything with anything: null <= 30 and 67 <= "30" are both true.
at_most(a, b) if {
	is_number(a)
	is_number(b)
	a <= b
}

# --- What the plan holds ---

is_ours(r) if {
	r.mode == "data"
	r.type in {"dataforseo_backlinks_summary", "dataforseo_backlinks_summaries", "dataforseo_backlinks_bulk_pages_summary"}
}

# Values stand in prior_state, those of a data source nested in a check block too. Below
# "resources" are attributes of resources, and these can be anything.
found contains r if {
	is_sound
	walk(object.get(input, ["prior_state", "values"], {}), [path, module])
	path[0] == "root_module"
	not "resources" in path
	some r in module.resources
	is_ours(r)
}

# Reads that wait for the apply, and those that Terraform puts off (-allow-deferral). What
# prior_state may have of them is of an earlier run.
deferred contains {"address": r.address, "reason": reason, "targets": targets(object_or_empty(r, ["change", "after"]))} if {
	is_sound
	some [r, reason] in array.concat(
		[[r, object.get(r, "action_reason", "no reason given")] | some r in object.get(input, "resource_changes", [])],
		[[d.resource_change, object.get(d, "reason", "no reason given")] | some d in object.get(input, "deferred_changes", [])],
	)
	is_ours(r)
	reason != "read_because_check_nested"
}

read_now contains r if {
	some r in found
	not r.address in {d.address | some d in deferred}
}

# What is judged: each target that was asked for. One that is in targets alone counts as
# a read that did not take place.
reads contains {"name": name, "target": target, "values": values} if {
	some r in read_now
	some target in targets(object_or_empty(r, ["values"]))
	values := values_of(r, target)
	name := sprintf("%s (target %v)", [r.address, target])
}

values_of(r, target) := r.values if {
	is_single(r)
} else := object.union(
	object_or_empty(r.values, ["summaries", target]),
	{"error": error | some error in [r.values.errors[target]]; error != null},
)

is_single(r) if r.type == "dataforseo_backlinks_summary"

targets(values) := ({target | target := values.target} | {target | some target in values.targets}) | object.keys(object_or_empty(values, ["summaries"]))

object_or_empty(value, path) := inner if {
	inner := object.get(value, path, {})
	is_object(inner)
} else := {}

# --- The plan as a whole ---

deny contains "This is no plan: give the file that \"terraform show -json PLANFILE\" writes." if not is_plan

is_plan if {
	is_string(input.terraform_version)
	is_object(input.planned_values)
	is_object(input.configuration)
}

# A plan that failed is written all the same, without what failed. What else is wrong
# with it may be so for that reason. Terraform 1.5 does not say whether a plan failed.
deny contains "The plan failed, or does not say that it did not (errored must be false)." if {
	is_plan
	not is_sound
}

is_sound if {
	is_plan
	input.errored == false
}

# What -target leaves out is missing, or as an earlier run saw it. OpenTofu, and Terraform
# before 1.8, do not mark such plans; there assets, min_reads and the age tell.
deny contains "The plan is partial (complete must be true): -target, or something else, left reads out." if {
	is_sound
	not is_whole
}

is_whole if {
	is_sound
	object.get(input, "complete", true) == true
}

deny contains msg if {
	is_whole
	count(deferred) == 0
	held := count(domains)
	not at_most(min_reads, held)
	msg := sprintf("Different domains that the plan reads: %d, at least %v required (min_reads).", [held, min_reads])
}

min_reads := object.get(settings, "min_reads", 1)

deny contains sprintf("%s: it is not read before the apply (%s), so nothing can be said of it.", [d.address, d.reason]) if some d in deferred

deny contains sprintf("%s: it has no target, so nothing is judged.", [r.address]) if {
	some r in read_now
	count(targets(object_or_empty(r, ["values"]))) == 0
}

# Whoever has a registry of his own can have a dataforseo/dataforseo in it.
deny contains msg if {
	some r in found
	provider := object.get(r, "provider_name", null)
	not provider in providers
	msg := sprintf("%s: it is read by the provider %v, which is not in %v (providers).", [r.address, provider, providers])
}

providers := object.get(settings, "providers", [
	"registry.terraform.io/dataforseo/dataforseo",
	"registry.opentofu.org/dataforseo/dataforseo",
])

# A cache that came along with the configuration may say of any domain what it likes. An
# expression without a constant may be anything.
deny contains msg if {
	some key, config in object.get(input, ["configuration", "provider_config"], {})
	config.full_name in providers
	expression := config.expressions.cache
	not is_allowed_cache(expression)
	msg := sprintf("provider %s: cache must be left out, or be what data.backlinks.cache says, as a literal.", [key])
}

is_allowed_cache(expression) if expression.constant_value == settings.cache

# --- Each read ---

deny contains sprintf("%s: %s.", [read.name, trim_suffix(complaint, ".")]) if {
	some read in reads
	some complaint in complaints(read)
}

# One cause is said once: a failed read has no verdict, no address and no age either.
complaints(read) := violations(read) if {
	count(violations(read)) > 0
} else := {unusable(read)} if {
	unusable(read)
} else := {"it did not pass (passed is false)"} if {
	read.values.passed == false
} else := {"it has no gate: it needs require (passed is null)"} if {
	not is_passed(read)
	not object.get(settings, "ungated", false) == true
} else := set()

# The sentences of the data source, while it did not pass.
violations(read) := {violation |
	read.values.passed == false
	some violation in object.get(read.values, "violations", [])
}

is_passed(read) if read.values.passed == true

unusable(read) := sprintf("the read failed: %v", [error_message(read.values.error)]) if {
	object.get(read.values, "error", null) != null
} else := "DataForSEO has no data" if {
	read.values.has_data == false
} else := "has_data is null, so nothing is known of it" if {
	not has_data(read)
} else := sprintf("the answer is from %v, which is not in %v (base_urls)", [base_url, base_urls]) if {
	base_url := object.get(read.values, "base_url", null)
	not base_url in base_urls
} else := sprintf("the answer is of %v, which is not within %v (max_age) of now", [object.get(read.values, "fetched_at", null), max_age]) if {
	not is_fresh(read)
}

error_message(error) := error.message if {
	is_string(error.message)
} else := error

has_data(read) if read.values.has_data == true

base_urls := object.get(settings, "base_urls", ["https://api.dataforseo.com"])

max_age := object.get(settings, "max_age", "24h")

# What is of the future is not new. The clocks of two machines differ by minutes at most.
is_fresh(read) if {
	age := time.now_ns() - time.parse_rfc3339_ns(read.values.fetched_at)
	age <= time.parse_duration_ns(max_age)
	age >= 0 - time.parse_duration_ns("5m")
}

# A page has other, mostly better numbers than its domain.
deny contains sprintf("%s: it is a page, or has a scheme or a port, and domains are judged (pages).", [read.name]) if {
	some read in reads
	not is_domain(read.target)
	not may_be_pages
}

may_be_pages if settings.pages == true

is_domain(target) if not regex.match(`[/\\?#:]`, target)

# With "backlinks_filters", say, the spam score is that of the links which the filter
# lets through.
deny contains msg if {
	some r in read_now
	some argument, wanted in object.union(api_defaults, object_or_empty(settings, ["arguments"]))
	value := first_not_null(object.get(r.values, argument, null), api_defaults[argument])
	value != wanted
	msg := sprintf("%s: %s is %v, and must be %v (arguments).", [r.address, argument, value, wanted])
}

first_not_null(value, instead) := instead if {
	value == null
} else := value

api_defaults := {
	"include_subdomains": true,
	"include_indirect_links": true,
	"exclude_internal_backlinks": true,
	"backlinks_status_type": "live",
	"backlinks_filters": null,
	"rank_scale": "one_thousand",
}

# --- Limits that no configuration can loosen ---

# What the data source itself says of a metric is not said again.
deny contains sprintf("%s: %s.", [read.name, sentence]) if {
	some read in reads
	not unusable(read)
	some metric, bounds in object_or_empty(settings, ["limits"])
	is_limit(metric, bounds)
	sentence := broken(read.values, metric, bounds)
	not is_said(read, metric)
}

is_said(read, metric) if {
	some violation in violations(read)
	startswith(violation, concat("", [metric, " is "]))
}

broken(values, metric, bounds) := sprintf("%s is %v, %s", [metric, text(value), concat(", ", wrong)]) if {
	value := metric_value(values, metric)
	wrong := array.concat(
		[sprintf("at least %v required", [text(bound)]) | bound := bounds.min; not at_most(bound, value)],
		[sprintf("at most %v allowed", [text(bound)]) | bound := bounds.max; not at_most(value, bound)],
	)
	count(wrong) > 0
}

# A country that links nowhere, say, is missing in its map: that is 0 links and no
# missing metric. A map that is null is one.
metric_value(values, metric) := number if {
	startswith(metric, "referring_links_")
	some name, map in values
	startswith(metric, concat("", [name, "."]))
	is_object(map)
	number := object.get(map, substring(metric, count(name) + 1, -1), 0)
} else := values.info.target_spam_score if {
	metric == "target_spam_score"
} else := object.get(values, metric, null)

# Numbers come from JSON as floats, and 5316842907 would be written 5.316842907e+09.
text(value) := format_int(value, 10) if {
	is_number(value)
	value == floor(value)
} else := value

# --- Assets ---

# What is made or changed. A delete attaches nothing, and a no-op nothing new.
deny contains sprintf("%s: %s (assets).", [r.address, complaint]) if {
	is_whole
	some r in object.get(input, "resource_changes", [])
	some asset in settings.assets
	r.mode == "managed"
	r.type == asset.type
	some action in r.change.actions
	action in {"create", "update"}
	complaint := unread(r.change, asset)
}

unread(change, asset) := sprintf("%s is known after the apply only, so no read can be found for it", [asset.attribute]) if {
	walk(object.get(change, ["after_unknown", asset.attribute], false), [_, true])
} else := sprintf("%s holds no domain", [asset.attribute]) if {
	not holds_domains(change, asset)
} else := sprintf("no data source of the plan reads %s", [concat(", ", missing)]) if {
	missing := {host(text) | some text in texts(change.after[asset.attribute])} - domains
	count(missing) > 0
}

holds_domains(change, asset) if {
	every text in texts(change.after[asset.attribute]) {
		is_string(text)
	}
}

holds_domains(change, asset) if {
	asset.optional == true
	change.after[asset.attribute] == null
}

texts(value) := value if is_array(value)

texts(value) := [value] if is_string(value)

# The domains that are read, or would be but for what is said above.
domains contains host(target) if {
	some target in ({read.target | some read in reads} | {target | some d in deferred; some target in d.targets})
	is_refused_or_domain(target)
}

is_refused_or_domain(target) if is_domain(target)

is_refused_or_domain(_) if not may_be_pages

# Of an asset, whatever form it is in: a URL, an alias, the name of a zone.
# "https://WWW.Shop.example:443/x", "*.shop.example" and "shop.example." are
# shop.example. An internationalised name has to be written alike in both places.
host(text) := trim_prefix(trim_prefix(trim_right(name, "."), "www."), "*.") if {
	name := regex.find_all_string_submatch_n(`^(?:(?:[a-z][a-z0-9+.-]*:)?//)?(?:[^/\\?#@]*@)?([^/\\?#:]*)`, trim_space(lower(text)), 1)[0][1]
}

# --- Outputs against the last apply ---

deny contains sprintf("output %s: the plan has no value for it.", [output]) if {
	is_whole
	some output, _ in settings.outputs
	not has_value(output)
}

has_value(output) if input.output_changes[output].after != null

# A first value has nothing to be compared with.
deny contains msg if {
	is_whole
	some output, setting in settings.outputs
	has_value(output)
	change := input.output_changes[output]
	after := numbers(output, change.after)
	some label, before in numbers(output, change.before)
	not label in {sprintf("%s[%q]", [output, key]) | some key in object.get(setting, "removed", [])}
	now := object.get(after, label, null)
	not has_held(before, now, setting.max_drop_percent)
	msg := sprintf("output %s: it is %v and was %v, a fall of at most %v percent is allowed.", [label, text(now), text(before), setting.max_drop_percent])
}

has_held(before, now, percent) if before * (100 - percent) <= now * 100

numbers(output, value) := {sprintf("%s[%q]", [output, key]): number | some key, number in value; is_number(number)} if {
	is_object(value)
} else := {output: value} if {
	is_number(value)
} else := {}
