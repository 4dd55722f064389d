"""Rotations and cameras, on NumPy arrays."""
