"""A local stand-in for the parts of AWS that a canary migration uses."""
