#!/bin/sh
# Waits for the Temporal server of TEMPORAL_ADDRESS and makes a namespace where it is not there yet, and in it the search
# attributes by which the sweeps of a name or a store are found.
# Usage: namespace.sh NAME RETENTION
set -eu
attempts=60
again() {
  attempts=$((attempts - 1))
  [ "$attempts" -gt 0 ] || exit 1
  sleep 2
}
until temporal operator cluster health; do again; done
temporal operator namespace describe --namespace "$1" ||
  temporal operator namespace create --namespace "$1" --retention "$2"
# A new namespace is not known everywhere at once.
until temporal operator search-attribute create --namespace "$1" \
  --name UnitscopeSweep --type Keyword --name UnitscopeStore --type Keyword; do again; done
