"""`blender -b --command sign_mocap`, and the files that it writes."""
