#!/bin/sh
# Screens the bundled sample: run.sh SLUICE OUTDIR
set -eu
sluice=$1 out=$2
here=$(dirname "$0")
mkdir -p "$out"
set -x
"$sluice" screen "$here/prospects.csv" \
	-s "$here/optouts.txt" -s "erasure=$here/forgotten.sha1" \
	-o "$out/clean.csv" -r "$out/rejects.csv" --quarantine "$out/quarantine.csv" \
	--decisions "$out/decisions.csv" -m "$out/manifest.json"
"$sluice" verify "$out/manifest.json"
"$sluice" manifest show "$out/manifest.json"
