#!/bin/sh
# Prints the path of a uv that is at least as new as the one in uv.lock: the machine's own when it
# has one, else one that is installed into the environment whose Python is the first argument.
set -eu

python=$1
wanted=$(sed -n '/^name = "uv"$/{n;s/^version = "\(.*\)"$/\1/p;}' uv.lock)

is_new_enough() {
    found=$("$1" --version 2>/dev/null | sed 's/^uv \([0-9.]*\).*/\1/') && [ -n "$found" ] &&
        printf '%s\n%s\n' "$wanted" "$found" | sort -V -C
}

own=$(dirname "$python")/uv
for candidate in "$own" "$(command -v uv || true)"; do
    if [ -n "$candidate" ] && is_new_enough "$candidate"; then
        echo "$candidate"
        exit 0
    fi
done

echo "    uv $wanted, since this machine has none as new" >&2
if ! "$python" -m pip --version >/dev/null 2>&1 &&
    ! "$python" -m ensurepip --default-pip >/dev/null 2>&1; then
    echo "error: this Python can't install packages: add its venv package (on Debian and Ubuntu" \
        "'apt install python3-venv'), or install uv" >&2
    exit 1
fi
hashes=$(sed -n '/^name = "uv"$/,/^\[\[package\]\]$/s/.*hash = "\(sha256:[0-9a-f]*\)".*/--hash=\1/p' uv.lock)
echo "uv==$wanted" $hashes |
    "$python" -m pip install --quiet --no-deps --require-hashes --requirement /dev/stdin >&2
echo "$own"
