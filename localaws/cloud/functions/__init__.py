"""The Lambda service: sandboxes, their pools, and schedules that invoke functions."""
