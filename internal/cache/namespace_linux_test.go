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

// namespaceVariable marks a process in a namespace of its own.
const namespaceVariable = "DATAFORSEO_TEST_IN_NAMESPACE"

// inNamespace runs the test again, in a process with a user namespace of its own, and
// reports whether this is that process. With user ID 0 it may mount file systems. With
// another one it is subject to permissions, even if root runs the tests.
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
		t.Skipf("cannot create a namespace: %v", err)
	}
	if !strings.Contains(string(output), "--- PASS: "+t.Name()) {
		if strings.Contains(string(output), "--- SKIP: "+t.Name()) {
			t.Skipf("%s", output)
		}
		t.Errorf("%v\n%s", err, output)
	}
	return false
}

// mount mounts a tmpfs until the test ends.
func mount(t *testing.T, directory, options string) {
	t.Helper()
	if err := syscall.Mount("tmpfs", directory, "tmpfs", 0, "mode=700,"+options); err != nil {
		t.Skipf("cannot mount: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(directory, syscall.MNT_DETACH) })
}

// TestWrite_diskFull checks that an answer that does not fit leaves nothing behind, and does
// not harm older entries.
func TestWrite_diskFull(t *testing.T) {
	t.Parallel()
	if !inNamespace(t, 0, syscall.CLONE_NEWNS) {
		return
	}
	a, directory := new(api), t.TempDir()
	mount(t, directory, "size=128k")
	a.padding = 70_000
	mustDo(t, process(t, a, directory), callFor(t, "a.example"))
	c := process(t, a, directory)
	reply := mustDo(t, c, callFor(t, "b.example"))
	wantReply(t, reply, 2, false)
	wantNotices(t, reply, unsaved(directory, "write "+directory+"/.writing-N: no space left on device", writable))
	wantOnlyEntries(t, directory, 1)
	wantReply(t, mustDo(t, c, callFor(t, "b.example")), 2, false)
	wantReply(t, mustDo(t, process(t, a, directory), callFor(t, "a.example")), 1, true)
	// Nor does it harm the entry that it would replace.
	reply = mustDo(t, process(t, a, directory, mode(cache.Refresh)), callFor(t, "a.example"))
	wantReply(t, reply, 3, false)
	wantReply(t, mustDo(t, process(t, a, directory), callFor(t, "a.example")), 1, true)
	wantOnlyEntries(t, directory, 1)
}

// TestDirectory_readOnly checks that entries on a read-only file system are used, and that a
// notice says once that nothing is saved there.
func TestDirectory_readOnly(t *testing.T) {
	t.Parallel()
	if !inNamespace(t, 0, syscall.CLONE_NEWNS) {
		return
	}
	k := newSavedEntry(t)
	mount(t, k.directory, "size=128k")
	writeFile(t, k.path, k.data)
	must(t, syscall.Mount("", k.directory, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""))
	for _, m := range []cache.Mode{cache.ReadWrite, cache.CacheOnly} {
		reply := mustDo(t, process(t, nil, k.directory, mode(m)), k.call)
		wantReply(t, reply, 1, true)
		wantNotices(t, reply, nil)
	}
	c, want := process(t, k.api, k.directory), unsaved(k.directory, "open "+k.directory+"/.writing-N: read-only file system", writable)
	for range 2 {
		reply := mustDo(t, c, callFor(t, "b.example"))
		wantReply(t, reply, 2, false)
		wantNotices(t, reply, want)
		want = nil
	}
	wantOnlyEntries(t, k.directory, 1)
}

// TestDamage_unreadable checks that an entry without read permission is replaced.
func TestDamage_unreadable(t *testing.T) {
	t.Parallel()
	if !inNamespace(t, 1000, 0) {
		return
	}
	k := newSavedEntry(t)
	must(t, os.Chmod(k.path, 0))
	k.wantReplaced(t)
	wantOnlyEntries(t, k.directory, 1)
}
