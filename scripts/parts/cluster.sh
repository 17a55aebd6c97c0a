# The steps of scripts/cluster as functions, which use its variables.

say() { printf '\033[1mcluster:\033[0m %s\n' "$*"; }
fail() { printf 'cluster: %s\n' "$*" >&2; exit 1; }

check_tools() {
    postgres_bin >/dev/null || exit 1
    command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || fail "nginx is not installed: run scripts/setup cluster"
    PATH=$PATH:/usr/sbin
    [ -x "$binary" ] || fail "there is no $binary: run make build"
    binary=$(realpath "$binary")
    case $instances in ''|*[!0-9]*|0) fail "--instances $instances: not a number above 0" ;; esac
    case $port in ''|*[!0-9]*) fail "--port $port: not a port" ;; esac
}

# If root starts them, PostgreSQL and nginx run as other users, who must be able to read the directory.
choose_directory() {
    local asked=$dir
    dir=${dir:-data/cluster}
    mkdir -p "$dir"
    dir=$(realpath "$dir")
    chmod 755 "$dir"
    if [ "$(id -u)" = 0 ] && ! setpriv --reuid postgres --regid postgres --clear-groups test -x "$dir"; then
        [ -z "$asked" ] || fail "the user postgres cannot reach $dir: choose another --dir"
        rmdir "$dir"
        dir=/var/tmp/burts-books-cluster
        mkdir -p "$dir"
        say "data are in $dir, because the user postgres cannot reach this directory"
    fi
}

# Waits until a process has ended. A signal only interrupts `wait`, so the loop checks whether the
# process still exists. Its number is not reused meanwhile.
wait_for_end() {
    while wait "${kept[$1]}" 2>/dev/null; kill -0 "${kept[$1]}" 2>/dev/null; do :; done
    unset "kept[$1]"
}

# await SECONDS WHAT DIR CMD…: waits until CMD succeeds, or fails with the end of DIR's log.
await() {
    local until=$((SECONDS + $1)) what=$2 name=$3; shift 3
    until "$@" >/dev/null 2>&1; do
        if [ $SECONDS -ge $until ]; then
            tail -n 15 "$dir/$name/log" >&2
            fail "$what does not start (its log is $dir/$name/log)"
        fi
        sleep 0.05
    done
}

# --- PostgreSQL ----------------------------------------------------------------------

# The shop's role owns its database and nothing else.
start_postgres() {
    local secret new=
    if [ ! -e "$dir/postgres/secret" ]; then
        new=yes
        rm -rf "$dir/postgres"
        secret=$(od -An -N12 -tx1 /dev/urandom | tr -d ' \n')
        create_postgres "$dir/postgres" "$secret" || fail "PostgreSQL cannot be set up in $dir/postgres"
    fi
    keep postgres --stop INT bash -c '. scripts/parts/postgres.sh; run_postgres "$1" "$2" -c listen_addresses="$3"' \
        _ "$dir/postgres" "$postgres_port" "$address"
    await 30 PostgreSQL postgres "$(postgres_bin)/pg_isready" -q -h "$address" -p "$postgres_port"
    if [ -n "$new" ]; then
        PGPASSWORD=$secret "$(postgres_bin)/psql" -qX -h "$address" -p "$postgres_port" -U postgres \
            -c "create role burts login password '$secret'" -c "create database burts owner burts" \
            || fail "PostgreSQL cannot be set up"
        (umask 077; echo "$secret" >"$dir/postgres/secret")
    fi
}

database_url() {
    echo "postgres://${1:-burts}:$(cat "$dir/postgres/secret")@$address:$postgres_port/${2:-burts}"
}

# --- instances -----------------------------------------------------------------------

# The directory of the site's files, which is beside the binary or one level above it.
site_of() {
    local beside
    for beside in "$(dirname "$1")/site" "$(dirname "$1")/../site"; do
        if [ -d "$beside" ]; then echo "$beside"; return; fi
    done
    fail "the site's files are missing beside $1: run make build"
}

# The settings of all instances, as /etc/burts-books/env has them on a host. The database's URL is not
# an argument, because every user could read it.
write_settings() {
    (
        umask 077
        echo "DATABASE_URL=$(database_url)"
        echo "BURTS_PUBLIC_URL=$(public_url)"
        echo "BURTS_TRUSTED_PROXIES=127.0.0.1"
        [ -z "$site" ] || echo "LEPTOS_SITE_ROOT=$(realpath "$site")"
    ) >"$dir/env"
    # An upgrade replaces this link.
    ln -sfn "$binary" "$dir/burts-books"
    cat >"$dir/restart" <<END
#!/bin/sh
# restart PORT: stops an instance and waits for its end; it restarts by itself.
pid=\$(cat '$dir/instances/'"\$1"/pid) && kill -TERM "\$pid" || exit 1
while kill -0 "\$pid" 2>/dev/null; do sleep 0.05; done
END
    chmod +x "$dir/restart"
}

start_instance() {
    keep "instances/$1" bash -c 'set -a; . "$1/env"; BURTS_LISTEN=$2; exec "$1/burts-books" serve' _ "$dir" "$address:$1"
}

await_instance() {
    await 60 "the instance at port $1" "instances/$1" curl -fsS --max-time 2 "http://$address:$1/readyz"
}

# Starts or stops instances until there are as many as $dir/wanted says, and tells nginx.
follow_wanted() {
    local wanted number
    read -r wanted <"$dir/wanted" || return 0
    case $wanted in ''|*[!0-9]*) return 0 ;; esac
    [ "$wanted" != "$instances" ] || return 0
    for number in $(seq $((instances + 1)) "$wanted"); do start_instance $((3000 + number)); done
    for number in $(seq $((instances + 1)) "$wanted"); do await_instance $((3000 + number)); done
    local gone
    gone=$(seq $((wanted + 1)) "$instances")
    instances=$wanted
    name_instances
    kill -HUP "$(cat "$dir/nginx/pid")"
    for number in $gone; do
        kill -TERM "${kept[instances/$((3000 + number))]}"
        wait_for_end "instances/$((3000 + number))"
    done
    tell_where >"$dir/about.new"
    mv "$dir/about.new" "$dir/about"
}

# --- nginx ---------------------------------------------------------------------------

public_url() { echo "http${tls:+s}://$address:$port"; }

name_instances() {
    local number
    for number in $(seq "$instances"); do
        echo "server $address:$((3000 + number)) max_fails=1 fail_timeout=1s;"
    done >"$dir/nginx/here/instances.conf"
}

# Copies deploy/nginx. Of its directory here/, the files that name ports and paths are replaced.
configure_nginx() {
    local nginx=$dir/nginx kind
    rm -rf "$nginx"
    mkdir -p "$nginx/here" "$nginx/temp"
    cp deploy/nginx/*.conf "$nginx"
    cp deploy/nginx/here/networks.conf "$nginx/here"
    name_instances
    {
        [ "$(id -u)" != 0 ] || echo "user www-data;"
        echo "pid $nginx/nginx.pid;"
        echo "error_log $nginx/error.log info;"
    } >"$nginx/here/process.conf"
    {
        for kind in client_body proxy fastcgi uwsgi scgi; do echo "${kind}_temp_path $nginx/temp/$kind;"; done
        echo "server {"
        echo "    listen $address:$port${tls:+ ssl http2} backlog=4096;"
        echo "    server_name $address;"
        if [ -n "$tls" ]; then
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=burts-books \
                -addext "subjectAltName=IP:$address" -keyout "$nginx/key.pem" -out "$nginx/certificate.pem" 2>/dev/null
            echo "    ssl_certificate $nginx/certificate.pem;"
            echo "    ssl_certificate_key $nginx/key.pem;"
            echo "    include tls.conf;"
        fi
        echo "    root $dir/site;"
        echo "    include shop.conf;"
        echo "}"
    } >"$nginx/here/servers.conf"
}

start_nginx() {
    configure_nginx
    keep nginx nginx -e "$dir/nginx/error.log" -p "$dir/nginx" -c "$dir/nginx/nginx.conf" -g 'daemon off;'
    await 10 nginx nginx curl -ksS --max-time 2 "$(public_url)/healthz"
}

# --- for people and programs ---------------------------------------------------------

# The command reads the database's URL from a file, because the URL has a password.
tell_staff_command() {
    say "to add a staff account: $(printf '(set -a; . %q; %q staff add ann)' "$dir/env" "$dir/burts-books")"
}

tell_where() {
    local number
    echo "shop=$(public_url)"
    for number in $(seq "$instances"); do echo "instance=http://$address:$((3000 + number))"; done
    echo "postgres=$address:$postgres_port, database burts; the password is in $dir/postgres/secret"
    echo "logs=$dir/instances/PORT/log, $dir/postgres/log, $dir/nginx/error.log"
}
