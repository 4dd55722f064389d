"""Angles and bone lengths behind known points, by gradient descent."""
