package cache

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache/bucket"
)

const (
	// leaseTime is the age at which a lease ends unless it is renewed. A killed process
	// delays others no longer than this, however long calls take.
	leaseTime = 15 * time.Second
	// renewEvery leaves time to repeat a renewal that fails.
	renewEvery = leaseTime / 3
	// maxLeaseBytes limits the size of a lease.
	maxLeaseBytes = 1 << 10
	// minPoll and maxPoll limit the pauses between looks at another process's lease.
	minPoll, maxPoll = 250 * time.Millisecond, time.Second
)

// claim implements [store]. It creates a lease on the condition that there is none. If
// the server fails, the call is made without one.
func (r *remote) claim(ctx context.Context, name string) (release func(), ended bool) {
	if !r.sealed || r.readOnly.Load() || r.leaseless.Load() {
		return nil, false
	}
	lease := r.object(name, leaseSuffix)
	began := time.Now()
	etag, err := r.write(ctx, lease, "")
	switch {
	case errors.Is(err, bucket.ErrTaken):
		return r.await(ctx, lease)
	case errors.Is(err, bucket.ErrForbidden):
		r.forbidWriting(err)
	case errors.Is(err, bucket.ErrUnsupported):
		r.disableLeases(fmt.Sprintf("PutObject in %s: %s.", r.objects, err))
	}
	if err != nil || !r.honoursConditions(ctx, lease) {
		return nil, false
	}
	return r.hold(ctx, lease, etag, began), false
}

// write creates a lease, or replaces the one with the ETag old, and returns its ETag. A
// server that fails may have written it all the same: then write reads it, unless one
// more failure would turn the store off before the answer can be saved. If the read fails
// too, that is the same outage, and does not count.
func (r *remote) write(ctx context.Context, lease, old string) (etag string, err error) {
	content := []byte(rand.Text()) // no other lease has the same ETag
	etag, err = r.put(ctx, lease, old, content)
	if err == nil || isAnswer(err) || r.failures.Load() >= maxFailures-1 {
		return etag, err
	}
	reading, cancel := context.WithTimeout(ctx, delayOf(ctx).left()-bucket.Timeout) // leaves time to save the answer
	defer cancel()
	var found bucket.Object
	readErr := r.try(reading, "GetObject", func(ctx context.Context) (err error) {
		if found, err = r.objects.Get(ctx, lease, maxLeaseBytes); err != nil && !isAnswer(err) {
			return errCounted
		}
		return err
	})
	switch {
	case readErr != nil || found.ETag == old:
		return "", err
	case !bytes.Equal(found.Data, content):
		return "", bucket.ErrTaken
	}
	return found.ETag, nil
}

// put makes one attempt to create or replace a lease.
func (r *remote) put(ctx context.Context, lease, old string, content []byte) (etag string, err error) {
	err = r.try(ctx, "PutObject", func(ctx context.Context) (err error) {
		if old != "" {
			etag, err = r.objects.Replace(ctx, lease, old, content)
			return err
		}
		etag, err = r.objects.Create(ctx, lease, content)
		return err
	})
	if old == "" && errors.Is(err, bucket.ErrTaken) {
		r.conditional.Store(true)
	}
	return etag, err
}

// honoursConditions finds out, once per process, whether the server refuses to create a
// lease that exists.
func (r *remote) honoursConditions(ctx context.Context, lease string) bool {
	if !r.conditional.CompareAndSwap(false, true) {
		return !r.leaseless.Load()
	}
	_, err := r.put(ctx, lease, "", []byte(rand.Text()))
	switch {
	case errors.Is(err, bucket.ErrTaken):
	case err == nil:
		r.disableLeases(fmt.Sprintf("%s created an object that already existed: it ignores If-None-Match.", r.objects))
		r.remove(ctx, lease)
		return false
	default:
		r.conditional.Store(false) // still unknown
	}
	return true
}

// disableLeases stops making leases for the rest of the process.
func (r *remote) disableLeases(line string) {
	r.leaseless.Store(true)
	r.tell("The shared cache cannot prevent double payment", line,
		"The metrics are correct and saved, but two simultaneous runs may both pay for them.\n\n"+
			"Use a server that honours If-None-Match on PutObject, as Amazon S3 does.")
}

// await waits while another process renews its lease, and takes over a lease that has
// ended. It gives up in time for the call to be made, whatever others do in the bucket.
func (r *remote) await(ctx context.Context, lease string) (release func(), ended bool) {
	if deadline, bounded := ctx.Deadline(); bounded {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, delayOf(ctx).endOfWait(deadline))
		defer cancel()
	}
	for pause := minPoll; ; pause = min(2*pause, maxPoll) {
		select {
		case <-ctx.Done():
			return nil, false
		case <-time.After(pause):
		}
		ctx := withoutDelay(ctx) // waiting for another process is not the server's delay
		began := time.Now()
		held, err := r.get(ctx, lease, maxLeaseBytes)
		switch {
		case errors.Is(err, bucket.ErrNotFound):
			return nil, true
		case err != nil && (isAnswer(err) || r.isOff()) || err == nil && held.Age < 0:
			return nil, false
		case err != nil || held.Age <= leaseTime:
			continue
		}
		if etag, err := r.write(ctx, lease, held.ETag); err == nil {
			return r.hold(ctx, lease, etag, began), false
		}
	}
}

// hold renews a lease until release is called, and then removes it.
func (r *remote) hold(ctx context.Context, lease, etag string, renewed time.Time) (release func()) {
	ctx = context.WithoutCancel(ctx)
	renewing, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		ticker := time.NewTicker(renewEvery)
		defer ticker.Stop()
		for {
			select {
			case <-renewing.Done():
				return
			case <-ticker.C:
			}
			began := time.Now()
			newETag, err := r.write(withoutDelay(renewing), lease, etag)
			switch {
			case err == nil:
				etag, renewed = newETag, began
			case isAnswer(err): // it was taken over, or removed
				renewed = time.Time{}
				return
			}
		}
	}()
	return func() {
		stop()
		<-done
		// After that, another process may have taken it over.
		if time.Since(renewed) < leaseTime-bucket.Timeout {
			r.remove(ctx, lease)
		}
	}
}

func (r *remote) remove(ctx context.Context, lease string) {
	err := r.try(context.WithoutCancel(ctx), "DeleteObject", func(ctx context.Context) error { return r.objects.Remove(ctx, lease) })
	if errors.Is(err, bucket.ErrForbidden) {
		r.disableLeases(fmt.Sprintf("DeleteObject in %s: %s.", r.objects, err))
	}
}
