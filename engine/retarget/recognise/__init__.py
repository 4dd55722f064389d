"""Which bones of a rig are which of ours."""
