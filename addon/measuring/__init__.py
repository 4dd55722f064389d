"""Measures of the retargeting on real rigs in Blender."""
