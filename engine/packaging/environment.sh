#!/usr/bin/env bash
# Makes the virtual environment .cache/NAME with the named dependency groups of pyproject.toml and the detector.
# usage: [PYTHON=python3.11] environment.sh NAME GROUP...
# Missing system packages are named in one apt line before anything is downloaded. Does nothing when up to date.
set -euo pipefail
cd "$(dirname "$0")/../.."
python=${PYTHON:-python3.11}
environment=.cache/$1
groups=("${@:2}")

missing=()
"$python" -c "import ensurepip, venv" 2>/dev/null || missing+=("$python-venv")
libraries=$(/sbin/ldconfig -p)
while read -r library package; do
    [[ $libraries == *"$library "* ]] || missing+=("$package")
done <<'LIBRARIES'
libEGL.so.1 libegl1
libGL.so.1 libgl1
libGLESv2.so.2 libgles2
libSM.so.6 libsm6
libXfixes.so.3 libxfixes3
libXi.so.6 libxi6
libxkbcommon.so.0 libxkbcommon0
libXrender.so.1 libxrender1
LIBRARIES
for command in ${NEEDED_COMMANDS:-}; do
    command -v "$command" >/dev/null || missing+=("$command")
done
if ((${#missing[@]})); then
    echo "Missing system packages. As root: apt-get install -y ${missing[*]}" >&2
    exit 1
fi

made_for="$("$python" -V) ${groups[*]} $(sha256sum pyproject.toml)"
[[ -f $environment/made_for && $(<"$environment/made_for") == "$made_for" ]] && exit 0
echo "Setting up $environment (${groups[*]})"
rm -rf "$environment"
"$python" -m venv "$environment"
pip=("$environment/bin/python" -m pip --disable-pip-version-check)
"${pip[@]}" install --quiet pip==25.3
# PyTorch's own index has the build for the CPU; where that is out of reach, pip takes what the default index has.
if [[ " ${groups[*]} " == *" train "* ]]; then
    "${pip[@]}" install --quiet --no-deps --retries=0 --group=torch --extra-index-url=https://download.pytorch.org/whl/cpu
fi
"${pip[@]}" install --quiet "${groups[@]/#/--group=}"
"${pip[@]}" install --quiet --no-deps --group=detector
echo "$made_for" >"$environment/made_for"
