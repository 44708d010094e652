package cache

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// abandoned is the age at which a temporary file or a lock that nobody holds was left by a
// killed process.
const abandoned = time.Hour

// ownName matches the names that this package creates. The directory may hold other
// files, such as yarn.lock.
var ownName = regexp.MustCompile(`^(?:[0-9a-f]{64}-[0-9a-f]{32}\.(?:answer|lock)|\.writing-[0-9]+)$`)

// sweep removes expired entries and files left by killed processes. It touches no other
// files, and ignores errors.
func (d *directory) sweep() {
	found, err := os.ReadDir(d.path)
	if err != nil {
		return
	}
	for _, file := range found {
		if d.sweeping.Err() != nil {
			return
		}
		if !ownName.MatchString(file.Name()) {
			continue
		}
		if info, err := file.Info(); err == nil && info.Mode().IsRegular() {
			d.sweepFile(file.Name(), time.Since(info.ModTime()))
		}
	}
}

func (d *directory) sweepFile(file string, age time.Duration) {
	if name, ok := strings.CutSuffix(file, entrySuffix); ok {
		// The age of the file only saves a read. It does not decide, because copying a
		// directory changes it, and entries are worth money.
		if age > d.ttl {
			d.withLock(name, func() { d.sweepEntry(name) })
		}
		return
	}
	if age <= abandoned {
		return
	}
	if name, ok := strings.CutSuffix(file, lockSuffix); ok {
		d.withLock(name, func() {})
		return
	}
	_ = os.Remove(filepath.Join(d.path, file))
}

// sweepEntry removes an entry that has expired for both its writer and this process.
// Another process may replace it meanwhile, because the holder of a [Claim] saves answers
// without their locks. So sweepEntry moves the entry aside, looks again, and restores one
// that has not expired.
func (d *directory) sweepEntry(name string) {
	path := d.file(name, entrySuffix)
	if !d.expired(path) {
		return
	}
	aside, err := os.CreateTemp(d.path, tempPrefix+"*")
	if err != nil {
		return
	}
	err = errors.Join(aside.Close(), os.Rename(path, aside.Name()))
	if err == nil && !d.expired(aside.Name()) {
		_ = os.Rename(aside.Name(), path)
	} else {
		_ = os.Remove(aside.Name())
	}
}

// expired reports whether a file is an entry that nobody will use.
func (d *directory) expired(path string) bool {
	data, err := readPrivate(path)
	if err != nil {
		return false
	}
	now := time.Now()
	h, _, err := sealer{anySeal: true}.decode(data) // it may be another account's
	return err != nil || h.ExpiresAt.Before(now) && h.FetchedAt.Add(d.ttl).Before(now)
}
