"""Zimmermann and Brox, "Learning to Estimate 3D Hand Pose from Single RGB Images" (2017): lifting, and its rivals."""
