package cache_test

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

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
	if err := syscall.Mount("tmpfs", directory, "tmpfs", 0, "mode=700,"+options); err != nil {
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
	a, directory := new(api), t.TempDir()
	mount(t, directory, "size=128k")
	a.padding = 70_000
	ask(t, process(t, a, directory), callFor(t, "a.example"))
	c := process(t, a, directory)
	reply := ask(t, c, callFor(t, "b.example"))
	wantReply(t, reply, 2, false)
	wantNotices(t, reply, unsaved(directory, "write "+directory+"/.writing-N: no space left on device", writable))
	wantOnlyEntries(t, directory, 1)
	wantReply(t, ask(t, c, callFor(t, "b.example")), 2, false)
	wantReply(t, ask(t, process(t, a, directory), callFor(t, "a.example")), 1, true)
	// An answer that is fresher but does not fit does not cost the one that is there.
	reply = ask(t, process(t, a, directory, mode(cache.Refresh)), callFor(t, "a.example"))
	wantReply(t, reply, 3, false)
	wantReply(t, ask(t, process(t, a, directory), callFor(t, "a.example")), 1, true)
	wantOnlyEntries(t, directory, 1)
}

// wantHitsOnly wants that a directory that cannot be written to, such as a cache that was
// prepared for many runs, has its hits, and that the process says once that it keeps
// nothing.
func (k *kept) wantHitsOnly(t *testing.T, reason string) {
	t.Helper()
	for _, m := range []cache.Mode{cache.ReadWrite, cache.CacheOnly} {
		reply := ask(t, process(t, nil, k.directory, mode(m)), k.call)
		wantReply(t, reply, 1, true)
		wantNotices(t, reply, nil)
	}
	c := process(t, k.api, k.directory)
	reply := ask(t, c, callFor(t, "b.example"))
	wantReply(t, reply, 2, false)
	wantNotices(t, reply, unsaved(k.directory, "open "+k.directory+"/.writing-N: "+reason, writable))
	reply = ask(t, c, callFor(t, "b.example"))
	wantReply(t, reply, 2, false)
	wantNotices(t, reply, nil)
	wantOnlyEntries(t, k.directory, 1)
}

// TestDirectory_readOnly: on a file system that nobody can write to.
func TestDirectory_readOnly(t *testing.T) {
	t.Parallel()
	if !inNamespace(t, 0, syscall.CLONE_NEWNS) {
		return
	}
	k := newKept(t)
	mount(t, k.directory, "size=128k")
	writeFile(t, k.path, k.data)
	must(t, syscall.Mount("", k.directory, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""))
	k.wantHitsOnly(t, "read-only file system")
}

// TestDirectory_noPermission: in a directory that may be read and not written to.
func TestDirectory_noPermission(t *testing.T) {
	t.Parallel()
	if !inNamespace(t, 1000, 0) {
		return
	}
	k := newKept(t)
	must(t, os.Chmod(k.directory, 0o500))
	t.Cleanup(func() { _ = os.Chmod(k.directory, 0o700) })
	k.wantHitsOnly(t, "permission denied")
}

// TestDamage_unreadable: an entry that may not be read is replaced.
func TestDamage_unreadable(t *testing.T) {
	t.Parallel()
	if !inNamespace(t, 1000, 0) {
		return
	}
	k := newKept(t)
	must(t, os.Chmod(k.path, 0))
	k.wantMiss(t)
	wantOnlyEntries(t, k.directory, 1)
}
