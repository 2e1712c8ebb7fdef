"""CloudWatch metric alarms: their definitions, their evaluation and the API on them."""
