#!/usr/bin/env bash
# Installs all that sohoa needs into this clone: Debian packages (with root or sudo) and a virtual
# environment with pinned libraries. Safe to run again: a second run checks and changes nothing.
#   scripts/install.sh          what the product needs
#   scripts/install.sh --test   what the tests need too
set -euo pipefail
cd "$(dirname "$0")/.."
want_test=no
[ "${1:-}" = "--test" ] && want_test=yes

names() { sed -e 's/#.*//' "$@" | awk 'NF {print $1}'; }
lists=(scripts/packages.txt)
[ "$want_test" = yes ] && lists+=(scripts/packages-test.txt)

if command -v dpkg-query >/dev/null && command -v apt-get >/dev/null; then
  missing=()
  if [ "$want_test" = yes ]; then  # a Java from elsewhere than Debian serves too
    command -v javac >/dev/null || missing+=(default-jdk-headless)
    command -v mvn >/dev/null || missing+=(maven)
  fi
  for name in $(names "${lists[@]}"); do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || missing+=("$name")
  done
  if [ "${#missing[@]}" -gt 0 ]; then
    as_root=()
    if [ "$(id -u)" -ne 0 ]; then
      if ! command -v sudo >/dev/null; then
        echo "Cần quyền root để cài / root is needed to install: ${missing[*]}" >&2
        echo "Nhờ người quản trị chạy / ask the keeper to run: apt-get install -y ${missing[*]}" >&2
        exit 3
      fi
      as_root=(sudo)
    fi
    echo "Cài gói hệ thống / installing system packages: ${missing[*]}"
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  fi
else
  absent=()
  for tool in tesseract pdftotext gs qpdf; do command -v "$tool" >/dev/null || absent+=("$tool"); done
  if [ "${#absent[@]}" -gt 0 ]; then
    echo "Máy này không có apt. Hãy cài các phần mềm sau rồi chạy lại / no apt here; install these and run again:" >&2
    printf '  %s\n' "${absent[@]}" >&2
    echo "Danh sách đầy đủ và lý do / full list and reasons: scripts/packages.txt" >&2
    exit 3
  fi
fi

python="${PYTHON:-}"
if [ -z "$python" ]; then
  for candidate in python3.11 python3.12 python3.13 python3; do
    command -v "$candidate" >/dev/null && { python="$candidate"; break; }
  done
fi
"$python" - <<'PY' || { echo "Cần Python 3.11 trở lên / Python 3.11 or later is needed" >&2; exit 3; }
import sys
sys.exit(sys.version_info < (3, 11))
PY

extras=""
[ "$want_test" = yes ] && extras="[dev]"
stamp=".venv/.sohoa-$want_test"
print=$(cat constraints.txt pyproject.toml | sha256sum | cut -d' ' -f1)
if [ "$(cat "$stamp" 2>/dev/null)" != "$print" ]; then
  echo "Cài thư viện Python / installing Python libraries (constraints.txt)"
  [ -x .venv/bin/python ] || "$python" -m venv .venv
  .venv/bin/python -m pip install -q --disable-pip-version-check -c constraints.txt -e ".$extras"
  # An account that may not write here, or an environment that forbids it, would compile the program
  # anew at every start: half a second.
  .venv/bin/python -m compileall -q pipeline stages
  echo "$print" > "$stamp"
  [ "$want_test" = yes ] && echo "$print" > .venv/.sohoa-no
fi
# The tests' Elasticsearch (97 MB, Maven): fetched here, so that no test waits for it.
[ "$want_test" = yes ] && .venv/bin/python -m bench.servers.elasticsearch
# veraPDF and pdf.js (27 MB, Maven), which the tests of delivered files ask.
if [ "$want_test" = yes ] && [ "$(ls build/judges/cli-*.jar build/judges/pdfjs-dist-*.jar 2>/dev/null | wc -l)" -lt 2 ]; then
  mvn -q -B -f tests/judges/pom.xml dependency:copy-dependencies \
    -DoutputDirectory="$PWD/build/judges" -DincludeScope=runtime -DexcludeTransitive=true
fi
exit 0
