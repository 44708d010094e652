# Judges the backlinks summaries in a plan of Terraform or OpenTofu, as
# "terraform show -json" writes it. The limits are data: see data/backlinks.yaml.
#
# A rule that finds no value refuses nothing. So here a value has to be found and be
# good: a metric without a value, a limit that is no number, a read that did not take
# place are all refused. For the same reason no "not" stands before what may be
# missing: where there is no x.y, "not is_boolean(x.y)" is not true but undefined.
#
# conftest looks into the package main, unless it is told otherwise, and is content
# with a package that has no rules.
package main

# --- What the plan holds ---

types := {"dataforseo_backlinks_summary", "dataforseo_backlinks_summaries"}

# The values of data sources at the top level of any module stand in prior_state alone,
# those of data sources nested in a check block in planned_values and resource_changes
# too.
found contains resource(r, ["values"]) if {
	some state in [
		object.get(input, ["prior_state", "values"], {}),
		object.get(input, "planned_values", {}),
	]
	walk(state, [path, module])
	path[0] == "root_module"

	# Below "resources" are attributes of resources, and these can be anything.
	not "resources" in path
	some r in module.resources
	is_ours(r)
}

found contains resource(r, ["change", "after"]) if {
	some r in changes
	is_nested(r)
}

# So that nothing that is missing makes a rule undefined that should refuse.
resource(r, path) := {
	"address": object.get(r, "address", "a data source without an address"),
	"type": r.type,
	"provider": object.get(r, "provider_name", null),
	"values": object_or_empty(r, path),
}

object_or_empty(r, path) := value if {
	value := object.get(r, path, {})
	is_object(value)
} else := {}

is_ours(r) if {
	r.mode == "data"
	r.type in types
}

changes contains r if {
	some r in object.get(input, "resource_changes", [])
	is_ours(r)
}

is_nested(r) if r.action_reason == "read_because_check_nested"

# Reads that wait for the apply. In planned_values they have no results, and what
# prior_state may have is of an earlier run.
deferred contains r if {
	some r in changes
	not is_nested(r)
}

read_now contains r if {
	some r in found
	not r.address in {object.get(d, "address", "") | some d in deferred}
}

# What is judged: each target that was asked for.
reads contains {
	"name": name(r.address, r.values.target),
	"target": r.values.target,
	"values": r.values,
} if {
	some r in read_now
	r.type == "dataforseo_backlinks_summary"
	is_string(r.values.target)
}

reads contains {"name": name(r.address, "unknown"), "target": "unknown", "values": r.values} if {
	some r in read_now
	r.type == "dataforseo_backlinks_summary"
	not is_string(object.get(r.values, "target", null))
}

# A portfolio asks for many targets, and has each of them in summaries or in errors. One
# that is in neither counts as a read that did not take place.
reads contains {
	"name": name(r.address, target),
	"target": target,
	"values": object.union(
		object_or_empty(r.values, ["summaries", target]),
		{"error": error | some error in [r.values.errors[target]]; error != null},
	),
} if {
	some r in read_now
	r.type == "dataforseo_backlinks_summaries"
	some target in targets(r)
}

targets(r) := {target | some target in object.get(r.values, "targets", [])} | (object.keys(object_or_empty(r.values, ["summaries"])) | object.keys(object_or_empty(r.values, ["errors"])))

name(address, target) := sprintf("%s (target %s)", [address, target])

hosts contains host(read.target) if some read in reads

# The host of a target as the provider sends it: DOCS.example. is docs.example. A page
# has that of its URL.
host(target) := lower(trim_right(written_host(target), "."))

written_host(target) := regex.find_all_string_submatch_n(`^(?:[a-zA-Z]+://)?([^/\\?#:]*)`, target, 1)[0][1]

# --- The plan as a whole ---

deny contains "This is no plan: give the file that \"terraform show -json PLANFILE\" writes." if not is_plan

is_plan if {
	is_string(input.terraform_version)
	is_object(input.planned_values)
	is_object(input.configuration)
}

# A plan that failed is written all the same, without what failed. Terraform 1.5 does
# not say so: its plans are all refused.
deny contains "The plan failed, or does not say that it did not (errored must be false)." if {
	is_plan
	not is_complete
}

is_complete if input.errored == false

# What -target, or OpenTofu's -exclude, leaves out stands in prior_state as an earlier
# run saw it, or not at all. OpenTofu, and Terraform before 1.8, do not mark such plans;
# there, the age of the answers, min_reads and the limits of single targets tell.
deny contains "The plan is partial (complete must be true): -target, or something else, left reads out." if {
	is_complete
	object.get(input, "complete", true) != true
}

deny contains msg if {
	is_plan
	held := count(hosts)
	held < min_reads
	msg := sprintf("Different domains that the plan reads: %s, at least %s needed (min_reads).", [text(held), text(min_reads)])
}

# max_age is counted to the plan, not to now.
deny contains msg if {
	is_plan
	"max_plan_age" in object.keys(demands)
	not is_recent
	msg := sprintf("The plan is of %v, which is not within %v (max_plan_age) of now.", [
		object.get(input, "timestamp", null),
		demands.max_plan_age,
	])
}

is_recent if {
	planned := time.parse_rfc3339_ns(input.timestamp)
	is_past(planned)
	time.now_ns() - planned <= time.parse_duration_ns(demands.max_plan_age)
}

# What is of the future is not new. The clocks of two machines differ by minutes at most.
is_past(moment) if moment <= time.now_ns() + time.parse_duration_ns("5m")

default min_reads := 1

min_reads := demands.min_reads if is_number(demands.min_reads)

# The sandbox, another server, or a cache that came along with the configuration may
# say of any domain what it likes.
deny contains msg if {
	some key, config in object.get(input, ["configuration", "provider_config"], {})
	is_dataforseo(object.get(config, "full_name", null))
	some attribute, value in wanted_settings
	not is_set_to(config, attribute, value)
	msg := sprintf("provider %s: %s must be %s.", [key, attribute, wanted(value)])
}

wanted(value) := "left out" if {
	value == null
} else := sprintf("%s, as a literal or by being left out", [text(value)])

# An expression without a constant may be anything: that of merge({directory = "x"}) is
# empty, as is that of null.
is_set_to(config, attribute, _) if not attribute in object.keys(object.get(config, "expressions", {}))

is_set_to(config, attribute, value) if config.expressions[attribute].constant_value == value

wanted_settings := {
	"sandbox": false,
	"base_url": object.get(demands, "base_url", "https://api.dataforseo.com"),
	"cache": object.get(demands, "cache", null),
}

deny contains msg if {
	some r in found
	not is_dataforseo(r.provider)
	msg := sprintf("%s: it is read by the provider %s, not by %s.", [
		r.address,
		text(r.provider),
		concat(" or ", {sprintf("%s/dataforseo/dataforseo", [registry]) | some registry in registries}),
	])
}

# Whoever has a registry of his own can have a dataforseo/dataforseo in it.
is_dataforseo(address) if {
	some registry in registries
	address == concat("/", [registry, "dataforseo", "dataforseo"])
}

registries := object.get(demands, "registries", ["registry.terraform.io", "registry.opentofu.org"])

# --- Whether a read has an answer ---

deny contains msg if {
	some r in deferred
	msg := sprintf("%s: it is not read before the apply (%s), so nothing can be said of it.", [
		object.get(r, "address", "a data source without an address"),
		object.get(r, "action_reason", "no reason given"),
	])
}

# Terraform can put off a resource as a whole (-allow-deferral).
deny contains msg if {
	some deferral in object.get(input, "deferred_changes", [])
	deferral.resource_change.type in types
	msg := sprintf("%s: it is put off (%s), so nothing can be said of it.", [
		object.get(deferral.resource_change, "address", "a data source without an address"),
		object.get(deferral, "reason", "no reason given"),
	])
}

deny contains msg if {
	some read in reads
	has_error(read)
	msg := sprintf("%s: the read failed. %s", [read.name, error_message(read.values.error)])
}

has_error(read) if object.get(read.values, "error", null) != null

deny contains msg if {
	some r in read_now
	r.type == "dataforseo_backlinks_summaries"
	count(targets(r)) == 0
	msg := sprintf("%s: it has no targets, so nothing is judged.", [r.address])
}

error_message(error) := error.message if {
	is_string(error.message)
} else := json.marshal(error)

deny contains msg if {
	some read in reads
	not has_error(read)
	not has_verdict(read)
	msg := sprintf("%s: the read failed, or did not take place (has_data is null).", [read.name])
}

has_verdict(read) if is_boolean(read.values.has_data)

deny contains msg if {
	some read in reads
	not has_error(read)
	read.values.has_data == false
	msg := sprintf("%s: DataForSEO has no data (has_data is false).", [read.name])
}

# A mock makes every number 0, which is below any max. An answer of DataForSEO's that
# has data says 20000 here; a mock does so only if somebody wrote it there.
deny contains msg if {
	some read in reads
	read.values.has_data == true
	code := object.get(read.values, ["response", "task", "status_code"], null)
	code != 20000
	msg := sprintf("%s: this is no answer of DataForSEO's, perhaps a mock (response.task.status_code is %s, not 20000).", [
		read.name,
		text(code),
	])
}

# Refuses what an earlier run has left in the state, and answers that a cache kept for
# too long.
deny contains msg if {
	some read in reads
	read.values.has_data == true
	not is_fresh(read)
	msg := sprintf("%s: the answer is of %v, which is not within %v (max_age) of the plan of %v.", [
		read.name,
		object.get(read.values, "fetched_at", null),
		object.get(demands, "max_age", null),
		object.get(input, "timestamp", null),
	])
}

# A plan is of when it began, so that an answer may be newer.
is_fresh(read) if {
	fetched := time.parse_rfc3339_ns(read.values.fetched_at)
	is_past(fetched)
	time.parse_rfc3339_ns(input.timestamp) - fetched <= time.parse_duration_ns(demands.max_age)
}

# Limits are meant for the numbers of a whole domain. That a target is a subdomain, no
# plan says.
deny contains msg if {
	some read in reads
	not may_be_pages
	regex.match(`[/\\?#:]`, read.target)
	msg := sprintf("%s: it is a page, or has a scheme or a port, and the limits are for domains (pages).", [read.name])
}

may_be_pages if demands.pages == true

# The provider sends münchen.example as xn--mnchen-3ya.example, and Rego cannot tell
# that these are one.
deny contains msg if {
	some read in reads
	not regex.match(`^[[:ascii:]]*$`, written_host(read.target))
	msg := sprintf("%s: it is not in ASCII, so its limits cannot be found. Write it as the function target_domain gives it (xn--...).", [read.name])
}

# With "backlinks_filters", say, the spam score is that of the links which the filter
# lets through.
deny contains msg if {
	some r in read_now
	some argument, by_default in api_defaults
	value := first_not_null(object.get(r.values, argument, null), by_default)
	value != wanted_arguments[argument]
	msg := sprintf("%s: %s is %s, and the limits are for %s.", [
		r.address,
		argument,
		text(value),
		text(wanted_arguments[argument]),
	])
}

# What the API does without these arguments.
api_defaults := {
	"include_subdomains": true,
	"include_indirect_links": true,
	"exclude_internal_backlinks": true,
	"backlinks_status_type": "live",
	"backlinks_filters": null,
	"rank_scale": "one_thousand",
}

wanted_arguments := object.union(api_defaults, object_or_empty(demands, ["arguments"]))

first_not_null(value, instead) := instead if {
	value == null
} else := value

# --- Limits ---

deny contains msg if {
	some read in reads
	read.values.has_data == true
	some metric, limit in limits_for(read).max
	not lacks(read, metric)
	value := object.get(read.values, split(metric, "."), null)
	not at_most(value, limit)
	msg := sprintf("%s: %s is %s, at most %s is allowed.", [read.name, metric, text(value), text(limit)])
}

deny contains msg if {
	some read in reads
	read.values.has_data == true
	some metric, limit in limits_for(read).min
	not lacks(read, metric)
	value := object.get(read.values, split(metric, "."), null)
	not at_most(limit, value)
	msg := sprintf("%s: %s is %s, at least %s is needed.", [read.name, metric, text(value), text(limit)])
}

# A plan holds every attribute of a read, with or without a value. The limits of all
# targets are looked at, so that a misspelt one is found before it is needed.
deny contains msg if {
	some read in reads
	read.values.has_data == true
	some metric in limited
	lacks(read, metric)
	msg := sprintf("data.backlinks.limits: there is no metric %s.", [metric])
}

limited contains metric if {
	some limits in object_or_empty(demands, ["limits"])
	some side in ["max", "min"]
	some metric, _ in object_or_empty(limits, [side])
}

lacks(read, metric) if {
	path := split(metric, ".")
	some i, attribute in path
	parent := object.get(read.values, array.slice(path, 0, i), null)
	is_object(parent)
	not attribute in object.keys(parent)
}

deny contains msg if {
	some read in reads
	not has_limit(read)
	msg := sprintf("%s: no limit is set for it.", [read.name])
}

has_limit(read) if {
	some side in ["max", "min"]
	count(limits_for(read)[side]) > 0
}

# Limits of a target that is misspelt, or read as a subdomain only, hold for nothing. So
# whoever takes a domain out of the plan takes its limits out, too, or has said before
# that it may go. Where the plans of several configurations are judged by the same
# limits, all are optional.
deny contains sprintf("%s If it need not be in every plan, say optional: true there.", [msg]) if {
	some key, msg in unread
	not is_optional(key)
}

warn contains msg if {
	some key, msg in unread
	is_optional(key)
}

unread[key] := msg if {
	is_plan
	some key, _ in object_or_empty(demands, ["limits"])
	key != "default"
	not key in hosts
	msg := sprintf("data.backlinks.limits[%q]: the plan holds no such target.", [key])
}

is_optional(key) if demands.limits[key].optional == true

# Rego compares anything with anything: null <= 30 and 67 <= "30" are both true.
at_most(a, b) if {
	is_number(a)
	is_number(b)
	a <= b
}

# The limits of the target, over those for all targets.
limits_for(read) := object.union(
	object.get(demands, ["limits", "default"], {}),
	object.get(demands, ["limits", host(read.target)], {}),
)

# --- Outputs against the last apply ---

deny contains msg if {
	is_complete
	some output, _ in outputs
	not has_value(output)
	msg := sprintf("output %s: the plan has no value for it.", [output])
}

has_value(output) if object.get(input, ["output_changes", output, "after"], null) != null

deny contains msg if {
	is_complete
	some output, _ in outputs
	has_value(output)
	walk(object.get(input, ["output_changes", output, "after_unknown"], false), [_, true])
	msg := sprintf("output %s: a part of it is known after the apply only.", [output])
}

deny contains msg if {
	some change in output_numbers
	not is_number(change.after)
	not change.may_go
	msg := sprintf("output %s: it is gone or unknown, and was %s.", [change.label, text(change.before)])
}

deny contains msg if {
	some change in output_numbers
	is_number(change.after)
	is_number(change.before)
	not at_most(change.before * (100 - change.max_drop_percent), change.after * 100)
	msg := sprintf("output %s: it fell from %s to %s, at most %s percent is allowed.", [
		change.label,
		text(change.before),
		text(change.after),
		text(change.max_drop_percent),
	])
}

# A first value has nothing to be compared with, and to refuse it would refuse every
# first plan. "conftest test --fail-on-warn" does.
warn contains msg if {
	some change in output_numbers
	is_number(change.after)
	not is_number(change.before)
	msg := sprintf("output %s: it is %s, and there is no earlier value to compare with.", [change.label, text(change.after)])
}

outputs := object.get(demands, "outputs", {})

output_numbers contains change if {
	some output, settings in outputs
	has_value(output)
	before := numbers(output, object.get(input.output_changes[output], "before", null))
	after := numbers(output, input.output_changes[output].after)
	may_go := {label(output, key) | some key in object.get(settings, "removed", [])}
	some place in (object.keys(before) | object.keys(after))
	change := {
		"label": place,
		"before": object.get(before, place, null),
		"after": object.get(after, place, null),
		"max_drop_percent": settings.max_drop_percent,
		"may_go": place in may_go,
	}
}

numbers(output, value) := {label(output, key): number | some key, number in value} if {
	is_object(value)
} else := {} if {
	value == null
} else := {output: value}

label(output, key) := sprintf("%s[%q]", [output, key])

# --- What is demanded ---

default demands := {}

demands := data.backlinks if has_demands

deny contains "There are no limits (data.backlinks): name their file with --data." if not has_demands

has_demands if is_object(data.backlinks)

# A misspelt word would be a demand that nobody makes.
deny contains msg if {
	some word in (object.keys(demands) - {"min_reads", "max_age", "max_plan_age", "pages", "registries", "base_url", "cache", "arguments", "limits", "outputs"})
	msg := sprintf("data.backlinks.%s: there is no such setting.", [word])
}

deny contains "data.backlinks.min_reads: it takes a whole number, 0 or more." if not is_count(object.get(demands, "min_reads", 1))

is_count(value) if {
	is_number(value)
	value == floor(value)
	value >= 0
}

deny contains "data.backlinks.pages: it takes true or false." if not is_boolean(object.get(demands, "pages", false))

deny contains "data.backlinks.registries: it takes a list of hosts." if not is_array(registries)

deny contains "data.backlinks.base_url: it takes the address of an API." if not is_string(object.get(demands, "base_url", ""))

deny contains "data.backlinks.cache: it takes what a configuration may set, a map." if not is_object(object.get(demands, "cache", {}))

deny contains "data.backlinks.arguments: it takes a map from arguments to their values." if not is_object(object.get(demands, "arguments", {}))

deny contains msg if {
	some argument, _ in object_or_empty(demands, ["arguments"])
	not argument in object.keys(api_defaults)
	msg := sprintf("data.backlinks.arguments.%s: it takes %s.", [argument, concat(", ", object.keys(api_defaults))])
}

deny contains msg if {
	some key, _ in demands.limits
	not regex.match(`^(default|[a-z0-9_-]+([.][a-z0-9_-]+)+)$`, key)
	msg := sprintf("data.backlinks.limits[%q]: its name must be default or a domain in lower case and ASCII (xn--...), without scheme, port, path and dot at the end.", [key])
}

deny contains msg if {
	some key, limits in demands.limits
	not is_limits(key, limits)
	msg := sprintf("data.backlinks.limits[%q]: it takes max and min, each a map from metric to number, and, unless it is default, optional, which is true or false.", [key])
}

is_limits(key, limits) if {
	is_object(limits)
	every word, value in limits {
		is_part_of_limits(key, word, value)
	}
}

is_part_of_limits(_, word, value) if {
	word in {"max", "min"}
	is_object(value)
}

is_part_of_limits(key, "optional", value) if {
	key != "default"
	is_boolean(value)
}

deny contains msg if {
	some key, limits in demands.limits
	some side in ["max", "min"]
	some metric, limit in object_or_empty(limits, [side])
	not is_bound(metric, limit)
	msg := sprintf("data.backlinks.limits[%q].%s.%s: it takes a number, %s.", [key, side, metric, bounds(metric)])
}

# A limit above all that a metric can be would refuse nothing, or everything.
is_bound(metric, limit) if {
	is_number(limit)
	limit >= 0
	limit <= highest(metric)
}

bounds(metric) := "0 or more" if {
	highest(metric) > 1000
} else := sprintf("0 to %d", [highest(metric)])

highest(metric) := 100 if {
	is_spam_score(metric)
} else := 100 if {
	metric == "rank"
	wanted_arguments.rank_scale == "one_hundred"
} else := 1000 if {
	metric == "rank"
} else := 9007199254740992

is_spam_score(metric) if endswith(metric, "spam_score")

# Of a spam score, "at least" refuses the good ones.
deny contains msg if {
	some key, limits in demands.limits
	some metric, _ in object_or_empty(limits, ["min"])
	is_spam_score(metric)
	msg := sprintf("data.backlinks.limits[%q].min.%s: a spam score takes a max only.", [key, metric])
}

deny contains "data.backlinks.outputs: it takes a map from the names of outputs to their settings." if not is_object(outputs)

deny contains msg if {
	some output, settings in outputs
	not is_output(settings)
	msg := sprintf("data.backlinks.outputs.%s: it takes max_drop_percent, 0 to less than 100, and removed, a list of keys.", [output])
}

is_output(settings) if {
	object.keys(settings) - {"max_drop_percent", "removed"} == set()
	settings.max_drop_percent >= 0
	at_most(settings.max_drop_percent, 99.999)
	is_array(object.get(settings, "removed", []))
}

# --- Texts ---

# Numbers come from JSON as floats, and 5316842907 would be written 5.316842907e+09.
text(value) := format_int(value, 10) if {
	is_number(value)
	value == floor(value)
} else := "null" if {
	value == null
} else := strings.replace_n({"\\u003c": "<", "\\u003e": ">", "\\u0026": "&"}, json.marshal(value))
