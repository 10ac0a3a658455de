#!/usr/bin/env bash
# Starts localhook in the background, and gives the steps that follow what they need of it.
set -euo pipefail

mkdir -p "$RUNNER_TEMP/localhook"
folder=$(mktemp -d "$RUNNER_TEMP/localhook/XXXXXX")
said=$folder/said
: >"$said"
read -ra localhook <<<"$INPUT_COMMAND"
read -ra providers <<<"$INPUT_PROVIDERS"
flags=(--json --no-quiet --write-env-file "$folder/env")
if [[ -n $INPUT_RECEIVER ]]; then flags+=(--receiver "$INPUT_RECEIVER"); fi

fail() {
	cat "$said"
	echo "::error title=localhook::$1"
	exit 1
}

# Of its own streams it keeps none, or this step would last as long as localhook does. It gets a process group of its
# own, since npx does not pass a signal on to what it has started.
set -m
"${localhook[@]}" start ${providers[@]+"${providers[@]}"} "${flags[@]}" \
	</dev/null >"$folder/journal.ndjson" 2>"$said" &
pid=$!
set +m
echo "$pid" >"$folder/pid"

end=$((SECONDS + INPUT_TIMEOUT))
until [[ -f $folder/env ]]; do
	kill -0 "$pid" 2>/dev/null || fail "It ended before it was ready. What it said is above."
	((SECONDS < end)) || { kill -- "-$pid"; fail "It was not ready within $INPUT_TIMEOUT s. What it said is above."; }
	sleep 0.1
done

# localhook told its stderr what has to be hidden; this step's output is where the runner reads it.
grep '^::add-mask::' "$said" || true

while IFS= read -r line; do
	name=${line%%=*}
	value=${line#*=}
	if [[ $line == \#* ]]; then continue; fi
	# Values are quoted where a shell needs it; the runner takes quotes for a part of the value.
	if [[ $value == \'*\' ]]; then
		value=${value#\'}
		value=${value%\'}
	fi
	export "$name=$value"
	echo "$name=$value" >>"$GITHUB_ENV"
done <"$folder/env"

"${localhook[@]}" wait --ready --timeout "${INPUT_TIMEOUT}s" >/dev/null || fail "It does not answer at $LOCALHOOK_URL."
echo "url=$LOCALHOOK_URL" >>"$GITHUB_OUTPUT"
echo "localhook is ready at $LOCALHOOK_URL"
