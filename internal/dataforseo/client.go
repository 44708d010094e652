package dataforseo

// Client has a method for each endpoint. It is safe for concurrent use if its Doer is.
type Client struct {
	doer Doer
}

// NewClient returns a Client that makes its calls through doer.
func NewClient(doer Doer) *Client { return &Client{doer: doer} }
