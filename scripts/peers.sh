#!/usr/bin/env bash
# Installs the peers that the benchmarks compare with, in a virtual environment of their own. What does not install is said in the tables.
set -uo pipefail
cd "$(dirname "$0")/.."
stamp=.venv-peers/ready
[ -e "$stamp" ] && [ ! constraints-peers.txt -nt "$stamp" ] && exit 0
printf '\033[1m==> Installing tipg and pygeoapi in .venv-peers\033[0m\n'
.venv/bin/python -m venv .venv-peers
install() { .venv-peers/bin/pip install --disable-pip-version-check --quiet --constraint constraints-peers.txt "$@"; }
install tipg uvicorn && install pygeoapi gunicorn psycopg2-binary geoalchemy2 'pygeofilter[sqlalchemy]' && touch "$stamp"
exit 0
