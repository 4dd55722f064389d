"""The files that Blender writes of a motion."""

FORMATS = ("blend", "glb", "fbx", "bvh", "vrma", "csv")
