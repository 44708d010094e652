package matrix_test

import (
	"os"
	"testing"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/acctest"
)

func TestMain(m *testing.M) { os.Exit(acctest.Main(m)) }
