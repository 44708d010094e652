package cache_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// FuzzEntry plants bytes in an entry's place and asks for the answer. Bytes as they
// are never are one, but for the entry that was there. Bytes behind a header and a
// check sum that are right are one if the client would take them for an answer.
func FuzzEntry(f *testing.F) {
	f.Add([]byte(nil), false)
	f.Add([]byte("\n\n"), false)
	f.Add(seal("{}", "{}"), false)
	for _, recording := range []fakeapi.Recording{
		fakeapi.RecordedOK, fakeapi.RecordedNoData, fakeapi.RecordedInvalidField, fakeapi.RecordedUnverifiedAccount,
	} {
		f.Add(recording.Bytes(), false)
		f.Add(recording.Bytes(), true)
	}
	f.Add(answerBody("a.example", 1, 0), true)
	f.Add([]byte(`{"status_code":20000,"tasks":[{"status_code":20000,"result_count":0,"result":[null]}]}`), true)
	f.Add([]byte(`{"status_code":20000,"tasks":[null,{"status_code":20000}]}`), true)

	k := newKept(f)
	header, _ := unseal(f, k.data)
	f.Fuzz(func(t *testing.T, data []byte, sealed bool) {
		planted := data
		if sealed {
			planted = seal(header, string(data))
		}
		want, err := dataforseo.DecodeReply(data, epoch, k.call)
		hit := sealed && err == nil || bytes.Equal(planted, k.data)
		if len(planted) > 1<<20 {
			t.Skip("as long as this, it is another test's business")
		}
		writeFile(t, k.path, planted)
		offline := process(k.api, k.directory, k.clock, mode(cache.CacheOnly))
		reply, err := offline.Do(context.Background(), k.call)
		if (err == nil) != hit {
			t.Fatalf("%v, want a hit: %t\n%q", err, hit, planted)
		}
		if hit && sealed && (!bytes.Equal(reply.Body, want.Body) || (reply.Result == nil) != (want.Result == nil) || !reply.FetchedAt.Equal(epoch)) {
			t.Errorf("%q, fetched at %s, for %q", reply.Body, reply.FetchedAt, want.Body)
		}
		before := k.api.calls()
		reply = ask(t, process(k.api, k.directory, k.clock), k.call)
		if asked := k.api.calls() > before; asked == hit || reply.FromCache != hit {
			t.Errorf("asked: %t, from cache: %t, want a hit: %t", asked, reply.FromCache, hit)
		}
		if !hit {
			wantReply(t, ask(t, process(k.api, k.directory, k.clock), k.call), before+1, true)
		}
	})
}
