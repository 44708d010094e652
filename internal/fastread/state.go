package fastread

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"runtime"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/vmihailenco/msgpack/v5"
)

// largeState is the size in bytes above which garbage is collected before a state is sent.
// Sending makes two copies, which then reuse the memory.
const largeState = 4 << 20

// State is the state of a data source, encoded for Terraform: a MessagePack map with
// every attribute of the schema. [State.Finish] reports the first error.
type State struct {
	buffer  bytes.Buffer
	encoder encoder
	// entries is the number of entries in the current map, begun its offset, and written
	// the number of entries so far.
	entries, begun, written int
	// missing are the attributes that have not been written.
	missing map[string]bool
	err     error
}

// NewState begins a state with the arguments, which it copies from the configuration.
func NewState(ctx context.Context, config *Config) *State {
	attributes := config.config.Schema.GetAttributes()
	s := &State{missing: make(map[string]bool, len(attributes))}
	for name := range attributes {
		s.missing[name] = true
	}
	s.encoder = encoder{msgpack.NewEncoder(&s.buffer), map[reflect.Type][]field{}}
	_ = s.encoder.EncodeMapLen(len(attributes))
	for name, attribute := range attributes {
		if !attribute.IsComputed() {
			s.argument(name, attribute.GetType().TerraformType(ctx), config.values[name])
		}
	}
	return s
}

// argument writes an attribute with its value from the configuration.
func (s *State) argument(name string, typ tftypes.Type, value tftypes.Value) {
	s.name(name)
	encoded, err := tfprotov6.NewDynamicValue(typ, value)
	if err != nil && s.err == nil {
		s.err = fmt.Errorf("%s: %w", name, err)
	}
	s.buffer.Write(encoded.MsgPack)
}

// name writes the name of an attribute. The caller must write its value next.
func (s *State) name(name string) {
	if s.err == nil && !s.missing[name] {
		s.err = fmt.Errorf("%s is not in the schema, or was written before", name)
	}
	delete(s.missing, name)
	_ = s.encoder.EncodeString(name)
}

func (s *State) value(v reflect.Value) {
	if err := s.encoder.encode(v); err != nil && s.err == nil {
		s.err = err
	}
}

// Attributes writes each struct field with a JSON name as the attribute of that name,
// including those of embedded structs. Nil is null, with or without omitempty.
func (s *State) Attributes(fields any) {
	v := reflect.Indirect(reflect.ValueOf(fields))
	for _, f := range s.encoder.fieldsOf(v.Type()) {
		s.name(f.name)
		s.value(f.of(v))
	}
}

// BeginMap begins an attribute that is a map. The caller must write that many entries
// next.
func (s *State) BeginMap(name string, entries int) {
	s.name(name)
	_ = s.encoder.EncodeMapLen(entries)
	s.entries, s.begun, s.written = entries, s.buffer.Len(), 0
}

// sample is the number of entries from which the size of a map is estimated.
const sample = 64

// Entry writes an entry of the current map.
func (s *State) Entry(key string, value any) {
	_ = s.encoder.EncodeString(key)
	s.value(reflect.ValueOf(value))
	s.written++
	if s.written == sample && s.entries > sample {
		// Otherwise the buffer would double, up to twice the necessary size.
		s.buffer.Grow((s.buffer.Len() - s.begun) / sample * (s.entries - sample) * 11 / 10)
	}
}

// Size returns the number of bytes written.
func (s *State) Size() int { return s.buffer.Len() }

// Finish passes the state to the server from [NewServer]. The response gets a null without
// attributes.
func (s *State) Finish(ctx context.Context, resp *datasource.ReadResponse) {
	state, ok := ctx.Value(writtenStateKey{}).(*writtenState)
	switch {
	case s.err != nil:
	case !ok:
		s.err = errors.New("the server is not from fastread.NewServer")
	case len(s.missing) > 0:
		s.err = fmt.Errorf("%s: not written", strings.Join(slices.Sorted(maps.Keys(s.missing)), ", "))
	default:
		state.msgpack = s.buffer.Bytes()
		if len(state.msgpack) > largeState {
			runtime.GC()
		}
		// The framework checks and encodes this instead of the state.
		resp.State = tfsdk.State{Schema: schema.Schema{}, Raw: tftypes.NewValue(tftypes.Object{}, nil)}
		return
	}
	resp.Diagnostics.Append(diag.NewErrorDiagnostic("The state cannot be written",
		"This is a bug in the provider: "+s.err.Error()+". Please report it at https://github.com/dataforseo/terraform-provider-dataforseo/issues."))
}

// Write writes the whole state of a data source: its configuration, and a struct with a
// field for each computed attribute.
func Write(ctx context.Context, config *Config, resp *datasource.ReadResponse, results any) {
	state := NewState(ctx, config)
	state.Attributes(results)
	state.Finish(ctx, resp)
}
