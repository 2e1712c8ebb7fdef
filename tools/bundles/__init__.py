"""The functions' packages. The same content gives the same bytes, wherever a package is built."""
