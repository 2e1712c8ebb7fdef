"""The local cloud: one process that answers the way AWS's services do."""
