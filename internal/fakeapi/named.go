package fakeapi

import (
	"net/http"
	"strconv"
	"strings"
)

// NamedFault is a host that chooses a fault when [Options.NamedFaults] is set.
type NamedFault struct {
	// Host, or a pattern of hosts with a placeholder in capitals.
	Host string
	// Does what it says, for people.
	Does string
}

// NamedFaults lists the hosts that choose a fault when [Options.NamedFaults] is
// set. With them, someone who has nothing but a Terraform configuration can see
// every failure.
func NamedFaults() []NamedFault {
	return []NamedFault{
		{"error-CODE.example", "the failure with that code of the API, such as error-40501.example"},
		{"status-NNN.example", "the page of a gateway with that HTTP status, such as status-503.example"},
		{"slow.example", "no answer for as long as you wait"},
		{"closed.example", "the connection is closed before any answer"},
		{"charged-but-lost.example", "the same, after the call was charged"},
		{"half.example", "half of an answer, then the connection is closed"},
		{"html.example", "a web page instead of an answer"},
		{"no-data.example", "a target that the API has no data for (not a failure, charged in full)"},
	}
}

// faultNamed returns the fault that a host chooses. no-data.example needs none.
func faultNamed(host string) (Fault, bool) {
	name, ok := strings.CutSuffix(host, ".example")
	if !ok {
		return OK, false
	}
	switch name {
	case "slow":
		return Slow(nil), true
	case "closed":
		return CloseConnection(), true
	case "charged-but-lost":
		return ChargedButLost(), true
	case "half":
		return HalfAnswer(), true
	case "html":
		return HTMLPage(), true
	}
	if n, ok := numberAfter(name, "error-"); ok {
		return Code(n), true
	}
	if n, ok := numberAfter(name, "status-"); ok && http.StatusText(n) != "" && n >= 200 {
		return Gateway(n), true
	}
	return OK, false
}

func numberAfter(s, prefix string) (int, bool) {
	digits, ok := strings.CutPrefix(s, prefix)
	n, err := strconv.Atoi(digits)
	return n, ok && err == nil && n > 0
}
