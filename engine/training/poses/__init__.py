"""Recorded and random poses of bodies, legs and hands."""
