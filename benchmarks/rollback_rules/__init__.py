"""Rules that decide when a canary is rolled back, each over the same streams of minutes."""
