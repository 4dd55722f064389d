"""The demo: a video in, and beside the animation a picture of it that anyone can judge. Does not ship."""
