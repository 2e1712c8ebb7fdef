"""The latch that keeps a rolled-back canary off."""
