"""What the engine owes to each of its choices."""
