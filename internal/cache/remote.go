package cache

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache/bucket"
)

const leaseSuffix = ".lease"

// remote stores entries where a team shares them. Others can write there too, so it
// uses only entries that prove that their writer knew the API password.
type remote struct {
	objects *bucket.Bucket
	sealer  sealer
	// nameKey is the key of the digests that are the names of objects. Without a key,
	// anyone who can list a bucket could guess targets.
	nameKey []byte
	// sealed reports whether there is a password to seal and verify entries with.
	sealed bool
	ttl    time.Duration
	notifier
	breaker

	readOnly atomic.Bool
	// leaseless means that the process makes no leases.
	leaseless atomic.Bool
	// conditional means that the server is known to honour conditions, which leases need.
	conditional atomic.Bool
}

var _ store = (*remote)(nil)

func newRemote(options Options) *remote {
	r := &remote{objects: options.Shared, sealer: newSealer(options), nameKey: deriveKey(options, format+" names"), sealed: options.Password != "", ttl: options.TTL}
	r.readOnly.Store(options.Mode == ReadOnly || options.Mode == CacheOnly)
	r.leaseless.Store(options.Mode == Refresh) // it always asks, so it does not wait for others
	return r
}

// close implements [store].
func (*remote) close() {}

// object returns the name of an object. It reveals neither target nor account.
func (r *remote) object(name, suffix string) string {
	mac := hmac.New(sha256.New, r.nameKey)
	mac.Write([]byte(name))
	return hex.EncodeToString(mac.Sum(nil)) + suffix
}

var (
	// errNoPassword means that entries cannot be verified.
	errNoPassword = errors.New("verifying it needs the login and the password of the account, which are not set")
	// errUnreadable means that it is unknown whether there is an entry.
	errUnreadable = errors.New("it cannot be read")
)

// maxObjectBytes limits the size of an object, because it is read into memory before its
// seal can be checked. The largest summary is half of it.
const maxObjectBytes = 2 << 20

// load implements [store].
func (r *remote) load(ctx context.Context, lookup *lookup) (entry, error) {
	if !r.sealed {
		return entry{}, errNoPassword
	}
	found, err := r.get(ctx, r.object(lookup.name(), entrySuffix), maxObjectBytes)
	if errors.Is(err, bucket.ErrForbidden) {
		r.tell("The shared cache cannot be read", fmt.Sprintf("GetObject in %s: %s.", r.objects, err),
			"The metrics are correct, but this run pays again for answers that are there.\n\n"+
				"Allow s3:GetObject and s3:ListBucket. Without the latter, Amazon S3 reports a missing object as forbidden.")
	}
	switch {
	case errors.Is(err, bucket.ErrNotFound) || errors.Is(err, bucket.ErrTooLarge):
		return entry{}, err
	case err != nil:
		return entry{}, fmt.Errorf("%w from %s: %w", errUnreadable, r.objects, err)
	}
	return r.sealer.open(lookup.name(), found.Data)
}

func (r *remote) get(ctx context.Context, object string, limit int64) (found bucket.Object, err error) {
	err = r.try(ctx, "GetObject", func(ctx context.Context) (err error) {
		found, err = r.objects.Get(ctx, object, limit)
		return err
	})
	return found, err
}

// save implements [store].
func (r *remote) save(ctx context.Context, name string, answer entry) bool {
	if !r.sealed || r.readOnly.Load() {
		return false
	}
	data, err := r.sealer.encode(header{Name: name, FetchedAt: answer.fetchedAt, ExpiresAt: answer.fetchedAt.Add(r.ttl)}, answer.body)
	if err == nil {
		err = r.try(context.WithoutCancel(ctx), "PutObject", func(ctx context.Context) error {
			return r.objects.Put(ctx, r.object(name, entrySuffix), data)
		})
	}
	switch {
	case errors.Is(err, bucket.ErrForbidden):
		r.forbidWriting(err)
	case err != nil && !r.isOff():
		r.tell("An answer was not saved in the shared cache", fmt.Sprintf("PutObject in %s: %s.", r.objects, err),
			"The metrics are correct, but the next run pays for them again.")
	}
	return err == nil
}

// forbidWriting stops writing for the rest of the process.
func (r *remote) forbidWriting(err error) {
	r.readOnly.Store(true)
	r.tell("The shared cache is read-only", fmt.Sprintf("PutObject in %s: %s.", r.objects, err),
		"The metrics are correct, but others cannot use the answers that this run pays for.\n\n"+
			"Allow s3:PutObject and s3:DeleteObject, or set mode = \"read_only\" for runs that only read.")
}

// try makes one attempt at an operation, and reports that the store is off if that was
// the last one.
func (r *remote) try(ctx context.Context, operation string, attempt func(context.Context) error) error {
	last, err := r.attempt(ctx, attempt)
	if last {
		r.tell("The shared cache is off", fmt.Sprintf("%s in %s: %s.", operation, r.objects, err),
			"The rest of this run does not use it. The metrics are correct, but this run pays again for answers that are there, and does not save new ones there.")
	}
	return err
}
