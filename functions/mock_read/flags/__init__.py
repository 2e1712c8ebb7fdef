"""The feature flags, and who is in the canary."""
