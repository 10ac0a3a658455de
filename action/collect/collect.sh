#!/usr/bin/env bash
# Gathers what every localhook of this job did into one folder, without secrets, and prints the end of it.
set -euo pipefail

folder=$(mktemp -d "$RUNNER_TEMP/localhook-collected.XXXXXX")
echo "folder=$folder" >>"$GITHUB_OUTPUT"
read -ra localhook <<<"$INPUT_COMMAND"

number=0
for journal in "$RUNNER_TEMP"/localhook/*/journal.ndjson; do
	[[ -f $journal ]] || { echo "::warning title=localhook::No localhook was started in this job."; exit 0; }
	number=$((number + 1))
	# The first line may hold the token of a localhook that listens beyond loopback.
	grep -v '^{"kind":"ready"' "$journal" >"$folder/journal-$number.ndjson" || true
	echo "::group::localhook, journal $number"
	tail -n 50 "$folder/journal-$number.ndjson"
	echo "::endgroup::"
done

# Bodies, headers and answers; localhook leaves credentials out of an export. It may have ended by now.
"${localhook[@]}" export ndjson --output "$folder/deliveries.ndjson" ||
	echo "::warning title=localhook::The deliveries could not be exported; the journal is there."
