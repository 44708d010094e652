package provider

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/judge"
)

// violationsFunction is provider::dataforseo::violations, which judges like require. It
// makes no requests.
type violationsFunction struct{}

var _ function.Function = violationsFunction{}

func newViolationsFunction() function.Function { return violationsFunction{} }

// Metadata implements [function.Function].
func (violationsFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "violations"
}

// Definition implements [function.Function].
func (violationsFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Lists the limits that a summary does not meet.",
		MarkdownDescription: "Judges a summary as the argument `require` of the data sources does, and returns a sentence for each limit that it does not meet, such as " +
			"`backlinks_spam_score is 67, at most 30 allowed`. An empty list means that it passes. Use it for limits that differ between targets, in preconditions of resources and " +
			"`check` blocks, and in tests with mocks, whose zeros do not pass. The function costs nothing and needs no credentials.",
		Parameters: []function.Parameter{
			function.DynamicParameter{
				Name:           "summary",
				AllowNullValue: true,
				MarkdownDescription: "A `dataforseo_backlinks_summary`, or an element of the `summaries` of another data source. Null does not pass, except with OpenTofu 1.12, which does not call functions with an untyped null. " +
					"Pass the whole object: its attributes tell which kind of summary it is.",
			},
			function.DynamicParameter{
				Name:                "limits",
				AllowNullValue:      true,
				MarkdownDescription: "What `require` takes: `{ backlinks_spam_score = { max = 30 }, live = true }`. Misspelt names, nulls and limits without a bound are errors.",
			},
		},
		Return: function.ListReturn{ElementType: types.StringType},
	}
}

// Run implements [function.Function].
func (violationsFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var summary, limits types.Dynamic
	if resp.Error = req.Arguments.Get(ctx, &summary, &limits); resp.Error != nil {
		return
	}
	attributes, err := summaryIn(plain(summary))
	if err != nil {
		resp.Error = function.NewArgumentFuncError(0, err.Error())
		return
	}
	rankScale, _ := attributes["rank_scale"].(string)
	parsed, errs := judge.Parse("limits", plain(limits), metricsIn(attributes), rankScale)
	switch {
	case len(errs) > 0:
		resp.Error = function.NewArgumentFuncError(1, strings.TrimSuffix(errors.Join(errs...).Error(), ".")) // Terraform adds it
	case attributes == nil:
		resp.Error = resp.Result.Set(ctx, []string{"the summary is null"})
	default:
		resp.Error = resp.Result.Set(ctx, parsed.Violations(subjectIn(attributes)))
	}
}

// summaryIn returns the attributes of a summary, nil for null. It refuses objects that
// lack attributes of a summary.
func summaryIn(value any) (map[string]any, error) {
	attributes, isObject := value.(map[string]any)
	complete := isObject && metricsIn(attributes) != nil
	for _, name := range []string{"has_data", "first_seen", "lost_date"} {
		_, exists := attributes[name]
		complete = complete && exists
	}
	if value != nil && !complete {
		return nil, errors.New("The summary is not a whole dataforseo_backlinks_summary, nor a whole element of summaries. " +
			"Pass the object itself, such as data.dataforseo_backlinks_summary.example, with all of its attributes")
	}
	return attributes, nil
}

// anySummary has the metrics of all kinds of summaries.
type anySummary struct {
	dataforseo.BacklinksSummary

	MainDomainRank *dataforseo.Integer `json:"main_domain_rank" metric:"rank"`
}

// metricsIn returns the metrics of the kind of summary that has these attributes, nil if
// there is none. A summary that is null can be of any kind.
func metricsIn(attributes map[string]any) judge.Metrics {
	if attributes == nil {
		return judge.MetricsOf[anySummary]()
	}
	for _, metrics := range []judge.Metrics{summaryMetrics(), pageSummaryMetrics()} {
		missing := func(name string) bool { _, exists := attributeIn(attributes, name); return !exists }
		if !slices.ContainsFunc(metrics.Names(), missing) {
			return metrics
		}
	}
	return nil
}

// attributeIn returns an attribute of a summary or of its info, which can be null.
func attributeIn(attributes map[string]any, name string) (value any, exists bool) {
	if value, exists = attributes[name]; exists {
		return value, true
	}
	parent, hasInfo := attributes["info"]
	info, isObject := parent.(map[string]any)
	value, exists = info[name]
	return value, exists || hasInfo && !isObject
}

// subjectIn converts a summary for the judge.
func subjectIn(attributes map[string]any) judge.Subject {
	subject := judge.Subject{
		HasData:   pointerTo[bool](attributes["has_data"]),
		FirstSeen: pointerTo[string](attributes["first_seen"]),
		Numbers:   map[string]int64{},
	}
	if lost := attributes["lost_date"]; lost != nil {
		text := fmt.Sprint(lost)
		subject.LostDate = &text
	}
	if failure, failed := attributes["error"].(map[string]any); failed {
		subject.Failure = pointerTo[string](failure["message"])
	}
	for _, name := range metricsIn(attributes).Names() {
		value, _ := attributeIn(attributes, name)
		number, _ := value.(json.Number)
		if n, err := strconv.ParseInt(number.String(), 10, 64); err == nil {
			subject.Numbers[name] = n
		}
	}
	return subject
}

func pointerTo[T any](value any) *T {
	typed, ok := value.(T)
	if !ok {
		return nil
	}
	return &typed
}
