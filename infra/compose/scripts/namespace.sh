#!/bin/sh
# Waits for the Temporal server of TEMPORAL_ADDRESS and makes a namespace where it is not there yet.
# Usage: namespace.sh NAME RETENTION
set -eu
attempts=60
until temporal operator cluster health; do
  attempts=$((attempts - 1))
  [ "$attempts" -gt 0 ] || exit 1
  sleep 2
done
temporal operator namespace describe --namespace "$1" ||
  temporal operator namespace create --namespace "$1" --retention "$2"
