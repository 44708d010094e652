package provider

import (
	"bytes"
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/vmihailenco/msgpack/v5"
)

// stateWriter writes the state of a data source as it goes to Terraform: a
// MessagePack map with every attribute of the schema. The framework would build a
// tree of values first and walk it several times, which takes a hundred times the
// memory of an answer and most of the time of a read; for thousands of targets at
// once that is more than a small machine has.
type stateWriter struct {
	buffer  bytes.Buffer
	encoder *msgpack.Encoder
	// missing is how many attributes are still to be written.
	missing int
}

// newStateWriter begins a state with what the configuration says: all attributes
// that are not computed.
func newStateWriter(ctx context.Context, config *dataSourceConfig) (*stateWriter, error) {
	attributes := config.config.Schema.GetAttributes()
	w := &stateWriter{missing: len(attributes)}
	w.encoder = newStateEncoder(&w.buffer)
	if err := w.encoder.EncodeMapLen(w.missing); err != nil {
		return nil, err
	}
	for name, attribute := range attributes {
		if attribute.IsComputed() {
			continue
		}
		value, err := tfprotov6.NewDynamicValue(attribute.GetType().TerraformType(ctx), config.values[name])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if err := w.attribute(name, msgpack.RawMessage(value.MsgPack)); err != nil {
			return nil, err
		}
	}
	return w, nil
}

// newStateEncoder returns an encoder that writes structs by their tfsdk tags. What
// is nil becomes null.
func newStateEncoder(buffer *bytes.Buffer) *msgpack.Encoder {
	encoder := msgpack.NewEncoder(buffer)
	encoder.SetCustomStructTag("tfsdk")
	encoder.UseCompactInts(true)
	return encoder
}

// attribute writes one attribute.
func (w *stateWriter) attribute(name string, value any) error {
	w.missing--
	return w.entry(name, value)
}

// entry writes a key and a value of the map that was begun last.
func (w *stateWriter) entry(key string, value any) error {
	if err := w.encoder.EncodeString(key); err != nil {
		return err
	}
	return w.encoder.Encode(value)
}

// attributes writes every field of a struct as an attribute.
func (w *stateWriter) attributes(fields any) error {
	var encoded bytes.Buffer
	if err := newStateEncoder(&encoded).Encode(fields); err != nil {
		return err
	}
	count, err := msgpack.NewDecoder(&encoded).DecodeMapLen() // leaves the entries
	if err != nil {
		return err
	}
	w.missing -= count
	_, err = encoded.WriteTo(&w.buffer)
	return err
}

// beginMap writes the name of an attribute that is a map with that many entries,
// which are to follow.
func (w *stateWriter) beginMap(name string, entries int) error {
	w.missing--
	if err := w.encoder.EncodeString(name); err != nil {
		return err
	}
	return w.encoder.EncodeMapLen(entries)
}

// writeState makes a state of the configuration and the results of a read, a struct
// with a field for each attribute that is computed.
func writeState(ctx context.Context, config *dataSourceConfig, resp *datasource.ReadResponse, results any) {
	w, err := newStateWriter(ctx, config)
	if err == nil {
		err = w.attributes(results)
	}
	if err != nil {
		resp.Diagnostics.Append(unwritable(err))
		return
	}
	w.finish(ctx, resp)
}

// finish hands the state to [server], past the framework, which is left with an
// empty one: it would compare every attribute with the configuration, though none
// here has values that are equal and written in different ways.
func (w *stateWriter) finish(ctx context.Context, resp *datasource.ReadResponse) {
	state, ok := ctx.Value(writtenStateKey{}).(*writtenState)
	if !ok || w.missing != 0 {
		resp.Diagnostics.Append(unwritable(fmt.Errorf("%d attributes were not written", w.missing)))
		return
	}
	state.msgpack = w.buffer.Bytes()
	resp.State = tfsdk.State{Schema: schema.Schema{}, Raw: tftypes.NewValue(tftypes.Object{}, nil)}
}

// unwritable is the diagnostic for a state that cannot be written.
func unwritable(err error) diag.Diagnostic {
	return diag.NewErrorDiagnostic("The state cannot be written",
		"This is a bug of the provider: "+err.Error()+". Please report it at https://github.com/dataforseo/terraform-provider-dataforseo/issues.")
}
