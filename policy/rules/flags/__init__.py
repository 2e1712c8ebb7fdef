"""Rules on feature flags."""
