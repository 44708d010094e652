package cache

import (
	"bytes"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// clockSkew is how far ahead another machine's clock may be.
const clockSkew = time.Minute

// format is the first word of every entry. Increase the number when the format changes.
const format = "terraform-provider-dataforseo-cache/2"

// header is the second line of an entry.
type header struct {
	// Name is the entry's key. An entry copied to another name is refused.
	Name      string    `json:"name"`
	FetchedAt time.Time `json:"fetched_at"`
	// ExpiresAt is when the entry expires for the process that wrote it.
	ExpiresAt time.Time `json:"expires_at"`
}

// sealer encodes and decodes entries. The seal, an HMAC with a key derived from the
// password, proves that the writer knew the account's password, so nobody else can
// plant answers.
type sealer struct {
	key []byte
	// anySeal accepts any seal, because there is no password to check it with.
	anySeal bool
}

func newSealer(options Options) sealer {
	return sealer{deriveKey(options, format), options.Mode == CacheOnly && options.Password == ""}
}

// deriveKey returns a key for one purpose, which only the account's credentials yield.
func deriveKey(options Options, purpose string) []byte {
	key, err := hkdf.Key(sha256.New, []byte(options.Password), []byte(options.Login), purpose, sha256.Size)
	if err != nil {
		panic(err) // only if the key is too long, or FIPS 140 forbids the hash
	}
	return key
}

// encode returns an entry: a line with the format, and the checksum and the seal of what
// follows; the header as a line of JSON; and the answer.
func (s sealer) encode(h header, body []byte) ([]byte, error) {
	second, err := json.Marshal(h)
	if err != nil {
		return nil, err
	}
	content := append(append(second, '\n'), body...)
	return append(fmt.Appendf(nil, "%s %x %x\n", format, sha256.Sum256(content), s.seal(content)), content...), nil
}

func (s sealer) seal(content []byte) []byte {
	mac := hmac.New(sha256.New, s.key)
	mac.Write(content)
	return mac.Sum(nil)
}

// decode reads an entry. It fails on anything but a complete entry in this format,
// sealed for this account.
func (s sealer) decode(data []byte) (header, []byte, error) {
	first, content, _ := bytes.Cut(data, []byte("\n"))
	sum := fmt.Appendf(nil, "%s %x ", format, sha256.Sum256(content))
	seal, whole := bytes.CutPrefix(first, sum)
	if !whole {
		return header{}, nil, errors.New("not an entry of this format, or a damaged one")
	}
	if !s.anySeal && !hmac.Equal(seal, fmt.Appendf(nil, "%x", s.seal(content))) {
		return header{}, nil, errors.New("not written for this account")
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

// open decodes the entry with a name.
func (s sealer) open(name string, data []byte) (entry, error) {
	h, body, err := s.decode(data)
	switch {
	case err != nil:
		return entry{}, err
	case h.Name != name:
		return entry{}, errors.New("it was written for another request")
	case h.FetchedAt.After(time.Now().Add(clockSkew)):
		return entry{}, errors.New("it is from the future")
	}
	return entry{body: body, fetchedAt: h.FetchedAt}, nil
}
