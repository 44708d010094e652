# Judges the backlinks data in the output of "terraform show -json PLANFILE". Each read
# must have passed its gate (require) in this plan, with a recent answer from DataForSEO.
# Each asset must have such a read. Settings are data: see data/backlinks.yaml.
#
# In Rego, a rule that finds no value denies nothing. So every value must be found and be
# good, and "not" never negates an expression on a value that may be missing: without
# x.y, "not x.y > 1" is true, but "not is_number(x.y)" is undefined.
#
# conftest evaluates the package main, and passes if that has no rules. There is no "warn"
# rule: "conftest test -o junit" counts warnings as failures.
package main

# --- Settings ---

deny contains "No settings found (data.backlinks). Pass their file with --data." if not has_settings

has_settings if is_object(data.backlinks)

default settings := {}

settings := data.backlinks if has_settings

# A misspelt setting would have no effect.
deny contains msg if {
	some word in (object.keys(settings) - {
		"max_age", "min_reads", "limits", "assets", "outputs",
		"ungated", "pages", "arguments", "base_urls", "providers", "cache",
	})
	msg := sprintf("data.backlinks.%s: unknown setting.", [word])
}

# These would have no effect if they were malformed. Other malformed settings deny.
deny contains msg if {
	some word, form in {
		"limits": "a map from metric to {min, max}, numbers of 0 or more, spam scores up to 100",
		"assets": "a list of {type, attribute, optional}",
		"outputs": "a map from output to {max_drop_percent, removed}, a number of 0 to less than 100 and a list of keys",
	}
	not is_wellformed(word)
	msg := sprintf("data.backlinks.%s: must be %s.", [word, form])
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

# Rego compares values of any types: null <= 30 and 67 <= "30" are both true.
at_most(a, b) if {
	is_number(a)
	is_number(b)
	a <= b
}

# --- Reads in the plan ---

is_ours(r) if {
	r.mode == "data"
	r.type in {"dataforseo_backlinks_summary", "dataforseo_backlinks_summaries", "dataforseo_backlinks_bulk_pages_summary"}
}

# The values are in prior_state, also those of a data source nested in a check block.
# Don't search below "resources": the attributes of a resource can contain anything.
found contains r if {
	is_sound
	walk(object.get(input, ["prior_state", "values"], {}), [path, module])
	path[0] == "root_module"
	not "resources" in path
	some r in module.resources
	is_ours(r)
}

# Reads that Terraform makes during apply, or defers (-allow-deferral). If prior_state has
# values for them, they are from an earlier run.
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

# One per target. A target that is in targets but not in summaries counts as a read that
# didn't take place.
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

deny contains "The input isn't a plan. Pass the output of \"terraform show -json PLANFILE\"." if not is_plan

is_plan if {
	is_string(input.terraform_version)
	is_object(input.planned_values)
	is_object(input.configuration)
}

# Terraform also writes a plan that failed, but without what failed. That may cause other
# findings, so this is the only one. Terraform 1.5 doesn't say whether a plan failed.
deny contains "The plan failed, or doesn't say whether it did (errored must be false)." if {
	is_plan
	not is_sound
}

is_sound if {
	is_plan
	input.errored == false
}

# What -target leaves out is missing, or has values from an earlier run. OpenTofu, and
# Terraform before 1.8, don't mark such plans: assets, min_reads and max_age find them.
deny contains "The plan is partial (complete must be true): -target or another option left out reads." if {
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
	msg := sprintf("Different domains read by the plan: %d, at least %v required (min_reads).", [held, min_reads])
}

min_reads := object.get(settings, "min_reads", 1)

deny contains sprintf("%s: not read before apply (%s), so it can't be judged.", [d.address, d.reason]) if some d in deferred

deny contains sprintf("%s: no targets, so nothing is judged.", [r.address]) if {
	some r in read_now
	count(targets(object_or_empty(r, ["values"]))) == 0
}

# Any private registry can have a provider dataforseo/dataforseo.
deny contains msg if {
	some r in found
	provider := object.get(r, "provider_name", null)
	not provider in providers
	msg := sprintf("%s: the provider is %v, which isn't in %v (providers).", [r.address, provider, providers])
}

providers := object.get(settings, "providers", [
	"registry.terraform.io/dataforseo/dataforseo",
	"registry.opentofu.org/dataforseo/dataforseo",
])

# A cache in the repository of the configuration can contain forged answers. The plan
# doesn't have the value of an expression, so only a literal is allowed.
deny contains msg if {
	some key, config in object.get(input, ["configuration", "provider_config"], {})
	config.full_name in providers
	expression := config.expressions.cache
	not is_allowed_cache(expression)
	msg := sprintf("provider %s: cache must be omitted, or be a literal equal to data.backlinks.cache.", [key])
}

is_allowed_cache(expression) if expression.constant_value == settings.cache

# --- Each read ---

deny contains sprintf("%s: %s.", [read.name, trim_suffix(complaint, ".")]) if {
	some read in reads
	some complaint in complaints(read)
}

# Reports one cause once: a failed read has no verdict, address or age either.
complaints(read) := violations(read) if {
	count(violations(read)) > 0
} else := {unusable(read)} if {
	unusable(read)
} else := {"it didn't pass (passed is false)"} if {
	read.values.passed == false
} else := {"it has no gate: add require (passed isn't true or false)"} if {
	not is_passed(read)
	not object.get(settings, "ungated", false) == true
} else := set()

# The data source's own sentences, unless it passed.
violations(read) := {violation |
	read.values.passed == false
	some violation in object.get(read.values, "violations", [])
}

is_passed(read) if read.values.passed == true

unusable(read) := sprintf("the read failed: %v", [error_message(read.values.error)]) if {
	object.get(read.values, "error", null) != null
} else := "DataForSEO has no data" if {
	read.values.has_data == false
} else := "has_data is null, so nothing is known about it" if {
	not has_data(read)
} else := sprintf("the answer is from %v, which isn't in %v (base_urls)", [base_url, base_urls]) if {
	base_url := object.get(read.values, "base_url", null)
	not base_url in base_urls
} else := sprintf("fetched_at is %v, which isn't within the last %v (max_age)", [object.get(read.values, "fetched_at", null), max_age]) if {
	not is_fresh(read)
}

error_message(error) := error.message if {
	is_string(error.message)
} else := error

has_data(read) if read.values.has_data == true

base_urls := object.get(settings, "base_urls", ["https://api.dataforseo.com"])

max_age := object.get(settings, "max_age", "24h")

# A time in the future isn't recent, but two machines' clocks can differ by minutes.
is_fresh(read) if {
	age := time.now_ns() - time.parse_rfc3339_ns(read.values.fetched_at)
	age <= time.parse_duration_ns(max_age)
	age >= 0 - time.parse_duration_ns("5m")
}

# A page has different, usually better metrics than its domain.
deny contains sprintf("%s: the target is a page, or has a scheme or a port: only domains are allowed (pages).", [read.name]) if {
	some read in reads
	not is_domain(read.target)
	not may_be_pages
}

may_be_pages if settings.pages == true

is_domain(target) if not regex.match(`[/\\?#:]`, target)

# For example, with backlinks_filters the spam score is that of the backlinks that match
# the filters.
deny contains msg if {
	some r in read_now
	some argument, wanted in object.union(api_defaults, object_or_empty(settings, ["arguments"]))
	value := first_not_null(object.get(r.values, argument, null), api_defaults[argument])
	value != wanted
	msg := sprintf("%s: %s is %v, must be %v (arguments).", [r.address, argument, value, wanted])
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

# --- Limits that a configuration can't relax ---

# Doesn't repeat what the data source reports for a metric.
deny contains sprintf("%s: %s.", [read.name, sentence]) if {
	some read in reads
	not unusable(read)
	some metric, bounds in object_or_empty(settings, ["limits"])
	is_limit(metric, bounds)
	sentence := broken(read.values, metric, bounds)
	not is_reported(read, metric)
}

is_reported(read, metric) if {
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

# In a map, a missing key means 0 links: referring_links_countries has no countries without
# links. But a map that is null is a missing metric.
metric_value(values, metric) := number if {
	startswith(metric, "referring_links_")
	some name, map in values
	startswith(metric, concat("", [name, "."]))
	is_object(map)
	number := object.get(map, substring(metric, count(name) + 1, -1), 0)
} else := values.info.target_spam_score if {
	metric == "target_spam_score"
} else := object.get(values, metric, null)

# Without this, sprintf writes 5316842907 as 5.316842907e+09.
text(value) := format_int(value, 10) if {
	is_number(value)
	value == floor(value)
} else := value

# --- Assets ---

# Only creates and updates attach a domain.
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

unread(change, asset) := sprintf("%s is known only after apply, so it can't be matched to a read", [asset.attribute]) if {
	walk(object.get(change, ["after_unknown", asset.attribute], false), [_, true])
} else := sprintf("%s contains no domain", [asset.attribute]) if {
	not contains_domains(change, asset)
} else := sprintf("no data source in the plan reads %s", [concat(", ", missing)]) if {
	missing := {host(text) | some text in texts(change.after[asset.attribute])} - domains
	count(missing) > 0
}

contains_domains(change, asset) if {
	every text in texts(change.after[asset.attribute]) {
		is_string(text)
	}
}

contains_domains(change, asset) if {
	asset.optional == true
	change.after[asset.attribute] == null
}

texts(value) := value if is_array(value)

texts(value) := [value] if is_string(value)

# The domains that are read, including reads that are refused above: one cause, one message.
domains contains host(target) if {
	some target in ({read.target | some read in reads} | {target | some d in deferred; some target in d.targets})
	is_refused_or_domain(target)
}

is_refused_or_domain(target) if is_domain(target)

is_refused_or_domain(_) if not may_be_pages

# The domain in a URL, an alias or the name of a zone: shop.example for
# "https://WWW.Shop.example:443/x", "*.shop.example" and "shop.example.". It doesn't
# convert internationalized names, so write them the same way in both places.
host(text) := trim_prefix(trim_prefix(trim_right(name, "."), "www."), "*.") if {
	name := regex.find_all_string_submatch_n(`^(?:(?:[a-z][a-z0-9+.-]*:)?//)?(?:[^/\\?#@]*@)?([^/\\?#:]*)`, trim_space(lower(text)), 1)[0][1]
}

# --- Outputs compared with the last apply ---

deny contains sprintf("output %s: no value in the plan.", [output]) if {
	is_whole
	some output, _ in settings.outputs
	not has_value(output)
}

has_value(output) if input.output_changes[output].after != null

# A first value isn't compared with anything.
deny contains msg if {
	is_whole
	some output, setting in settings.outputs
	has_value(output)
	change := input.output_changes[output]
	after := numbers(output, change.after)
	some label, before in numbers(output, change.before)
	not label in {sprintf("%s[%q]", [output, key]) | some key in object.get(setting, "removed", [])}
	now := object.get(after, label, null)
	not is_within(before, now, setting.max_drop_percent)
	msg := sprintf("output %s: now %v, was %v, a drop of at most %v percent is allowed.", [label, text(now), text(before), setting.max_drop_percent])
}

is_within(before, now, percent) if before * (100 - percent) <= now * 100

numbers(output, value) := {sprintf("%s[%q]", [output, key]): number | some key, number in value; is_number(number)} if {
	is_object(value)
} else := {output: value} if {
	is_number(value)
} else := {}
