#!/bin/sh
# Installs the client in another language (grammY, for Node) that a test runs against the stand-in.
# Without it that one test says that it was skipped.
set -eu
cd "$(dirname "$0")/other-client"
command -v npm >/dev/null || { echo "npm is not installed; the test with another client will be skipped" >&2; exit 0; }
npm install --no-audit --no-fund --no-package-lock --loglevel=error
