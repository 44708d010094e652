package fastread_test

import (
	"context"
	"fmt"
	"runtime"
	"testing"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-log/tfsdklog"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fastread"
)

type (
	// Arguments and Results are those of a data source like dataforseo_backlinks_summary.
	Arguments struct {
		Target types.String `tfsdk:"target"`
		Limit  types.Int64  `tfsdk:"limit"`
		Scale  types.String `tfsdk:"scale"`
	}
	Results struct {
		Name  *string         `json:"name" tfsdk:"name"`
		Rank  *int64          `json:"rank" tfsdk:"rank"`
		Score *float64        `json:"score" tfsdk:"score"`
		Info  *Info           `json:"info" tfsdk:"info"`
		Links map[string]Link `json:"links" tfsdk:"links"`
	}
	Info struct {
		Server *string  `json:"server" tfsdk:"server"`
		Kinds  []string `json:"kinds" tfsdk:"kinds"`
	}
	Link struct {
		Count   *int64 `json:"count" tfsdk:"count"`
		Country string `json:"country" tfsdk:"country"`
	}
	model struct {
		Arguments
		Results
	}
)

func summary(links int) Results {
	text, number, score := "example.com", int64(1_000_000), 0.5
	results := Results{Name: &text, Rank: &number, Score: &score, Info: &Info{Server: &text, Kinds: []string{"cms"}}, Links: map[string]Link{}}
	for i := range links {
		results.Links[fmt.Sprintf("entry-%d.example", i)] = Link{&number, "NL"}
	}
	return results
}

func summaryAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"target": schema.StringAttribute{Required: true},
		"limit":  schema.Int64Attribute{Optional: true},
		"scale":  schema.StringAttribute{Optional: true},
		"name":   schema.StringAttribute{Computed: true},
		"rank":   schema.Int64Attribute{Computed: true},
		"score":  schema.Float64Attribute{Computed: true},
		"info": schema.SingleNestedAttribute{Computed: true, Attributes: map[string]schema.Attribute{
			"server": schema.StringAttribute{Computed: true},
			"kinds":  schema.ListAttribute{Computed: true, ElementType: types.StringType},
		}},
		"links": schema.MapNestedAttribute{Computed: true, NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"count":   schema.Int64Attribute{Computed: true},
			"country": schema.StringAttribute{Computed: true},
		}}},
	}
}

// BenchmarkRead compares a read with this package and with the framework alone. The
// package comment has the results.
func BenchmarkRead(b *testing.B) {
	for _, links := range []int{10, 1000} {
		results := summary(links)
		p := testProvider{attributes: summaryAttributes()}
		p.read = func(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
			m := model{Results: results}
			resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
			m.Results = results
			resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
		}
		b.Run(fmt.Sprintf("framework/%d", links), func(b *testing.B) { benchmarkRead(b, providerserver.NewProtocol6(p)(), p) })
		p.read = func(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
			config := fastread.NewConfig(req.Config)
			fastread.Argument[types.String](ctx, config, "target")
			fastread.Argument[types.Int64](ctx, config, "limit")
			fastread.Argument[types.String](ctx, config, "scale")
			fastread.Write(ctx, config, resp, results)
		}
		b.Run(fmt.Sprintf("fastread/%d", links), func(b *testing.B) { benchmarkRead(b, fastread.NewServer(p), p) })
	}
}

func benchmarkRead(b *testing.B, server tfprotov6.ProviderServer, p testProvider) {
	b.Helper()
	config := p.config(b, map[string]tftypes.Value{"target": tftypes.NewValue(tftypes.String, "example.com")})
	b.ReportAllocs()
	before := heapBytes()
	for b.Loop() {
		// As from terraform-plugin-go: a new context for each call, and no log.
		ctx, cancel := context.WithCancel(context.Background())
		read(tfsdklog.NewRootSDKLogger(ctx, tfsdklog.WithLevel(hclog.Off)), b, server, config)
		cancel()
	}
	b.ReportMetric(max(heapBytes()-before, 0)/float64(b.N), "retained-B/op")
	runtime.KeepAlive(server)
}

func heapBytes() float64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return float64(stats.HeapAlloc)
}

// BenchmarkSet validates a configuration with a set of 5,000 strings.
func BenchmarkSet(b *testing.B) {
	for name, typ := range map[string]schema.Attribute{
		"framework": schema.SetAttribute{Required: true, ElementType: types.StringType},
		"fastread":  schema.SetAttribute{Required: true, ElementType: types.StringType, CustomType: fastread.NewStringSetType()},
	} {
		b.Run(name, func(b *testing.B) {
			p := testProvider{attributes: map[string]schema.Attribute{"set": typ}}
			var elements []tftypes.Value
			for i := range 5000 {
				elements = append(elements, tftypes.NewValue(tftypes.String, fmt.Sprintf("site-%d.example", i)))
			}
			server, config := fastread.NewServer(p), p.config(b, map[string]tftypes.Value{"set": setOf(elements...)})
			b.ReportAllocs()
			for b.Loop() {
				validate(b, server, config)
			}
		})
	}
}
