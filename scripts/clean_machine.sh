#!/bin/sh
# Runs the two commands on a machine that has nothing: a debootstrap folder of Debian 12, used through chroot.
#
#   scripts/clean_machine.sh FOLDER [root|user ...]     as root, on a machine with debootstrap; default: both
#
# In it, from a clean clone of HEAD: `make demo ARGS=--exit` and `make test`; both again; both with the network
# cut; then the wheel in an empty virtual environment, away from the clone. FOLDER keeps the bare system for the
# next time, and a log of every command. What this machine needs to reach its mirrors goes along unnamed:
#
#   CLEAN_MACHINE_EXTRA   files and folders to copy in (those under $HOME go to the home in there)
#   CLEAN_MACHINE_ENV     names of environment variables to pass on
#   CLEAN_MACHINE_SUITE, CLEAN_MACHINE_MIRROR     another release, another mirror
set -eu

suite=${CLEAN_MACHINE_SUITE:-bookworm}
mirror=${CLEAN_MACHINE_MIRROR:-} # debootstrap knows where a suite comes from

# A step runs in namespaces of its own: its mounts and processes end with it.
if [ "${1:-}" = --inside ]; then
    root=$2 account=$3 directory=$4
    shift 4
    mount --make-rprivate /
    mount -t proc proc "$root/proc"
    mount --rbind /sys "$root/sys"
    mount --rbind /dev "$root/dev"
    ip link set lo up 2>/dev/null || true
    home=$(chroot "$root" getent passwd "$account" | cut -d: -f6)
    set -- env -i HOME="$home" USER="$account" LANG=C.UTF-8 TERM=dumb \
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
    for name in ${CLEAN_MACHINE_ENV:-}; do
        eval "value=\${$name:-}"
        shift 2
        set -- env -i "$name=$value" "$@"
    done
    # shellcheck disable=SC2016
    exec chroot "$root" setpriv --reuid "$account" --regid "$account" --init-groups \
        env -C "$directory" "$@"
fi

folder=$(realpath -m "${1:?usage: clean_machine.sh FOLDER [root|user ...]}")
shift
[ $# -gt 0 ] || set -- root user
self=$(realpath "$0")
checkout=$(dirname "$(dirname "$self")")
base=$folder/$suite
mkdir -p "$folder"

if [ ! -e "$base.made" ]; then
    rm -rf "$base"
    echo "debootstrap: $suite${mirror:+ from $mirror}"
    debootstrap --variant=minbase --include=ca-certificates,git,make "$suite" "$base" ${mirror:+"$mirror"} \
        >"$folder/debootstrap.log"
    touch "$base.made"
fi

step() { # step NET NAME DIRECTORY COMMAND...: one command in the machine, timed, its output in a log
    net=$1 name=$2 directory=$3
    shift 3
    log=$folder/$who-$name.log
    began=$(date +%s)
    unshare --mount --pid --fork --kill-child $([ "$net" = cut ] && echo --net) \
        "$self" --inside "$machine" "$account" "$directory" "$@" >"$log" 2>&1 && result=ok || result=FAILED
    printf '%-6s %-4s %-20s %5d s  %s\n' "$who" "$net" "$name" $(($(date +%s) - began)) "$result"
    if [ "$result" = FAILED ]; then
        tail -n 40 "$log"
        exit 1
    fi
}

for who in "$@"; do
    machine=$folder/machine-$who
    rm -rf "$machine"
    cp -a "$base" "$machine"
    cp /etc/resolv.conf "$machine/etc/resolv.conf"
    echo "127.0.0.1 localhost $(hostname)" >"$machine/etc/hosts"
    account=root home=/root
    if [ "$who" = user ]; then
        account=somebody home=/home/somebody
        chroot "$machine" useradd --create-home --shell /bin/sh somebody
    fi
    for extra in ${CLEAN_MACHINE_EXTRA:-}; do
        case $extra in
        "$HOME"/*) target=$machine$home${extra#"$HOME"} ;;
        *) target=$machine$extra ;;
        esac
        mkdir -p "$(dirname "$target")"
        cp -aT "$extra" "$target"
    done
    git clone --quiet --no-hardlinks "$checkout" "$machine$home/gis-grid"
    chroot "$machine" chown -R "$account:" "$home"
    if [ "$who" = user ]; then
        account=root
        step open sudo / sh -c 'apt-get update -q && apt-get install -y -q sudo &&
            echo "somebody ALL=(ALL) NOPASSWD: ALL" > /etc/sudoers.d/somebody'
        account=somebody
    fi
    step open demo "$home/gis-grid" make demo ARGS=--exit
    step open test "$home/gis-grid" make test
    step open demo-again "$home/gis-grid" make demo ARGS=--exit
    step open test-again "$home/gis-grid" make test
    step cut demo-cut "$home/gis-grid" make demo ARGS=--exit
    step cut test-cut "$home/gis-grid" make test
    step open check "$home/gis-grid" make check
    step open wheel "$home/gis-grid" make wheel
    step open wheel-alone / sh -c '
        python3 -m venv "$HOME/alone" && "$HOME/alone/bin/pip" install --quiet "$HOME"/gis-grid/dist/*.whl &&
        mv "$HOME/gis-grid" "$HOME/away" && GIS_GRID_DATA_DIR=/var/tmp/alone "$HOME/alone/bin/gis-grid" demo --exit'
done
echo "all of it works on a clean $suite"
