"""Lambda: sandboxes, pools, schedules."""
