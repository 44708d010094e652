//go:build unix

package bench_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// TestBenchmarks runs one of each kind of benchmark with few targets and checks what it
// reports. The environment has variables that must not reach Terraform.
func TestBenchmarks(t *testing.T) {
	t.Parallel()
	temporary := t.TempDir()
	command := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$", "-test.bench=./source=(for_each|bulk)/targets=2", "-test.benchtime=1x", "-test.cpu=1")
	command.Env = append(os.Environ(), smallVariable+"=1", "TMPDIR="+temporary,
		"TF_CLI_CONFIG_FILE="+filepath.Join(temporary, "missing"), "TF_CLI_ARGS=-no-such-flag",
		"DATAFORSEO_SANDBOX=true", "DATAFORSEO_LOGIN=somebody", "DATAFORSEO_CACHE_TTL=1h")
	output, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	const measured = " cpu-ns/target ns/op peak-B"
	want := []string{
		"Plan/source=for_each/targets=2/answers=4ms/by=limit ns/op peak-B",
		"Plan/source=for_each/targets=2/answers=4ms/by=provider" + measured,
		"Plan/source=for_each/targets=2/answers=cached/by=limit ns/op",
		"Plan/source=for_each/targets=2/answers=cached/by=provider" + measured,
		"Bulk/source=bulk/targets=2/answers=4ms/by=limit ns/op peak-B",
		"Bulk/source=bulk/targets=2/answers=4ms/by=provider" + measured,
		"Bulk/source=bulk/targets=2/answers=cached/by=limit ns/op",
		"Bulk/source=bulk/targets=2/answers=cached/by=provider" + measured,
		"State/source=for_each/targets=2/by=limit file-B/target values-B/target",
		"State/source=for_each/targets=2/by=provider file-B/target values-B/target",
		"Team/source=for_each/targets=2/answers=cached/by=directory" + measured,
		"Team/source=for_each/targets=2/answers=cached/by=bucket" + measured,
	}
	if diff := cmp.Diff(want, reported(output)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if left, err := os.ReadDir(temporary); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// reported returns the names and, in alphabetical order, the units in the output of go
// test -bench.
func reported(output []byte) []string {
	var lines []string
	for _, line := range regexp.MustCompile(`(?m)^Benchmark(\S+)\s+\d+(\s+[\d.]+ .*)$`).FindAllStringSubmatch(string(output), -1) {
		units := regexp.MustCompile(`\S+/\S+|\S+-B`).FindAllString(line[2], -1)
		slices.Sort(units)
		lines = append(lines, line[1]+" "+strings.Join(units, " "))
	}
	return lines
}

// TestSession checks that a command that did not read everything gives no figure.
func TestSession(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.fake.On("site-9.example", fakeapi.Code(40501))
	for _, c := range []struct {
		source  source
		mode    string
		targets int
		change  func(*session)
		want    string // the beginning of the error, empty for none
	}{
		{portfolio, always, 3, nil, ""},
		{portfolio, never, 4, nil, "terraform plan: exit status 1\n"},
		{portfolio, always, 10, nil, "terraform plan: exit status 1\n"},
		{forEach, never, 3, func(p *session) { p.targets = 4 }, `Terraform printed ": Read complete after " 3 times, want 4` + "\n"},
		{portfolio, always, 3, func(p *session) { p.calls = 0 }, "3 calls for 3 targets, want 0"},
	} {
		p := s.prepare(t, c.source, c.targets, c.mode)
		if c.change != nil {
			c.change(p)
		}
		used, err := p.run(t.Context(), "plan")
		if c.want != "" {
			if err == nil || !strings.HasPrefix(strings.Replace(err.Error(), "tofu", "terraform", 1), c.want) {
				t.Errorf("%s, %s, %d targets: got the error %v, want %s", c.source.name, c.mode, c.targets, err, c.want)
			}
			continue
		}
		if err != nil || used.CPU <= 0 || used.Peak < 4<<20 || used.Peak > 1<<30 {
			t.Errorf("%s, %s, %d targets: got %+v, %v, want plausible values", c.source.name, c.mode, c.targets, used, err)
		}
	}
}

// TestReadUsage checks that the usage of all processes is added up, and that none may be
// missing.
func TestReadUsage(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "usage")
	for _, used := range []usage{{Started: 1}, {Started: 1}, {Ended: 1, CPU: 2, Peak: 20}} {
		check(t, appendUsage(path, used))
	}
	if _, err := readUsage(path); err == nil || !strings.HasPrefix(err.Error(), "1 of 2 processes of the provider were killed") {
		t.Errorf("got the error %v", err)
	}
	check(t, appendUsage(path, usage{Ended: 1, CPU: 3, Peak: 10}))
	if got, err := readUsage(path); err != nil || got.CPU != 5 || got.Peak != 20 {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestLeastTime(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		source  source
		targets int
		delay   time.Duration
		want    time.Duration
	}{
		{forEach, 500, 500 * time.Millisecond, 25 * time.Second},
		{portfolio, 600, 500 * time.Millisecond, 10 * time.Second},
		{portfolio, 2000, 30 * time.Millisecond, 2 * time.Second},
		{portfolio, 5000, 500 * time.Millisecond, 150 * time.Second},
		{portfolio, 6000, 3 * time.Second, 10 * time.Minute},
		{forEach, 5000, 500 * time.Millisecond, 250 * time.Second},
		{bulk, 1000, 500 * time.Millisecond, 500 * time.Millisecond},
		{bulk, 10_000, 600 * time.Millisecond, 2 * time.Second},
	} {
		if got := c.source.leastTime(c.targets, c.delay); got != c.want {
			t.Errorf("%s of %d targets, %v an answer: got %v, want %v", c.source.name, c.targets, c.delay, got, c.want)
		}
	}
}

func TestValuesOf(t *testing.T) {
	t.Parallel()
	const state = `{
  "version": 4,
  "outputs": {"x": {"value": 1}},
  "resources": [
    {"mode": "data", "instances": [
      {"index_key": "a", "attributes": { "target": "a b", "rank": null }},
      {"index_key": "b", "attributes": {"rank": 1}}
    ]},
    {"instances": [{"attributes": {}}]}
  ]
}`
	got, err := valuesOf([]byte(state))
	if want := `{"target":"a b","rank":null}{"rank":1}{}`; string(got) != want || err != nil {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
	if _, err := valuesOf([]byte("{")); err == nil {
		t.Error("no error for half a state")
	}
}
