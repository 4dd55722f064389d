"""Corpora: many clips, one job each, resumable, by several processes or machines. Open `run.py`."""
