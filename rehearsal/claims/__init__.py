"""What must have happened, each judged on observed evidence and never on what was commanded."""
