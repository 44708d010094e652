package cacheserver_test

import (
	"bytes"
	"errors"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache/bucket"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/cacheserver"
)

// start starts a server that stops when the test ends.
func start(t *testing.T) *cacheserver.Server {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("versitygw needs a POSIX system")
	}
	executable, err := cacheserver.Build(t.Context(), "../..")
	if err != nil {
		t.Fatal(err)
	}
	server, err := cacheserver.Start(t.Context(), executable, func(cacheserver.Request) {})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Stop)
	return server
}

// open opens a bucket of a server. changes override variables of the environment.
func open(t *testing.T, server *cacheserver.Server, name string, changes ...string) *bucket.Bucket {
	t.Helper()
	environ := map[string]string{}
	for _, variable := range append(server.Environ(), changes...) {
		name, value, _ := strings.Cut(variable, "=")
		environ[name] = value
	}
	getenv := func(name string) string { return environ[name] }
	address, err := bucket.Parse("s3://"+name+"/a/prefix?endpoint="+server.URL, getenv)
	if err != nil {
		t.Fatal(err)
	}
	b, err := bucket.Open(address, bucket.Options{Getenv: getenv})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestBucket_objects checks writing, reading and removing objects with a server that checks
// signatures.
func TestBucket_objects(t *testing.T) {
	t.Parallel()
	server := start(t)
	b := open(t, server, cacheserver.Bucket)
	for _, content := range [][]byte{[]byte("an answer"), {}, bytes.Repeat([]byte("16 MiB"), 16<<20/6)} {
		must(t, b.Put(t.Context(), "name", content))
		got, err := b.Get(t.Context(), "name", 17<<20)
		if err != nil || !bytes.Equal(got.Data, content) || got.ETag == "" || got.Age < 0 || got.Age.Minutes() > 5 {
			t.Errorf("got %d bytes, ETag %s, age %s, error %v, want %d bytes", len(got.Data), got.ETag, got.Age, err, len(content))
		}
	}
	if _, err := b.Get(t.Context(), "name", 1000); !errors.Is(err, bucket.ErrTooLarge) {
		t.Errorf("too large: %v", err)
	}
	must(t, b.Remove(t.Context(), "name"))
	must(t, b.Remove(t.Context(), "name"))
	if _, err := b.Get(t.Context(), "name", 1000); !errors.Is(err, bucket.ErrNotFound) {
		t.Errorf("removed: %v", err)
	}
	for _, request := range server.Log() {
		if request.Path != "/"+cacheserver.Bucket+"/a/prefix/name" {
			t.Errorf("unexpected request %+v", request)
		}
	}
}

// TestBucket_conditions checks that an object that exists can't be created, and that one
// that has changed can't be replaced. versitygw doesn't check and write in one step, so the
// winners come first.
func TestBucket_conditions(t *testing.T) {
	t.Parallel()
	server := start(t)
	refused := func(operation func(b *bucket.Bucket) error) {
		t.Helper()
		var attempts sync.WaitGroup
		for range 15 {
			attempts.Go(func() {
				if err := operation(open(t, server, cacheserver.Bucket)); !errors.Is(err, bucket.ErrTaken) {
					t.Errorf("got %v, want %v", err, bucket.ErrTaken)
				}
			})
		}
		attempts.Wait()
	}
	b := open(t, server, cacheserver.Bucket)
	created, err := b.Create(t.Context(), "lease", []byte("a"))
	if err != nil {
		t.Fatal(err)
	}
	refused(func(b *bucket.Bucket) error {
		_, err := b.Create(t.Context(), "lease", []byte("b"))
		return err
	})
	replaced, err := b.Replace(t.Context(), "lease", created, []byte("c"))
	if err != nil {
		t.Fatal(err)
	}
	refused(func(b *bucket.Bucket) error {
		_, err := b.Replace(t.Context(), "lease", created, []byte("d"))
		return err
	})
	got, err := b.Get(t.Context(), "lease", 1000)
	if err != nil || got.ETag != replaced || string(got.Data) != "c" {
		t.Errorf("got %+v, %v, want the ETag %s", got, err, replaced)
	}
}

// TestBucket_refusals checks that wrong credentials, buckets and regions are not reported as
// missing objects.
func TestBucket_refusals(t *testing.T) {
	t.Parallel()
	server := start(t)
	for name, c := range map[string]struct {
		bucket, change string
		kind           error
		want           string
	}{
		"no such key":    {cacheserver.Bucket, "AWS_ACCESS_KEY_ID=AKIDUNKNOWN", nil, "404 XAdminUserNotFound: "}, // Amazon S3: 403 InvalidAccessKeyId
		"wrong secret":   {cacheserver.Bucket, "AWS_SECRET_ACCESS_KEY=wrong", bucket.ErrForbidden, "403 SignatureDoesNotMatch: "},
		"no such bucket": {"another", "", nil, "404 NoSuchBucket: "},
		"wrong region":   {cacheserver.Bucket, "AWS_REGION=eu-central-1", nil, "400 AuthorizationHeaderMalformed: "},
	} {
		b := open(t, server, c.bucket, c.change)
		_, err := b.Get(t.Context(), "name", 1000)
		for operation, err := range map[string]error{"Get": err, "Put": b.Put(t.Context(), "name", nil)} {
			if err == nil || !strings.HasPrefix(err.Error(), c.want) || c.kind != nil && !errors.Is(err, c.kind) || errors.Is(err, bucket.ErrNotFound) {
				t.Errorf("%s, %s: %v, want %s", name, operation, err, c.want)
			}
		}
	}
}

// TestStart_ends checks that the error has what the server printed.
func TestStart_ends(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("there is no /bin/sh")
	}
	_, err := cacheserver.Start(t.Context(), "/bin/sh", nil) // doesn't know the flags
	if err == nil || !strings.HasPrefix(err.Error(), "start /bin/sh: it ended\n/bin/sh: ") {
		t.Errorf("got the error %v", err)
	}
}
