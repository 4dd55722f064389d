"""What of a skeleton's joints each bone carries as one piece, and where the joints are that it starts and ends at."""

from dataclasses import dataclass

from ...skeleton import Skeleton


@dataclass(frozen=True)
class Rigid:
    """The joints of one bone."""

    start: int
    """The joint at its head."""
    end: int
    """The joint at its tail."""
    carried: tuple[int, ...]
    """The bones whose tails it carries rigidly: itself, and what hangs on it without any freedom."""
    farther: tuple[int, ...]
    """Of the trunk: bones farther out that stand in for its own tail, while the trunk is bent as it was."""
    child: int
    """The bone with freedom that starts at its tail; -1 where there is none."""


def rigid_parts(skeleton: Skeleton) -> tuple[Rigid, ...]:
    """(B,) of every bone."""
    ends = {int(bone): joint for joint, bone in enumerate(skeleton.joint_bones) if bone >= 0}
    trunk = {bone for (bone, _), own in zip(skeleton.freedoms, skeleton.trunk, strict=True) if own}
    starts: list[int] = []
    for bone, parent in zip(skeleton.bones, skeleton.bone_parents, strict=True):
        if bone.head_joint is not None:
            starts.append(skeleton.joints.index(bone.head_joint))
        else:
            starts.append(starts[parent] if bone.at_head else ends[parent])
    parts: list[Rigid] = []
    for bone in range(len(skeleton.bones)):
        carried = _held(skeleton, bone)
        outer = [own for own in sorted(trunk) if own > bone and bone in trunk and bone in skeleton.carriers[own]]
        farther = [held for own in outer for held in _held(skeleton, own) if held not in carried]
        children = [
            child
            for child, parent in enumerate(skeleton.bone_parents)
            if parent == bone and not skeleton.at_head[child] and skeleton.turns[child]
        ]
        parts.append(Rigid(starts[bone], ends[bone], carried, tuple(farther), children[0] if children else -1))
    return tuple(parts)


def _held(skeleton: Skeleton, bone: int) -> tuple[int, ...]:
    """A bone and those that it carries without any freedom between."""
    held = {bone}
    for own, parent in enumerate(skeleton.bone_parents):
        if parent in held and not skeleton.turns[own]:
            held.add(own)
    return tuple(sorted(held))
