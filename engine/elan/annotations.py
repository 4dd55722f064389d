"""What a file of ELAN's annotation format (.eaf) says: linked media, tiers, and their annotations."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Medium:
    """A video or sound that annotations are of."""

    url: str
    """Where it was when the file was written, such as `file:///home/me/a.mp4`."""
    relative: str
    """The same from the file's own folder, such as `./a.mp4`; empty in versions before 2.5."""
    mime: str
    """Its kind, such as `video/mp4`."""
    origin: float
    """Seconds of the medium at which the annotations' time 0 is."""


@dataclass(frozen=True)
class Annotation:
    """What is said of a stretch of time."""

    start: float
    """Seconds of the annotations' time."""
    end: float
    """Seconds, at or after the start."""
    value: str
    """As it was typed; may be empty."""


@dataclass(frozen=True)
class Tier:
    """Annotations of one kind of one person."""

    name: str
    type: str
    """Its linguistic type."""
    constraint: str
    """How its annotations hang on those of the parent: one of the EAF's stereotypes, such as `Symbolic_Association`;
    empty where they stand for themselves."""
    parent: str
    """Name of the tier that it depends on; empty where there is none."""
    participant: str
    """Whose annotations these are, where that is said."""
    vocabulary: tuple[str, ...]
    """The values that its type's controlled vocabulary offers, if it has one within the file."""
    annotations: tuple[Annotation, ...]
    """In the order of their starts."""


@dataclass(frozen=True)
class Annotations:
    """All of a file that is read."""

    media: tuple[Medium, ...]
    """In the file's order: the first is the one that ELAN's time line is of."""
    tiers: tuple[Tier, ...]
    """In the file's order."""

    def tier(self, name: str) -> Tier | None:
        """The tier of a name."""
        return next((tier for tier in self.tiers if tier.name == name), None)
