"""From a video of a signing person to joint angles: pure Python and NumPy, no Blender."""
