package main

import "testing"

func TestSample(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		sample sample
		median float64
		text   string
	}{
		"one":       {sample{2}, 2, "2.00 s"},
		"odd":       {sample{3, 1, 100}, 3, "3.00 s (1.00 s..100.00 s)"},
		"even":      {sample{4, 1, 2, 100}, 3, "3.00 s (1.00 s..100.00 s)"},
		"all alike": {sample{1.001, 1.002, 1.003}, 1.002, "1.00 s"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before := append(sample(nil), c.sample...)
			if got := c.sample.median(); got != c.median {
				t.Errorf("median %v, want %v", got, c.median)
			}
			if got := c.sample.text(seconds); got != c.text {
				t.Errorf("got %q, want %q", got, c.text)
			}
			for i := range before {
				if c.sample[i] != before[i] {
					t.Errorf("the sample became %v", c.sample)
				}
			}
		})
	}
}

func TestUnits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		unit  unit
		value float64
		want  string
	}{
		{seconds, 8.3333, "8.33 s"},
		{kilobytes, 2996, "3.00 kB"},
		{kilobytes, 2741870, "2.74 MB"},
		{mebibytes, 64 << 20, "64.0 MiB"},
		{fraction, 999.4, "999 ns"},
		{fraction, 1000, "1.0 µs"},
		{fraction, 137337, "137.3 µs"},
		{fraction, 9838700, "9.84 ms"},
	} {
		if got := c.unit(c.value); got != c.want {
			t.Errorf("%v: got %q, want %q", c.value, got, c.want)
		}
	}
}
