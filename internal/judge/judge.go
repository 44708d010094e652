package judge

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

// Subject is the data about a target.
type Subject struct {
	// HasData is nil if the read failed.
	HasData *bool
	// Failure is the reason, nil if unknown. It is ignored unless HasData is nil.
	Failure *string
	// FirstSeen and LostDate are in the API's format, nil for null.
	FirstSeen, LostDate *string
	// Numbers are the metrics that are not null.
	Numbers map[string]int64
}

// Violations returns a sentence for each limit that the target does not meet, without
// a full stop. A target without data violates any limits.
func (l *Limits) Violations(s Subject) []string {
	switch {
	case s.HasData == nil && s.Failure != nil:
		return []string{"the read failed: " + strings.TrimSuffix(*s.Failure, ".")}
	case s.HasData == nil:
		return []string{"has_data is null, so nothing is known of it"}
	case !*s.HasData:
		return []string{"DataForSEO has no data"}
	}
	violations := []string{}
	for _, place := range l.unknown {
		violations = append(violations, place+" is unknown")
	}
	if l.live {
		violations = append(violations, s.notLive()...)
	}
	for _, b := range l.bounds {
		if violation := b.violation(s.Numbers); violation != "" {
			violations = append(violations, violation)
		}
	}
	return violations
}

// notLive returns why the target is not known to be live. A null lost_date alone does not
// prove it, because a target that was never seen has one too.
func (s Subject) notLive() []string {
	switch {
	case s.LostDate != nil:
		lost := dataforseo.RFC3339(s.LostDate)
		if lost == nil {
			return []string{"lost_date is unreadable, live required"}
		}
		return []string{"lost_date is " + *lost + ", live required"}
	case s.FirstSeen == nil:
		return []string{"first_seen is null, live required"}
	case dataforseo.RFC3339(s.FirstSeen) == nil:
		return []string{"first_seen is unreadable, live required"}
	}
	return nil
}

// violation returns the violation of the bounds, or "".
func (b bounds) violation(numbers map[string]int64) string {
	n, known := numbers[b.name]
	var broken []string
	if b.min != nil && (!known || n < *b.min) {
		broken = append(broken, fmt.Sprintf("at least %d required", *b.min))
	}
	if b.max != nil && (!known || n > *b.max) {
		broken = append(broken, fmt.Sprintf("at most %d allowed", *b.max))
	}
	if len(broken) == 0 {
		return ""
	}
	value := "null"
	if known {
		value = strconv.FormatInt(n, 10)
	}
	return b.name + " is " + value + ", " + strings.Join(broken, ", ")
}
