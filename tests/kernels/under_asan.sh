#!/bin/sh
# Run the tests of the compiled kernels, bindings and error paths included, under ASan and UBSan.
# Works on a copy in build/asan, so that the kernels in use stay as they are.
#
#   PYTHON=.venv/bin/python tests/kernels/under_asan.sh [paths and options for pytest]
#
# Without paths: tests/kernels. Others run as well, in many minutes: tests/wsgi tests/http ...
set -eu
cd "$(dirname "$0")/../.."
PYTHON=$(command -v "${PYTHON:-.venv/bin/python}")
case $PYTHON in /*) ;; *) PYTHON=$PWD/$PYTHON ;; esac
CC=${CC:-gcc}
copy=build/asan
rm -rf "$copy"
mkdir -p "$copy"
cp -R setup.py pyproject.toml csrc flaskfast tests "$copy"
cd "$copy"
find flaskfast -name '*.so' -exec rm {} +
CC=$CC CFLAGS='-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined' \
  FLASKFAST_BUILD=native "$PYTHON" setup.py -q build_ext --inplace
# ASan takes a greenlet's stack for an overflow, and keeps freed memory: no tests of those.
# The interpreter itself leaks by design; its allocator would hide ours from ASan.
LD_PRELOAD="$($CC -print-file-name=libasan.so) $($CC -print-file-name=libubsan.so)" \
  ASAN_OPTIONS=detect_leaks=0 PYTHONMALLOC=malloc FLASKFAST_KERNELS=native \
  "$PYTHON" -m pytest -q -p no:cacheprovider --deselect tests/kernels/test_switch.py \
  -k 'not greenlets and not takes_no_memory' "${@:-tests/kernels}"
