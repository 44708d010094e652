package judge

import (
	"math"
	"reflect"
	"slices"
	"strings"

	"github.com/agext/levenshtein"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

// metric is a number that can have limits.
type metric struct {
	// name is the API's name.
	name string
	// kind is the value of the field's tag "metric". A "score" is 0 to 100, a "rank" is 0 to
	// the top of the rank scale, and a "count" has no maximum.
	kind string
}

// Metrics are the metrics of a result.
type Metrics []metric

// MetricsOf returns the metrics of a result type: its fields with the tag "metric", and
// those of nested objects.
func MetricsOf[T any]() Metrics { return metricsOf(reflect.TypeFor[T]()) }

func metricsOf(t reflect.Type) (metrics Metrics) {
	for field := range t.Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		kind := field.Tag.Get("metric")
		switch nested := field.Type; {
		case kind != "":
			metrics = append(metrics, metric{name, kind})
		case nested.Kind() == reflect.Pointer && nested.Elem().Kind() == reflect.Struct:
			metrics = append(metrics, metricsOf(nested.Elem())...)
		case field.Anonymous:
			metrics = append(metrics, metricsOf(nested)...)
		}
	}
	return metrics
}

// Names returns the names of the metrics.
func (m Metrics) Names() []string {
	var names []string
	for _, metric := range m {
		names = append(names, metric.name)
	}
	return names
}

// find returns the metric with a name.
func (m Metrics) find(name string) (metric, bool) {
	i := slices.IndexFunc(m, func(metric metric) bool { return metric.name == name })
	if i < 0 {
		return metric{}, false
	}
	return m[i], true
}

// nearest returns the valid name that is most similar to name.
func (m Metrics) nearest(name string) string {
	names := append(m.Names(), live)
	if i := slices.IndexFunc(names, func(known string) bool { return name != "" && strings.Contains(known, name) }); i >= 0 {
		return names[i]
	}
	return slices.MinFunc(names, func(a, b string) int {
		return levenshtein.Distance(name, a, nil) - levenshtein.Distance(name, b, nil)
	})
}

// top returns the maximum of the metric.
func (m metric) top(rankScale string) int64 {
	switch {
	case m.kind == "score", m.kind == "rank" && rankScale == "one_hundred":
		return 100
	case m.kind == "rank":
		return 1000
	}
	return math.MaxInt64
}

// Numbers returns the metrics of a result by name, without those that are null.
func Numbers(result any) map[string]int64 {
	numbers := map[string]int64{}
	addNumbers(numbers, reflect.ValueOf(result))
	return numbers
}

func addNumbers(numbers map[string]int64, v reflect.Value) {
	v = reflect.Indirect(v)
	if v.Kind() != reflect.Struct {
		return // nil, or not an object
	}
	for field, value := range v.Fields() {
		if field.Tag.Get("metric") == "" {
			if field.IsExported() || field.Anonymous {
				addNumbers(numbers, value)
			}
			continue
		}
		if number, ok := reflect.TypeAssert[*dataforseo.Integer](value); ok && number != nil {
			name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			numbers[name] = int64(*number)
		}
	}
}
