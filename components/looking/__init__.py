"""The dashboard and the saved queries that people look at."""
