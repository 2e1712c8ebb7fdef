"""CloudWatch metrics: their storage, their statistics, and where they come from."""
