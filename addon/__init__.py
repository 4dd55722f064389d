"""The Blender side: the only place for bpy."""
