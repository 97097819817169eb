#!/usr/bin/env bash
# What `make test` needs beyond Rust, Node 20 and a C compiler: Chromium, Python with venv.
# As root on Debian it installs them; otherwise it says what to install.
set -euo pipefail

missing=()
command -v python3 >/dev/null || missing+=(python3)
python3 -c 'import venv, ensurepip' 2>/dev/null || missing+=(python3-venv)
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || missing+=(chromium)
fc-list 2>/dev/null | grep -qi 'cjk' || missing+=(fonts-noto-cjk)

if [ ${#missing[@]} -gt 0 ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}"
  else
    echo "Please install: ${missing[*]}" >&2
    exit 1
  fi
fi
[ "$(node --version | sed 's/v\([0-9]*\).*/\1/')" -ge 20 ] || { echo "Node 20 or newer is needed" >&2; exit 1; }
