package main

import (
	"fmt"
	"maps"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	// link matches the address of a link in Markdown, in the text or below it.
	link = regexp.MustCompile(`(?m)\]\(([^)\s]+)\)|^\[[^\]]+\]: (\S+)$`)
	// heading matches a heading.
	heading = regexp.MustCompile(`(?m)^#{1,6} (.+)$`)
	// namedAnchor matches the anchors of tfplugindocs for nested schemas.
	namedAnchor = regexp.MustCompile(`<a id="([^"]+)"></a>`)
	// notInSlug matches what GitHub and the registries omit from the anchor of a heading.
	notInSlug = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
	codeSpan  = regexp.MustCompile("`[^`\n]+`")
)

// ownPages maps addresses of this repository, and of its pages in the registry, to files.
var ownPages = []struct{ prefix, directory, suffix string }{
	{"https://github.com/dataforseo/terraform-provider-dataforseo/tree/main/", "", ""},
	{"https://github.com/dataforseo/terraform-provider-dataforseo/blob/main/", "", ""},
	{"https://registry.terraform.io/providers/dataforseo/dataforseo/latest/docs/", "docs/", ".md"},
}

// TestLinks checks that the files and headings that pages link to exist.
func TestLinks(t *testing.T) {
	t.Parallel()
	texts := files(t, "docs", ".md")
	maps.Copy(texts, files(t, ".github", ".md"))
	maps.Copy(texts, files(t, "examples", ".md"))
	for _, name := range []string{"README.md", "CHANGELOG.md"} {
		texts[name] = read(t, name)
	}
	seen := 0
	for page, text := range texts {
		for _, found := range link.FindAllStringSubmatch(codeSpan.ReplaceAllString(codeBlock.ReplaceAllString(text, ""), ""), -1) {
			address := found[1] + found[2]
			target, anchor, local := resolve(t, page, address)
			if !local {
				continue
			}
			seen++
			if _, err := os.Stat(filepath.Join(repository, target)); err != nil {
				t.Errorf("%s links to %s, which doesn't exist", page, address)
			} else if anchor != "" && !slices.Contains(anchors(read(t, target)), anchor) {
				t.Errorf("%s links to %s, but %s has no such heading", page, address, target)
			}
		}
	}
	if seen < 80 {
		t.Errorf("got only %d links", seen)
	}
}

// resolve returns the file that a link leads to, relative to the repository, and the
// anchor in it. local is false for other addresses.
func resolve(t *testing.T, page, address string) (target, anchor string, local bool) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatalf("%s: %v", page, err)
	}
	if u.Scheme == "" {
		if target = path.Join(path.Dir(page), u.Path); u.Path == "" {
			target = page
		}
		return target, u.Fragment, true
	}
	for _, own := range ownPages {
		if rest, ok := strings.CutPrefix(strings.TrimSuffix(address, "#"+u.Fragment), own.prefix); ok {
			// The registry adds its own anchors for arguments.
			return own.directory + rest + own.suffix, "", true
		}
	}
	return "", "", false
}

// anchors returns the anchors of a page.
func anchors(text string) []string {
	var found []string
	times := map[string]int{}
	for _, match := range heading.FindAllStringSubmatch(codeBlock.ReplaceAllString(text, ""), -1) {
		slug := strings.ReplaceAll(notInSlug.ReplaceAllString(strings.ToLower(match[1]), ""), " ", "-")
		if n := times[slug]; n > 0 {
			found = append(found, fmt.Sprint(slug, "-", n))
		} else {
			found = append(found, slug)
		}
		times[slug]++
	}
	for _, match := range namedAnchor.FindAllStringSubmatch(text, -1) {
		found = append(found, match[1])
	}
	return found
}

func TestAnchors(t *testing.T) {
	t.Parallel()
	const page = "# The `target` (Data Source)\n\n## What a read costs, and when\n\n```shell\n# a comment\n```\n\n" +
		"## Results\n\n## Results\n\n<a id=\"nestedatt--info\"></a>\n### Nested Schema for `info`\n"
	want := []string{"the-target-data-source", "what-a-read-costs-and-when", "results", "results-1", "nested-schema-for-info", "nestedatt--info"}
	if got := anchors(page); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
