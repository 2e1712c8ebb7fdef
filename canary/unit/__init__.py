"""The running unit: its names, flags, latch, alarms and metrics, and the act that rolls it back."""
