package bucket

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/minio/minio-go/v7/pkg/credentials"
)

const (
	// instanceTimeout limits the request to the metadata service. Outside of AWS, nothing
	// answers it.
	instanceTimeout = 2 * time.Second
	// refreshBefore is how long before they expire credentials are replaced.
	refreshBefore = time.Minute
)

// keyring finds credentials where the AWS command line does, and replaces them before they
// expire. minio-go would hold a lock during the search, which can run a program that hangs.
type keyring struct {
	getenv          func(name string) string
	proxied, direct *http.Client

	mu      sync.Mutex
	value   credentials.Value
	err     error
	looking chan struct{} // closed when the current search ends, nil if there is none
}

var _ credentials.Provider = (*keyring)(nil)

// ready waits until there are credentials.
func (k *keyring) ready(ctx context.Context) error {
	k.mu.Lock()
	if k.fresh() {
		k.mu.Unlock()
		return nil
	}
	if k.looking == nil {
		k.looking = make(chan struct{})
		go k.look(context.WithoutCancel(ctx), k.looking)
	}
	looking := k.looking
	k.mu.Unlock()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-looking:
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.err
}

func (k *keyring) fresh() bool {
	return k.value.AccessKeyID != "" && (k.value.Expiration.IsZero() || time.Until(k.value.Expiration) > refreshBefore)
}

func (k *keyring) look(ctx context.Context, done chan struct{}) {
	ctx, cancel := context.WithTimeout(ctx, Timeout)
	defer cancel()
	value, err := k.find(ctx)
	k.mu.Lock()
	defer k.mu.Unlock()
	if err == nil || k.value.AccessKeyID == "" || time.Now().After(k.value.Expiration) {
		k.value, k.err = value, err
	}
	k.looking = nil
	close(done)
}

// find searches the environment, the web identity, the profile, and the metadata of the
// container or the machine, in this order.
func (k *keyring) find(ctx context.Context) (credentials.Value, error) {
	if id, secret := k.getenv("AWS_ACCESS_KEY_ID"), k.getenv("AWS_SECRET_ACCESS_KEY"); id != "" && secret != "" {
		return credentials.Value{AccessKeyID: id, SecretAccessKey: secret, SessionToken: k.getenv("AWS_SESSION_TOKEN"), SignerType: credentials.SignatureV4}, nil
	}
	retrieve := func(ctx context.Context, provider credentials.Provider, client *http.Client) (credentials.Value, error) {
		value, err := provider.RetrieveWithCredContext(&credentials.CredContext{Client: client, Context: ctx})
		if err == nil && (value.AccessKeyID == "" || value.SecretAccessKey == "") {
			err = errNothing
		}
		return value, err
	}
	if k.getenv("AWS_WEB_IDENTITY_TOKEN_FILE") != "" {
		value, err := retrieve(ctx, &credentials.IAM{}, k.proxied)
		return value, noCredentials("web identity", err)
	}
	profile := k.getenv("AWS_PROFILE")
	value, err := retrieve(ctx, &credentials.FileAWSCredentials{Profile: profile}, k.proxied)
	if err == nil || profile != "" || !absent(err) {
		return value, noCredentials("profile "+profile, err)
	}
	container := k.getenv("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") != "" || k.getenv("AWS_CONTAINER_CREDENTIALS_FULL_URI") != ""
	if !container && strings.EqualFold(k.getenv("AWS_EC2_METADATA_DISABLED"), "true") {
		return credentials.Value{}, noCredentials("", errNothing)
	}
	ctx, cancel := context.WithTimeout(ctx, instanceTimeout)
	defer cancel()
	if value, err = retrieve(ctx, &credentials.IAM{}, k.direct); err != nil && !container {
		err = errNothing // the error of a missing metadata service does not help the user
	}
	return value, noCredentials("container", err)
}

var errNothing = errors.New("there are none")

// absent reports whether an error means that the files of the AWS command line contain no
// credentials.
func absent(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, errNothing) || strings.Contains(err.Error(), "does not exist")
}

func noCredentials(where string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errNothing):
		return &Error{kind: ErrNoCredentials, text: "no AWS credentials were found: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"}
	}
	return &Error{kind: ErrNoCredentials, text: "the AWS credentials (" + strings.TrimSpace(where) + ") cannot be used: " + printable(err.Error())}
}

// RetrieveWithCredContext implements [credentials.Provider].
func (k *keyring) RetrieveWithCredContext(*credentials.CredContext) (credentials.Value, error) {
	return k.Retrieve()
}

// Retrieve implements [credentials.Provider].
func (k *keyring) Retrieve() (credentials.Value, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.value, k.err
}

// IsExpired implements [credentials.Provider]. minio-go must not cache the value, and
// Retrieve costs nothing.
func (k *keyring) IsExpired() bool { return true }
