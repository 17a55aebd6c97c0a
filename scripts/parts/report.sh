# Runs the parts of a test run one after the other and reports how long each took. Sourced by test.
#
# A part is one command. If it is a function, it must join its commands with `&&`, because `set -e`
# does not apply inside it. The output of each part is in a file. A part that fails ends the run:
# the end of its output is printed last, with the command that runs only that part.

logs=target/tests
rm -rf "$logs"
mkdir -p "$logs"
rows=()

# part NAME ALONE COMMAND…: runs a part. ALONE is the command to run only that part by hand.
part() {
    local name=$1 alone=$2 begun=$SECONDS log status=0; shift 2
    log=$(log_of "$name")
    begin_line "$name"
    "$@" >"$log" 2>&1 </dev/null || status=$?
    end_part "$name" "$alone" $((SECONDS - begun)) $status
}

# beside NAME COMMAND…: runs a part in the background until `join` waits for it.
beside() {
    local name=$1 log; shift
    log=$(log_of "$name")
    beside_name=$name beside_begun=$SECONDS
    { status=0; "$@" || status=$?; echo $((SECONDS - beside_begun)) >"$log.seconds"; exit $status; } >"$log" 2>&1 </dev/null &
    beside_job=$!
    # The part must not outlive the run.
    trap 'kill $beside_job 2>/dev/null || true' EXIT
}

# join ALONE: waits for the part in the background.
join() {
    local alone=$1 status=0
    begin_line "$beside_name"
    wait $beside_job || status=$?
    trap - EXIT
    end_part "$beside_name" "$alone" "$(cat "$(log_of "$beside_name").seconds")" $status "in the background"
}

log_of() { echo "$logs/${1//[^a-zA-Z0-9]/-}.log"; }

begin_line() { printf 'test: %-52s' "$1"; }

end_part() {
    local name=$1 alone=$2 seconds=$3 status=$4 note=${5:-}
    printf '%6s  %s\n' "$(minutes "$seconds")" "$note"
    rows+=("$(printf '%-52s%6s  %s' "$name" "$(minutes "$seconds")" "$note")")
    [ "$status" = 0 ] || failed "$name" "$alone"
}

minutes() { printf '%d:%02d' $(($1 / 60)) $(($1 % 60)); }

# The table, and the summary of each part that ran tests.
table() {
    printf '\n%-52s%6s\n' part "m:ss"
    printf '%s\n' "${rows[@]}"
    printf '%-52s%6s\n\n' total "$(minutes $SECONDS)"
    sed -nE 's/\x1b\[[0-9;]*m//g; /^ *Summary \[|^ *[0-9]+ (passed|failed|flaky|skipped|did not run)|^fuzz: /p' "$logs"/*.log
}

failed() {
    local name=$1 alone=$2 log
    log=$(log_of "$name")
    table
    printf '\ntest: %s failed. The end of %s:\n\n' "$name" "$log"
    tail -n 120 "$log"
    printf '\ntest: %s failed. To run only this part: %s\n' "$name" "$alone"
    exit 1
}
