package dataforseo

import "errors"

// Charges is what requests cost.
type Charges struct {
	// USD is the sum of what answers state.
	USD float64
	// Possible is how many requests may have been charged without an answer that
	// says so.
	Possible int
}

// Plus returns both together.
func (c Charges) Plus(more Charges) Charges {
	return Charges{roundUSD(c.USD + more.USD), c.Possible + more.Possible}
}

// chargesTeller is a failure that knows of more than one request, or of none.
type chargesTeller interface {
	error
	Charges() Charges
}

// ChargesOf returns what a failure of a [Doer] cost in all: also in attempts before
// the last one, and nothing where another call bears it.
func ChargesOf(err error) Charges {
	if teller, ok := errors.AsType[chargesTeller](err); ok {
		return teller.Charges()
	}
	switch charge, usd := ChargeOf(err); charge {
	case ChargeStated:
		return Charges{USD: usd}
	case ChargePossible:
		return Charges{Possible: 1}
	}
	return Charges{}
}

// chargesOf returns what an answer to the call costs.
func chargesOf(envelope *Envelope, call *Call) Charges {
	if !call.Paid {
		return Charges{}
	}
	if usd, known := envelope.ChargedUSD(); known {
		return Charges{USD: usd}
	}
	return Charges{Possible: 1}
}
