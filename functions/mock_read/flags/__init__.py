"""Reading the feature flags, and deciding who is in the canary."""
