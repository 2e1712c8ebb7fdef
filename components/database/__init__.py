"""The unit's database and who may reach it."""
