"""HybrIK (Li et al. 2021): 3D joints to angles. Open `solve.py`, beside the paper."""

from .solve import TRUST, solve_angles, solve_pose

__all__ = ["TRUST", "solve_angles", "solve_pose"]
