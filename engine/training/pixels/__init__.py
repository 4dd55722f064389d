"""Keypoints of hands from pixels: a yardstick beside MediaPipe's, not shipped."""
