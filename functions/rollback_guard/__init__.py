"""The rollback guard: decides when a failing canary must be rolled back, and begins the idempotent act."""
