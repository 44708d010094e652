package cache

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"
)

const (
	entrySuffix = ".answer"
	lockSuffix  = ".lock"
	tempPrefix  = ".writing-"
	// maxEntryBytes bounds what is read of a file; answers are bounded to as much.
	maxEntryBytes = 17 << 20
	// clockSkew is how far ahead the clock of another machine may be.
	clockSkew = time.Minute
)

// files is a directory of entries.
type files struct {
	directory string
	clock     clockwork.Clock
	ttl       time.Duration
	swept     sync.Once

	listed sync.Once
	// names are those of all entries by request, as they were when first asked for.
	names map[string][]string
}

func (f *files) path(name, suffix string) string { return filepath.Join(f.directory, name+suffix) }

// load returns the entry for a lookup. Whatever is wrong with it, an entry that
// cannot be believed is one that is not there.
func (f *files) load(lookup *lookup) (kept, bool) {
	if lookup.account != "" {
		return f.loadName(lookup.name())
	}
	var newest kept
	f.listed.Do(f.list)
	for _, name := range f.names[lookup.request] {
		if answer, ok := f.loadName(name); ok && answer.fetchedAt.After(newest.fetchedAt) {
			newest = answer
		}
	}
	return newest, newest.body != nil
}

// list lists the directory once, since to look through it for every answer takes long
// when there are many.
func (f *files) list() {
	f.names = map[string][]string{}
	entries, _ := os.ReadDir(f.directory) // what cannot be read holds nothing
	for _, entry := range entries {
		if name, ok := strings.CutSuffix(entry.Name(), entrySuffix); ok {
			request, _, _ := strings.Cut(name, "-")
			f.names[request] = append(f.names[request], name)
		}
	}
}

func (f *files) loadName(name string) (kept, bool) {
	data, err := readRegular(f.path(name, entrySuffix))
	if err != nil {
		return kept{}, false
	}
	h, body, err := decodeEntry(data)
	if err != nil || h.Name != name || h.FetchedAt.After(f.clock.Now().Add(clockSkew)) {
		return kept{}, false
	}
	return kept{body: body, fetchedAt: h.FetchedAt}, true
}

// readRegular reads a file, but no device or pipe, which could block.
func readRegular(path string) ([]byte, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > maxEntryBytes {
		return nil, errors.New("not a file of a sensible size")
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close() //nolint:errcheck // it was only read
	return io.ReadAll(io.LimitReader(file, maxEntryBytes))
}

// save writes an entry whole or not at all: under another name first, so that
// neither a reader nor a kill sees half of it. Then, once in the life of the
// process, it removes what has expired.
func (f *files) save(name string, answer kept) error {
	expires := answer.fetchedAt.Add(f.ttl)
	data, err := encodeEntry(header{Name: name, FetchedAt: answer.fetchedAt, ExpiresAt: expires}, answer.body)
	if err != nil {
		return err
	}
	if err := f.write(name, data, expires); err != nil {
		return err
	}
	f.swept.Do(f.sweep)
	return nil
}

func (f *files) write(name string, data []byte, expires time.Time) (err error) {
	if err := os.MkdirAll(f.directory, 0o700); err != nil {
		return err
	}
	temp, err := os.CreateTemp(f.directory, tempPrefix+"*") // 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(temp.Name()) // the failure at hand is the one to tell
		}
	}()
	_, err = temp.Write(data)
	if err := errors.Join(err, temp.Close()); err != nil {
		return err
	}
	path := f.path(name, entrySuffix)
	if err := replace(temp.Name(), path); err != nil {
		return err
	}
	// The time of modification is the time of expiry, so that a sweep need not
	// open every file. It is a hint that some file systems do not take.
	_ = os.Chtimes(path, time.Time{}, expires)
	return nil
}

// replace renames a file, over whatever bears the other name. A directory there
// must be removed first, and only is if it is empty.
func replace(from, to string) error {
	err := os.Rename(from, to)
	if err == nil {
		return nil
	}
	if info, statErr := os.Lstat(to); statErr == nil && info.IsDir() && os.Remove(to) == nil {
		return os.Rename(from, to)
	}
	return err
}
