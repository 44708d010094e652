package cache_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache/bucket"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache/bucket/fakes3"
)

const teamExample = "../../examples/team-cache/"

// policy is the part of an IAM policy that the examples use.
type policy struct {
	Statement []statement
}

type statement struct {
	Action   actions
	Resource string
}

// actions is a string or a list of strings.
type actions []string

// UnmarshalJSON implements [json.Unmarshaler].
func (a *actions) UnmarshalJSON(data []byte) error {
	if json.Unmarshal(data, (*[]string)(a)) == nil {
		return nil
	}
	*a = make(actions, 1)
	return json.Unmarshal(data, &(*a)[0])
}

// without returns the policy without an action.
func (p policy) without(action string) policy {
	var reduced policy
	for _, s := range p.Statement {
		s.Action = slices.DeleteFunc(slices.Clone(s.Action), func(a string) bool { return a == action })
		reduced.Statement = append(reduced.Statement, s)
	}
	return reduced
}

func readPolicy(t *testing.T, name string) (p policy) {
	t.Helper()
	must(t, json.Unmarshal(readFile(t, teamExample+name), &p))
	return p
}

// allows reports whether the policy allows an action on a resource.
func (p policy) allows(action, resource string) bool {
	for _, s := range p.Statement {
		pattern := "^" + strings.ReplaceAll(regexp.QuoteMeta(s.Resource), `\*`, ".*") + "$"
		if slices.Contains(s.Action, action) && regexp.MustCompile(pattern).MatchString(resource) {
			return true
		}
	}
	return false
}

// enforce makes a server enforce the policy, as Amazon S3 does: without s3:ListBucket, a
// missing object is forbidden.
func (p policy) enforce(s3 *fakes3.Server) {
	s3.SetFault(func(w http.ResponseWriter, r *http.Request) bool {
		action := map[string]string{http.MethodGet: "s3:GetObject", http.MethodPut: "s3:PutObject", http.MethodDelete: "s3:DeleteObject"}[r.Method]
		arn := "arn:aws:s3:::" + strings.TrimPrefix(r.URL.Path, "/")
		name, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
		missing := r.Method == http.MethodGet && s3.Data(r.URL.Path) == nil && !p.allows("s3:ListBucket", "arn:aws:s3:::"+name)
		if p.allows(action, arn) && !missing {
			return false
		}
		fakes3.Refuse(w, http.StatusForbidden, "AccessDenied", "Access Denied")
		return true
	})
}

// workflowURL returns the URL in the example's workflow.
func workflowURL(t *testing.T) string {
	t.Helper()
	found := regexp.MustCompile(`DATAFORSEO_CACHE_URL: (\S+)`).FindSubmatch(readFile(t, teamExample+"github-actions.yml"))
	if found == nil {
		t.Fatal("the workflow has no URL")
	}
	return string(found[1])
}

// TestExample_policies checks that the guide's policies are enough for readers and writers, and
// that each action in the writer's is needed.
func TestExample_policies(t *testing.T) {
	t.Parallel()
	inTeam(t, "", func(t *testing.T, team *team) {
		url := workflowURL(t)
		if url != bucket.Example {
			t.Errorf("the workflow has %s, messages have %s", url, bucket.Example)
		}
		transport, closeAll := team.s3.Serve()
		t.Cleanup(closeAll)
		team.objects = openBucket(t, url+"&path_style=true&endpoint=http://127.0.0.1", transport)
		for _, c := range []struct {
			policy    string
			mode      cache.Mode
			target    string
			n         int
			fromCache bool
			warns     string
		}{
			{"writer-policy.json", cache.ReadWrite, "a.example", 1, false, ""},
			{"reader-policy.json", cache.ReadOnly, "a.example", 1, true, ""},
			{"reader-policy.json", cache.ReadOnly, "b.example", 2, false, ""},
			{"reader-policy.json", cache.ReadWrite, "c.example", 3, false, "The shared cache is read-only"},
			{"writer-policy.json", cache.ReadWrite, "c.example", 4, false, ""},
		} {
			readPolicy(t, c.policy).enforce(team.s3)
			reply := mustDo(t, team.machine(t, mode(c.mode)), callFor(t, c.target))
			wantReply(t, reply, c.n, c.fromCache)
			warns := ""
			for _, notice := range reply.Notices {
				warns += notice.Summary
			}
			if warns != c.warns {
				t.Errorf("%s, %s: got notices %q, want %q", c.policy, c.mode, warns, c.warns)
			}
		}
		writer := readPolicy(t, "writer-policy.json")
		for _, action := range []string{"s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket"} {
			writer.without(action).enforce(team.s3)
			if reply := mustDo(t, team.machine(t), callFor(t, "without-"+strings.ToLower(action[3:])+".example")); len(reply.Notices) == 0 {
				t.Errorf("%s is not needed", action)
			}
		}
	})
}

// TestExample_lifecycle checks that the lifecycle rule has the workflow's prefix, and keeps
// answers longer than the workflow's ttl.
func TestExample_lifecycle(t *testing.T) {
	t.Parallel()
	var lifecycle struct {
		Rules []struct {
			Filter     struct{ Prefix string }
			Expiration struct{ Days int }
		}
	}
	must(t, json.Unmarshal(readFile(t, teamExample+"lifecycle.json"), &lifecycle))
	address, err := bucket.Parse(workflowURL(t), func(string) string { return "" })
	must(t, err)
	if rule := lifecycle.Rules[0]; rule.Filter.Prefix != address.Prefix+"/" || rule.Expiration.Days < 2 {
		t.Errorf("got %+v", rule)
	}
	if workflow := string(readFile(t, teamExample+"github-actions.yml")); !strings.Contains(workflow, "DATAFORSEO_CACHE_TTL: 24h\n") {
		t.Error("the workflow's ttl is not 24h")
	}
}
