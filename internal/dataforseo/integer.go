package dataforseo

import (
	"encoding/json"
	"math"
	"math/big"
	"reflect"
	"strconv"
	"strings"
)

// Integer is a whole number in an answer, exact over 64 bits. Recorded answers write
// some counts as 38786.0. That form, 1e3 and quoted numbers are accepted if the value
// is whole. A fraction, an overflow or anything else is an error.
type Integer int64

var _ json.Unmarshaler = new(Integer)

// maxNumberLength limits the number of characters, so that a hostile answer cannot make
// exact arithmetic expensive. 2^63 has 19 digits.
const maxNumberLength = 64

// UnmarshalJSON implements [json.Unmarshaler]. Its errors are
// [*json.UnmarshalTypeError], to which the decoder adds the field's name.
func (i *Integer) UnmarshalJSON(data []byte) error {
	text := string(unquoteNumber(data))
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

// unquoteNumber removes the quotes that the API puts around some numbers. It returns
// anything else unchanged.
func unquoteNumber(data []byte) []byte {
	if len(data) < 3 || data[0] != '"' {
		return data
	}
	number := data[1 : len(data)-1]
	isDigit := func(c byte) bool { return c >= '0' && c <= '9' }
	if (number[0] == '-' || isDigit(number[0])) && isDigit(number[len(number)-1]) && json.Valid(number) {
		return number
	}
	return data
}

// wholeNumber parses whole numbers that ParseInt refuses. The text is a JSON value.
func wholeNumber(text string) (int64, bool) {
	if len(text) > maxNumberLength {
		return 0, false
	}
	// A cheap, inexact check first: it keeps exact arithmetic away from exponents of
	// millions.
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.Abs(f) > 1e19 {
		return 0, false
	}
	if math.Abs(f) < 1 { // only 0 is whole; a tiny fraction can look like it
		digits, _, _ := strings.Cut(strings.ToLower(text), "e")
		return 0, !strings.ContainsAny(digits, "123456789")
	}
	r, ok := new(big.Rat).SetString(text)
	if !ok || !r.IsInt() || !r.Num().IsInt64() {
		return 0, false
	}
	return r.Num().Int64(), true
}
