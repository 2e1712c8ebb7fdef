"""What `canary ready` looks at, one concept a file. A check only looks; it mends nothing."""
