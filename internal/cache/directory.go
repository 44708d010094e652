package cache

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const (
	entrySuffix = ".answer"
	lockSuffix  = ".lock"
	tempPrefix  = ".writing-"
	// maxEntryBytes limits the size of an entry file. Answers are limited to 16 MiB.
	maxEntryBytes = 17 << 20
)

// directory stores entries in files. Entries are worth money and policies rely on them, so
// it uses only files and directories that belong to the user and that nobody else can
// write to.
type directory struct {
	path   string
	ttl    time.Duration
	sealer sealer

	notifier

	prepare func() error // creates the directory, once
	swept   sync.Once
	sweeps  sync.WaitGroup
	// sweeping is cancelled by close.
	sweeping     context.Context
	stopSweeping context.CancelFunc

	// names maps requests to the names of their entries, as of the first lookup.
	names func() map[string][]string

	// lockFailure is why a lock was impossible.
	lockFailure atomic.Pointer[error]
}

var _ store = (*directory)(nil)

func newDirectory(options Options) *directory {
	d := &directory{path: options.Directory, ttl: options.TTL, sealer: newSealer(options)}
	d.prepare = sync.OnceValue(func() error {
		if err := os.MkdirAll(d.path, 0o700); err != nil {
			return err
		}
		return checkDirectory(d.path)
	})
	d.names = sync.OnceValue(d.list)
	d.sweeping, d.stopSweeping = context.WithCancel(context.Background())
	return d
}

// close implements [store].
func (d *directory) close() {
	d.stopSweeping()
	d.sweeps.Wait()
}

func (d *directory) file(name, suffix string) string { return filepath.Join(d.path, name+suffix) }

// usable reports whether answers can be saved.
func (d *directory) usable() bool {
	err := d.prepare()
	if err != nil {
		d.tell("The cache cannot be used", fmt.Sprintf("Answers are not saved in %s: %s.", d.path, err),
			"The metrics are correct, but the next run pays for them again.\n\n"+
				"Set cache.directory to a directory that belongs to you, and that only you can write to.")
	}
	return err == nil
}

// load implements [store].
func (d *directory) load(_ context.Context, lookup *lookup) (entry, error) {
	if err := checkDirectory(d.path); err != nil {
		return entry{}, fmt.Errorf("%s: %w", d.path, err)
	}
	if lookup.account != "" {
		return d.loadName(lookup.name())
	}
	var newest entry
	err := fs.ErrNotExist
	for _, name := range d.names()[lookup.request] {
		answer, failure := d.loadName(name)
		if failure != nil {
			err = failure
		} else if answer.fetchedAt.After(newest.fetchedAt) {
			newest = answer
		}
	}
	if newest.body != nil {
		return newest, nil
	}
	return entry{}, err
}

// list reads the directory. To do that for every lookup would be slow with many entries.
func (d *directory) list() map[string][]string {
	names := map[string][]string{}
	entries, _ := os.ReadDir(d.path) // one that cannot be read has no usable entries
	for _, entry := range entries {
		if name, ok := strings.CutSuffix(entry.Name(), entrySuffix); ok {
			request, _, _ := strings.Cut(name, "-")
			names[request] = append(names[request], name)
		}
	}
	return names
}

func (d *directory) loadName(name string) (answer entry, err error) {
	path := d.file(name, entrySuffix)
	data, err := readPrivate(path)
	if err == nil {
		answer, err = d.sealer.open(name, data)
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", path, err)
	}
	if errors.Is(err, errNotPrivate) {
		d.tell("A cached answer is not used", err.Error()+".",
			"Others could have changed it, so DataForSEO is asked again. Remove the file, or take ownership of it and deny others write access.")
	}
	return answer, err
}

// errNotPrivate means that another user could have written a file or directory.
var errNotPrivate = errors.New("it belongs to another user, or others can write to it")

// checkDirectory refuses a directory that others can write to. A missing one is safe.
func checkDirectory(path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !info.IsDir():
		return errors.New("it is not a directory")
	case !private(info):
		return errNotPrivate
	}
	return nil
}

// readPrivate reads a regular file that belongs to the user. It never blocks on a device or
// a pipe.
func readPrivate(path string) ([]byte, error) {
	file, err := os.OpenFile(path, os.O_RDONLY|openFlags, 0)
	if err != nil {
		return nil, err
	}
	defer file.Close() //nolint:errcheck // read only
	info, err := file.Stat()
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular() || info.Size() > maxEntryBytes:
		return nil, errors.New("it is not a regular file, or it is too large")
	case !private(info):
		return nil, errNotPrivate
	}
	return io.ReadAll(io.LimitReader(file, maxEntryBytes))
}

// save implements [store]. It writes an entry atomically, through a temporary file, so
// that neither a reader nor a crash leaves half of one. The first save of a process also
// starts a sweep of expired entries.
func (d *directory) save(_ context.Context, name string, answer entry) bool {
	if !d.usable() {
		return false
	}
	data, err := d.sealer.encode(header{Name: name, FetchedAt: answer.fetchedAt, ExpiresAt: answer.fetchedAt.Add(d.ttl)}, answer.body)
	if err == nil {
		err = d.write(name, data)
	}
	if err != nil {
		d.tell("The cache cannot be used", fmt.Sprintf("Answers are not saved in %s: %s.", d.path, err),
			"The metrics are correct, but the next run pays for them again.\n\nSet cache.directory to a directory that you can write to.")
		return false
	}
	if failure := d.lockFailure.Load(); failure != nil { // only now: if saving fails too, that is the notice
		d.notifyUnlocked(*failure)
	}
	d.swept.Do(func() { d.sweeps.Go(d.sweep) })
	return true
}

func (d *directory) write(name string, data []byte) (err error) {
	if err := os.MkdirAll(d.path, 0o700); err != nil { // it may have been removed
		return err
	}
	temp, err := os.CreateTemp(d.path, tempPrefix+"*") // 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(temp.Name()) // the first error is the one to report
		}
	}()
	_, err = temp.Write(data)
	if err := errors.Join(err, temp.Close()); err != nil {
		return err
	}
	return replace(temp.Name(), d.file(name, entrySuffix))
}

// replace renames a file, replacing the destination. An empty directory in the way is
// removed.
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
