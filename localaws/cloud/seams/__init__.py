"""All the code that touches MiniStack's internals."""
