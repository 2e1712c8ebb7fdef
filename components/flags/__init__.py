"""The unit's feature flags."""
