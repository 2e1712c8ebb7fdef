"""Two answers, compared field by field."""
