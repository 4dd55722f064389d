"""Videos tracked in worker processes."""
