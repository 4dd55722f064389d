"""Actions and F-Curves in every supported Blender."""
