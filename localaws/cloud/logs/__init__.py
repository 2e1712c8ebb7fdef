"""CloudWatch Logs: log events, queries and saved queries."""
