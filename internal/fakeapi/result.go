package fakeapi

import (
	"encoding/json"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"
)

// apiTime is how the API writes times: not quite RFC 3339.
const apiTime = "2006-01-02 15:04:05 -07:00"

// recordedTarget is the target of the recorded answer with a result.
const recordedTarget = "explodingtopics.com"

// resultsFor returns the result array for a valid task; nil when there is no data.
func (s *Server) resultsFor(p params) []any {
	if strings.HasPrefix(hostOf(p.target), "no-data.") || slices.Contains(s.opts.NoData, p.target) {
		return nil
	}
	if strings.EqualFold(p.target, recordedTarget) {
		return []any{p.applyTo(recordedResult())}
	}
	return []any{p.applyTo(newResult(siteFor(p.target), seedOf(p.target)))}
}

// applyTo does to a whole result what the request asks for.
func (p params) applyTo(result object) object {
	for i, m := range result {
		// internal_list_limit bounds the number of entries of every map.
		if entries, ok := m.value.(object); ok && strings.HasPrefix(m.name, "referring_links_") {
			result[i].value = entries[:min(len(entries), p.listLimit)]
		}
		if m.name == "rank" {
			result[i].value = p.rank(m.value.(int64))
		}
	}
	return result
}

// rank: a filter for dofollow = false makes it 0; on the scale of one hundred it
// is round(sin(rank/636.62) * 100).
func (p params) rank(thousand int64) int64 {
	if p.nofollowOnly {
		return 0
	}
	if p.oneHundred {
		return int64(math.Round(math.Sin(float64(thousand)/636.62) * 100))
	}
	return thousand
}

// recordedResult returns the recorded result, with every field as it was recorded.
func recordedResult() object {
	var answer struct {
		Tasks []struct{ Result []json.RawMessage }
	}
	mustDecode(RecordedOK.Bytes(), &answer)
	result, err := decodeObject(answer.Tasks[0].Result[0])
	if err != nil {
		panic("fakeapi: " + err.Error())
	}
	for i, m := range result {
		raw := m.value.(json.RawMessage)
		if strings.HasPrefix(m.name, "referring_links_") {
			result[i].value, _ = decodeObject(raw)
		}
		if m.name == "rank" {
			var rank int64
			mustDecode(raw, &rank)
			result[i].value = rank
		}
	}
	return result
}

func mustDecode(raw []byte, into any) {
	if err := json.Unmarshal(raw, into); err != nil {
		panic("fakeapi: " + err.Error())
	}
}

// seedOf derives a number from a target, so that it always gets the same metrics.
func seedOf(target string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(strings.ToLower(target))) // never fails
	return h.Sum64()
}

// newResult makes a result, fields in the documented order. Numbers that have
// something to do with each other fit together: what is counted by domain is not
// more than what is counted by page, nofollow is a part of all.
func newResult(site Site, seed uint64) object {
	rng := rand.New(rand.NewPCG(seed, 0))
	part := func(of, least, most int64) int64 { return of * (least + rng.Int64N(most-least+1)) / 100 }
	pages := part(site.Backlinks, 85, 97)
	domains := part(site.ReferringMainDomains, 103, 115)
	ips := part(domains, 70, 90)
	crawled := 20 + site.Backlinks/(15+rng.Int64N(20))
	firstSeen := time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rng.Int64N(5*365*24*3600)) * time.Second)
	return object{
		{"target", site.Target},
		{"first_seen", firstSeen.Format(apiTime)},
		{"lost_date", orNull(site.LostDate)},
		{"rank", site.Rank},
		{"backlinks", site.Backlinks},
		{"backlinks_spam_score", site.SpamScore},
		{"crawled_pages", crawled},
		{"info", infoOf(site, rng)},
		{"internal_links_count", crawled * (8 + rng.Int64N(10))},
		{"external_links_count", crawled * (4 + rng.Int64N(8))},
		{"broken_backlinks", part(site.Backlinks, 0, 3)},
		{"broken_pages", part(crawled, 1, 13)},
		{"referring_domains", domains},
		{"referring_domains_nofollow", part(domains, 5, 30)},
		{"referring_main_domains", site.ReferringMainDomains},
		{"referring_main_domains_nofollow", part(site.ReferringMainDomains, 5, 30)},
		{"referring_ips", ips},
		{"referring_subnets", part(ips, 55, 80)},
		{"referring_pages", pages},
		{"referring_links_tld", shares(rng, site.Backlinks, tldKeys)},
		{"referring_links_types", shares(rng, site.Backlinks, typeKeys)},
		{"referring_links_attributes", shares(rng, site.Backlinks/3, attributeKeys)},
		{"referring_links_platform_types", shares(rng, site.Backlinks, platformKeys)},
		{"referring_links_semantic_locations", shares(rng, site.Backlinks, locationKeys)},
		{"referring_links_countries", shares(rng, site.Backlinks, countryKeys)},
		{"referring_pages_nofollow", part(pages, 5, 30)},
	}
}

// infoOf makes the object info of a result.
func infoOf(site Site, rng *rand.Rand) object {
	host := hostOf(site.Target)
	platform := "unknown"
	if site.CMS != "" {
		platform = "cms"
	}
	address := any("192.0.2." + strconv.Itoa(1+rng.IntN(254))) // an address for documentation, RFC 5737
	if isIP(host) {
		address = host
	}
	return object{
		{"server", orNull(site.Server)},
		{"cms", orNull(site.CMS)},
		{"platform_type", []string{platform}},
		{"ip_address", address},
		{"country", orNull(site.Country)},
		{"is_ip", isIP(host)},
		{"target_spam_score", site.TargetSpamScore},
	}
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// Keys of the maps: the first two are always in front, where every
// internal_list_limit but 1 shows them. The empty key stands for links outside of any
// semantic element, and for an unknown country; keys can hold dots and dashes.
const (
	tldKeys       = "com co.uk net org info de io fr nl ru it com.au pl es com.br co.jp eu ca se ch in us biz cz at be dk co.in hu ro"
	typeKeys      = "anchor image redirect link canonical alternate meta"
	attributeKeys = "nofollow noopener noreferrer external ugc sponsored alternate"
	platformKeys  = "cms blogs unknown message-boards organization ecommerce news wikis"
	locationKeys  = "~ article section main header footer nav aside figure details figcaption"
	countryKeys   = "~ US DE GB FR WW NL IN CA AU IT ES PL BR JP SE CH AT BE DK FI NO CZ HU RO IE PT GR TR MX"
)

// shares splits total over keys (in which ~ is the empty key), the most frequent
// first, as the API sorts them. The first two keys keep their place.
func shares(rng *rand.Rand, total int64, keys string) object {
	names := strings.Fields(keys)
	tail := names[2:]
	rng.Shuffle(len(tail), func(i, j int) { tail[i], tail[j] = tail[j], tail[i] })
	weights := 0.0
	for i := range names {
		weights += 1 / float64(i+1)
	}
	entries := make(object, len(names))
	for i, name := range names {
		n := int64(float64(total) / weights / float64(i+1))
		entries[i] = member{strings.TrimPrefix(name, "~"), max(n, 1)}
	}
	return entries
}
