"""What docs/retargeting.md says about its numbers."""

from .contacts import TOUCHING
from .loop import FPS, FRAMES, NUMBER, SIZE
from .rigs import signer
from .speed import FRAMES as LONG
from .speed import INSERTED
from .touching import TOUCH

ORIENTATION = """
Every motion is keyed by the add-on as its operator does, contacts and limits off; then Blender evaluates the scene's
frames, and matrices are read from the pose bones, of a generated Rigify rig from its ORG bones. Which bones are
looked at is named in `rigs.py`, not taken from the maps. Goal: median 0.5, maximum 2 degrees.

*Direction* is that of the lines from joint to joint (of last segments to a child's joint or the bone's tail) against
our skeleton's forward kinematics. *Orientation* is the whole rotation of the segment's last bone away from rest against
that of our own bone, after rest frames are aligned that are built of joints alone: of an upper arm its elbow's hinge
(the bend at rest; of an arm straighter than 5 degrees what brings the hand to the front), of forearm, hand and fingers
the line of the knuckles, of a thumb our own hinge in the frame of the palm. Where twist bones take a forearm's
twist, its own bone is compared with the elbow's hinge in motion. First segments of a generated Rigify rig stretch
to the second ones from the palm, and do not take their controls' roll.
"""
ROLLS = """
The rest frames above are a convention. On the meshes of the characters the tips of fingers are flat, so they tell how a
finger is rolled: degrees between the flat of a tip and the hinge of our last joint, carried by Blender's bone
(0: the finger bends towards its pad).
"""
CONTACTS = f"""
Distances are in widths of the character's palm. Goal: median 0.15 with correction.

*Deliberate touches*: poses within our limits in which a right fingertip or palm is brought, on the mesh of
{signer(1).name}, to within {1000 * TOUCH:g} mm of a place of its face, chest or left hand; our skeleton has this
character's lengths. *By vertices*: the characters share one mesh and its texture, so the same two vertices are looked
at on each; nothing of the engine's own idea of bodies is in these numbers. On {signer(1).name} itself the vertices
touch without correction, so what is left with it is what correction spoils: our skeleton knows neither its mesh nor
where in the palm its thumb starts. *By proportions*: points that touch in
the source (weight of at least {TOUCHING:g}) against the places that the engine wants for them, on the bones that
Blender shows. *Hand turned* is how far the correction turns the right hand, median / maximum; *limits* how far the
constraints of the mirrored limits turn any segment of the corrected motion (0: all angles are legal).
"""
SPEED = f"""
Recognising the rig, carrying {LONG} frames and keying them, one run each. Goal: 2 s on a rig of about 70 bones.
`keyframe_insert` sets the same channels in {INSERTED} frames, times {LONG // INSERTED}.
"""
LOOP = f"""
{signer(NUMBER).name}, on which no network is trained, signs recorded signing ("thanks" of UPF, {FRAMES} frames at
{FPS} fps, keyed bone by bone without this add-on). It is filmed by Workbench from the waist up, {SIZE[0]} x {SIZE[1]},
tracked by the add-on's worker, and signs what was tracked, contacts and limits on. Errors are against the first
animation, positions from the middle between the shoulder joints, nothing is rotated; frames count in which Holistic
alone finds the hand. *Vectors* gives the same character MediaPipe's world landmarks of the same film: bones by
the shortest rotation to the direction between landmarks, palms by wrist, index and little finger, the trunk by
shoulders and hips. Goal: 3 times better.
"""
