"""The face: from MediaPipe's points of it to ARKit's 52 coefficients and the directions of the eyes."""
