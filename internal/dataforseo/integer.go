package dataforseo

import (
	"encoding/json"
	"math"
	"math/big"
	"reflect"
	"strconv"
	"strings"
)

// Integer is a whole number of an answer, exact over the whole range of 64
// bits. Recorded answers hold some counts in the form 38786.0; that and 1e3 are
// read as the integers they are. A number with a fraction, one beyond 64 bits
// or anything else but a number is an error, since half a count is no count.
type Integer int64

var _ json.Unmarshaler = new(Integer)

// maxNumberLength bounds the digits that are looked at, so that a hostile
// answer cannot make the exact arithmetic below expensive. 2^63 has 19.
const maxNumberLength = 64

// UnmarshalJSON implements [json.Unmarshaler]. Its errors are
// [*json.UnmarshalTypeError], to which the decoder adds the field's name.
func (i *Integer) UnmarshalJSON(data []byte) error {
	text := string(data)
	if text == "null" { // by convention a no-op, see json.Unmarshaler
		return nil
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		*i = Integer(n)
		return nil
	}
	if n, ok := wholeNumber(text); ok {
		*i = Integer(n)
		return nil
	}
	return &json.UnmarshalTypeError{Value: excerpt(text, maxNumberLength), Type: reflect.TypeFor[Integer]()}
}

// wholeNumber reads the forms of an integer that ParseInt refuses.
func wholeNumber(text string) (int64, bool) {
	if len(text) > maxNumberLength || !strings.ContainsAny(text, ".eE") || strings.ContainsAny(text, "/_xXpP\"") {
		return 0, false
	}
	// Cheap and inexact first: it keeps an exponent of millions, of either sign,
	// from being worked out digit by digit.
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.Abs(f) > 1e19 {
		return 0, false
	}
	if math.Abs(f) < 1 { // no whole number but 0, as which a tiny fraction poses
		digits, _, _ := strings.Cut(strings.ToLower(text), "e")
		return 0, !strings.ContainsAny(digits, "123456789")
	}
	r, ok := new(big.Rat).SetString(text)
	if !ok || !r.IsInt() || !r.Num().IsInt64() {
		return 0, false
	}
	return r.Num().Int64(), true
}
