package bucket_test

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache/bucket"
)

// recorder is a server that records the header of the last request.
type recorder struct{ header atomic.Pointer[http.Header] }

func (s *recorder) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.header.Store(&r.Header)
	w.Header().Set("ETag", `"1"`)
}

// put writes an object with the credentials of an environment. It sets that as the process's
// environment too, which minio-go reads. It returns the access key and the session token of
// the request.
func put(ctx context.Context, t *testing.T, environ map[string]string) (key, token string, err error) {
	t.Helper()
	for _, name := range []string{
		"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_REGION",
		"AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN",
		"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
	} {
		t.Setenv(name, environ[name])
	}
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	if environ["HOME"] == "" {
		environ["HOME"] = t.TempDir()
	}
	t.Setenv("HOME", environ["HOME"])
	var s recorder
	server := httptest.NewServer(&s)
	defer server.Close()
	address, err := bucket.Parse("s3://answers?endpoint="+server.URL, os.Getenv)
	must(t, err)
	b, err := bucket.Open(address, bucket.Options{Getenv: os.Getenv})
	must(t, err)
	if err := b.Put(ctx, "name", []byte("content")); err != nil {
		return "", "", err
	}
	header := *s.header.Load()
	_, credential, _ := strings.Cut(header.Get("Authorization"), "Credential=")
	key, _, _ = strings.Cut(credential, "/")
	return key, header.Get("X-Amz-Security-Token"), nil
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path, content string) string {
	t.Helper()
	must(t, os.MkdirAll(filepath.Dir(path), 0o700))
	must(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

// TestCredentials checks the sources of credentials and their order.
//
//nolint:paralleltest // it sets environment variables
func TestCredentials(t *testing.T) {
	dir := t.TempDir()
	static := write(t, filepath.Join(dir, "credentials"), "[default]\naws_access_key_id = AKIDDEFAULT\naws_secret_access_key = a\n[team]\naws_access_key_id = AKIDTEAM\naws_secret_access_key = b\n")
	metadata := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "a token" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"AccessKeyId": "AKIDCONTAINER", "SecretAccessKey": "c", "Token": "of the container", "Expiration": time.Now().Add(time.Hour)})
	}))
	defer metadata.Close()
	process := write(t, filepath.Join(dir, "process"), "#!/bin/sh\necho '{\"Version\":1,\"AccessKeyId\":\"AKIDPROCESS\",\"SecretAccessKey\":\"d\",\"SessionToken\":\"of a process\"}'\n")
	must(t, os.Chmod(process, 0o700))
	config := write(t, filepath.Join(dir, "config"), "[profile process]\ncredential_process = "+process+" now\n")
	for name, c := range map[string]struct {
		environ    map[string]string
		key, token string
	}{
		"environment": {map[string]string{"AWS_ACCESS_KEY_ID": "AKIDENV", "AWS_SECRET_ACCESS_KEY": "e", "AWS_SESSION_TOKEN": "of the environment",
			"AWS_SHARED_CREDENTIALS_FILE": static}, "AKIDENV", "of the environment"},
		"default profile": {map[string]string{"AWS_SHARED_CREDENTIALS_FILE": static}, "AKIDDEFAULT", ""},
		"profile":         {map[string]string{"AWS_SHARED_CREDENTIALS_FILE": static, "AWS_PROFILE": "team"}, "AKIDTEAM", ""},
		"program":         {map[string]string{"AWS_CONFIG_FILE": config, "AWS_PROFILE": "process"}, "AKIDPROCESS", "of a process"},
		"container": {map[string]string{"AWS_CONTAINER_CREDENTIALS_FULL_URI": metadata.URL, "AWS_CONTAINER_AUTHORIZATION_TOKEN": "a token"},
			"AKIDCONTAINER", "of the container"},
	} {
		t.Run(name, func(t *testing.T) {
			if runtime.GOOS == "windows" && name == "program" {
				t.Skip("the program is a shell script")
			}
			if key, token, err := put(t.Context(), t, c.environ); key != c.key || token != c.token || err != nil {
				t.Errorf("got key %s, token %s, %v, want %s, %s", key, token, err, c.key, c.token)
			}
		})
	}
}

// TestCredentials_missing checks that errors name the source of credentials that cannot be used,
// and come soon.
//
//nolint:paralleltest // it sets environment variables
func TestCredentials_missing(t *testing.T) {
	dir, home := t.TempDir(), t.TempDir()
	sum := sha1.Sum([]byte("team"))
	write(t, filepath.Join(home, ".aws", "sso", "cache", hex.EncodeToString(sum[:])+".json"), `{"accessToken": "hush", "expiresAt": "2020-01-01T00:00:00Z"}`)
	sso := write(t, filepath.Join(dir, "config"), "[profile team]\nsso_session = team\nsso_account_id = 1\nsso_role_name = reader\n[sso-session team]\nsso_region = eu-central-1\n"+
		"[profile hangs]\ncredential_process = sleep 2\n")
	for name, c := range map[string]struct {
		environ map[string]string
		want    string
	}{
		"none":          {map[string]string{}, "no AWS credentials were found: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"},
		"no secret key": {map[string]string{"AWS_ACCESS_KEY_ID": "AKIDENV"}, "no AWS credentials were found: "},
		"no profile":    {map[string]string{"AWS_CONFIG_FILE": sso, "AWS_PROFILE": "another"}, "the AWS credentials (profile another) cannot be used: "},
		"expired SSO":   {map[string]string{"AWS_CONFIG_FILE": sso, "AWS_PROFILE": "team", "HOME": home}, "the AWS credentials (profile team) cannot be used: cached SSO token is expired, refresh it with `aws sso login`"},
		"no web identity": {map[string]string{"AWS_WEB_IDENTITY_TOKEN_FILE": filepath.Join(dir, "missing"), "AWS_ROLE_ARN": "arn:aws:iam::1:role/r"},
			"the AWS credentials (web identity) cannot be used: "},
		"no container": {map[string]string{"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:1"}, "the AWS credentials (container) cannot be used: "},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := put(t.Context(), t, c.environ)
			if !errors.Is(err, bucket.ErrNoCredentials) || !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
	t.Run("hanging container", func(t *testing.T) {
		released := make(chan struct{})
		hanging := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			select {
			case <-r.Context().Done():
			case <-released:
			}
		}))
		defer hanging.Close()
		defer close(released)
		began := time.Now()
		_, _, err := put(t.Context(), t, map[string]string{"AWS_CONTAINER_CREDENTIALS_FULL_URI": hanging.URL})
		if took := time.Since(began); !errors.Is(err, bucket.ErrNoCredentials) || took > bucket.Timeout {
			t.Errorf("got %v after %s", err, took)
		}
	})
	t.Run("hanging program", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		began := time.Now()
		_, _, err := put(ctx, t, map[string]string{"AWS_CONFIG_FILE": sso, "AWS_PROFILE": "hangs"})
		if took := time.Since(began); err == nil || err.Error() != "there was no answer in time" || took > bucket.Timeout {
			t.Errorf("got %v after %s", err, took)
		}
	})
}
