#!/bin/sh
# Makes .venv from requirements.lock: with uv where it is installed, with pip where not.
set -eu
cd "$(dirname "$0")/.."

fail() { echo "muhafiz: $1" >&2; exit 1; }

python=""
for candidate in "${PYTHON:-}" python3.11 python3 python; do
    [ -n "$candidate" ] && command -v "$candidate" >/dev/null 2>&1 || continue
    if "$candidate" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then
        python=$candidate
        break
    fi
done
[ -n "$python" ] || fail "Python 3.11 is needed and was not found; this machine has $(python3 --version 2>&1 || echo none). On Debian 12: apt-get install python3 python3-venv"
"$python" -c 'import venv, ensurepip' 2>/dev/null || fail "Python's venv module is missing. On Debian 12: apt-get install python3-venv"
free=$(df -Pk . | awk 'NR==2 {print int($4 / 1024)}')
[ "$free" -ge 4000 ] || [ -x .venv/bin/muhafiz ] || fail "no disk space: $free MB free here, 4000 MB needed for the environment"

echo "Setting up the environment in .venv (once; a few minutes without uv)…"
[ -x .venv/bin/python ] && .venv/bin/python -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null \
    || "$python" -m venv --clear .venv
if command -v uv >/dev/null 2>&1; then
    uv pip install --quiet --python .venv/bin/python --no-deps --require-hashes -r requirements.lock \
        || fail "installing the packages failed; the lines above say why"
    uv pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation --editable . \
        || fail "installing muhafiz itself failed"
else
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --ignore-requires-python \
        --require-hashes -r requirements.lock || fail "installing the packages failed; the lines above say why"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --ignore-requires-python \
        --no-build-isolation --editable . || fail "installing muhafiz itself failed"
fi
touch .venv/.installed
