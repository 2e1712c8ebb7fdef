"""The unit's Lambda functions."""
