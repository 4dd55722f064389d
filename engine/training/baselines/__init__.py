"""What the field compares itself with: methods that lift 2D keypoints to joints in space, without a skeleton."""
