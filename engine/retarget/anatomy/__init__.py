"""Bodies at rest, whatever the rig: frames of segments, and what hands touch."""
