"""Read paths that the benchmarks measure beside ours, and the handler that times them all."""
