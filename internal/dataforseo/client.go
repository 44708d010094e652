package dataforseo

// Client holds the endpoints of the API. It is safe for concurrent use if its
// Doer is.
type Client struct {
	doer Doer
}

// NewClient returns a Client whose calls doer answers.
func NewClient(doer Doer) *Client { return &Client{doer: doer} }
