"""From a video to 2D keypoints of one person, or of one hand."""
