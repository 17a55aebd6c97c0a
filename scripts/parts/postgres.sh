# Runs a PostgreSQL in a directory. Sourced by with-postgres and cluster.
#
# PostgreSQL refuses to run as root, so if root starts it, it runs as Debian's user `postgres`.

# The newest installed PostgreSQL, which Debian keeps out of the PATH.
postgres_bin() {
    local newest
    newest=$(printf '%s\n' /usr/lib/postgresql/*/bin/postgres | sort -V | tail -n 1)
    if [ -x "$newest" ]; then dirname "$newest"
    elif command -v postgres >/dev/null; then dirname "$(command -v postgres)"
    else echo "PostgreSQL is not installed: run scripts/setup cluster" >&2; return 1
    fi
}

# Replaces this shell with a command, run as a user that PostgreSQL accepts. When the parent process
# dies, the command gets SIGINT, which is PostgreSQL's fast shutdown.
as_postgres() {
    local user=()
    [ "$(id -u)" != 0 ] || user=(--reuid postgres --regid postgres --init-groups)
    exec setpriv "${user[@]}" --pdeathsig INT "$@"
}

# create_postgres DIR PASSWORD: creates a cluster in DIR/data, with the superuser `postgres`.
create_postgres() {
    local dir=$1 password=$2 bin
    bin=$(postgres_bin) || return 1
    mkdir -p "$dir"
    (umask 077 && printf '%s\n' "$password" >"$dir/password")
    [ "$(id -u)" != 0 ] || chown postgres "$dir" "$dir/password"
    (cd "$dir" && as_postgres "$bin/initdb" --pgdata "$dir/data" --username postgres --pwfile "$dir/password" \
        --auth scram-sha-256 --encoding UTF8 --locale C.UTF-8 --no-sync) >"$dir/initdb.log" 2>&1 \
        || { cat "$dir/initdb.log" >&2; return 1; }
}

# run_postgres DIR PORT [-c NAME=VALUE …]: runs PostgreSQL in the foreground, in place of this
# shell, with its unix socket in DIR. Data is synced as in a real shop, because durability is
# measured and tested.
run_postgres() {
    local dir=$1 port=$2; shift 2
    cd "$dir" && as_postgres "$(postgres_bin)/postgres" -D "$dir/data" -p "$port" -k "$dir" \
        -c listen_addresses=127.0.0.1 -c max_connections=200 "$@"
}

# Whether PostgreSQL in DIR accepts clients, according to its `postmaster.pid`.
postgres_is_ready() {
    grep -q '^ready' "$1/data/postmaster.pid" 2>/dev/null
}

# A free port on 127.0.0.1, below those used for outgoing connections.
free_port() {
    local port
    while port=$((20000 + RANDOM % 12000)); (: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
    echo "$port"
}
