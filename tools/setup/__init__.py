"""`make setup`: everything that the other targets need, prepared once. Standard library only."""
