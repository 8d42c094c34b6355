#!/bin/sh
# Waits for the S3 server of AWS_ENDPOINT_URL_S3 and makes a bucket where it is not there yet.
# Usage: bucket.sh NAME
set -eu
attempts=60
until aws s3api list-buckets >/dev/null; do
  attempts=$((attempts - 1))
  [ "$attempts" -gt 0 ] || exit 1
  sleep 2
done
aws s3api head-bucket --bucket "$1" 2>/dev/null || aws s3api create-bucket --bucket "$1"
