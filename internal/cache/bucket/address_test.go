package bucket_test

import (
	"strings"
	"testing"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache/bucket"
)

// inRegion is the Getenv of an environment with a region.
func inRegion(name string) string { return map[string]string{"AWS_DEFAULT_REGION": "eu-west-1"}[name] }

func TestParse(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]bucket.Address{
		"s3://answers":                     {Bucket: "answers", Region: "eu-west-1"},
		"s3://answers/":                    {Bucket: "answers", Region: "eu-west-1"},
		"s3://my.answers/a/b/?region=auto": {Bucket: "my.answers", Prefix: "a/b", Region: "auto"},
		"s3://answers/team?path_style=false&region=us-gov-west-1": {Bucket: "answers", Prefix: "team", Region: "us-gov-west-1", PathStyle: "false"},
	} {
		if got, err := bucket.Parse(url, inRegion); err != nil || got != want {
			t.Errorf("%s: got %+v, %v, want %+v", url, got, err, want)
		}
	}
	for url, want := range map[string]string{
		"s3://answers?endpoint=https://minio.example.com:9000/": "https://minio.example.com:9000/",
		"s3://answers?endpoint=http://127.0.0.1:7070":           "http://127.0.0.1:7070",
		"s3://answers?endpoint=http://[::1]:7070":               "http://[::1]:7070",
		"s3://answers?endpoint=http://localhost":                "http://localhost",
	} {
		got, err := bucket.Parse(url, func(string) string { return "" })
		if err != nil || got.Endpoint.String() != want || got.Region != "us-east-1" {
			t.Errorf("%s: got %+v, %v, want endpoint %s in us-east-1", url, got, err, want)
		}
	}
}

// TestParse_mistakes checks that each error names the mistake and its remedy, and does not
// contain secrets.
func TestParse_mistakes(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]string{
		"": `"" doesn't begin with s3://. Write a URL such as ` + bucket.Example + `. For a server other than Amazon S3, add endpoint=https://HOST.`,
		"gs://answers/team": `"gs://answers/team" doesn't begin with s3://. Write a URL such as ` + bucket.Example +
			`. For a server other than Amazon S3, add endpoint=https://HOST.`,
		"https://answers.s3.amazonaws.com/team": `"https://answers.s3.amazonaws.com/team" doesn't begin with s3://.`,
		"s3://\x00":                             "This isn't a URL. Write one such as " + bucket.Example + ".",
		"s3:///team":                            `"s3:///team" has no bucket. Write s3://BUCKET/PREFIX, such as ` + bucket.Example + ".",
		"s3:answers":                            `"s3:" has no bucket.`,
		"s3://Answers":                          `"Answers" isn't the name of a bucket: `,
		"s3://127.0.0.1:9000/answers":           `"127.0.0.1:9000" isn't the name of a bucket: `,
		"s3://answers/a//b":                     `"s3://answers/a//b" has an empty segment, "." or ".." in its prefix.`,
		"s3://answers/../b":                     `"s3://answers/../b" has an empty segment, "." or ".." in its prefix.`,
		"s3://answers#team":                     `"s3://answers" has a fragment (#). Remove it.`,
		"s3://AKID:SECRET@answers":              "The URL contains credentials. Remove them, and set them where the AWS command line finds them",
		"s3://answers?secret_key=SECRET":        `"s3://answers" has an unknown parameter, "secret_key". The parameters are region, endpoint and path_style.`,
		"s3://answers?region=":                  `"s3://answers" has the parameter region without a value, or twice.`,
		"s3://answers?region=a&region=b":        `"s3://answers" has the parameter region without a value, or twice.`,
		"s3://answers?region=%zz":               `The parameters of "s3://answers" cannot be read.`,
		"s3://answers?path_style=yes":           `path_style is "yes" in "s3://answers". Write path_style=true or path_style=false.`,
		"s3://answers?endpoint=minio.local":     `endpoint is "minio.local". Write it with its scheme, such as endpoint=https://storage.example.com.`,
		"s3://answers?endpoint=http://minio.local:9000": `endpoint is "http://minio.local:9000", but http is for loopback hosts only. ` +
			`Write endpoint=https://minio.local:9000.`,
		"s3://answers?endpoint=https://minio.local/answers": `endpoint is "https://minio.local/answers". Write only the scheme and the host, endpoint=https://minio.local.`,
		"s3://answers?endpoint=https://a:SECRET@minio":      "endpoint contains credentials.",
		"s3://answers?endpoint=a:SECRET@minio":              "endpoint contains credentials.",
		"s3://answers?endpoint=https://a:SECRET@mi%20nio":   "endpoint contains credentials.",
		"s3://answers?endpoint=https://minio?sig=SECRET":    `endpoint is "https://minio". Write only the scheme and the host, endpoint=https://minio.`,
		"s3:///a:SECRET@answers":                            "The URL contains credentials.",
	} {
		_, err := bucket.Parse(url, inRegion)
		if err == nil || !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), "SECRET") {
			t.Errorf("%q: got %v\nwant %s", url, err, want)
		}
	}
	_, err := bucket.Parse("s3://answers", func(string) string { return "" })
	if want := `"s3://answers" has no region. Write it as in ` + bucket.Example + ", or set AWS_REGION."; err == nil || err.Error() != want {
		t.Errorf("no region: got %v, want %s", err, want)
	}
}
