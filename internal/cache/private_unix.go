//go:build unix

package cache

import (
	"io/fs"
	"os"
	"syscall"
)

// openFlags prevent open from following a symbolic link and from blocking on a pipe.
const openFlags = syscall.O_NOFOLLOW | syscall.O_NONBLOCK

// private reports whether a file belongs to the user and nobody else can write to it.
func private(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int64(stat.Uid) == int64(os.Geteuid()) && info.Mode().Perm()&0o022 == 0
}
