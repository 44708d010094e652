package dataforseo_test

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

func TestIntegerIsExact(t *testing.T) {
	t.Parallel()
	tests := map[string]int64{
		"0":                        0,
		"-0":                       0,
		"-0.0":                     0,
		"0.000":                    0,
		"0e5":                      0,
		"0e-999999":                0,
		"0e999999":                 0,
		"0.0E+999999":              0,
		"38786":                    38786,
		"38786.0":                  38786,
		"-38786.0":                 -38786,
		"38786.00000000000000000":  38786,
		"1e3":                      1000,
		"1E3":                      1000,
		"1e+3":                     1000,
		"1.5e1":                    15,
		"1500e-2":                  15,
		"-2.50e2":                  -250,
		"2147483648":               math.MaxInt32 + 1,
		"9007199254740993":         9007199254740993, // 2^53 + 1, the first that a float64 cannot hold
		"9007199254740993.0":       9007199254740993,
		"9007199254740993e0":       9007199254740993,
		"900719925474099.3e1":      9007199254740993,
		"9223372036854775807":      math.MaxInt64,
		"9223372036854775807.0":    math.MaxInt64,
		"9.223372036854775807e18":  math.MaxInt64,
		"92233720368547758070e-1":  math.MaxInt64,
		"-9223372036854775808":     math.MinInt64,
		"-9223372036854775808.0":   math.MinInt64,
		"-9.223372036854775808e18": math.MinInt64,
		`"38786"`:                  38786,
		`"-38786.0"`:               -38786,
		`"1e3"`:                    1000,
		`"0"`:                      0,
		`"9007199254740993"`:       9007199254740993,
	}
	for text, want := range tests {
		var got struct{ Count *dataforseo.Integer }
		if err := json.Unmarshal([]byte(`{"count":`+text+`}`), &got); err != nil {
			t.Errorf("%s: %v", text, err)
		} else if int64(*got.Count) != want {
			t.Errorf("%s was read as %d, want %d", text, *got.Count, want)
		}
	}
}

func TestIntegerErrors(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"1.5":                       "1.5",
		"-0.5":                      "-0.5",
		"0.99999999999999999999":    "0.99999999999999999999", // 1 as a float64
		"9007199254740992.5":        "9007199254740992.5",     // whole as a float64
		"1e-3":                      "1e-3",
		"1e-400":                    "1e-400", // 0 as a float64
		"9223372036854775808":       "9223372036854775808",
		"9223372036854775808.0":     "9223372036854775808.0", // 2^63 - 1 by a careless conversion
		"-9223372036854775809":      "-9223372036854775809",
		"-9223372036854775808.1":    "-9223372036854775808.1",
		"18446744073709551616":      "18446744073709551616", // 0 in 64 bits
		"1e19":                      "1e19",
		"1e400":                     "1e400",
		"1e999999999":               "1e999999999",
		"1e-999999999":              "1e-999999999",
		"1e99999999999999999999999": "1e99999999999999999999999",
		`"1.5"`:                     "1.5",
		`" 38786"`:                  `" 38786"`,
		`"38786 "`:                  `"38786 "`,
		`"+38786"`:                  `"+38786"`,
		`"038786"`:                  `"038786"`,
		`"38,786"`:                  `"38,786"`,
		`"38786."`:                  `"38786."`,
		`"3\u0038"`:                 `"3\u0038"`,
		`"0x10"`:                    `"0x10"`,
		`"-"`:                       `"-"`,
		`"1/2"`:                     `"1/2"`,
		`"null"`:                    `"null"`,
		`""`:                        `""`,
		"true":                      "true",
		"[1]":                       "[1]",
		`{"a":1}`:                   `{"a":1}`,
		`"\u001b[31m"`:              `"\u001b[31m"`,
		"\"a\u202eb\"":              `"a b"`, // a right-to-left override
		strings.Repeat("9", 65):     strings.Repeat("9", 64) + "...",
	}
	for text, value := range tests {
		var got struct {
			Count *dataforseo.Integer `json:"count"`
			Other *dataforseo.Integer `json:"other"`
		}
		err := json.Unmarshal([]byte(`{"count":`+text+`,"other":7}`), &got)
		typeErr, ok := errors.AsType[*json.UnmarshalTypeError](err)
		if !ok {
			t.Errorf("%s: got %v, want an UnmarshalTypeError", text, err)
			continue
		}
		if typeErr.Field != "count" || typeErr.Value != value {
			t.Errorf("%s: got field %q and value %q, want count and %q", text, typeErr.Field, typeErr.Value, value)
		}
	}
}

func TestIntegerNullIsNotZero(t *testing.T) {
	t.Parallel()
	count := dataforseo.Integer(7)
	got := struct{ Count *dataforseo.Integer }{&count}
	if err := json.Unmarshal([]byte(`{"count":null}`), &got); err != nil || got.Count != nil {
		t.Errorf("null became %v, %v, want nil", got.Count, err)
	}
	// By convention, null leaves a value that isn't a pointer unchanged.
	if err := count.UnmarshalJSON([]byte("null")); err != nil || count != 7 {
		t.Errorf("null became %d, %v, want 7", count, err)
	}
}

// TestIntegerIsQuick checks that a hostile answer cannot cause exact arithmetic on millions
// of digits, which takes minutes.
func TestIntegerIsQuick(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		text  string
		times int
	}{
		"10 MB of digits":     {"1." + strings.Repeat("0", 10_000_000), 1},
		"tiny fractions":      {"1e-1000000", 1000},
		"tiny fraction, long": {"1234567890123456789.1234567890123456789e-1000000", 1000},
		"huge numbers":        {"9e+1000000", 1000},
		"many zeros":          {"[" + strings.Repeat("0e-1000000,", 10_000) + "1.5]", 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			start := time.Now()
			for range test.times {
				into := any(new(dataforseo.Integer))
				if test.text[0] == '[' {
					into = new([]dataforseo.Integer)
				}
				err := json.Unmarshal([]byte(test.text), into)
				if err == nil || len(err.Error()) > 200 {
					t.Fatalf("the error is %.300v, want a short one", err)
				}
			}
			if took := time.Since(start); took > time.Minute {
				t.Errorf("took %s", took)
			}
		})
	}
}
