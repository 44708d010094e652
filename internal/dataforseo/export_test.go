package dataforseo

import (
	"context"
	"net"
	"net/http"
)

// DialWith makes a Transport with connections of its own take them from dial.
func (t *Transport) DialWith(dial func(ctx context.Context, network, address string) (net.Conn, error)) {
	t.options.RoundTripper.(*http.Transport).DialContext = dial
}

// CloseIdleConnections closes the connections that a Transport of its own keeps.
func (t *Transport) CloseIdleConnections() {
	t.options.RoundTripper.(*http.Transport).CloseIdleConnections()
}

// ScopeOf returns what a failure of the kind concerns.
func ScopeOf(kind Kind) Scope { return kind.scope() }

// SummaryAndRemedy returns what is known of an API code.
func SummaryAndRemedy(code int) (summary, remedy string) {
	known := factsOfCode(code)
	return known.summary, known.remedy
}
