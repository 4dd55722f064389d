"""What animators do with an imported action afterwards: smooth, reduce, bridge, and pose a hand by IK."""
