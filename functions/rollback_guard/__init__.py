"""The rollback guard: one idempotent act that switches a failing canary off, and what sets it off."""
