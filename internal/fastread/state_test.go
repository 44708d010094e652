package fastread_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fastread"
)

// withFramework writes the state with the framework.
func withFramework(ctx context.Context, resp *datasource.ReadResponse, results any) {
	v := reflect.ValueOf(results)
	for i := range v.NumField() {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(v.Type().Field(i).Tag.Get("tfsdk")), v.Field(i).Interface())...)
	}
}

// TestState_equalsFramework checks that random states equal the framework's.
func TestState_equalsFramework(t *testing.T) {
	t.Parallel()
	for seed := range uint64(200) {
		r := random{rand.New(rand.NewPCG(seed, 0))}
		attributes, results := r.results(t)
		for i := range r.IntN(5) {
			attributes[fmt.Sprintf("argument_%d", i)] = r.argumentAttribute()
		}
		p := testProvider{attributes: attributes}
		object := p.objectType(t.Context())
		values := map[string]tftypes.Value{}
		for name, attribute := range attributes {
			if !attribute.IsComputed() {
				values[name] = r.value(attribute.GetType(), object.AttributeTypes[name])
			}
		}
		config := p.config(t, values)

		p.read = func(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
			withFramework(ctx, resp, results)
		}
		want := unmarshal(t, object, read(t.Context(), t, providerserver.NewProtocol6(p)(), config).State)
		p.read = func(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
			fastread.Write(ctx, fastread.NewConfig(req.Config), resp, results)
		}
		got := unmarshal(t, object, read(t.Context(), t, fastread.NewServer(p), config).State)
		if diff, err := want.Diff(got); err != nil || len(diff) > 0 {
			t.Fatalf("seed %d: %v, %v", seed, diff, err)
		}
	}
}

func unmarshal(tb testing.TB, object tftypes.Object, state *tfprotov6.DynamicValue) tftypes.Value {
	tb.Helper()
	value, err := state.Unmarshal(object)
	if err != nil {
		tb.Fatal(err)
	}
	return value
}

// TestArgument_equalsFramework checks that random arguments are decoded as by the
// framework.
func TestArgument_equalsFramework(t *testing.T) {
	t.Parallel()
	for seed := range uint64(200) {
		r := random{rand.New(rand.NewPCG(seed, 1))}
		p := testProvider{attributes: map[string]schema.Attribute{"argument": r.argumentAttribute()}}
		typ := p.objectType(t.Context()).AttributeTypes["argument"]
		config := p.config(t, map[string]tftypes.Value{"argument": r.value(p.attributes["argument"].GetType(), typ)})
		p.read = func(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
			all := reflect.New(reflect.StructOf([]reflect.StructField{{
				Name: "Argument", Tag: `tfsdk:"argument"`, Type: reflect.TypeOf(p.attributes["argument"].GetType().ValueType(ctx)),
			}}))
			resp.Diagnostics.Append(req.Config.Get(ctx, all.Interface())...)
			want := all.Elem().Field(0).Interface().(attr.Value)
			fast := fastread.NewConfig(req.Config)
			got := fastread.Argument[attr.Value](ctx, fast, "argument")
			if resp.Diagnostics.Append(fast.Diagnostics...); got == nil || !got.Equal(want) {
				t.Errorf("seed %d: got %v, want %v", seed, got, want)
			}
		}
		read(t.Context(), t, providerserver.NewProtocol6(p)(), config)
	}
}

func TestArgument_errors(t *testing.T) {
	t.Parallel()
	p := oneString()
	p.read = func(ctx context.Context, req datasource.ReadRequest, _ *datasource.ReadResponse) {
		config := fastread.NewConfig(req.Config)
		if got := fastread.Argument[types.Bool](ctx, config, "argument"); !got.IsNull() || !config.Diagnostics.HasError() {
			t.Errorf("string as bool: got %v, %v, want null and an error", got, config.Diagnostics)
		}
		if got := fastread.Argument[types.String](ctx, config, "argument"); !got.IsNull() || config.Diagnostics.ErrorsCount() != 1 {
			t.Errorf("after an error: got %v, %v, want null and no further error", got, config.Diagnostics)
		}
		config = fastread.NewConfig(req.Config)
		if fastread.Argument[types.String](ctx, config, "argumnet"); !config.Diagnostics.HasError() {
			t.Error("unknown argument: got no error")
		}
	}
	read(t.Context(), t, fastread.NewServer(p), p.config(t, map[string]tftypes.Value{"argument": tftypes.NewValue(tftypes.String, "a")}))
}

type (
	// Embedded is exported because only then fields of embedded pointers are readable.
	Embedded struct {
		A *string `json:"a,omitempty"`
		B *Nested `json:"b"`
	}
	Nested struct {
		C int64          `json:"c,omitempty"`
		D []string       `json:"d,omitempty"`
		E map[string]int `json:"e,omitempty"`
	}
	embedding struct {
		Embedded
		F         bool `json:"f,omitempty"`
		internal  int
		Untagged  func()
		Forbidden func() `json:"-"`
	}
	embeddingPointer struct {
		*Embedded
		F bool `json:"f"`
	}
)

// TestState_fields checks that each field with a JSON name is an attribute, even if it is
// empty and has omitempty.
func TestState_fields(t *testing.T) {
	t.Parallel()
	a := "text"
	for name, c := range map[string]struct {
		results any
		want    string // as JSON
	}{
		"embedded struct":      {embedding{Embedded: Embedded{A: &a, B: &Nested{C: 1, D: []string{"x"}, E: map[string]int{"y": 2}}}, F: true}, `{"a":"text","b":{"c":1,"d":["x"],"e":{"y":2}},"f":true}`},
		"zero values":          {embedding{Embedded: Embedded{B: &Nested{}}, internal: 1}, `{"a":null,"b":{"c":0,"d":null,"e":null},"f":false}`},
		"empty, not null":      {&embedding{Embedded: Embedded{B: &Nested{D: []string{}, E: map[string]int{}}}}, `{"a":null,"b":{"c":0,"d":[],"e":{}},"f":false}`},
		"embedded pointer":     {embeddingPointer{Embedded: &Embedded{A: &a}}, `{"a":"text","b":null,"f":false}`},
		"nil embedded pointer": {embeddingPointer{F: true}, `{"a":null,"b":null,"f":true}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := testProvider{attributes: map[string]schema.Attribute{
				"a": schema.StringAttribute{Computed: true},
				"b": schema.SingleNestedAttribute{Computed: true, Attributes: map[string]schema.Attribute{
					"c": schema.Int64Attribute{Computed: true},
					"d": schema.ListAttribute{Computed: true, ElementType: types.StringType},
					"e": schema.MapAttribute{Computed: true, ElementType: types.Int64Type},
				}},
				"f": schema.BoolAttribute{Computed: true},
			}}
			p.read = func(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
				fastread.Write(ctx, fastread.NewConfig(req.Config), resp, c.results)
			}
			object := p.objectType(t.Context())
			want, err := tftypes.ValueFromJSON([]byte(c.want), object) //nolint:staticcheck // there is nothing else for JSON
			if err != nil {
				t.Fatal(err)
			}
			got := unmarshal(t, object, read(t.Context(), t, fastread.NewServer(p), p.config(t, nil)).State)
			if diff, err := want.Diff(got); err != nil || len(diff) > 0 {
				t.Errorf("%v, %v", diff, err)
			}
		})
	}
}

// TestState_parts checks a state that is written in parts, entry by entry.
func TestState_parts(t *testing.T) {
	t.Parallel()
	p := testProvider{attributes: map[string]schema.Attribute{
		"argument": schema.StringAttribute{Optional: true},
		"a":        schema.MapAttribute{Computed: true, ElementType: types.Int64Type},
		"b":        schema.Int64Attribute{Computed: true},
	}}
	for _, entries := range []int{0, 1, 15, 16, 100} { // MessagePack has other forms from 16
		p.read = func(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
			state := fastread.NewState(ctx, fastread.NewConfig(req.Config))
			state.BeginMap("a", entries)
			for i := range entries {
				before := state.Size()
				state.Entry(fmt.Sprint(i), &i)
				if grown := state.Size() - before; grown < 3 || grown > 5 { // key and value, one byte or two each
					t.Errorf("entry %d: got %d bytes, want 3 to 5", i, grown)
				}
			}
			state.Attributes(struct {
				B int `json:"b"`
			}{entries})
			state.Finish(ctx, resp)
		}
		object := p.objectType(t.Context())
		values := map[string]tftypes.Value{}
		for i := range entries {
			values[fmt.Sprint(i)] = tftypes.NewValue(tftypes.Number, i)
		}
		want := tftypes.NewValue(object, map[string]tftypes.Value{
			"argument": tftypes.NewValue(tftypes.String, nil),
			"a":        tftypes.NewValue(object.AttributeTypes["a"], values),
			"b":        tftypes.NewValue(tftypes.Number, entries),
		})
		got := unmarshal(t, object, read(t.Context(), t, fastread.NewServer(p), p.config(t, nil)).State)
		if !got.Equal(want) {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// TestState_errors checks that mistakes in the code are errors, not malformed states.
func TestState_errors(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		write func(*fastread.State)
		want  string
	}{
		"nothing": {func(*fastread.State) {}, "result: not written"},
		"another name": {func(s *fastread.State) {
			s.Attributes(struct {
				Result string `json:"reslut"`
			}{})
		}, "reslut is not in the schema, or was written before"},
		"twice": {func(s *fastread.State) {
			s.BeginMap("result", 0)
			s.BeginMap("result", 0)
		}, "result is not in the schema, or was written before"},
		"an argument": {func(s *fastread.State) { s.BeginMap("argument", 0) }, "argument is not in the schema, or was written before"},
		"unsupported type": {func(s *fastread.State) {
			s.Attributes(struct {
				Result map[string]chan int `json:"result"`
			}{map[string]chan int{"a": make(chan int)}})
		}, "a chan int has no equivalent in Terraform"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := oneString()
			p.read = func(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
				state := fastread.NewState(ctx, fastread.NewConfig(req.Config))
				c.write(state)
				state.Finish(ctx, resp)
			}
			resp, err := fastread.NewServer(p).ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: "test", Config: p.config(t, nil)})
			if err != nil || len(resp.Diagnostics) != 1 || !strings.Contains(resp.Diagnostics[0].Detail, c.want) {
				t.Errorf("got %v, %v, want %s", resp.Diagnostics, err, c.want)
			}
		})
	}
}

func TestState_otherServer(t *testing.T) {
	t.Parallel()
	p := oneString()
	resp, err := providerserver.NewProtocol6(p)().ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: "test", Config: p.config(t, nil)})
	if err != nil || len(resp.Diagnostics) != 1 || !strings.Contains(resp.Diagnostics[0].Detail, "NewServer") {
		t.Errorf("got %v, %v", resp.Diagnostics, err)
	}
}
