"""What the functions' metrics say about the canary."""
