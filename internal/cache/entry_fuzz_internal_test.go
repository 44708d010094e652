package cache

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"testing"
	"time"
)

// entrySeeds are whole entries and what is left of them after some mishaps.
func entrySeeds(f *testing.F) [][]byte {
	f.Helper()
	at := time.Date(2026, 8, 1, 12, 0, 0, 123456789, time.UTC)
	var seeds [][]byte
	for _, h := range []header{
		{},
		{Name: "name", FetchedAt: at, ExpiresAt: at.Add(time.Hour)},
		{Name: "é<&>\"\u2028\xff", FetchedAt: at.In(time.FixedZone("", -3600)), ExpiresAt: at.AddDate(292, 0, 0)},
	} {
		for _, body := range []string{"", "{}", `{"status_code":20000}`, "\n\n", "\xff\x00"} {
			entry, err := encodeEntry(h, []byte(body))
			if err != nil {
				f.Fatal(err)
			}
			seeds = append(seeds, entry, entry[:len(entry)-1], append(bytes.Clone(entry), '\n'), bytes.ReplaceAll(entry, []byte("\n"), []byte("\r\n")))
		}
	}
	return append(seeds, nil, []byte("\n"), []byte(format), []byte(format+" \n\n"))
}

// FuzzDecodeEntry: whatever decodes is what encoding it again writes, so that no
// other bytes are believed. With sealed, the bytes are those behind a check sum
// that is right, which fuzzing would never find.
func FuzzDecodeEntry(f *testing.F) {
	for _, seed := range entrySeeds(f) {
		f.Add(seed, false)
		if _, content, ok := bytes.Cut(seed, []byte("\n")); ok {
			f.Add(content, true)
		}
	}
	for _, content := range []string{
		`{"name":"a","fetched_at":"2026-08-01T12:00:00Z","expires_at":"2026-08-01T13:00:00Z"}` + "\nbody",
		`{"Name":"a","fetched_at":"2026-08-01T12:00:00Z","expires_at":"2026-08-01T13:00:00Z"}` + "\nbody",
		`{"name":"a","name":"b","fetched_at":"2026-08-01T12:00:00.10+00:00","expires_at":null}` + "\nbody",
		`{"name":"a","fetched_at":"2026-08-01T12:00:00+00:00","expires_at":"2026-08-01T13:00:00Z"}`,
		"null\n", "{}\n", "[]\n", "\n",
	} {
		f.Add([]byte(content), true)
	}
	f.Fuzz(func(t *testing.T, data []byte, sealed bool) {
		if sealed {
			data = append(fmt.Appendf(nil, "%s %x\n", format, sha256.Sum256(data)), data...)
		}
		h, body, err := decodeEntry(data)
		if err != nil {
			return
		}
		if body == nil {
			t.Error("no body is an error")
		}
		again, err := encodeEntry(h, body)
		if err != nil || !bytes.Equal(again, data) {
			t.Errorf("%q\nbecame\n%q, %v", data, again, err)
		}
	})
}
