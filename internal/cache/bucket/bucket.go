// Package bucket reads and writes small objects in Amazon S3 and in servers with the same
// API. It knows nothing about answers. Each operation makes one attempt.
package bucket

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// Timeout is the time limit that callers should give an operation. Reading from another
// continent takes a second.
const Timeout = 5 * time.Second

// maxConnections is the maximum number of idle connections, enough for all concurrent
// reads.
const maxConnections = 64

// Kinds of an [Error].
var (
	// ErrNotFound: there is no such object.
	ErrNotFound = errors.New("not found")
	// ErrForbidden: the credentials do not permit the operation.
	ErrForbidden = errors.New("forbidden")
	// ErrTaken: the condition of a Create or Replace failed, because another client was
	// faster.
	ErrTaken = errors.New("taken")
	// ErrUnsupported: the server does not support conditions.
	ErrUnsupported = errors.New("unsupported")
	// ErrTooLarge: the object is larger than the caller's limit.
	ErrTooLarge = errors.New("too large")
	// ErrNoCredentials: there are no credentials to sign requests with.
	ErrNoCredentials = errors.New("no credentials")
)

// Error is the failure of an operation.
type Error struct {
	kind error // nil if the server, the network or the request failed
	text string
}

// Error returns the server's message, printable, of limited length and without a full
// stop. It contains no secret.
func (e *Error) Error() string { return e.text }

// Unwrap returns the kind, nil for none.
func (e *Error) Unwrap() error { return e.kind }

// Bucket accesses the objects of a bucket whose names begin with a prefix.
type Bucket struct {
	address Address
	core    minio.Core
	keys    *keyring
}

// Options are what a [Bucket] needs besides its address.
type Options struct {
	// Getenv returns the value of an environment variable.
	Getenv func(name string) string
	// RoundTripper sends requests to the server. The default uses the network.
	RoundTripper http.RoundTripper
}

// Open returns the bucket at an address. It does no network I/O.
func Open(address Address, options Options) (*Bucket, error) {
	proxied := &http.Transport{
		Proxy: http.ProxyFromEnvironment, DisableCompression: true, ForceAttemptHTTP2: false,
		MaxIdleConns: maxConnections, MaxIdleConnsPerHost: maxConnections, IdleConnTimeout: time.Minute,
	}
	direct := proxied.Clone() // the metadata service is not behind a proxy
	direct.Proxy = nil
	b := &Bucket{address: address, keys: &keyring{
		getenv: options.Getenv, proxied: &http.Client{Transport: proxied}, direct: &http.Client{Transport: direct},
	}}
	settings := &minio.Options{
		Creds: credentials.New(b.keys), Transport: options.RoundTripper, Region: address.Region, Secure: true, MaxRetries: 1,
		BucketLookup: map[string]minio.BucketLookupType{"true": minio.BucketLookupPath, "false": minio.BucketLookupDNS}[address.PathStyle],
	}
	if settings.Transport == nil {
		settings.Transport = proxied
	}
	host := "s3.amazonaws.com"
	if address.Endpoint != nil {
		host, settings.Secure = address.Endpoint.Host, address.Endpoint.Scheme == "https"
	}
	client, err := minio.New(host, settings)
	if err != nil {
		return nil, err
	}
	client.SetS3EnableDualstack(false) // as the AWS command line does: firewalls may allow only those hosts
	b.core = minio.Core{Client: client}
	return b, nil
}

// String returns the address without its parameters.
func (b *Bucket) String() string { return b.address.String() }

func (b *Bucket) object(name string) string {
	return strings.TrimPrefix(b.address.Prefix+"/"+name, "/")
}

// Object is a stored object.
type Object struct {
	Data []byte
	// ETag identifies the content.
	ETag string
	// Age is the time since the object was written, in whole seconds of the server's clock.
	// It is negative if the server does not report it.
	Age time.Duration
}

// Get reads an object of at most limit bytes.
func (b *Bucket) Get(ctx context.Context, name string, limit int64) (Object, error) {
	if err := b.keys.ready(ctx); err != nil {
		return Object{}, errorOf(err)
	}
	body, info, header, err := b.core.GetObject(ctx, b.address.Bucket, b.object(name), minio.GetObjectOptions{})
	if err != nil {
		return Object{}, errorOf(err)
	}
	defer body.Close()
	if info.Size > limit {
		return Object{}, &Error{kind: ErrTooLarge, text: "the object is too large"}
	}
	data, err := io.ReadAll(io.LimitReader(body, limit+1))
	switch {
	case err != nil:
		return Object{}, errorOf(err)
	case int64(len(data)) > limit:
		return Object{}, &Error{kind: ErrTooLarge, text: "the object is too large"}
	}
	object := Object{Data: data, ETag: info.ETag, Age: -1}
	if now, err := http.ParseTime(header.Get("Date")); err == nil && !info.LastModified.IsZero() {
		object.Age = max(0, now.Sub(info.LastModified))
	}
	return object, nil
}

// Put creates or replaces an object.
func (b *Bucket) Put(ctx context.Context, name string, data []byte) error {
	_, err := b.put(ctx, name, data, func(*minio.PutObjectOptions) {})
	return err
}

// Create creates an object and returns its ETag. It returns [ErrTaken] if the object exists.
func (b *Bucket) Create(ctx context.Context, name string, data []byte) (etag string, err error) {
	return b.put(ctx, name, data, func(o *minio.PutObjectOptions) { o.SetMatchETagExcept("*") })
}

// Replace replaces an object and returns the new ETag. It returns [ErrTaken] unless the
// current object has the given one.
func (b *Bucket) Replace(ctx context.Context, name, etag string, data []byte) (newETag string, err error) {
	return b.put(ctx, name, data, func(o *minio.PutObjectOptions) { o.SetMatchETag(etag) })
}

func (b *Bucket) put(ctx context.Context, name string, data []byte, condition func(*minio.PutObjectOptions)) (string, error) {
	if err := b.keys.ready(ctx); err != nil {
		return "", errorOf(err)
	}
	// With the digest set, minio-go signs the body in one piece, which every server accepts.
	options := minio.PutObjectOptions{ContentType: "application/octet-stream", DisableContentSha256: true}
	condition(&options)
	sum := sha256.Sum256(data)
	info, err := b.core.PutObject(ctx, b.address.Bucket, b.object(name), bytes.NewReader(data), int64(len(data)), "", hex.EncodeToString(sum[:]), options)
	return info.ETag, errorOf(err)
}

// Remove deletes an object.
func (b *Bucket) Remove(ctx context.Context, name string) error {
	if err := b.keys.ready(ctx); err != nil {
		return errorOf(err)
	}
	return errorOf(b.core.RemoveObject(ctx, b.address.Bucket, b.object(name), minio.RemoveObjectOptions{}))
}

// errorOf returns an [Error] for an error of minio-go.
func errorOf(err error) error {
	var known *Error
	var transport *url.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return known
	case errors.Is(err, context.DeadlineExceeded):
		return &Error{text: "there was no answer in time"}
	case errors.As(err, &transport): // omit the URL
		err = transport.Err
	}
	response := minio.ToErrorResponse(err)
	if response.StatusCode == 0 {
		if strings.HasPrefix(err.Error(), "Connection closed by foreign host") { // minio-go's message for io.EOF, which contains the URL
			err = errors.New("the connection was closed")
		}
		return &Error{text: printable(err.Error())}
	}
	return &Error{kind: kindOf(response), text: printable(fmt.Sprintf("%d %s: %s", response.StatusCode, response.Code, response.Message))}
}

func kindOf(response minio.ErrorResponse) error {
	switch response.StatusCode {
	case http.StatusNotFound:
		if response.Code == minio.NoSuchKey {
			return ErrNotFound
		}
	case http.StatusForbidden:
		return ErrForbidden
	case http.StatusConflict, http.StatusPreconditionFailed:
		return ErrTaken
	case http.StatusNotImplemented:
		return ErrUnsupported
	}
	return nil
}

// printable returns text without control characters and final full stop, at most 300
// bytes of it.
func printable(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, text)
	if cut := 300; len(text) > cut {
		return strings.ToValidUTF8(text[:cut], "") + "…"
	}
	return strings.TrimRight(text, ". ")
}
