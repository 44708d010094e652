package main

import (
	"bytes"
	"context"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache/bucket"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/cacheserver"
)

// output sends each write to a channel.
type output chan string

func (o output) Write(text []byte) (int, error) {
	o <- string(text)
	return len(text), nil
}

// TestRun checks that the printed variables are enough to use the bucket, and that each
// request is printed as a line.
func TestRun(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("versitygw needs a POSIX system")
	}
	executable, err := cacheserver.Build(t.Context(), "../../..")
	if err != nil {
		t.Fatal(err)
	}
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	stdout, ended := make(output, 1), make(chan error, 1)
	var requests bytes.Buffer
	go func() { ended <- run(ctx, []string{executable}, stdout, &requests) }()
	environ := map[string]string{}
	for _, export := range regexp.MustCompile(`(?m)^export (\w+)='(.*)'$`).FindAllStringSubmatch(<-stdout, -1) {
		environ[export[1]] = export[2]
	}
	getenv := func(name string) string { return environ[name] }
	address, err := bucket.Parse(environ["DATAFORSEO_CACHE_URL"], getenv)
	if err != nil || environ["DATAFORSEO_CACHE_TTL"] != "24h" {
		t.Fatal(environ, err)
	}
	b, err := bucket.Open(address, bucket.Options{Getenv: getenv})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Put(t.Context(), "name", []byte("an answer")); err != nil {
		t.Error(err)
	}
	interrupt()
	if err := <-ended; err != nil || requests.String() != "PUT /answers/team/name 200\n" {
		t.Errorf("got error %v, requests %q", err, requests.String())
	}
}

func TestRun_withoutServer(t *testing.T) {
	t.Parallel()
	for argument, want := range map[string]string{"": "give the path of versitygw", "/nonexistent/versitygw": "fork/exec /nonexistent/versitygw"} {
		err := run(t.Context(), strings.Fields(argument), new(bytes.Buffer), new(bytes.Buffer))
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %s", argument, err, want)
		}
	}
}
