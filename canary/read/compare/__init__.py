"""Comparison of two answers, field by field."""
