"""Several cameras of one take: what calibration files say of them, their lenses, their clocks."""
