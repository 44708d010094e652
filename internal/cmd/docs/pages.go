package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// pages maps paths relative to docs/, with forward slashes, to contents.
type pages map[string]string

// readPages reads all files below a directory. There are none if it does not exist.
func readPages(dir string) (pages, error) {
	found := pages{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && path == "." {
			return nil
		}
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(path)))
		// Git may be configured to check out files with CRLF line endings.
		found[path] = strings.ReplaceAll(string(content), "\r\n", "\n")
		return err
	})
	return found, err
}

// compare fails unless the directory contains exactly the generated pages.
func compare(dir string, generated pages, stdout io.Writer) error {
	present, err := readPages(dir)
	if err != nil {
		return err
	}
	if differences := present.differences(generated); len(differences) > 0 {
		return fmt.Errorf("%s/ is not what the provider's schema, templates/ and examples/ make of it:\n  %s\n"+
			"Run \"make generate\" and commit what it writes.", docsDir, strings.Join(differences, "\n  "))
	}
	_, err = fmt.Fprintf(stdout, "%s/ is up to date: %d pages.\n", docsDir, len(generated))
	return err
}

// differences lists, page by page, how p differs from want.
func (p pages) differences(want pages) []string {
	var differences []string
	all := maps.Clone(p)
	maps.Copy(all, want)
	for _, path := range slices.Sorted(maps.Keys(all)) {
		have, isPresent := p[path]
		should, isGenerated := want[path]
		switch {
		case !isPresent:
			differences = append(differences, fmt.Sprintf("%s/%s is missing", docsDir, path))
		case !isGenerated:
			differences = append(differences, fmt.Sprintf("%s/%s should not be there", docsDir, path))
		case have != should:
			number, is, shouldBe := firstDifference(have, should)
			differences = append(differences, fmt.Sprintf("%s/%s differs from line %d on:\n    is:        %s\n    should be: %s", docsDir, path, number, is, shouldBe))
		}
	}
	return differences
}

// firstDifference returns the first line that differs, with its number.
func firstDifference(a, b string) (number int, lineOfA, lineOfB string) {
	linesOfA, linesOfB := strings.Split(a, "\n"), strings.Split(b, "\n")
	at := func(lines []string, i int) string {
		if i < len(lines) {
			return lines[i]
		}
		return "(the end)"
	}
	i := 0
	for i < len(linesOfA) && i < len(linesOfB) && linesOfA[i] == linesOfB[i] {
		i++
	}
	return i + 1, at(linesOfA, i), at(linesOfB, i)
}

// replace makes the directory contain exactly the generated pages.
func replace(dir string, generated pages, stdout io.Writer) error {
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	for path, content := range generated {
		file := filepath.Join(dir, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(stdout, "%s/ is written: %d pages.\n", docsDir, len(generated))
	return err
}
