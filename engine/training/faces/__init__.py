"""Rendered faces with exactly known coefficients: drawing and detecting them, learning from them, measuring."""
