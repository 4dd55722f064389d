"""The colours of a plain head and its eyes."""

#: Material -> linear RGB.
COLOURS = {
    "skin": (0.78, 0.66, 0.57),
    "lip": (0.50, 0.20, 0.19),
    "brow": (0.06, 0.04, 0.03),
    "lash": (0.05, 0.04, 0.04),
    "mouth": (0.12, 0.02, 0.02),
    "teeth": (0.85, 0.83, 0.76),
    "tongue": (0.62, 0.22, 0.22),
    "white": (0.90, 0.90, 0.88),
    "iris": (0.10, 0.22, 0.35),
    "pupil": (0.01, 0.01, 0.01),
}
ROUGHNESS = 0.6
#: What is in the middle of an eye, and how far it reaches, degrees.
EYE_COLOURS = (("pupil", 15), ("iris", 30), ("white", 181))
