package bucket

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"

	"github.com/minio/minio-go/v7/pkg/s3utils"
)

// Example is an address in the syntax of [Parse].
const Example = "s3://example-terraform-cache/dataforseo?region=eu-central-1"

// Address is the place of the objects.
type Address struct {
	// Bucket is the name of the bucket.
	Bucket string
	// Prefix is what the names of all objects begin with, without slashes at its ends. It
	// may be empty.
	Prefix string
	Region string
	// Endpoint is the server, nil for Amazon S3.
	Endpoint *url.URL
	// PathStyle is "true" to name the bucket in the path, "false" to name it in the host
	// name, and empty for the default of the endpoint.
	PathStyle string
}

// String returns the address without its parameters.
func (a Address) String() string { return strings.TrimSuffix("s3://"+a.Bucket+"/"+a.Prefix, "/") }

// Parse parses an address such as [Example]. Without a region, it uses the environment's.
// Its errors are full sentences that say what to write instead. They never show anything
// that could be a credential.
func Parse(raw string, getenv func(name string) string) (Address, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return Address{}, errors.New("This isn't a URL. Write one such as " + Example + ".")
	}
	place := fmt.Sprintf("%q", (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String())
	switch {
	case u.User != nil || u.Host == "" && strings.Contains(u.Path, "@"):
		return Address{}, errors.New("The URL contains credentials. Remove them, and set them where the AWS command line finds them, such as AWS_PROFILE or AWS_ACCESS_KEY_ID.")
	case u.Scheme != "s3":
		return Address{}, fmt.Errorf("%s doesn't begin with s3://. Write a URL such as %s. For a server other than Amazon S3, add endpoint=https://HOST.", place, Example)
	case u.Host == "":
		return Address{}, fmt.Errorf("%s has no bucket. Write s3://BUCKET/PREFIX, such as %s.", place, Example)
	case u.Fragment != "":
		return Address{}, fmt.Errorf("%s has a fragment (#). Remove it.", place)
	}
	if err := s3utils.CheckValidBucketNameStrict(u.Host); err != nil {
		return Address{}, fmt.Errorf("%q isn't the name of a bucket: %w. The bucket comes right after s3://. A server goes in endpoint=https://HOST.", u.Host, err)
	}
	prefix := strings.Trim(u.Path, "/")
	if prefix != "" && slices.ContainsFunc(strings.Split(prefix, "/"), func(part string) bool { return part == "" || part == "." || part == ".." }) {
		return Address{}, fmt.Errorf("%s has an empty segment, \".\" or \"..\" in its prefix. Write s3://BUCKET/PREFIX, such as %s.", place, Example)
	}
	address, err := parseParameters(u.RawQuery, place, getenv)
	address.Bucket, address.Prefix = u.Host, prefix
	return address, err
}

// parseParameters parses region, endpoint and path_style.
func parseParameters(raw, place string, getenv func(name string) string) (a Address, err error) {
	query, err := url.ParseQuery(raw)
	if err != nil {
		return a, fmt.Errorf("The parameters of %s cannot be read. Write them as in %s.", place, Example)
	}
	for name, values := range query {
		switch value := values[0]; {
		case !slices.Contains([]string{"region", "endpoint", "path_style"}, name):
			return a, fmt.Errorf("%s has an unknown parameter, %q. The parameters are region, endpoint and path_style.", place, name)
		case len(values) > 1 || value == "":
			return a, fmt.Errorf("%s has the parameter %s without a value, or twice. Write it once, as in %s.", place, name, Example)
		case name == "endpoint":
			if a.Endpoint, err = parseEndpoint(value); err != nil {
				return a, err
			}
		case name == "path_style" && value != "true" && value != "false":
			return a, fmt.Errorf("path_style is %q in %s. Write path_style=true or path_style=false.", value, place)
		}
	}
	a.PathStyle = query.Get("path_style")
	a.Region = cmp.Or(query.Get("region"), getenv("AWS_REGION"), getenv("AWS_DEFAULT_REGION"))
	switch {
	case a.Region == "" && a.Endpoint == nil:
		return a, fmt.Errorf("%s has no region. Write it as in %s, or set AWS_REGION.", place, Example)
	case a.Region == "":
		a.Region = "us-east-1" // which servers without regions expect
	}
	return a, nil
}

// parseEndpoint parses an endpoint. It accepts http only for loopback hosts: answers are
// worth money, and signed requests are not encrypted.
func parseEndpoint(raw string) (*url.URL, error) {
	const example = "endpoint=https://storage.example.com"
	u, err := url.Parse(raw)
	shown, _, _ := strings.Cut(raw, "?") // the query could contain a signature
	switch {
	case strings.Contains(raw, "@"):
		return nil, errors.New("endpoint contains credentials. Remove them, and set them where the AWS command line finds them, such as AWS_PROFILE or AWS_ACCESS_KEY_ID.")
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return nil, fmt.Errorf("endpoint is %q. Write it with its scheme, such as %s.", shown, example)
	case u.Scheme == "http" && !loopback(u.Hostname()):
		return nil, fmt.Errorf("endpoint is %q, but http is for loopback hosts only. Write endpoint=https://%s.", shown, u.Host)
	case strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "":
		return nil, fmt.Errorf("endpoint is %q. Write only the scheme and the host, endpoint=%s://%s. Bucket and prefix come after s3://.", shown, u.Scheme, u.Host)
	}
	return u, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
