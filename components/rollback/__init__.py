"""What rolls the unit back."""
