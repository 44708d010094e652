package fastread

import "os"

// SilenceLogs turns off the plugin libraries' logging unless the user has asked for a
// log. By default they log every attribute at every level, which is half the cost of a
// read, and Terraform discards the lines.
func SilenceLogs() error {
	for _, variable := range []string{"TF_LOG", "TF_LOG_PROVIDER", "TF_LOG_SDK", "TF_LOG_SDK_PROTO", "TF_LOG_SDK_FRAMEWORK"} {
		if os.Getenv(variable) != "" {
			return nil
		}
	}
	return os.Setenv("TF_LOG_SDK", "OFF")
}
