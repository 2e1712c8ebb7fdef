"""The read path that is migrated: its contract, what counts as equal, and which users are in the canary."""
