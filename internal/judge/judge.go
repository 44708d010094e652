package judge

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

// Subject is what is known of a target.
type Subject struct {
	// HasData is nil if the read failed.
	HasData *bool
	// Failure is why it failed, nil if that is unknown. It counts only if HasData is nil.
	Failure *string
	// FirstSeen and LostDate are in the API's format, nil for null. Numbers are those
	// metrics that are not null.
	FirstSeen, LostDate *string
	Numbers             map[string]int64
}

// Violations returns a sentence for each limit that the target does not meet, without
// a full stop. A target without data meets none, whatever the limits are.
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

// notLive returns why the target is not known to be live. Null dates alone do not make
// it so: lost_date is null for a target that was never seen, too.
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

// violation returns what is wrong with a metric, "" if nothing is.
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
