"""A canary migration that runs: what it is made of, how it is judged, and how a person works it."""
