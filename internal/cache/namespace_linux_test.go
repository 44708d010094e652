package cache_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/jonboulle/clockwork"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache"
)

// namespaceVariable tells a process that it is in a namespace of its own.
const namespaceVariable = "DATAFORSEO_TEST_IN_NAMESPACE"

// inNamespace runs a test in a process with a user namespace of its own, in which
// it has the given user ID: 0 may mount, any other is bound by permissions, even
// if who runs the tests is not. It reports whether this is that process.
func inNamespace(t *testing.T, uid int, flags uintptr) bool {
	t.Helper()
	if os.Getenv(namespaceVariable) != "" {
		return true
	}
	command := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	command.Env = append(os.Environ(), namespaceVariable+"=1")
	command.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | flags,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: uid, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: uid, HostID: os.Getgid(), Size: 1}},
	}
	output, err := command.CombinedOutput()
	if _, ran := errors.AsType[*exec.ExitError](err); err != nil && !ran {
		t.Skipf("no namespace can be had here: %v", err)
	}
	if !strings.Contains(string(output), "--- PASS: "+t.Name()) {
		if strings.Contains(string(output), "--- SKIP: "+t.Name()) {
			t.Skipf("%s", output)
		}
		t.Errorf("%v\n%s", err, output)
	}
	return false
}

// mount mounts a small file system in memory for as long as the test runs.
func mount(t *testing.T, directory, options string) {
	t.Helper()
	if err := syscall.Mount("tmpfs", directory, "tmpfs", 0, options); err != nil {
		t.Skipf("nothing can be mounted here: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(directory, syscall.MNT_DETACH) })
}

// TestWrite_diskFull: what does not fit is not kept, nothing of it stays, and what
// was kept before is as good as it was.
func TestWrite_diskFull(t *testing.T) {
	t.Parallel()
	if !inNamespace(t, 0, syscall.CLONE_NEWNS) {
		return
	}
	clock, directory := clockwork.NewFakeClockAt(epoch), t.TempDir()
	mount(t, directory, "size=128k")
	api := newAPI(clock)
	api.padding = 70_000
	ask(t, process(api, directory, clock), callFor(t, "a.example"))
	c := process(api, directory, clock)
	reply := ask(t, c, callFor(t, "b.example"))
	wantReply(t, reply, 2, false)
	wantNotices(t, reply, unsaved(directory, "write "+directory+"/.writing-N: no space left on device"))
	wantOnlyEntries(t, directory, 1)
	wantReply(t, ask(t, c, callFor(t, "b.example")), 2, false)
	wantReply(t, ask(t, process(api, directory, clock), callFor(t, "a.example")), 1, true)
	// An answer that is fresher but does not fit does not cost the one that is there.
	reply = ask(t, process(api, directory, clock, mode(cache.Refresh)), callFor(t, "a.example"))
	wantReply(t, reply, 3, false)
	wantReply(t, ask(t, process(api, directory, clock), callFor(t, "a.example")), 1, true)
	wantOnlyEntries(t, directory, 1)
}

// TestWrite_noInode: a disk that is full in the other way.
func TestWrite_noInode(t *testing.T) {
	t.Parallel()
	if !inNamespace(t, 0, syscall.CLONE_NEWNS) {
		return
	}
	clock, directory := clockwork.NewFakeClockAt(epoch), t.TempDir()
	mount(t, directory, "size=1m,nr_inodes=2") // the root's and one more
	api := newAPI(clock)
	reply := ask(t, process(api, directory, clock), callFor(t, "a.example"))
	wantReply(t, reply, 1, false)
	wantNotices(t, reply, unsaved(directory, "open "+directory+"/.writing-N: no space left on device"))
	wantOnlyEntries(t, directory, 0)
}

// TestDirectory_readOnly: a file system that nobody can write to, such as a cache
// that was prepared for many, has its hits.
func TestDirectory_readOnly(t *testing.T) {
	t.Parallel()
	if !inNamespace(t, 0, syscall.CLONE_NEWNS) {
		return
	}
	clock, directory := clockwork.NewFakeClockAt(epoch), t.TempDir()
	mount(t, directory, "size=128k")
	api := newAPI(clock)
	ask(t, process(api, directory, clock), callFor(t, "a.example"))
	must(t, syscall.Mount("", directory, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""))
	for _, m := range []cache.Mode{cache.ReadWrite, cache.CacheOnly} {
		wantReply(t, ask(t, process(api, directory, clock, mode(m)), callFor(t, "a.example")), 1, true)
	}
	reply := ask(t, process(api, directory, clock), callFor(t, "b.example"))
	wantReply(t, reply, 2, false)
	wantNotices(t, reply, unsaved(directory, "open "+directory+"/.writing-N: read-only file system"))
	wantOnlyEntries(t, directory, 1)
}

// TestDirectory_noPermission: a directory that may be read and not written to.
func TestDirectory_noPermission(t *testing.T) {
	t.Parallel()
	if !inNamespace(t, 1000, 0) {
		return
	}
	k := newKept(t)
	must(t, os.Chmod(k.directory, 0o500))
	t.Cleanup(func() { _ = os.Chmod(k.directory, 0o700) })
	if err := os.Mkdir(filepath.Join(k.directory, "x"), 0o700); !errors.Is(err, os.ErrPermission) {
		t.Skipf("permissions are not enforced: %v", err)
	}
	wantReply(t, ask(t, process(k.api, k.directory, k.clock), k.call), 1, true)
	wantReply(t, ask(t, process(k.api, k.directory, k.clock, mode(cache.CacheOnly)), k.call), 1, true)
	c := process(k.api, k.directory, k.clock)
	reply := ask(t, c, callFor(t, "b.example"))
	wantReply(t, reply, 2, false)
	wantNotices(t, reply, unsaved(k.directory, "open "+k.directory+"/.writing-N: permission denied"))
	wantReply(t, ask(t, c, callFor(t, "b.example")), 2, false)
	wantOnlyEntries(t, k.directory, 1)
}

// TestDamage_unreadable: an entry that may not be read is replaced.
func TestDamage_unreadable(t *testing.T) {
	t.Parallel()
	if !inNamespace(t, 1000, 0) {
		return
	}
	k := newKept(t)
	must(t, os.Chmod(k.path, 0))
	if _, err := os.ReadFile(k.path); !errors.Is(err, os.ErrPermission) {
		t.Skipf("permissions are not enforced: %v", err)
	}
	k.wantMiss(t)
	wantOnlyEntries(t, k.directory, 1)
}
