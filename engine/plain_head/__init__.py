"""A plain head that shows a face: its form, what ARKit's coefficients do to it, its colours. Open `form.py`."""
