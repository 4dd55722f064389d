"""Let a character sign on the bpy module: `python -m examples.retarget_headless VIDEO RIG.blend OUT.blend`."""

import os
import sys
from pathlib import Path

import bpy

from addon.headless import load_package

video, rig, out = (str(Path(argument).absolute()) for argument in sys.argv[1:])
load_package().register()
bpy.ops.wm.open_mainfile(filepath=rig)
character = next(obj for obj in bpy.data.objects if obj.type == "ARMATURE")
bpy.context.view_layer.objects.active = character
bpy.ops.import_anim.sign_video(filepath=video, import_to="selected", end=1.0)
start, end = character.animation_data.action.frame_range
print(f"{character.name} signs from frame {start:.0f} to {end:.0f}")
bpy.ops.wm.save_as_mainfile(filepath=out)
sys.stdout.flush()
os._exit(0)  # a bpy module can hang in an ordinary exit
