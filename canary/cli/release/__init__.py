"""Releasing a version of the entry function."""
