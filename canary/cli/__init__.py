"""The operator's hand: `canary`, one verb a file, each a plain function under a thin command."""
