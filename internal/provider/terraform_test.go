package provider_test

import (
	"os"
	"testing"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/acctest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

func TestMain(m *testing.M) { os.Exit(acctest.Main(m)) }

// tooLong is how long nothing takes that does not hang, however busy the machine is.
const tooLong = 5 * time.Minute

const requiredProviders = acctest.RequiredProviders

// terraform is [acctest.Terraform] by the names that the tests of this package use.
type terraform struct{ *acctest.Terraform }

func newTerraform(t *testing.T, config string) *terraform {
	t.Helper()
	return &terraform{acctest.New(t, config)}
}

func newBuiltTerraform(t *testing.T, config string) *terraform {
	t.Helper()
	return &terraform{acctest.NewBuilt(t, config)}
}

func (tf *terraform) use(server *fakeapi.Server) *terraform {
	tf.Use(server)
	return tf
}

func (tf *terraform) setenv(name, value string) { tf.Setenv(name, value) }

func (tf *terraform) write(name, content string) {
	tf.T.Helper()
	tf.Write(name, content)
}

func (tf *terraform) read(name string) string {
	tf.T.Helper()
	return tf.Read(name)
}

// result is what a command left behind.
type result struct {
	stdout, stderr string
	exitCode       int
}

func (tf *terraform) run(args ...string) result {
	tf.T.Helper()
	r := tf.Run(args...)
	return result{r.Stdout, r.Stderr, r.ExitCode}
}

func (tf *terraform) mustRun(args ...string) result {
	tf.T.Helper()
	r := tf.MustRun(args...)
	return result{r.Stdout, r.Stderr, r.ExitCode}
}

func (tf *terraform) plannedOutputs(args ...string) map[string]any {
	tf.T.Helper()
	return tf.PlannedOutputs(args...)
}

func (tf *terraform) outputsOfPlan() map[string]any {
	tf.T.Helper()
	return tf.OutputsOfPlan()
}

func diagnostics(r result) string {
	return acctest.Result{Stdout: r.stdout, Stderr: r.stderr}.Diagnostics()
}

func golden(t *testing.T, name, text string) {
	t.Helper()
	acctest.Golden(t, name, text)
}

func unwrapped(text string) string { return acctest.Unwrapped(text) }
