"""The functions' packages: what goes in, and the same bytes for the same content wherever they are built."""
