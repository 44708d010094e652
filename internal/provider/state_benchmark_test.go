package provider

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/doertest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fastread"
)

func answerOf(tb testing.TB, body []byte) *dataforseo.Answer[dataforseo.BacklinksSummary] {
	tb.Helper()
	answer, err := dataforseo.NewClient(doertest.Answering(body)).BacklinksSummary(tb.Context(), dataforseo.BacklinksSummaryRequest{Target: "explodingtopics.com"})
	if err != nil || answer.Result == nil {
		tb.Fatal(answer, err)
	}
	return answer
}

// largeAnswerOf returns an answer with 1000 entries in each of the six maps, the maximum.
func largeAnswerOf(tb testing.TB, body []byte) []byte {
	tb.Helper()
	var envelope map[string]any
	if err := json.Unmarshal(body, &envelope); err != nil {
		tb.Fatal(err)
	}
	entries := map[string]int{}
	for i := range 1000 {
		entries[fmt.Sprintf("entry-%d.example", i)] = 1_000_000_000 + i
	}
	result := envelope["tasks"].([]any)[0].(map[string]any)["result"].([]any)[0].(map[string]any)
	for name := range result {
		if strings.HasPrefix(name, "referring_links_") {
			result[name] = entries
		}
	}
	large, err := json.Marshal(envelope)
	if err != nil {
		tb.Fatal(err)
	}
	return large
}

// configuredFor returns the configuration of the data source for one target.
func configuredFor(tb testing.TB, target string) *fastread.Config {
	tb.Helper()
	var resp datasource.SchemaResponse
	newBacklinksSummaryDataSource().Schema(tb.Context(), datasource.SchemaRequest{}, &resp)
	objectType := resp.Schema.Type().TerraformType(tb.Context()).(tftypes.Object)
	values := map[string]tftypes.Value{}
	for name, attributeType := range objectType.AttributeTypes {
		values[name] = tftypes.NewValue(attributeType, nil)
	}
	values["target"] = tftypes.NewValue(tftypes.String, target)
	config := fastread.NewConfig(tfsdk.Config{Schema: resp.Schema, Raw: tftypes.NewValue(objectType, values)})
	if config.Diagnostics.HasError() {
		tb.Fatal(config.Diagnostics)
	}
	return config
}

// BenchmarkState encodes the state of a decoded answer.
func BenchmarkState(b *testing.B) {
	documented := fakeapi.RecordedOK.Bytes()
	for name, body := range map[string][]byte{"documented": documented, "large": largeAnswerOf(b, documented)} {
		b.Run(name, func(b *testing.B) {
			answer, config := answerOf(b, body), configuredFor(b, "explodingtopics.com")
			b.ReportAllocs()
			size := 0
			for b.Loop() {
				state := fastread.NewState(b.Context(), config)
				state.Attributes((&summaryRead{read: &read{connection: new(connection)}}).stateOf(answer))
				size = state.Size()
			}
			b.ReportMetric(float64(size), "B/state")
		})
	}
}
