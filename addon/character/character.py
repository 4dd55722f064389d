"""A user's character takes a motion: keys in a new action of its armature; its earlier one is kept."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from collections.abc import Set
from dataclasses import dataclass

import bpy
import numpy as np
from bpy.utils import escape_identifier, unescape_identifier

from ...engine.errors import InputError
from ...engine.face.face import Face
from ...engine.face.names import Region
from ...engine.geometry.rotations import continuous_euler, continuous_quaternion, matrix_to_euler, matrix_to_quaternion
from ...engine.keypoints import mirrored_name, part_and_side
from ...engine.retarget import Character, Performance, RigMap, mirrored_limits, recognise, without_mechanism
from ...engine.retarget.face.adapt import adapted
from ...engine.retarget.face.bones import face_bones
from ...engine.retarget.face.map_files import FaceMap
from ..keying.actions import NewCurve, new_action
from ..keying.curves import fill, read_curves
from ..objects import check_fk, obstacle, pose_bones
from ..settings import CharacterOptions
from ..signer.doubt import key_doubt
from .face import CharacterFace
from .known_maps import all_face_maps, maps_of
from .mirror_limits import clear_mirrored_limits, limit_character
from .read_rig import read_rig, read_vertices, scale_of, uprighting


@dataclass(frozen=True)
class CharacterObject:
    """An armature of the user's, recognised and ready; nothing of it has changed yet."""

    obj: bpy.types.Object
    character: Character
    face: CharacterFace

    @classmethod
    def of(
        cls,
        obj: bpy.types.Object,
        known: RigMap | None = None,
        known_face: FaceMap | None = None,
        *,
        by_expressions: bool = False,
    ) -> "CharacterObject":
        """By the maps `known` and `known_face`, or all there are, its face as `CharacterFace` says.

        Raises InputError, naming the object, where it cannot be keyed.
        """
        check_keyable(obj)
        whole, faces = read_rig(obj), all_face_maps() if known_face is None else [known_face]
        try:
            found = recognise(whole, maps_of(obj) if known is None else [known])
            rig, match = without_mechanism(whole, found)
        except InputError as error:
            raise InputError(f"{obj.name!r}: {error}") from error
        head, pelvis = (rig.heads[match.bones[name][0]] for name in ("head", "pelvis"))
        upright = uprighting(obj, head - pelvis)
        character = Character.of(rig.turned(upright), match, read_vertices(obj) @ upright.T)
        front = character.rig.rest[character.match.bones["head"][0]] @ whole.rest[found.bones["head"][0]].T
        bones = face_bones(whole, found, front)
        return cls(obj, character, CharacterFace.of(obj, faces, bones, by_expressions=by_expressions))

    @property
    def description(self) -> str:
        """One line: what it was recognised as, and what of that it lacks, named without a side where it is both."""
        match = self.character.match
        missing = dict.fromkeys(
            part_and_side(name)[0] if mirrored_name(name) in match.missing else name for name in match.missing
        )
        lacks = f"; without {', '.join(missing)}" if missing else ""
        bones = [*(bone for bones in match.bones.values() for bone in map(self._pose_bone, bones)), *self._face_bones()]
        held = [bone.name for bone in bones if _is_held(bone)]
        holds = f"; constraints hold {', '.join(held)}, mute them to see the keys" if held else ""
        return f"{self.obj.name}: {match.family}, {len(match.bones)} bones{lacks}{self.face.description}{holds}"

    def play(
        self,
        performance: Performance,
        frames: np.ndarray,
        name: str,
        options: CharacterOptions,
        left_out: Set[str] = frozenset(),
    ) -> bpy.types.Action:
        """Key the motion at `frames` (F,) in a new action, but for those of our bones that are left out.

        Its face, where it has one, is keyed with it, and in new actions of the meshes' shape keys.
        """
        match = self.character.match
        moved = [bone for name in match.bones if name not in left_out for bone in match.bones[name]]
        turns, hips = list[np.ndarray](), list[np.ndarray]()
        for part in self.character.carry(performance, options.contacts):
            turns.append(part.turns[:, moved].astype(np.float32))
            if part.hips is not None:
                hips.append(part.hips / scale_of(self.obj))
        channels = _rotations([self._pose_bone(bone) for bone in moved], np.concatenate(turns))
        if hips:
            channels[_path(self._pose_bone(match.bones["pelvis"][0]), "location")] = np.concatenate(hips)
        if performance.face is not None:
            face = as_chosen(performance.face, frames, options)
            for bone, own in self.face.turns(face).items():
                channels |= _rotations([pose_bones(self.obj)[bone]], own[:, None])
            self.face.play(face, frames, name)
        earlier = read_curves(self.obj).keys()
        action, new_curve = new_action(self.obj, name)
        for (bone, path), values in channels.items():
            for index, column in enumerate(values.T):
                fill(new_curve(path, index, bone), frames, column)
        self._obey(new_curve, frames[:1])
        doubts = {name: doubt for name, doubt in performance.doubts.items() if name in match.bones.keys() - left_out}
        names = {name: self._pose_bone(match.bones[name][0]).name for name in doubts}
        key_doubt(self.obj, {names[name]: doubt for name, doubt in doubts.items()}, frames, new_curve)
        _put_to_rest(self.obj, {channel for channel in earlier if channel[0] not in {path for _, path in channels}})
        clear_mirrored_limits(self.obj)
        if options.limits:
            rig = self.character.rig
            limit_character(self.obj, rig, mirrored_limits(rig, match, performance.skeleton, self.character.rest))
        if options.asset:
            action.asset_mark()
        return action

    def _face_bones(self) -> list[bpy.types.PoseBone]:
        return [pose_bones(self.obj)[bone.name] for bone in self.face.bones.values()]

    def _pose_bone(self, bone: int) -> bpy.types.PoseBone:
        return pose_bones(self.obj)[self.character.rig.names[bone]]

    def _obey(self, new_curve: NewCurve, frame: np.ndarray) -> None:
        """Set and key what makes a control rig follow its FK controls."""
        for bone, properties in self.character.match.settings.items():
            for name, value in properties.items():
                pose_bones(self.obj)[bone][name] = value
                path = f'pose.bones["{escape_identifier(bone)}"]["{escape_identifier(name)}"]'
                fill(new_curve(path, 0, bone), frame, np.array([value]))
        self.obj.update_tag()


def check_keyable(obj: bpy.types.Object) -> None:
    """Raise InputError where an armature cannot be keyed as it is."""
    if obj.type != "ARMATURE":
        raise InputError(f"{obj.name!r} is no armature; choose the armature of a character.")
    if not obj.is_editable:
        raise InputError(f"{obj.name!r} is linked from another file; make a library override of it first.")
    if not scale_of(obj):
        raise InputError(f"{obj.name!r} has a scale of 0; give it another first.")
    if obstacle(obj):
        raise InputError(f"{obj.name!r} {obstacle(obj)}.")
    check_fk(obj)


def as_chosen(face: Face, frames: np.ndarray, options: CharacterOptions) -> Face:
    """A face at frames (F,) as the options want it shown."""
    strengths = {
        Region.BROWS: options.face_brows,
        Region.EYES: options.face_eyes,
        Region.MOUTH: options.face_mouth,
    }
    neutral = None if options.face_neutral is None else int(np.abs(frames - options.face_neutral).argmin())
    return adapted(face, strengths, mirrored=options.face_mirrored, neutral=neutral)


def _is_held(bone: bpy.types.PoseBone) -> bool:
    """Whether a constraint of the user's turns the bone whatever its keys say."""
    return any(c.type in _HOLDING and not c.mute and c.influence > 0 for c in bone.constraints)


def _path(bone: bpy.types.PoseBone, channel: str) -> tuple[str, str]:
    """The bone's name and the data path of one of its channels."""
    return bone.name, f'pose.bones["{escape_identifier(bone.name)}"].{channel}'


def _rotations(bones: list[bpy.types.PoseBone], turns: np.ndarray) -> dict[tuple[str, str], np.ndarray]:
    """Rotations (F,N,3,3) of bones as channels of their rotation modes: (bone, data path) -> (F,3 or 4)."""
    channels = dict[tuple[str, str], np.ndarray]()
    for mode in {bone.rotation_mode for bone in bones}:
        places = [place for place, bone in enumerate(bones) if bone.rotation_mode == mode]
        name, values = _in_mode(mode, turns[:, places])
        for column, place in enumerate(places):
            channels[_path(bones[place], name)] = values[:, column]
    return channels


def _in_mode(mode: str, turns: np.ndarray) -> tuple[str, np.ndarray]:
    """Rotations (F,N,3,3) in a rotation mode: the property's name and (F,N,3 or 4), continuous over the frames."""
    if mode not in ("QUATERNION", "AXIS_ANGLE"):
        return "rotation_euler", continuous_euler(matrix_to_euler(turns, mode), mode)
    quaternions = continuous_quaternion(matrix_to_quaternion(turns))
    if mode == "QUATERNION":
        return "rotation_quaternion", quaternions
    cosine, vector = quaternions[..., :1], quaternions[..., 1:]
    size = np.linalg.norm(vector, axis=-1, keepdims=True)
    axis = continuous_quaternion(np.where(size > 1e-6, vector / np.maximum(size, 1e-6), [0.0, 1.0, 0.0]))
    sine = (vector * axis).sum(-1, keepdims=True)
    angle = np.unwrap(2 * np.arctan2(sine, cosine), axis=0)
    return "rotation_axis_angle", np.concatenate([angle, axis], axis=-1)


def _put_to_rest(obj: bpy.types.Object, channels: set[tuple[str, int]]) -> None:
    """What the earlier action moved and the new one does not goes back to rest: its last values would stay.

    That is bones, and custom properties of theirs; channels of bones that are gone move nothing.
    """
    bones = {f'pose.bones["{escape_identifier(bone.name)}"]': bone for bone in pose_bones(obj)}
    for path, index in channels:
        own = path.endswith('"]')
        owner, _, channel = path.rpartition('["' if own else ".")
        bone, name = bones.get(owner), unescape_identifier(channel.removesuffix('"]'))
        if bone is not None and own and isinstance(bone.get(name), int | float):
            bone[name] = bone.id_properties_ui(name).as_dict()["default"]
        elif bone is not None and not own and channel in _REST:
            getattr(bone, channel)[index] = _REST[channel][index]


_REST = {
    "location": (0.0, 0.0, 0.0),
    "scale": (1.0, 1.0, 1.0),
    "rotation_euler": (0.0, 0.0, 0.0),
    "rotation_quaternion": (1.0, 0.0, 0.0, 0.0),
    "rotation_axis_angle": (0.0, 0.0, 1.0, 0.0),
}
_HOLDING = (
    "IK",
    "SPLINE_IK",
    "COPY_ROTATION",
    "COPY_TRANSFORMS",
    "DAMPED_TRACK",
    "LOCKED_TRACK",
    "TRACK_TO",
    "STRETCH_TO",
)
