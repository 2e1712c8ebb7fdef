"""What the functions' metrics say of the canary."""
