"""Releases of the entry function, and taking a bad one back."""
