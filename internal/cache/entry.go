package cache

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// format is the first word of every entry. Another version of this provider that
// writes entries of another form gives them another number.
const format = "terraform-provider-dataforseo-cache/1"

// header is the second line of an entry.
type header struct {
	// Name is what the entry is kept under: one that was copied to another name is not believed.
	Name      string    `json:"name"`
	FetchedAt time.Time `json:"fetched_at"`
	// ExpiresAt is when whoever wrote the entry has no more use for it.
	ExpiresAt time.Time `json:"expires_at"`
}

// encodeEntry writes an entry: a line with the format and a check sum of all that
// follows, a line of JSON, and the answer.
func encodeEntry(h header, body []byte) ([]byte, error) {
	second, err := json.Marshal(h)
	if err != nil {
		return nil, err
	}
	content := append(append(second, '\n'), body...)
	sum := sha256.Sum256(content)
	return append(fmt.Appendf(nil, "%s %x\n", format, sum), content...), nil
}

// decodeEntry reads an entry. Anything but a whole entry of this format, as it was
// written, is an error.
func decodeEntry(data []byte) (header, []byte, error) {
	first, content, _ := bytes.Cut(data, []byte("\n"))
	sum := sha256.Sum256(content)
	if string(first) != format+" "+hex.EncodeToString(sum[:]) {
		return header{}, nil, errors.New("not an entry of this format, or a damaged one")
	}
	second, body, whole := bytes.Cut(content, []byte("\n"))
	var h header
	if err := json.Unmarshal(second, &h); err != nil {
		return header{}, nil, fmt.Errorf("read the entry's header: %w", err)
	}
	if written, err := json.Marshal(h); err != nil || !whole || !bytes.Equal(written, second) {
		return header{}, nil, errors.New("not a header that this version writes")
	}
	return h, body, nil
}
