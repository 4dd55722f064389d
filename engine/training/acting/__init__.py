"""Figures that sign: their joints, poses, gestures and recorded motion."""
