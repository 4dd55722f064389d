"""Cameras calibrated from pictures of a board; does not ship, needs opencv-python."""
