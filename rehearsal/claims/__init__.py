"""What must have happened; each claim is judged on observed evidence, never on what was commanded."""
