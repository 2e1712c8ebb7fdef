"""What differs from the stack."""
