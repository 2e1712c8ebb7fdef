"""The release check: tests a new version of the entry function before it takes any traffic."""
