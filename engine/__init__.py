"""Sign Mocap's engine: a video of a signing person becomes joint angles, offline, on the CPU."""
