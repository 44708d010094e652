package provider

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// parseDuration parses a Go duration, which must not be 0 if positive is set. Errors
// contain the value and the remedy.
func parseDuration(raw, example string, positive bool) (time.Duration, error) {
	d, err := time.ParseDuration(raw)
	switch {
	case err != nil && inHours(raw) != "":
		return 0, fmt.Errorf("%q isn't a duration: the largest unit is h. Use %q.", raw, inHours(raw))
	case err != nil:
		return 0, fmt.Errorf("%q isn't a duration. Use a number with a unit (ms, s, m, h), such as %q.", raw, example)
	case d < 0:
		return 0, fmt.Errorf("%q is negative. Use a duration such as %q.", raw, example)
	case d == 0 && positive:
		return 0, fmt.Errorf("%q leaves no time. Use a duration such as %q.", raw, example)
	}
	return d, nil
}

var days = regexp.MustCompile(`^\s*(\d{1,4})\s*(d|days?|w|weeks?)\s*$`)

// inHours returns a number of days or weeks as a Go duration, "" for anything else.
func inHours(raw string) string {
	match := days.FindStringSubmatch(strings.ToLower(raw))
	if match == nil {
		return ""
	}
	n, _ := strconv.Atoi(match[1])
	if match[2][0] == 'w' {
		n *= 7
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%dh", 24*n)
}

// durationValidator returns a validator of durations. example is a sensible value for
// the message.
func durationValidator(example string, positive bool) stringValidator {
	return stringValidator{
		description: description(fmt.Sprintf("a Go duration such as %q", example)),
		check: func(raw string) error {
			_, err := parseDuration(raw, example, positive)
			return err
		},
	}
}
