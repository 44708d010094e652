package dataforseo

import (
	"context"
	"net"
	"net/http"
)

// DialWith sets the dial function of a Transport that has its own connections.
func (t *Transport) DialWith(dial func(ctx context.Context, network, address string) (net.Conn, error)) {
	t.options.RoundTripper.(*http.Transport).DialContext = dial
}

// CloseIdleConnections closes the idle connections of such a Transport.
func (t *Transport) CloseIdleConnections() {
	t.options.RoundTripper.(*http.Transport).CloseIdleConnections()
}

// ScopeOf returns the scope of failures of a kind.
func ScopeOf(kind Kind) Scope { return kind.scope() }

// SummaryAndRemedy returns the texts for an API code.
func SummaryAndRemedy(code int) (summary, remedy string) {
	known := codeFacts(code)
	return known.summary, known.remedy
}
