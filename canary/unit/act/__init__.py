"""The rollback."""
