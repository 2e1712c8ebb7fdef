"""CloudWatch metric math."""
