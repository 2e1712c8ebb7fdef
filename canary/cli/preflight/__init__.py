"""What already exists under a unit's names."""
