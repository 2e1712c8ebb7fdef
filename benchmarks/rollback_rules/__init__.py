"""Rules that decide when a canary is rolled back, all run over the same streams of minutes."""
