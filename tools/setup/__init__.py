"""`make setup`: prepares everything that the other targets need, once. Uses the standard library only."""
