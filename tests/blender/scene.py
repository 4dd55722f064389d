"""What tests bring into the open scene, a motion or the sample video, and what is in the file then."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from pathlib import Path

import bpy

from engine.motion import Motion
from tests.blender.motions import addon

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "sample.mp4"
SHORT = {"end": 0.4}


def apply(motion: Motion, target: bpy.types.Object | None = None, **settings: object) -> bpy.types.Object:
    chosen = addon("settings").ImportOptions(**settings)
    (obj,) = addon("scene.apply").apply_motions(bpy.context, {SAMPLE: motion}, chosen, [target] if target else [])
    return obj


def import_video(*videos: Path, **options: object) -> set[str]:
    return bpy.ops.import_anim.sign_video(
        directory=str(videos[0].parent), files=[{"name": video.name} for video in videos], **{**SHORT, **options}
    )


def datablocks() -> set[str]:
    kinds = [getattr(bpy.data, p.identifier) for p in bpy.data.bl_rna.properties if p.type == "COLLECTION"]
    return {f"{type(block).__name__} {block.name}" for blocks in kinds for block in blocks}
