"""Shadow reads, done after the response."""
