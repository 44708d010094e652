// Package judge decides whether the metrics of a target are within limits. It fails
// closed: missing or unknown values are violations, and limits that would let everything
// pass are refused. It has no Terraform types.
package judge

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

// live is the one limit that is not on a metric.
const live = "live"

// Limits are valid limits. The zero value requires data and nothing else.
type Limits struct {
	// unknown are the places of values that Terraform does not know yet.
	unknown []string
	live    bool
	bounds  []bounds
}

// bounds are the limits of one metric. Nil is no limit; at least one is set.
type bounds struct {
	name     string
	min, max *int64
}

// Parse checks limits in the form of the argument require. A value is nil, a bool, string,
// [json.Number], []any, map[string]any or [dataforseo.Unknown]. rankScale is the argument
// rank_scale, empty for the API's default. Errors name the path of the value below place.
func Parse(place string, value any, metrics Metrics, rankScale string) (*Limits, []error) {
	switch value := value.(type) {
	case dataforseo.Unknown:
		return &Limits{unknown: []string{place}}, nil
	case map[string]any:
		p := parser{metrics: metrics, rankScale: rankScale, limits: new(Limits)}
		for _, name := range slices.Sorted(maps.Keys(value)) {
			p.limit(place, name, value[name])
		}
		return p.limits, p.errs
	case nil:
		return nil, []error{fmt.Errorf("%s is null, which would let everything pass. Use {} to require only data.", place)}
	}
	return nil, []error{fmt.Errorf("%s is %s. Use an object of limits, such as { backlinks_spam_score = { max = 30 } }.", place, describe(value))}
}

type parser struct {
	metrics   Metrics
	rankScale string
	limits    *Limits
	errs      []error
}

func (p *parser) refuse(format string, args ...any) {
	p.errs = append(p.errs, fmt.Errorf(format, args...))
}

// limit adds the limit on one metric, or live.
func (p *parser) limit(parent, name string, value any) {
	place := parent + "." + name
	metric, known := p.metrics.find(name)
	switch {
	case !known && name != live:
		p.refuse("%s has no metric %q. Did you mean %q? The valid names are %s and live.", parent, name, p.metrics.nearest(name), strings.Join(p.metrics.Names(), ", "))
	case value == nil:
		p.refuse("%s is null, which would set no limit. Leave nulls out: { for name, limit in LIMITS : name => limit if limit != null }.", place)
	case value == dataforseo.Unknown{}:
		p.limits.unknown = append(p.limits.unknown, place)
	case name == live && value != true:
		p.refuse("%s is %s. Use true, or leave it out.", place, describe(value))
	case name == live:
		p.limits.live = true
	default:
		p.bounds(place, metric, value)
	}
}

// bounds adds the limit on one metric.
func (p *parser) bounds(place string, metric metric, value any) {
	limit, isObject := value.(map[string]any)
	if !isObject {
		p.refuse("%s is %s. Use { min = ... }, { max = ... } or both.", place, describe(value))
		return
	}
	if len(limit) == 0 {
		p.refuse("%s has no bound. Use min, max or both.", place)
	}
	b := bounds{name: metric.name}
	for _, name := range slices.Sorted(maps.Keys(limit)) {
		switch name {
		case "min":
			b.min = p.bound(place+".min", metric, limit[name])
		case "max":
			b.max = p.bound(place+".max", metric, limit[name])
		default:
			p.refuse("%s has no bound %q. Use min, max or both.", place, name)
		}
	}
	if b.min != nil && b.max != nil && *b.min > *b.max {
		p.refuse("%s.min is %d, above its max of %d, so nothing could pass.", place, *b.min, *b.max)
	}
	p.limits.bounds = append(p.limits.bounds, b)
}

// bound returns the value of min or max, nil if it is unknown or refused.
func (p *parser) bound(place string, metric metric, value any) *int64 {
	switch value := value.(type) {
	case dataforseo.Unknown:
		p.limits.unknown = append(p.limits.unknown, place)
		return nil
	case nil:
		p.refuse("%s is null, which would set no limit. Leave nulls out: { for bound, value in LIMIT : bound => value if value != null }.", place)
		return nil
	case json.Number:
		if n, err := strconv.ParseInt(value.String(), 10, 64); err == nil && n >= 0 && n <= metric.top(p.rankScale) {
			return &n
		}
	case string:
		if value == "" {
			p.refuse("%s is \"\", an empty string, which would set no limit. Leave it out where there is no limit.", place)
			return nil
		}
		p.refuse("%s is the string %s. Use a number, such as tonumber(%[2]s).", place, describe(value))
		return nil
	}
	numbers := "of 0 or more"
	if top := metric.top(p.rankScale); top < math.MaxInt64 {
		numbers = fmt.Sprintf("from 0 to %d", top)
	}
	p.refuse("%s is %s. Use a whole number %s.", place, describe(value), numbers)
	return nil
}

// maxDescribed is the maximum length of a value in a message, in bytes.
const maxDescribed = 100

// describe formats a value for a message.
func describe(value any) string {
	switch value := value.(type) {
	case string:
		return strconv.Quote(value[:min(len(value), maxDescribed)])
	case json.Number:
		return string(value[:min(len(value), maxDescribed)])
	case map[string]any:
		return "an object"
	case []any:
		return "a list"
	case bool, dataforseo.Unknown:
		return fmt.Sprint(value)
	}
	return "a set"
}
