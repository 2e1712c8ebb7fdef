"""Parse and evaluate CloudWatch metric math expressions."""
