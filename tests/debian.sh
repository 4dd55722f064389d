#!/usr/bin/env bash
# Other Pythons and the real Blender, in a folder of another Debian (.cache/SUITE). Needs root.
# usage: debian.sh setup|engine|module|binary|zip SUITE
set -euo pipefail
cd "$(dirname "$0")/.."
action=$1 suite=$2
folder=$PWD/.cache/$suite
export HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive
packages=(blender ca-certificates python3-venv python3-numpy python3-cattr python3-requests python3-pytest
    libegl1 libegl-mesa0 libgl1 libgl1-mesa-dri libgles2 libsm6 libxfixes3 libxi6 libxkbcommon0 libxrender1)
bundle=/etc/ssl/certs/ca-certificates.crt

inside() { # COMMAND...: with the network, and with the host's way to it
    chroot "$folder" "$@"
}

offline() { # COMMAND...: in /checkout, without network; what it leaves running ends with it
    local isolated=(unshare --net --mount --pid --fork "--mount-proc=$folder/proc")
    "${isolated[@]}" true 2>/dev/null || isolated=()
    ((${#isolated[@]})) || echo "The network stays on: this machine does not allow namespaces."
    "${isolated[@]}" chroot "$folder" env -C /checkout PWD=/checkout "$@"
}

in_blender() { # ARGUMENTS...: the suite's own Blender, with the extensions and settings of this run alone
    offline env BLENDER_USER_RESOURCES=/tmp/sign_mocap LIBGL_ALWAYS_SOFTWARE=1 blender -b "$@"
}

setup() {
    if [[ ! -f $folder/complete || $(<"$folder/complete") != "${packages[*]}" ]]; then
        rm -rf "$folder"
        debootstrap --variant=minbase "$suite" "$folder" >/dev/null
        cp -L /etc/resolv.conf /etc/hosts "$folder/etc/"
        # A mirror of sid that lags by a week is still the Blender of last week.
        inside apt-get -o Acquire::Check-Valid-Until=false update -qq
        inside apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
        [[ ! -f $bundle ]] || cp -L "$bundle" "$folder$bundle"
        echo "${packages[*]}" >"$folder/complete"
    fi
    mkdir -p "$folder/checkout"
    find "$folder/checkout" -mindepth 1 -maxdepth 1 ! -name .cache -exec rm -rf {} +
    tar --exclude=./.cache --exclude=./.git --exclude=./out --exclude=__pycache__ --exclude='*win_amd64.whl' \
        --exclude='*macosx*.whl' --exclude='*macos_arm64.zip' --exclude='*windows_x64.zip' -c . | tar -x -C "$folder/checkout"
    [[ $suite != trixie ]] || PYTHON=python3.13 inside bash /checkout/engine/packaging/environment.sh test test
}

fresh_settings() {
    rm -rf "$folder/tmp/sign_mocap"
    mkdir -p "$folder"/tmp/sign_mocap/{config,scripts,extensions/user_default}
}

case $action in
setup) setup ;;
engine) offline .cache/test/bin/python -m pytest -n 2 --dist loadfile --ignore=tests/blender ;;
module) offline .cache/test/bin/python tests/blender/run.py ;;
binary)
    fresh_settings
    in_blender --factory-startup --python-exit-code 9 --python tests/blender/run.py
    ;;
zip)
    fresh_settings
    zip=$(cd "$folder/checkout" && ls dist/*linux_x64.zip)
    in_blender --command extension install-file --repo user_default --enable "$zip"
    in_blender --command sign_mocap tests/data/sample.mp4 --out out/sample.blend
    ls -l "$folder/checkout/out/sample.blend"
    ;;
esac
