package dataforseo

import (
	"testing"
	"time"
)

// TestCase_partialLostDate: null means that a target is live, and a partial answer that
// leaves it out does not say so.
func TestCase_partialLostDate(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{"20000": "<nil>", "40106": "unreadable"} {
		body := `{"status_code":20000,"tasks":[{"status_code":` + code + `,"result_count":1,"result":[{"rank":7}]}]}`
		reply, err := ReadReply([]byte(body), time.Now(), new(Call))
		if err != nil {
			t.Fatal(err)
		}
		answer, _ := NewClient(replying{reply}).BacklinksSummary(t.Context(), BacklinksSummaryRequest{})
		got := "<nil>"
		if answer.Result.LostDate != nil {
			got = *answer.Result.LostDate
		}
		if got != want {
			t.Errorf("%s: lost_date is %s, want %s", code, got, want)
		}
	}
}
