"""Motion of our skeleton onto other rigs; pure, Blender is not needed."""
