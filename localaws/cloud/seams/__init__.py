"""Every contact with MiniStack's inside."""
