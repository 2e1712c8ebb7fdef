"""The verbs of `canary`, one a file: options in, a plain function called, a report out."""
