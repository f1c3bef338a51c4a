#!/bin/sh
# Rasa's own check of domain, rules and responses; anything but the known and wanted remarks fails.
set -eu
cd "$(dirname "$0")/.."
RASA_TELEMETRY_ENABLED=false TF_CPP_MIN_LOG_LEVEL=3 .venv/bin/python -W ignore -m rasa data validate --domain domain.yml --data data
