"""The feature flags as AppConfig keeps and serves them."""
