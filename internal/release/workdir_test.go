package release_test

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"
)

// workdir is a directory and an environment to run commands in.
type workdir struct {
	dir string
	env []string
}

// run runs a command in the directory and returns its standard output.
func (w workdir) run(t *testing.T, name string, args ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), name, args...)
	command.Dir, command.Env = w.dir, w.env
	var stderr strings.Builder
	command.Stderr = &stderr
	output, err := command.Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s%s", name, strings.Join(args, " "), err, output, &stderr)
	}
	return string(output)
}

// environ returns the environment without variables that could change the result.
func environ() []string {
	env := slices.DeleteFunc(os.Environ(), func(variable string) bool {
		return slices.ContainsFunc([]string{"GIT_", "GITHUB_", "GITLAB_", "GITEA_", "GORELEASER_", "GPG_", "TF_", "DATAFORSEO_"},
			func(prefix string) bool { return strings.HasPrefix(variable, prefix) })
	})
	date := committed.Format(time.RFC3339)
	return append(env, "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+os.DevNull,
		"GIT_AUTHOR_NAME=test", "GIT_AUTHOR_EMAIL=test@example.com", "GIT_AUTHOR_DATE="+date,
		"GIT_COMMITTER_NAME=test", "GIT_COMMITTER_EMAIL=test@example.com", "GIT_COMMITTER_DATE="+date)
}
