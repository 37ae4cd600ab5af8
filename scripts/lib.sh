# Shared by the scripts of this folder (sourced, not run): where things are, and who runs the server.
#
# Sets ROOT (the repository), STATE ($ROOT/.qstore), PG_CONFIG (of the server in use), PG_MAJOR, VERSION (of the extension)
# and the functions below. PG_CONFIG in the environment wins over the `pg_config` in PATH.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
STATE=$ROOT/.qstore
VERSION=$(sed -n "s/^default_version *= *'\(.*\)'.*/\1/p" "$ROOT/qstore.control")

# A server started from here inherits the environment, and with these set every error of the extension would carry a backtrace.
unset RUST_BACKTRACE RUST_LIB_BACKTRACE
# Neither may the caller's connection settings reach the private clusters.
unset PGHOST PGHOSTADDR PGPORT PGUSER PGDATABASE PGPASSWORD PGPASSFILE PGSERVICE PGOPTIONS PGDATA PGSSLMODE

# say TEXT: progress, on stderr so that a script's output stays its own.
say() { printf '== %s\n' "$*" >&2; }

# die TEXT: says why and ends the script.
die() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# find_pg_config: sets PG_CONFIG and PG_MAJOR to a server that can be built against, or returns 1.
find_pg_config() {
    local candidate version
    for candidate in ${PG_CONFIG:-pg_config /usr/lib/postgresql/15/bin/pg_config}; do
        version=$("$candidate" --version 2>/dev/null) || continue
        # Debian's /usr/bin/pg_config is a wrapper; the one beside the server says the same and is the same for every caller.
        if [ -x "$("$candidate" --bindir)/pg_config" ]; then candidate=$("$candidate" --bindir)/pg_config; fi
        [ -x "$("$candidate" --bindir)/postgres" ] || continue
        [ -e "$("$candidate" --includedir-server)/postgres.h" ] || continue
        PG_CONFIG=$candidate
        PG_MAJOR=$(sed -E 's/^PostgreSQL ([0-9]+).*/\1/' <<<"$version")
        return 0
    done
    return 1
}

# need_pg_config: find_pg_config or die.
need_pg_config() {
    find_pg_config || die "no PostgreSQL server with headers found (PG_CONFIG=${PG_CONFIG:-not set}). Run scripts/bootstrap or set PG_CONFIG."
    case $PG_MAJOR in
        14 | 15 | 16 | 17 | 18) ;;
        *) die "PostgreSQL $PG_MAJOR of $PG_CONFIG is not supported: 14 to 18 are. Set PG_CONFIG." ;;
    esac
    export PG_CONFIG PG_MAJOR
}

# server_user: the account that runs the private servers. PostgreSQL refuses to run as root.
server_user() {
    if [ "$(id -u)" != 0 ]; then
        id -un
    elif id postgres >/dev/null 2>&1; then
        echo postgres
    else
        echo nobody
    fi
}

# as_server COMMAND…: runs it as server_user, from a directory that user can enter.
as_server() {
    if [ "$(id -u)" = 0 ]; then
        (cd / && runuser -u "$(server_user)" -- "$@")
    else
        (cd / && "$@")
    fi
}

# server_home: prints the directory that holds the private servers and clusters. It is .qstore, except where the server's user
# cannot reach that (a repository below /root): then a directory below /var/tmp, noted in .qstore/home.
server_home() {
    mkdir -p "$STATE"
    if as_server test -x "$STATE"; then
        echo "$STATE"
        return
    fi
    if [ -s "$STATE/home" ] && [ -d "$(cat "$STATE/home")" ] && [ -O "$(cat "$STATE/home")" ]; then
        cat "$STATE/home"
        return
    fi
    local home
    home=$(mktemp -d /var/tmp/qstore.XXXXXX)
    chmod 755 "$home"
    echo "$home" >"$STATE/home"
    echo "$home"
}
