"""Rules on what rolls a canary back."""
