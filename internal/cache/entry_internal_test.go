package cache

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"testing"
	"time"
)

var (
	ours   = newSealer(Options{Login: "user@example.com", Password: "a password"})
	anyone = newSealer(Options{Mode: CacheOnly})
)

// sampleEntry returns an entry with our seal.
func sampleEntry(tb testing.TB) []byte {
	tb.Helper()
	at := time.Date(2026, 8, 1, 12, 0, 0, 123456789, time.UTC)
	data, err := ours.encode(header{Name: "name", FetchedAt: at, ExpiresAt: at.Add(time.Hour)}, []byte(`{"status_code":20000}`))
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

// TestEntry_damaged checks that an entry with any bit flipped, or truncated anywhere, is
// refused. Without a password, the checksum finds all damage except that of the seal.
func TestEntry_damaged(t *testing.T) {
	t.Parallel()
	data := sampleEntry(t)
	for _, s := range []sealer{ours, anyone} {
		if _, _, err := s.decode(data); err != nil {
			t.Fatal(err)
		}
	}
	sum := len(format) + 1 + 2*sha256.Size + 1
	seal := sum + 2*sha256.Size
	for bit := range 8 * len(data) {
		damaged := bytes.Clone(data)
		damaged[bit/8] ^= 1 << (bit % 8)
		wantRefused(t, damaged, bit/8 < sum || bit/8 >= seal)
	}
	for length := range data {
		wantRefused(t, data[:length], true)
	}
	wantRefused(t, append(bytes.Clone(data), '\n'), true)
}

func wantRefused(t *testing.T, data []byte, byAll bool) {
	t.Helper()
	if _, _, err := ours.decode(data); err == nil {
		t.Errorf("accepted: %q", data)
	}
	if _, _, err := anyone.decode(data); err == nil && byAll {
		t.Errorf("accepted without a password: %q", data)
	}
}

// TestEntry_accounts checks that an entry is refused with another login or password than it
// was written with.
func TestEntry_accounts(t *testing.T) {
	t.Parallel()
	data := sampleEntry(t)
	for _, o := range []Options{
		{}, {Login: "user@example.com"}, {Password: "a password"}, {Login: "user@example.co", Password: "ma password"},
		{Login: "user@example.com", Password: "a new password"}, {Login: "User@example.com", Password: "a password"},
		{Login: "user@example.com", Password: "a new password", Mode: CacheOnly},
		{Login: "user@example.com", Mode: Refresh}, {Login: "user@example.com", Mode: ReadWrite},
	} {
		if _, _, err := newSealer(o).decode(data); err == nil {
			t.Errorf("accepted by %+v", o)
		}
	}
}

// FuzzDecodeEntry checks that decode accepts only what encode writes. If sealed, data gets a
// valid checksum and seal, which fuzzing would never find.
func FuzzDecodeEntry(f *testing.F) {
	seed := sampleEntry(f)
	for _, data := range [][]byte{
		seed, seed[:len(seed)-1], append(bytes.Clone(seed), '\n'), bytes.ReplaceAll(seed, []byte("\n"), []byte("\r\n")),
		nil, []byte("\n"), []byte(format), []byte(format + " \n\n"),
	} {
		f.Add(data, false)
		_, content, _ := bytes.Cut(data, []byte("\n"))
		f.Add(content, true)
	}
	for _, content := range []string{
		`{"name":"a","fetched_at":"2026-08-01T12:00:00Z","expires_at":"2026-08-01T13:00:00Z"}` + "\n\xff\x00",
		`{"Name":"a","fetched_at":"2026-08-01T12:00:00Z","expires_at":"2026-08-01T13:00:00Z"}` + "\nbody",
		`{"name":"é\u003c&>\u2028\xff","fetched_at":"2026-08-01T12:00:00-01:00","expires_at":"2318-08-01T13:00:00Z"}` + "\nbody",
		`{"name":"a","name":"b","fetched_at":"2026-08-01T12:00:00.10+00:00","expires_at":null}` + "\nbody",
		`{"name":"a","fetched_at":"2026-08-01T12:00:00+00:00","expires_at":"2026-08-01T13:00:00Z"}`,
		`{"name":"a","fetched_at":"2026-08-01T12:00:00Z","expires_at":"2026-08-01T13:00:00Z","x":1}` + "\nbody",
		`{"name": "a", "fetched_at":"2026-08-01T12:00:00Z","expires_at":"2026-08-01T13:00:00Z"}` + "\nbody",
		"null\n", "{}\n", "[]\n",
	} {
		f.Add([]byte(content), true)
	}
	f.Fuzz(func(t *testing.T, data []byte, sealed bool) {
		if sealed {
			data = append(fmt.Appendf(nil, "%s %x %x\n", format, sha256.Sum256(data), ours.seal(data)), data...)
		}
		h, body, err := ours.decode(data)
		if _, _, unproved := anyone.decode(data); err == nil && unproved != nil {
			t.Errorf("refused without a password: %v", unproved)
		}
		if err != nil {
			return
		}
		if body == nil {
			t.Error("got a nil body")
		}
		again, err := ours.encode(h, body)
		if err != nil || !bytes.Equal(again, data) {
			t.Errorf("got %q, %v, want %q", again, err, data)
		}
	})
}
