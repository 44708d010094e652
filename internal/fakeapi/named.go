package fakeapi

import (
	"regexp"
	"strconv"
	"strings"
)

// NamedFault is a host that chooses a fault when [Options.NamedFaults] is set.
type NamedFault struct {
	Host  string // or a pattern of hosts, with CODE or NNN in place of a number
	Does  string // description for users
	fault func(number int) Fault
}

// NamedFaults lists the hosts that choose a fault when [Options.NamedFaults] is set, so
// that a Terraform configuration can cause every failure.
func NamedFaults() []NamedFault {
	always := func(fault Fault) func(int) Fault { return func(int) Fault { return fault } }
	return []NamedFault{
		{"error-CODE.example", "that error of the API, such as error-40501.example", Code},
		{"status-NNN.example", "a gateway's page, such as status-503.example", Gateway},
		{"slow.example", "no answer for as long as you wait", always(Slow(nil))},
		{"closed.example", "the connection is closed before any answer", always(CloseConnection())},
		{"charged-but-lost.example", "the same, after the call was charged", always(ChargedButLost())},
		{"half.example", "half of an answer, then the connection is closed", always(HalfAnswer())},
		{"html.example", "a web page instead of an answer", always(HTMLPage())},
	}
}

// faultNamed returns the fault that the host of one of the targets chooses, or nil.
func faultNamed(targets []string) Fault {
	for _, target := range targets {
		for _, named := range NamedFaults() {
			pattern := strings.NewReplacer(".", `\.`, "CODE", `(\d{5})`, "NNN", `([2-9]\d\d)`).Replace(named.Host)
			groups := regexp.MustCompile("^" + pattern + "$").FindStringSubmatch(hostOf(target))
			if groups != nil {
				number, _ := strconv.Atoi(groups[len(groups)-1]) // 0 if the host has none
				return named.fault(number)
			}
		}
	}
	return nil
}
