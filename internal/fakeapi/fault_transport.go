package fakeapi

import (
	"bytes"
	"compress/gzip"
	"io"
	"net"
	"net/http"
)

// transport makes a fault of a way to send the answer.
func transport(send func(x *exchange)) Fault {
	return newFault(func(x *exchange) { x.answer.send = send })
}

// noAnswer makes a fault without any answer. What was charged stays charged.
func noAnswer(send func(x *exchange)) Fault {
	return newFault(func(x *exchange) {
		x.answer.status, x.answer.body, x.answer.send = 0, nil, send
	})
}

// CloseConnection closes the connection before any answer. Free of charge.
func CloseConnection() Fault { return ChargedButLost().Cost(0) }

// ChargedButLost charges the ordinary price and closes the connection before any answer.
func ChargedButLost() Fault {
	return noAnswer(func(*exchange) { panic(http.ErrAbortHandler) })
}

// ResetConnection resets the connection (TCP RST) before any answer. Free of
// charge. Without a socket it is the same as [CloseConnection].
func ResetConnection() Fault { return noAnswer(reset).Cost(0) }

// reset closes the connection without waiting for what was sent to arrive, which
// makes the kernel send a RST.
func reset(x *exchange) {
	if conn, _, err := http.NewResponseController(x.w).Hijack(); err == nil {
		if tcp, ok := conn.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0)
		}
		_ = conn.Close()
		return
	}
	panic(http.ErrAbortHandler)
}

// HalfAnswer is half of the ordinary answer: the connection is closed before the
// length is reached that the header promises. Charged.
func HalfAnswer() Fault {
	return transport(func(x *exchange) {
		x.writeHeader(len(x.answer.body))
		_, _ = x.w.Write(x.answer.body[:len(x.answer.body)/2])
		_ = http.NewResponseController(x.w).Flush()
		panic(http.ErrAbortHandler)
	})
}

// TruncatedJSON is the first half of the ordinary answer, as a complete HTTP message. Charged.
func TruncatedJSON() Fault {
	return newFault(func(x *exchange) { x.answer.body = x.answer.body[:len(x.answer.body)/2] })
}

// TooLong is the ordinary answer, valid JSON, blown up in front by a field of that
// many MiB. It is streamed. Charged.
func TooLong(mebibytes int) Fault {
	return transport(func(x *exchange) {
		const head, tail = `{"padding":"`, `",`
		chunk := bytes.Repeat([]byte("x"), 1<<20)
		x.writeHeader(len(head) + mebibytes<<20 + len(tail) + len(x.answer.body) - 1)
		_, err := io.WriteString(x.w, head)
		for i := 0; i < mebibytes && err == nil; i++ {
			_, err = x.w.Write(chunk)
		}
		if err != nil {
			return // the client has read enough
		}
		_, _ = io.WriteString(x.w, tail)
		_, _ = x.w.Write(x.answer.body[1:])
	})
}

// Gzip is the ordinary answer with Content-Encoding: gzip, as DataForSEO sends it
// to clients that accept it. Charged.
func Gzip() Fault {
	return transport(func(x *exchange) {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		_, _ = w.Write(x.answer.body) // a buffer takes everything
		_ = w.Close()
		x.setHeader("Content-Encoding", "gzip")
		x.answer.body = b.Bytes()
		x.send()
	})
}
