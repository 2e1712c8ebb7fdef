"""Releases of the entry function."""
