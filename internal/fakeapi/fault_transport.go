package fakeapi

import (
	"bytes"
	"compress/gzip"
	"slices"
)

// onWire returns a fault in the transmission of the answer.
func onWire(change func(w *wire)) Fault { return func(x *exchange) { change(&x.answer.wire) } }

// ChargedButLost charges the ordinary price and closes the connection before any answer.
func ChargedButLost() Fault {
	return func(x *exchange) { x.answer.status, x.answer.body = 0, nil }
}

// CloseConnection closes the connection before any answer. Free of charge.
func CloseConnection() Fault { return ChargedButLost().Cost(0) }

// ResetConnection resets the connection (TCP RST) before any answer. Free of charge.
// Without a socket it is the same as [CloseConnection].
func ResetConnection() Fault { return CloseConnection().And(onWire(func(w *wire) { w.reset = true })) }

// TruncatedJSON is the first half of the ordinary answer, as a complete HTTP message. Charged.
func TruncatedJSON() Fault {
	return func(x *exchange) { x.answer.body = x.answer.body[:len(x.answer.body)/2] }
}

// HalfAnswer is the first half of the ordinary answer with the Content-Length of the
// whole, then a closed connection. Charged.
func HalfAnswer() Fault {
	return func(x *exchange) {
		x.answer.wire.missing = (len(x.answer.body) + 1) / 2
		TruncatedJSON().apply(x)
	}
}

// NoLastChunk is the ordinary answer in chunks without the last, empty one. The
// connection is closed instead, as by a restarting proxy. Charged.
func NoLastChunk() Fault { return onWire(func(w *wire) { w.missing = -1 }) }

// LengthTooLarge is the ordinary answer with a Content-Length that is one byte too
// large, as from a proxy that changes bodies, then a closed connection. Charged.
func LengthTooLarge() Fault { return onWire(func(w *wire) { w.missing = 1 }) }

// NoEnd is the ordinary answer in chunks without the last, empty one. The connection
// stays open until either side closes it. Charged.
func NoEnd() Fault { return NoLastChunk().And(onWire(func(w *wire) { w.open = true })) }

// TooLong is the ordinary answer, valid JSON, preceded by padding of that many MiB. It
// is streamed. Charged. TooLong(15).And(Gzip()) takes 15 kB on the wire.
func TooLong(mebibytes int) Fault { return onWire(func(w *wire) { w.padding = mebibytes }) }

// Gzip is the ordinary answer with Content-Encoding: gzip, which DataForSEO sends to
// clients that accept it. Charged.
func Gzip() Fault {
	return onWire(func(w *wire) { w.gzip = true }).Header("Content-Encoding", "gzip")
}

// parts returns the body as sent. A compressed one is a series of gzip members (RFC
// 1952, 2.2), so that padding is compressed only once.
func (a *answer) parts() [][]byte {
	pack := func(part []byte) []byte { return part }
	if a.wire.gzip {
		pack = compress
	}
	if a.wire.padding == 0 {
		return [][]byte{pack(a.body)}
	}
	padding := [][]byte{pack(bytes.Repeat([]byte("x"), 1<<20))}
	head, tail := []byte(`{"padding":"`), append([]byte(`",`), a.body[1:]...)
	return slices.Concat([][]byte{pack(head)}, slices.Repeat(padding, a.wire.padding), [][]byte{pack(tail)})
}

func compress(part []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(part) // a buffer never fails
	_ = w.Close()
	return b.Bytes()
}
