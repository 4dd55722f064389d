"""How far the engine and others are from the truth, in tables."""
