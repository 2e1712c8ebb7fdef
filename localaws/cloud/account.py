"""The account id and the region of a local cloud. It has one of each."""

ACCOUNT, REGION = "000000000000", "us-east-1"
