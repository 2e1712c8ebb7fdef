"""Build and set-up tools; none of them runs on AWS."""
