"""Reading the request: its path, its parameters and its user."""
