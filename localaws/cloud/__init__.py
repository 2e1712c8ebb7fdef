"""The local cloud: one process that answers as AWS's services do."""
