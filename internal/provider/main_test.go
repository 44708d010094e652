package provider_test

import (
	"os"
	"testing"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/acctest"
)

func TestMain(m *testing.M) { os.Exit(acctest.Main(m)) }

// tooLong is a time-out for what ends unless it hangs, even on a busy machine.
const tooLong = 5 * time.Minute
