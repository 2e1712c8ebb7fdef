"""The feature flags, as AppConfig stores and serves them."""
