package dataforseo

import (
	"context"
	"net"
	"net/http"
)

// DialWith makes a Transport take its connections from dial.
func (t *Transport) DialWith(dial func(ctx context.Context, network, address string) (net.Conn, error)) {
	t.connections.(*http.Transport).DialContext = dial
}
