#!/usr/bin/env bash
# The peers that the gateway is measured beside: HAProxy, nginx and wrk, from Debian.
set -euo pipefail
need=()
for tool in haproxy nginx wrk; do
  PATH="$PATH:/usr/sbin" command -v "$tool" >/dev/null || need+=("$tool")
done
[ ${#need[@]} -eq 0 ] && exit 0
if [ "$(id -u)" -ne 0 ]; then
  echo "The benchmarks need ${need[*]}. Run once: sudo apt-get install -y ${need[*]}" >&2
  exit 1
fi
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${need[@]}" >/dev/null
