"""Read paths that are measured: ours, and the two that one would write otherwise."""
