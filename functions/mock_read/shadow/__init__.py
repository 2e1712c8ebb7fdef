"""Shadow reads, after the response."""
