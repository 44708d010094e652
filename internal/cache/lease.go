package cache

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache/bucket"
)

const (
	// leaseTime is after how long a lease ends unless it is renewed. A killed process
	// holds others up no longer than this, however long calls may take.
	leaseTime = 15 * time.Second
	// renewEvery leaves time for a renewal that fails.
	renewEvery = leaseTime / 3
	// maxLeaseBytes limits the size of a lease.
	maxLeaseBytes = 1 << 10
	// The waits between looks at another process's lease.
	firstLook, longestLook = 250 * time.Millisecond, time.Second
)

// claim implements [store]. It creates an object on the condition that there is none. If
// that fails for another reason than another process, the call is made without a claim.
func (r *remote) claim(ctx context.Context, name string) (release func(), ended bool) {
	if !r.proves || r.readOnly.Load() || r.leaseless.Load() {
		return nil, false
	}
	lease := r.object(name, leaseSuffix)
	began := time.Now()
	etag, err := r.create(ctx, lease)
	switch {
	case errors.Is(err, bucket.ErrTaken):
		r.conditional.Store(true)
		return r.await(ctx, lease)
	case errors.Is(err, bucket.ErrForbidden):
		r.forbidWriting("PutObject", err)
	case errors.Is(err, bucket.ErrUnsupported):
		r.forgoLeases(fmt.Sprintf("PutObject in %s: %s.", r.objects, err))
	}
	if err != nil || !r.honours(ctx, lease) {
		return nil, false
	}
	return r.hold(ctx, lease, etag, began), false
}

// create returns the ETag of a new lease. Its content is random, so that no other lease
// has the same ETag.
func (r *remote) create(ctx context.Context, lease string) (etag string, err error) {
	err = r.try(ctx, "PutObject", func(ctx context.Context) (err error) {
		etag, err = r.objects.Create(ctx, lease, []byte(rand.Text()))
		return err
	})
	return etag, err
}

func (r *remote) replace(ctx context.Context, lease, etag string) (newETag string, err error) {
	err = r.try(ctx, "PutObject", func(ctx context.Context) (err error) {
		newETag, err = r.objects.Replace(ctx, lease, etag, []byte(rand.Text()))
		return err
	})
	return newETag, err
}

// honours finds out, once per process, whether the server honours conditions: a lease
// that is there cannot be created.
func (r *remote) honours(ctx context.Context, lease string) bool {
	if !r.conditional.CompareAndSwap(false, true) {
		return !r.leaseless.Load()
	}
	_, err := r.create(ctx, lease)
	switch {
	case errors.Is(err, bucket.ErrTaken):
	case err == nil:
		r.forgoLeases(fmt.Sprintf("%s created an object that already existed: it ignores If-None-Match.", r.objects))
		r.remove(ctx, lease)
		return false
	default:
		r.conditional.Store(false) // not known yet
	}
	return true
}

// forgoLeases stops making leases for the rest of the process.
func (r *remote) forgoLeases(line string) {
	r.leaseless.Store(true)
	r.tell("The shared cache cannot prevent double payment", line,
		"The metrics are correct and saved, but two simultaneous runs may both pay for them.\n\n"+
			"Use a server that honours If-None-Match on PutObject, as Amazon S3 does.")
}

// await waits while another process renews its lease, and takes over one that has ended.
// Its patience ends before the call's time does, whatever others do in the bucket.
func (r *remote) await(ctx context.Context, lease string) (release func(), ended bool) {
	if deadline, bounded := ctx.Deadline(); bounded {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, delayOf(ctx).patience(deadline))
		defer cancel()
	}
	for pause := firstLook; ; pause = min(2*pause, longestLook) {
		select {
		case <-ctx.Done():
			return nil, false
		case <-time.After(pause):
		}
		ctx := withoutDelay(ctx) // waiting for another process is not the server's delay
		began := time.Now()
		var held bucket.Object
		err := r.try(ctx, "GetObject", func(ctx context.Context) (err error) {
			held, err = r.objects.Get(ctx, lease, maxLeaseBytes)
			return err
		})
		switch {
		case errors.Is(err, bucket.ErrNotFound):
			return nil, true
		case err != nil && (isAnswer(err) || r.isOff()) || err == nil && held.Age < 0:
			return nil, false
		case err != nil || held.Age <= leaseTime:
			continue
		}
		if etag, err := r.replace(ctx, lease, held.ETag); err == nil {
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
			newETag, err := r.replace(withoutDelay(renewing), lease, etag)
			switch {
			case err == nil:
				etag, renewed = newETag, began
			case isAnswer(err): // another process has it, or nobody
				renewed = time.Time{}
				return
			}
		}
	}()
	return func() {
		stop()
		<-done
		// Later, it could be another process's.
		if time.Since(renewed) < leaseTime-bucket.Timeout {
			r.remove(ctx, lease)
		}
	}
}

func (r *remote) remove(ctx context.Context, lease string) {
	err := r.try(context.WithoutCancel(ctx), "DeleteObject", func(ctx context.Context) error { return r.objects.Remove(ctx, lease) })
	if errors.Is(err, bucket.ErrForbidden) {
		r.forgoLeases(fmt.Sprintf("DeleteObject in %s: %s.", r.objects, err))
	}
}
