"""The face of a user's character: its meshes' shape keys or its expressions, its eyes' bones and its jaw's."""

from dataclasses import dataclass

import bpy
import numpy as np

from ...engine.face.face import Face
from ...engine.face.names import FACE_NAMES, mirrored_coefficient
from ...engine.keypoints import Side
from ...engine.retarget.face.bones import FaceBone, gaze_turns, jaw_turns
from ...engine.retarget.face.carry import carry_face, likeness, shown_coefficients
from ...engine.retarget.face.controls import FaceControls
from ...engine.retarget.face.map_files import FaceMap
from ...engine.retarget.face.recognise import FaceMatch, recognise_face
from ..keying.actions import new_action
from ..keying.curves import fill, read_curves
from .expressions import expressions, look_by_expressions
from .sliders import Slider, faced_meshes, keyed, moves_what_turns, ranges

_EYES = tuple(side.bone("eye") for side in Side)


@dataclass(frozen=True)
class CharacterFace:
    """What a character shows a face with; nothing of it has changed yet."""

    match: FaceMatch
    bones: dict[str, FaceBone]
    """eye.L, eye.R and jaw, as far as there are any."""
    kind: str
    """What its sliders are called."""
    sliders: tuple[Slider, ...]
    """Those that are to be keyed."""
    held: tuple[str, ...]
    """Names of those that drivers hold, or that are linked from another file."""
    controls: FaceControls | None
    """A control rig's, where there are no sliders."""
    everything: tuple[Slider, ...]
    """All shape keys of its meshes, and all its expressions."""

    @classmethod
    def of(
        cls,
        obj: bpy.types.Object,
        maps: list[FaceMap],
        bones: dict[str, FaceBone],
        controls: FaceControls | None,
        *,
        by_expressions: bool = False,
    ) -> "CharacterFace":
        """The face of all meshes that an armature deforms or carries.

        The VRM add-on's expressions are keyed where they show as much of a face as the meshes' shape keys do, and
        `by_expressions` wherever there are some; else the shape keys are, and of a rig that has none its controls.
        """
        meshes, proxies = [*faced_meshes(obj)], expressions(obj)
        keys = [key for _, own in meshes for key in own]
        by_keys, by_proxies = (recognise_face((slider.name for slider in own), maps) for own in (keys, proxies))
        eyes = {bones[eye].name for eye in _EYES if eye in bones}
        if by_proxies.family and (by_expressions or likeness(by_proxies) >= likeness(by_keys)):
            match, kind, chosen = by_proxies, "expressions", proxies
            looking = _looking(match)
            if looking and look_by_expressions(obj):
                bones = {name: bone for name, bone in bones.items() if name not in _EYES}
            elif eyes:
                chosen = [slider for slider in proxies if slider.name not in looking]
        else:
            match, kind, looking = by_keys, "keys", _looking(by_keys)
            chosen = [
                key
                for mesh, own in meshes
                for key in own
                if not (key.name in looking and moves_what_turns(key, mesh, eyes))
            ]
        known = {name for names in match.names.values() for name in names}
        there = [slider for slider in chosen if slider.name in known]
        held = dict.fromkeys(slider.name for slider in there if slider.is_held)
        free = tuple(slider for slider in there if not slider.is_held)
        return cls(match, bones, kind, free, tuple(held), None if match.family else controls, (*keys, *proxies))

    @property
    def description(self) -> str:
        """What it was recognised as, what of a face it lacks, and what could not be keyed; empty without a face."""
        if not self.match.family:
            told = [*self.bones, *(["its controls"] if self.controls is not None else [])]
            return f"; face: {', '.join(told)} alone" if told else ""
        missing = [name for name in self.match.missing if not self._by_bone(name)]
        lacks = dict.fromkeys(_of_both(name) if mirrored_coefficient(name) in missing else name for name in missing)
        told = f"; face: {self.match.family}, {sum(map(len, self.match.names.values()))} {self.kind}"
        told += f", without {', '.join(lacks)}" if lacks else ""
        return told + (f"; not to be keyed are {', '.join(self.held)}, driven or linked" if self.held else "")

    def turns(self, face: Face) -> dict[str, np.ndarray]:
        """Bone -> its turns (F,3,3) away from rest, in its own axes, of the eyes and of a jaw that no key opens."""
        turns = gaze_turns(face.gaze, self.bones)
        if self._by_bone("jawOpen"):
            opening = shown_coefficients(face, self.match)[:, FACE_NAMES.index("jawOpen")]
            turns[self.bones["jaw"].name] = jaw_turns(opening, self.bones["jaw"])
        return turns

    def places(self, face: Face) -> dict[str, np.ndarray]:
        """Control -> (F,3) metres away from rest, in its own axes."""
        return {} if self.controls is None else self.controls.places(face)

    @property
    def actions(self) -> dict[str, bpy.types.Action]:
        """What has shape keys or expressions of it, as Python calls that -> the action that it plays."""
        owners = dict.fromkeys(slider.owner for slider in self.everything)
        played = {repr(owner): owner.animation_data and owner.animation_data.action for owner in owners}
        return {name: action for name, action in played.items() if action is not None}

    def play(self, face: Face, frames: np.ndarray, name: str) -> None:
        """Key the face at `frames` (F,) in new actions of what has its sliders; the earlier ones are kept.

        They are actions of their own in every Blender: 4.2 and 4.3 have no slots, and the VRM add-on exports the first
        slot of an action alone.
        What an earlier action moved and the new one does not goes to rest, and expressions do beside keyed shape keys.
        """
        channels = keyed(self.sliders, carry_face(face, self.match, ranges(self.sliders)))
        for owner in dict.fromkeys(slider.owner for slider in self.everything):
            earlier = {path for path, _ in read_curves(owner)}
            own = channels.get(owner, {})
            last = [
                slider for slider in self.everything if slider.owner == owner and slider.path in earlier - own.keys()
            ]
            if not own and not (last and isinstance(owner, bpy.types.Armature)):
                continue
            _, new_curve = new_action(owner, f"{name}, face")
            for path, values in own.items():
                fill(new_curve(path, 0, "face"), frames, values)
            for slider in last:
                slider.rest()  # its last value would stay
            owner.update_tag()

    def _by_bone(self, coefficient: str) -> bool:
        """Whether a bone does what a coefficient says."""
        if coefficient == "jawOpen":
            return "jaw" in self.bones and (self.match.jaw_bone or coefficient in self.match.missing)
        return coefficient.startswith("eyeLook") and all(eye in self.bones for eye in _EYES)


def _of_both(name: str) -> str:
    """A coefficient's name without its side; what goes to a side is named with it."""
    part = name.removesuffix("Left").removesuffix("Right")
    return name if part in ("jaw", "mouth") else part


def _looking(match: FaceMatch) -> set[str]:
    """The names of sliders that turn the eyes and do nothing else."""
    keys = [key for key, look in match.looks.items() if all(part.startswith("eyeLook") for part in look)]
    return {name for key in keys for name in match.names[key]}
