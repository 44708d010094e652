package main

import (
	"strings"
	"testing"
)

func TestConfiguration_check(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		configuration configuration
		output        string
		want          string // beginning of the error, empty for none
	}{
		"each was read":     {single(), "a: Read complete after 0s [id=1]\nb: Read complete after 1s\n", ""},
		"one was not read":  {single(), "a: Read complete after 0s\n", `": Read complete after " was said 1 times, not 2`},
		"all at once":       {portfolio(), "a: Read complete after 0s\n", ""},
		"all, but twice":    {portfolio(), "a: Read complete after 0s\nb: Read complete after 0s\n", `": Read complete after " was said 2 times, not 1`},
		"each is planned":   {builtin(), "# a will be created\n# b will be created\n", ""},
		"there are no more": {builtin(), "No changes.\n", `" will be created\n" was said 0 times, not 2`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := c.configuration.check([]byte(c.output), 2)
			if (err == nil) != (c.want == "") || err != nil && !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("got the error %v, want %s", err, c.want)
			}
		})
	}
}
