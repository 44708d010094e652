package cache

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// abandoned is the age at which a file that is being written, or a lock that
// nobody holds, has been left behind by a process that was killed.
const abandoned = time.Hour

// ownName matches the names that this package gives. A person may keep answers in
// a directory with other things, yarn.lock for one.
var ownName = regexp.MustCompile(`^(?:[0-9a-f]{64}-[0-9a-f]{32}\.(?:answer|lock)|\.writing-[0-9]+)$`)

// sweep removes expired entries and what killed processes left behind. It touches
// nothing that this package did not write, and failing to remove is no failure.
func (f *files) sweep() {
	found, err := os.ReadDir(f.directory)
	if err != nil {
		return
	}
	for _, file := range found {
		if !ownName.MatchString(file.Name()) {
			continue
		}
		if info, err := file.Info(); err == nil && info.Mode().IsRegular() {
			f.sweepFile(file.Name(), info.ModTime())
		}
	}
}

func (f *files) sweepFile(file string, modified time.Time) {
	now := f.clock.Now()
	if name, ok := strings.CutSuffix(file, entrySuffix); ok {
		// The time of modification is only a hint: a copied directory has others,
		// and what it holds is worth money.
		if !modified.After(now) {
			f.ifUnheld(name, func() { f.sweepEntry(name, now) })
		}
		return
	}
	if now.Sub(modified) <= abandoned {
		return
	}
	if name, ok := strings.CutSuffix(file, lockSuffix); ok {
		f.ifUnheld(name, func() {})
		return
	}
	_ = os.Remove(filepath.Join(f.directory, file))
}

// sweepEntry removes an entry that has expired for whoever wrote it and for this
// process. The caller holds its lock, so that it is not replaced meanwhile.
func (f *files) sweepEntry(name string, now time.Time) {
	path := f.path(name, entrySuffix)
	data, err := readRegular(path)
	if err != nil {
		return
	}
	h, _, err := decodeEntry(data)
	if err != nil || h.ExpiresAt.Before(now) && h.FetchedAt.Add(f.ttl).Before(now) {
		_ = os.Remove(path)
	}
}
