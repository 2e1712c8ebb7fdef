"""The one account and region of a local cloud."""

ACCOUNT, REGION = "000000000000", "us-east-1"
