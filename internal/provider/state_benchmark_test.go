package provider

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// answering is a [dataforseo.Doer] that has one answer for everything.
type answering []byte

func (a answering) Do(_ context.Context, call *dataforseo.Call) (*dataforseo.Reply, error) {
	return dataforseo.DecodeReply(a, time.Now(), call)
}

// answerOf decodes an answer.
func answerOf(tb testing.TB, body []byte) *dataforseo.BacklinksSummaryAnswer {
	tb.Helper()
	answer, err := dataforseo.NewClient(answering(body)).BacklinksSummary(tb.Context(), dataforseo.BacklinksSummaryRequest{Target: "explodingtopics.com"})
	if err != nil || answer.Summary == nil {
		tb.Fatal(answer, err)
	}
	return answer
}

// largeAnswerOf is an answer with 1000 entries, the most that can be asked for, in
// each of the six maps.
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
	for name := range mapDescriptions {
		result[name] = entries
	}
	large, err := json.Marshal(envelope)
	if err != nil {
		tb.Fatal(err)
	}
	return large
}

// configuredFor is the configuration of the data source for one target.
func configuredFor(tb testing.TB, target string) *dataSourceConfig {
	tb.Helper()
	var resp datasource.SchemaResponse
	newBacklinksSummaryDataSource().Schema(tb.Context(), datasource.SchemaRequest{}, &resp)
	objectType := resp.Schema.Type().TerraformType(tb.Context()).(tftypes.Object)
	values := map[string]tftypes.Value{}
	for name, attributeType := range objectType.AttributeTypes {
		values[name] = tftypes.NewValue(attributeType, nil)
	}
	values["target"] = tftypes.NewValue(tftypes.String, target)
	config := newDataSourceConfig(tfsdk.Config{Schema: resp.Schema, Raw: tftypes.NewValue(objectType, values)})
	if config.diags.HasError() {
		tb.Fatal(config.diags)
	}
	return config
}

// BenchmarkState is the way from a decoded answer to the state that goes to Terraform.
func BenchmarkState(b *testing.B) {
	documented := fakeapi.RecordedOK.Bytes()
	for name, body := range map[string][]byte{"documented": documented, "large": largeAnswerOf(b, documented)} {
		b.Run(name, func(b *testing.B) {
			answer, config := answerOf(b, body), configuredFor(b, "explodingtopics.com")
			var written writtenState
			ctx := context.WithValue(b.Context(), writtenStateKey{}, &written)
			b.ReportAllocs()
			for b.Loop() {
				var resp datasource.ReadResponse
				writeState(ctx, config, &resp, resultsOf(answer))
				if resp.Diagnostics.HasError() {
					b.Fatal(resp.Diagnostics)
				}
			}
			b.ReportMetric(float64(len(written.msgpack)), "B/state")
		})
	}
}
