#!/usr/bin/env bash
# `make test`: lint, then the tests on every Blender this machine can run. A check that fails does not stop the others.
# `make check`, or run.sh quick: lint and the engine's tests, the slow ones left out.
# SIGN_MOCAP_ALL_BLENDERS=1 adds bpy 4.2 and 5.0 and the real Blender of Debian sid, whose failures do not count.
set -uo pipefail
cd "$(dirname "$0")/.."
python=.cache/test/bin/python
summary=()
failed=0

check() { # NAME COMMAND...: run it and keep its closing line; remember a failure
    echo -e "\n=== $1"
    mkdir -p .cache
    "${@:2}" 2>&1 | tee .cache/check.log
    local status=${PIPESTATUS[0]}
    ((status)) && failed=1
    summary+=("$1 (exit $status): $(grep -v '^ *$' .cache/check.log | tail -n 1)")
}

inform() { # like check, but a failure does not count
    local before=$failed
    check "$@"
    failed=$before
}

on_bpy() { # VERSION: the Blender tests on another bpy of Python 3.11
    local environment=.cache/bpy-$1
    bash engine/packaging/environment.sh "bpy-$1" test &&
        "$environment/bin/python" -m pip install --quiet "bpy==$1.*" &&
        "$environment/bin/python" tests/blender/run.py
}

every_blender() {
    check "bpy 4.5" "$python" tests/blender/run.py
    if [[ $am_root ]]; then
        check "Debian trixie" bash tests/debian.sh setup trixie
        check "engine, Python 3.13" bash tests/debian.sh engine trixie
        check "bpy 5.2" bash tests/debian.sh module trixie
        check "Blender 4.3.2" bash tests/debian.sh binary trixie
        check "Blender 4.3.2, the zip" bash tests/debian.sh zip trixie
    else
        summary+=("NOT TESTED, this needs root: Python 3.13, bpy 5.2 and the real Blender 4.3.2, in a folder of Debian trixie")
    fi
    if [[ ${SIGN_MOCAP_ALL_BLENDERS:-} ]]; then
        inform "bpy 4.2 (informative)" on_bpy 4.2
        inform "bpy 5.0 (informative)" on_bpy 5.0
        if [[ $am_root ]]; then
            inform "Debian sid (informative)" bash tests/debian.sh setup sid
            inform "Blender of sid (informative)" bash tests/debian.sh binary sid
        fi
    fi
}

quick=$([[ ${1:-} == quick ]] && echo yes)
am_root=$([[ ! $quick && $EUID == 0 ]] && echo yes)
NEEDED_COMMANDS=${am_root:+debootstrap} bash engine/packaging/environment.sh test train test lint || exit 1
"$python" -m engine.packaging.models || exit 1

check "ruff" "$python" -m ruff check .
check "ruff format" "$python" -m ruff format --check .
check "pyright" "$python" -m pyright --pythonpath "$python"
check "engine, Python 3.11" "$python" -m pytest -n 2 --dist loadfile --ignore=tests/blender ${quick:+-m "not slow"}
[[ $quick ]] || every_blender

echo -e "\n=== Summary"
printf '%s\n' "${summary[@]}"
exit "$failed"
