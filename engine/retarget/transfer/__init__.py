"""Orientations and limits of our skeleton on the bones of a rig."""
