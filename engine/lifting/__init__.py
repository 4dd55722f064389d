"""From 2D keypoints to joint angles and bone lengths, inside every limit and smooth over time."""
