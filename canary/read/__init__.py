"""The read path that is moved: its contract, what counts as equal, and which users are in the canary."""
