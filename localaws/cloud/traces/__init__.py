"""X-Ray: trace headers, segments, and the API that reads traces."""
