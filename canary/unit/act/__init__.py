"""The act: the rollback as one transaction."""
