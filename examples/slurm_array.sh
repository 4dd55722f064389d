#!/bin/bash
# A corpus by SLURM, each task of an array a part of it. From the checkout, which all nodes see at this path:
#   sbatch --array=1-100 examples/slurm_array.sh 100 OUT INPUT... [--tier TIER ...]
# Given again, also as --array=7,13, it goes on; the first number stays that of all parts.
#SBATCH --job-name=sign_mocap
#SBATCH --cpus-per-task=4
#SBATCH --mem-per-cpu=2G
#SBATCH --time=12:00:00
set -euo pipefail

parts=$1 out=$2
shift 2
exec "${PYTHON:-.cache/demo/bin/python}" -m engine batch "$@" --out "$out" \
    --part "$SLURM_ARRAY_TASK_ID/$parts" --workers "${SLURM_CPUS_PER_TASK:-1}"
