package release_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/acctest"
)

// reader follows "Install from archives" in README.md literally, in a checkout. Only the
// directory of the mirror differs and, with OpenTofu, the file names.
type reader struct {
	workdir
	blocks []string // the section's blocks of code, in its order
	config string   // the CLI configuration, in the home directory
	mirror string
}

// readmeBlocks matches the code blocks in the README.
var readmeBlocks = regexp.MustCompile("(?ms)^```(?:shell|terraform)\n(.*?)^```$")

func newReader(t *testing.T, c checkout) reader {
	t.Helper()
	home := t.TempDir()
	r := reader{mirror: filepath.Join(home, "mirror"), config: filepath.Join(home, ".terraformrc")}
	bin := filepath.Join(home, "bin")
	r.workdir = workdir{c.dir, append(goEnv(t, c), "HOME="+home, "PATH="+bin+string(filepath.ListSeparator)+os.Getenv("PATH"))}
	if err := os.Mkdir(bin, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(acctest.Path(t), filepath.Join(bin, "terraform")); err != nil {
		t.Fatal(err)
	}
	names := strings.NewReplacer("/opt/terraform-providers", filepath.ToSlash(r.mirror))
	if acctest.IsOpenTofu(t) {
		r.config = filepath.Join(home, ".tofurc")
		names = strings.NewReplacer("/opt/terraform-providers", filepath.ToSlash(r.mirror), "registry.terraform.io", "registry.opentofu.org")
	}
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(readme), "\n## Install from archives\n")
	section, _, _ = strings.Cut(section, "\n## ")
	for _, block := range readmeBlocks.FindAllStringSubmatch(section, -1) {
		r.blocks = append(r.blocks, names.Replace(block[1]))
	}
	if len(r.blocks) != 3 {
		t.Fatalf("README.md has %d blocks, want 3: commands that make the mirror, the CLI configuration, and commands that use it", len(r.blocks))
	}
	return r
}

// goEnv returns the checkout's environment with Go's settings and caches, which would
// otherwise depend on HOME.
func goEnv(t *testing.T, c checkout) []string {
	t.Helper()
	env := slices.DeleteFunc(slices.Clone(c.env), func(variable string) bool {
		return strings.HasPrefix(variable, "HOME=") || strings.HasPrefix(variable, "PATH=")
	})
	for _, name := range []string{"GOENV", "GOCACHE", "GOMODCACHE"} {
		env = append(env, name+"="+strings.TrimSpace(c.run(t, "go", "env", name)))
	}
	return append(env, "CHECKPOINT_DISABLE=1")
}

// install makes the mirror and the CLI configuration.
func (r reader) install(t *testing.T, chosen []string) {
	t.Helper()
	commands := r.blocks[0]
	if len(chosen) > 1 {
		commands = strings.Replace(commands, "make snapshot\n", "make snapshot PLATFORMS=all\n", 1)
	}
	r.run(t, "sh", "-euc", commands)
	write(t, r.config, []byte(r.blocks[1]))
}

// lock installs the snapshot and locks it.
func (r reader) lock(t *testing.T, snapshot string) {
	t.Helper()
	output := r.run(t, "sh", "-euc", r.blocks[2])
	if want := "Installed dataforseo/dataforseo v" + snapshot + " "; !strings.Contains(output, want) {
		t.Errorf("%q is not in\n%s", want, output)
	}
	content, err := os.ReadFile(filepath.Join(r.dir, "examples", "quickstart", ".terraform.lock.hcl"))
	if err != nil {
		t.Fatal(err)
	}
	if got := len(locked.FindAll(content, -1)); got != 1 || !strings.Contains(string(content), `"`+snapshot+`"`) {
		t.Errorf("%d platforms are locked, want version %s for one:\n%s", got, snapshot, content)
	}
}
