package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/acctest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// diagnosticCase is a plan with an error or a warning. Its golden file has what Terraform
// prints, the number of calls, and their cost.
type diagnosticCase struct {
	// provider has arguments of the provider block. max_retries is 0 unless it is set here.
	provider string
	// noBlock omits the provider block.
	noBlock bool
	// arguments are those of the data source, plainTarget by default.
	arguments string
	// before precedes the data source.
	before string
	env    map[string]string
	faults []fakeapi.Fault
}

func (c diagnosticCase) run(t *testing.T, name string) {
	t.Helper()
	server := fakeapi.Start(t, fakeapi.Options{})
	if c.faults != nil {
		server.OnAny(c.faults...)
	}
	if c.arguments == "" {
		c.arguments = plainTarget
	}
	if !strings.Contains(c.provider, "max_retries") {
		c.provider = "max_retries = 0\n  " + c.provider
	}
	config := c.before + summaryBlock("  "+c.arguments)
	if !c.noBlock {
		config = "provider \"dataforseo\" {\n  " + c.provider + "\n}\n" + config
	}
	tf := acctest.New(t, config).Use(server)
	for variable, value := range c.env {
		tf.Setenv(variable, value)
	}
	goldenRun(t, server, tf, name)
}

func runDiagnosticCases(t *testing.T, group string, cases map[string]diagnosticCase) {
	t.Helper()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.run(t, group+"/"+strings.ReplaceAll(name, " ", "-"))
		})
	}
}

// goldenRun compares the diagnostics of a plan, and its cost, with a golden file.
func goldenRun(t *testing.T, server *fakeapi.Server, tf *acctest.Terraform, name string) {
	t.Helper()
	r := tf.Run("plan", "-no-color", "-input=false")
	if _, rest, found := strings.Cut(r.Stdout, "published\nreleases.\n"); found { // the warning about the built provider
		r.Stdout = rest
	}
	goldenResult(t, server, r, name)
}

func goldenResult(t *testing.T, server *fakeapi.Server, r acctest.Result, name string) {
	t.Helper()
	acctest.Golden(t, "diagnostics/"+name, fmt.Sprintf("exit code %d, %d calls, %.6f USD charged\n%s",
		r.ExitCode, server.Calls(), server.ChargedUSD(), r.Diagnostics()))
}

// sharedPlan is one plan for many errors. Each has a data source in a file of its own.
// Terraform prints them by file.
type sharedPlan struct {
	tf     *acctest.Terraform
	server *fakeapi.Server
}

func newSharedPlan(t *testing.T) sharedPlan {
	t.Helper()
	server := fakeapi.Start(t, fakeapi.Options{})
	return sharedPlan{acctest.New(t, "provider \"dataforseo\" {\n  max_retries = 0\n}\n").Use(server), server}
}

// read adds a data source.
func (p sharedPlan) read(name, arguments string) {
	name = strings.ReplaceAll(name, " ", "_")
	p.tf.Write(name+".tf", dataBlock(summaryType, name, "  "+arguments))
}

// fail adds a data source whose read fails.
func (p sharedPlan) fail(name string, fault fakeapi.Fault, arguments string) {
	target := strings.ReplaceAll(name, "_", "-") + ".example"
	p.server.On(target, fault)
	p.read(name, "target = \""+target+"\"\n  "+arguments)
}

// rateLimited is a rate limit that outlasts the read.
func rateLimited(f fakeapi.Fault) diagnosticCase {
	return diagnosticCase{arguments: plainTarget + "\n  timeouts = { read = \"5s\" }", faults: []fakeapi.Fault{f.Header("Retry-After", "30")}}
}

// TestDiagnostics_codes covers every code of DataForSEO's table of errors, and unknown ones.
func TestDiagnostics_codes(t *testing.T) {
	t.Parallel()
	runDiagnosticCases(t, "codes", map[string]diagnosticCase{
		"40202": rateLimited(fakeapi.Code(40202)),
		"40209": rateLimited(fakeapi.Code(40209)),
	})
	plan := newSharedPlan(t)
	plan.fail("code_41234", fakeapi.Code(40506).InTask().And(fakeapi.Set("/tasks/0/status_code", "41234")).Message("Something new."), "")
	plan.fail("code_40299", fakeapi.Code(40506).InTask().And(fakeapi.Set("/tasks/0/status_code", "40299")).Message("Some limit."), "")
	plan.fail("code_59999", fakeapi.Code(50000).HTTPStatus(200).InTask().And(fakeapi.Set("/tasks/0/status_code", "59999")).Message("Something broke."), "")
	for _, e := range fakeapi.Errors() {
		if e.Code != 40202 && e.Code != 40209 {
			plan.fail(fmt.Sprintf("code_%d", e.Code), fakeapi.Code(e.Code), "")
		}
	}
	goldenRun(t, plan.server, plan.tf, "codes/others")
}

// TestDiagnostics_recorded covers the recorded failures.
func TestDiagnostics_recorded(t *testing.T) {
	t.Parallel()
	runDiagnosticCases(t, "recorded", map[string]diagnosticCase{
		"invalid field":      {faults: []fakeapi.Fault{fakeapi.Recorded(fakeapi.RecordedInvalidField)}, arguments: `target = "example.por"`},
		"unverified account": {faults: []fakeapi.Fault{fakeapi.Recorded(fakeapi.RecordedUnverifiedAccount)}},
	})
}

// TestDiagnostics_fields checks that the error about a refused field points to the
// argument, if there is one.
func TestDiagnostics_fields(t *testing.T) {
	t.Parallel()
	plan := newSharedPlan(t)
	for field, argument := range map[string]string{
		"backlinks_filters": `backlinks_filters = ["new_field", "=", 1]`, "internal_list_limit": `internal_list_limit = 1000`, "limit": "",
	} {
		plan.fail(field, fakeapi.Code(40501).Message("Invalid Field: '"+field+"'."), argument)
	}
	goldenRun(t, plan.server, plan.tf, "fields")
}

// TestDiagnostics_answers covers unusable answers. The short timeouts leave a busy machine
// enough time to send the request.
func TestDiagnostics_answers(t *testing.T) {
	t.Parallel()
	one := func(f fakeapi.Fault) diagnosticCase { return diagnosticCase{faults: []fakeapi.Fault{f}} }
	runDiagnosticCases(t, "answers", map[string]diagnosticCase{
		"gateway 502":          one(fakeapi.Gateway(502)),
		"gateway 504":          one(fakeapi.Gateway(504)),
		"gateway 429":          rateLimited(fakeapi.Gateway(429)),
		"HTTP 401 HTML":        one(fakeapi.Raw(401, "text/html", "<html>401</html>")),
		"HTTP 402 empty":       one(fakeapi.Raw(402, "", "")),
		"HTTP 403 HTML":        one(fakeapi.Raw(403, "text/html", "<html>Forbidden</html>")),
		"HTTP 404 HTML":        one(fakeapi.Raw(404, "text/html", "<html>nginx</html>")),
		"HTTP 407":             one(fakeapi.Raw(407, "text/plain", "proxy")),
		"HTTP 418":             one(fakeapi.Raw(418, "text/plain", "short and stout")),
		"HTTP 500 with 20000":  one(fakeapi.OK.HTTPStatus(500)),
		"HTTP 504 with 20000":  one(fakeapi.OK.HTTPStatus(504)),
		"redirect":             one(fakeapi.Redirect(302, "https://user:secret@login.example/sso?token=1")),
		"not JSON":             one(fakeapi.NotJSON()),
		"HTML":                 one(fakeapi.HTMLPage()),
		"half of the JSON":     one(fakeapi.TruncatedJSON()),
		"half of the answer":   one(fakeapi.HalfAnswer()),
		"too long":             one(fakeapi.TooLong(17)),
		"no tasks":             one(fakeapi.EmptyTasks()),
		"null tasks":           one(fakeapi.NullTasks()),
		"null task":            one(fakeapi.NullTask()),
		"result missing":       one(fakeapi.NullResult()),
		"result empty":         one(fakeapi.EmptyResult()),
		"fraction":             one(fakeapi.Field("rank", "1.5")),
		"beyond 64 bits":       one(fakeapi.Field("backlinks", "9223372036854775808")),
		"string for number":    one(fakeapi.Field("rank", `"371"`)),
		"string in info":       one(fakeapi.Field("info", `{"target_spam_score": "none"}`)),
		"list for map":         one(fakeapi.Field("referring_links_tld", `[]`)),
		"terminal escapes":     one(fakeapi.Raw(200, "text/plain", "\x1b[2J\x1b]0;owned\x07 hello\xff\x00")),
		"connection closed":    one(fakeapi.CloseConnection()),
		"charged but lost":     one(fakeapi.ChargedButLost()),
		"slower than attempt":  {provider: `request_timeout = "5s"`, faults: []fakeapi.Fault{fakeapi.Slow(nil)}},
		"slower than the read": {arguments: plainTarget + "\n  timeouts = { read = \"5s\" }", faults: []fakeapi.Fault{fakeapi.Slow(nil)}},
		"connection refused":   {env: map[string]string{"DATAFORSEO_BASE_URL": "http://127.0.0.1:1"}},
	})
}

// TestDiagnostics_onError checks that on_error = "warn" turns a target's failure into a
// warning, but not the account's.
func TestDiagnostics_onError(t *testing.T) {
	t.Parallel()
	warn := func(f fakeapi.Fault) diagnosticCase {
		return diagnosticCase{arguments: plainTarget + "\n  on_error = \"warn\"", faults: []fakeapi.Fault{f}}
	}
	limited := rateLimited(fakeapi.Code(40202))
	limited.arguments += "\n  on_error = \"warn\""
	noCredentials := warn(fakeapi.OK)
	noCredentials.env = map[string]string{"DATAFORSEO_PASSWORD": ""}
	runDiagnosticCases(t, "on_error", map[string]diagnosticCase{
		"40501":                warn(fakeapi.Code(40501)),
		"50000":                warn(fakeapi.Code(50000)),
		"50401":                warn(fakeapi.Code(50401)),
		"40202":                limited,
		"40404":                warn(fakeapi.Code(40404)),
		"lost":                 warn(fakeapi.ChargedButLost()),
		"not JSON":             warn(fakeapi.NotJSON()),
		"40100":                warn(fakeapi.Code(40100)),
		"40104":                warn(fakeapi.Code(40104)),
		"40200":                warn(fakeapi.Code(40200)),
		"40207":                warn(fakeapi.Code(40207)),
		"40210":                warn(fakeapi.Code(40210)),
		"wrong base URL":       warn(fakeapi.Code(40400)),
		"50000 under HTTP 401": warn(fakeapi.Code(50000).HTTPStatus(401)),
		"no credentials":       noCredentials,
	})
}

// TestDiagnostics_target checks that invalid targets cost nothing, and that a home page
// gives a warning.
func TestDiagnostics_target(t *testing.T) {
	t.Parallel()
	plan := newSharedPlan(t)
	for name, target := range map[string]string{
		"empty":        "",
		"white space":  " example.com\\n",
		"space inside": "exam ple.com",
		"www":          "www.example.com",
		"path":         "example.com/page",
		"ftp":          "ftp://example.com/page",
		"user":         "https://user:hunter2@example.com/page",
		"bare name":    "localhost",
		"no domain":    "https://intranet/page",
	} {
		plan.read(name, `target = "`+target+`"`)
	}
	goldenRun(t, plan.server, plan.tf, "target/invalid")
	diagnosticCase{arguments: `target = "HTTPS://Example.com:443"`}.run(t, "target/home-page")
}

// TestDiagnostics_noData checks that a target without data gives a warning only if require
// isn't set.
func TestDiagnostics_noData(t *testing.T) {
	t.Parallel()
	none := []fakeapi.Fault{fakeapi.NoData()}
	runDiagnosticCases(t, "no_data", map[string]diagnosticCase{
		"unjudged": {faults: none},
		"judged":   {faults: none, arguments: plainTarget + "\n  require = {}\n  on_violation = \"warn\""},
	})
}

// TestDiagnostics_filters checks that invalid filters cost nothing.
func TestDiagnostics_filters(t *testing.T) {
	t.Parallel()
	plan := newSharedPlan(t)
	for name, expression := range map[string]string{
		"operator":       `[["dofollow", "=", true], "and", ["rank", "equals", 5]]`,
		"tolist":         `[tolist(["dofollow", "=", true])]`,
		"joiner":         `[["dofollow", "=", true], "AND", ["rank", ">", 5]]`,
		"nine":           "[" + strings.Repeat(`["rank", ">", 0], "and", `, 8) + `["rank", ">", 1]]`,
		"in needs array": `["domain_from", "in", "example.com"]`,
		"empty":          `[]`,
		"number":         `5`,
		"object":         `{ "0" = "dofollow", "1" = "=", "2" = true }`,
		"set":            `toset(["dofollow", "="])`,
		"not JSON":       `"dofollow = true"`,
		"several errors": `[["dofollow", "=", "true"], "or", ["rank", "equals", 5], "and", ["anchor", "in", []]]`,
	} {
		plan.read(name, plainTarget+"\n  backlinks_filters = "+expression)
	}
	goldenRun(t, plan.server, plan.tf, "filters/several")
	diagnosticCase{ // the validation doesn't know the value of a variable
		before:    "variable \"filters\" {\n  type    = list(any)\n  default = [\"dofollow\", \"=\", true]\n}\n",
		arguments: plainTarget + "\n  backlinks_filters = var.filters",
	}.run(t, "filters/list-of-any")
}

// TestDiagnostics_arguments checks that other invalid arguments cost nothing.
func TestDiagnostics_arguments(t *testing.T) {
	t.Parallel()
	plan := newSharedPlan(t)
	for name, argument := range map[string]string{
		"internal_list_limit":   `internal_list_limit = 1001`,
		"fraction":              `internal_list_limit = 2.5`,
		"backlinks_status_type": `backlinks_status_type = "dead"`,
		"rank_scale":            `rank_scale = "one_million"`,
		"tag":                   `tag = "` + strings.Repeat("é", 256) + `"`,
		"on_error":              `on_error = "ignore"`,
		"max_age":               `max_age = "-1h"`,
		"max_age in days":       `max_age = "1d"`,
		"timeouts":              `timeouts = { read = "soon" }`,
		"timeouts zero":         `timeouts = { read = "0s" }`,
		"timeouts in days":      `timeouts = { read = "2 weeks" }`,
	} {
		plan.read(name, plainTarget+"\n  "+argument)
	}
	goldenRun(t, plan.server, plan.tf, "arguments")
}

// TestDiagnostics_maxAge checks that a max_age longer than the ttl gives a warning, once.
func TestDiagnostics_maxAge(t *testing.T) {
	t.Parallel()
	diagnosticCase{
		provider:  `cache = { ttl = "90m" }`,
		env:       map[string]string{"DATAFORSEO_CACHE_DIRECTORY": t.TempDir()},
		arguments: plainTarget + "\n  max_age = \"24h\"\n}\ndata \"dataforseo_backlinks_summary\" \"second\" {\n  target = \"example.org\"\n  max_age = \"24h\"\n  depends_on = [data.dataforseo_backlinks_summary.site]",
	}.run(t, "max_age-without-effect")
}

// TestDiagnostics_configuration covers the provider block and its environment variables.
func TestDiagnostics_configuration(t *testing.T) {
	t.Parallel()
	configured := func(provider string) diagnosticCase { return diagnosticCase{provider: provider} }
	env := func(name, value string) diagnosticCase { return diagnosticCase{env: map[string]string{name: value}} }
	unknown := configured(`password = terraform_data.password.id`)
	unknown.before = "resource \"terraform_data\" \"password\" {}\n"
	runDiagnosticCases(t, "configuration", map[string]diagnosticCase{
		"no password":                 env("DATAFORSEO_PASSWORD", ""),
		"no login":                    env("DATAFORSEO_LOGIN", " "),
		"empty login":                 configured(`login = ""`),
		"neither":                     {env: map[string]string{"DATAFORSEO_LOGIN": "", "DATAFORSEO_PASSWORD": ""}},
		"unknown password":            unknown,
		"sandbox and base_url":        configured("sandbox = true\n  base_url = \"https://api.dataforseo.com\""),
		"sandbox and environment":     configured(`sandbox = true`),
		"sandbox not boolean":         env("DATAFORSEO_SANDBOX", "please"),
		"base_url http":               configured(`base_url = "http://api.dataforseo.com"`),
		"base_url scheme":             configured(`base_url = "ftp://api.dataforseo.com"`),
		"base_url bare":               configured(`base_url = "api.dataforseo.com"`),
		"base_url v3":                 configured(`base_url = "https://api.dataforseo.com/v3"`),
		"base_url endpoint":           configured(`base_url = "https://proxy.example/x/v3/backlinks/summary/live"`),
		"base_url user":               configured(`base_url = "https://me:hunter2@api.dataforseo.com/x"`),
		"base_url unencoded password": env("DATAFORSEO_BASE_URL", "https://me:123#hunter2@api.dataforseo.com"),
		"base_url query":              configured(`base_url = "https://api.dataforseo.com/?a=1"`),
		"base_url fragment":           configured(`base_url = "https://api.dataforseo.com/#x"`),
		"base_url empty":              configured(`base_url = ""`),
		"base_url spaces":             configured(`base_url = " https://api.dataforseo.com"`),
		"no provider block":           {noBlock: true, env: map[string]string{"DATAFORSEO_BASE_URL": "api.dataforseo.com", "DATAFORSEO_CACHE_TTL": "1d"}},
		"base_url environment":        env("DATAFORSEO_BASE_URL", "http://api.dataforseo.com"),
		"request_timeout":             configured(`request_timeout = "150"`),
		"request_timeout zero":        configured(`request_timeout = "0s"`),
		"request_timeout minus":       configured(`request_timeout = "-5s"`),
		"max_retries":                 configured(`max_retries = 11`),
		"max_retries fraction":        configured(`max_retries = 0.5`),
		"max_concurrent_requests":     configured(`max_concurrent_requests = 31`),
		"max_requests_per_minute":     configured(`max_requests_per_minute = 2001`),
		"spending_limit_usd":          configured(`spending_limit_usd = -1`),
		"spending limit not USD":      env("DATAFORSEO_SPENDING_LIMIT_USD", "$5"),
		"unknown cache":               unknownCache(),
		"refused credentials": {
			provider: "login = \"me@example.com\"\n  password = \"hush\"", faults: []fakeapi.Fault{fakeapi.Code(40100)},
		},
		"refused login":        {env: map[string]string{"DATAFORSEO_LOGIN": "hush"}, faults: []fakeapi.Fault{fakeapi.Code(40100)}},
		"base_url unreachable": configured(`base_url = "http://127.0.0.1:1"`),
	})
}

// TestDiagnostics_defaultBaseURL checks that the error has no advice about base_url if it
// is not set. The proxy keeps the request on this machine.
func TestDiagnostics_defaultBaseURL(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	tf := acctest.NewBuilt(t, "provider \"dataforseo\" {\n  max_retries = 0\n}\n"+summaryBlock("  "+plainTarget)).Use(server)
	tf.Setenv("DATAFORSEO_BASE_URL", "")
	tf.Setenv("HTTPS_PROXY", "http://127.0.0.1:1")
	goldenRun(t, server, tf, "configuration/default-base_url")
}

func unknownCache() diagnosticCase {
	return diagnosticCase{
		provider: `cache = { ttl = "1h", directory = terraform_data.directory.id }`,
		before:   "resource \"terraform_data\" \"directory\" {}\n",
	}
}

// TestDiagnostics_cache covers the configuration of the cache, and unusable directories
// and buckets.
func TestDiagnostics_cache(t *testing.T) {
	t.Parallel()
	cached := func(cache string) diagnosticCase { return diagnosticCase{provider: "cache = { " + cache + " }"} }
	env := func(name, value string) diagnosticCase { return diagnosticCase{env: map[string]string{name: value}} }
	keys := map[string]string{"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "hush"}
	lenient := cached(`ttl = "1h", mode = "cache_only", directory = "/nonexistent"`)
	lenient.arguments = plainTarget + "\n  on_error = \"warn\""
	runDiagnosticCases(t, "cache", map[string]diagnosticCase{
		"no ttl":                cached(`mode = "cache_only"`),
		"no ttl in environment": env("DATAFORSEO_CACHE_MODE", "cache_only"),
		"ttl":                   cached(`ttl = "1 day"`),
		"ttl in environment":    env("DATAFORSEO_CACHE_TTL", "1 day"),
		"ttl zero":              cached(`ttl = "0s"`),
		"ttl in days":           cached(`ttl = "7d"`),
		"mode":                  cached(`ttl = "1h", mode = "offline"`),
		"mode in environment": {env: map[string]string{
			"DATAFORSEO_CACHE_TTL": "1h", "DATAFORSEO_CACHE_MODE": "offline", "DATAFORSEO_CACHE_DIRECTORY": "/nonexistent",
		}},
		"url scheme":         cached(`ttl = "1h", url = "gs://answers/team"`),
		"url endpoint http":  cached(`ttl = "1h", url = "s3://answers?endpoint=http://minio.example.com:9000"`),
		"url parameter":      cached(`ttl = "1h", url = "s3://answers?region=eu-central-1&secret_key=hush"`),
		"url without region": {provider: `cache = { ttl = "1h", url = "s3://answers/team" }`, env: map[string]string{"AWS_REGION": "", "AWS_DEFAULT_REGION": ""}},
		"url in environment": {env: map[string]string{"DATAFORSEO_CACHE_TTL": "1h", "DATAFORSEO_CACHE_URL": "s3:///team"}},
		"read_only no url":   cached(`ttl = "1h", mode = "read_only"`),
		"url unreachable":    {provider: `cache = { ttl = "1h", url = "s3://answers?endpoint=http://127.0.0.1:1" }`, env: keys},
		"url miss":           {provider: `cache = { ttl = "1h", mode = "cache_only", url = "s3://answers?endpoint=http://127.0.0.1:1" }`, env: keys},
		"directory empty":    cached(`ttl = "1h", directory = ""`),
		"directory unusable": cached(`ttl = "1h", directory = "/dev/null/cache"`),
		"miss":               cached(`ttl = "1h", mode = "cache_only", directory = "/nonexistent"`),
		"miss as a warning":  lenient,
	})
}

// TestDiagnostics_spending checks that the spending limit applies before a request, and
// that on_error does not apply to it.
func TestDiagnostics_spending(t *testing.T) {
	t.Parallel()
	afterALostAnswer := diagnosticCase{
		provider:  `spending_limit_usd = 0.03`,
		arguments: plainTarget + "\n  on_error = \"warn\"\n}\ndata \"dataforseo_backlinks_summary\" \"second\" {\n  target = \"example.org\"\n  depends_on = [data.dataforseo_backlinks_summary.site]",
		faults:    []fakeapi.Fault{fakeapi.ChargedButLost()},
	}
	afterAnAnswer := afterALostAnswer
	afterAnAnswer.faults = nil
	runDiagnosticCases(t, "spending", map[string]diagnosticCase{
		"nothing allowed":     {provider: `spending_limit_usd = 0`, arguments: plainTarget + "\n  on_error = \"warn\""},
		"less than an answer": {provider: `spending_limit_usd = 0.02`},
		"environment":         {env: map[string]string{"DATAFORSEO_SPENDING_LIMIT_USD": "0"}},
		"after an answer":     afterAnAnswer,
		"after a lost answer": afterALostAnswer,
		"no second attempt":   {provider: "max_retries = 3\n  spending_limit_usd = 0.03", faults: []fakeapi.Fault{fakeapi.ChargedButLost()}},
	})
}

// TestDiagnostics_attempts checks that an error has the number of attempts and their cost.
// These tests wait a second between attempts.
func TestDiagnostics_attempts(t *testing.T) {
	t.Parallel()
	runDiagnosticCases(t, "attempts", map[string]diagnosticCase{
		"free":                      {provider: `max_retries = 1`, faults: []fakeapi.Fault{fakeapi.Code(50000)}},
		"lost twice":                {provider: `max_retries = 3`, faults: []fakeapi.Fault{fakeapi.ChargedButLost()}},
		"lost and then charged":     {provider: `max_retries = 3`, faults: []fakeapi.Fault{fakeapi.ChargedButLost(), fakeapi.OK.HTTPStatus(504)}},
		"lost and then refused":     {provider: `max_retries = 3`, faults: []fakeapi.Fault{fakeapi.ChargedButLost(), fakeapi.Code(40501)}},
		"refused is not repeated":   {provider: `max_retries = 3`, faults: []fakeapi.Fault{fakeapi.Code(40501)}},
		"wait longer than the read": {provider: `max_retries = 3`, arguments: plainTarget + "\n  timeouts = { read = \"5s\" }", faults: []fakeapi.Fault{fakeapi.Gateway(503).Header("Retry-After", "30")}},
	})
}
