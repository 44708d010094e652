package release_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
)

// key is a signing key. It is deleted when the test ends.
type key struct {
	home        string
	fingerprint string
}

// newKey makes an RSA key, as the registries require. It returns nil without GnuPG.
func newKey(t *testing.T) *key {
	t.Helper()
	if _, err := exec.LookPath("gpg"); err != nil {
		return nil
	}
	// Not t.TempDir: its path can be too long for the socket of GnuPG's agent.
	home, err := os.MkdirTemp("", "gpg-") //nolint:usetesting // see above
	if err != nil {
		t.Fatal(err)
	}
	k := &key{home: home}
	t.Cleanup(func() {
		// The agent ends when its directory is removed.
		if err := os.RemoveAll(home); err != nil {
			t.Error(err)
		}
	})
	k.gpg(t, "--quick-generate-key", "Test <test@example.com>", "rsa2048", "sign", "never")
	listed := k.gpg(t, "--list-keys", "--with-colons")
	found := regexp.MustCompile(`(?m)^fpr:+([0-9A-F]{40}):`).FindStringSubmatch(listed)
	if found == nil {
		t.Fatalf("no fingerprint in\n%s", listed)
	}
	k.fingerprint = found[1]
	return k
}

// env returns the environment variables for signing with the key.
func (k *key) env() []string {
	return []string{"GNUPGHOME=" + k.home, "GPG_FINGERPRINT=" + k.fingerprint}
}

func (k *key) gpg(t *testing.T, args ...string) string {
	t.Helper()
	w := workdir{k.home, append(environ(), "GNUPGHOME="+k.home)}
	return w.run(t, "gpg", append([]string{"--batch", "--pinentry-mode=loopback", "--passphrase="}, args...)...)
}

// verify checks that the signature of the checksums is valid, and binary, as the registries
// require.
func (k *key) verify(t *testing.T, published assets) {
	t.Helper()
	sums, signature := filepath.Join(k.home, "sums"), filepath.Join(k.home, "sums.sig")
	for path, name := range map[string]string{sums: "SHA256SUMS", signature: "SHA256SUMS.sig"} {
		if err := os.WriteFile(path, published[asset(version, name)], 0o600); err != nil {
			t.Fatal(err)
		}
	}
	status := k.gpg(t, "--status-fd=1", "--verify", signature, sums)
	if !regexp.MustCompile(`(?m)^\[GNUPG:\] VALIDSIG ` + k.fingerprint + ` `).MatchString(status) {
		t.Errorf("not signed by %s:\n%s", k.fingerprint, status)
	}
	if content := published[asset(version, "SHA256SUMS.sig")]; len(content) > 0 && content[0] < 0x80 {
		t.Errorf("the signature is not binary: %.40q", content)
	}
}
