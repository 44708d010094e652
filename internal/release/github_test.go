package release_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// github is a fake of https://docs.github.com/en/rest/releases, with the paths of GitHub
// Enterprise Server. Like GitHub, it refuses a wrong token, and a second file of one name.
type github struct {
	url   string
	token string

	mu sync.Mutex // guards what follows
	// details are the current details of the release.
	details struct {
		TagName    string `json:"tag_name"`
		Draft      bool   `json:"draft"`
		Prerelease bool   `json:"prerelease"`
		Body       string `json:"body"`
	}
	assets assets
	// late are files that were uploaded after the release was published.
	late []string
}

// newGitHub starts a fake GitHub that runs until the test ends.
func newGitHub(t *testing.T) *github {
	t.Helper()
	g := &github{token: "ghp_test", assets: assets{}}
	const releases = "/repos/dataforseo/terraform-provider-dataforseo/releases"
	mux := http.NewServeMux()
	mux.HandleFunc("POST /api/v3"+releases, g.write)
	mux.HandleFunc("PATCH /api/v3"+releases+"/1", g.write)
	mux.HandleFunc("POST /api/uploads"+releases+"/1/assets", g.upload)
	server := httptest.NewServer(g.authorized(mux))
	t.Cleanup(server.Close)
	g.url = server.URL
	return g
}

func (g *github) authorized(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+g.token {
			http.Error(w, `{"message": "Bad credentials"}`, http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// write creates or updates the release. It keeps details that the request does not have.
func (g *github) write(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if err := json.NewDecoder(r.Body).Decode(&g.details); err != nil {
		http.Error(w, `{"message": "Problems parsing JSON"}`, http.StatusBadRequest)
		return
	}
	if r.Method == http.MethodPost {
		w.WriteHeader(http.StatusCreated)
	}
	_, _ = io.WriteString(w, `{"id": 1}`)
}

func (g *github) upload(w http.ResponseWriter, r *http.Request) {
	content, err := io.ReadAll(r.Body)
	g.mu.Lock()
	defer g.mu.Unlock()
	name := r.URL.Query().Get("name")
	if err != nil || name == "" || g.assets[name] != nil {
		http.Error(w, `{"message": "Validation Failed"}`, http.StatusUnprocessableEntity)
		return
	}
	if !g.details.Draft {
		g.late = append(g.late, name)
	}
	g.assets[name] = content
	w.WriteHeader(http.StatusCreated)
	_, _ = io.WriteString(w, `{"id": 2}`)
}

// release returns the published files. It fails unless the release is public, and was
// complete when it became public: registries look only once.
func (g *github) release(t *testing.T) assets {
	t.Helper()
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.details.TagName != "v"+version || g.details.Draft || g.details.Prerelease {
		t.Errorf("published %+v", g.details)
	}
	const changes = "https://github.com/dataforseo/terraform-provider-dataforseo/blob/v" + version + "/CHANGELOG.md"
	if want := "What changed: [CHANGELOG.md](" + changes + ")\n\n"; g.details.Body != want {
		t.Errorf("the release says %q, want %q", g.details.Body, want)
	}
	if len(g.late) > 0 {
		t.Errorf("uploaded after the release was published: %q", g.late)
	}
	return g.assets
}
