#!/bin/sh
# What the official postgres image documents of its entrypoint: arguments that begin with `-` go to postgres; an empty
# PGDATA is initialised with POSTGRES_USER, _PASSWORD, _DB, _INITDB_ARGS, _INITDB_WALDIR, _HOST_AUTH_METHOD (and their
# _FILE forms) and /docker-entrypoint-initdb.d/*.{sh,sql,sql.gz}; as root it becomes postgres. Other commands run as given.
set -eu

[ "${1#-}" != "${1:-}" ] && set -- postgres "$@"
[ "${1:-}" = postgres ] || exec "$@"
case " $* " in *' --help '* | *' -? '* | *' --version '* | *' -V '* | *' --describe-config '*) exec "$@" ;; esac

# VARIABLE or VARIABLE_FILE, else the default.
from_file() {
  eval "value=\${$1:-} file=\${$1_FILE:-}"
  if [ -n "$value" ] && [ -n "$file" ]; then
    echo "error: both $1 and $1_FILE are set (but are exclusive)" >&2
    exit 1
  fi
  [ -z "$file" ] || value=$(cat "$file")
  [ -n "$value" ] || value=${2:-}
  eval "export $1=\$value"
  unset "$1_FILE"
}

if [ "$(id -u)" = 0 ]; then
  mkdir -p "$PGDATA" /var/run/postgresql
  chmod 700 "$PGDATA"
  chmod 3777 /var/run/postgresql
  [ -z "${POSTGRES_INITDB_WALDIR:-}" ] || { mkdir -p "$POSTGRES_INITDB_WALDIR"; chown -R postgres "$POSTGRES_INITDB_WALDIR"; chmod 700 "$POSTGRES_INITDB_WALDIR"; }
  find "$PGDATA" \! -user postgres -exec chown postgres {} +
  exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
fi

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  from_file POSTGRES_PASSWORD
  from_file POSTGRES_USER postgres
  from_file POSTGRES_DB "$POSTGRES_USER"
  from_file POSTGRES_INITDB_ARGS
  method=${POSTGRES_HOST_AUTH_METHOD:-}
  if [ -z "$POSTGRES_PASSWORD" ] && [ "$method" != trust ]; then
    echo 'Error: Database is uninitialized and superuser password is not specified.' >&2
    echo '       You must specify POSTGRES_PASSWORD to a non-empty value for the superuser.' >&2
    exit 1
  fi
  pwfile=$(mktemp)
  printf '%s\n' "$POSTGRES_PASSWORD" >"$pwfile"
  # shellcheck disable=SC2086 # several arguments in one variable, as documented
  eval 'initdb --pgdata="$PGDATA" --username="$POSTGRES_USER" --pwfile="$pwfile" ${POSTGRES_INITDB_WALDIR:+--waldir="$POSTGRES_INITDB_WALDIR"} '"$POSTGRES_INITDB_ARGS"
  rm -f "$pwfile"
  [ -n "$method" ] || method=$(postgres -C password_encryption -D "$PGDATA")
  printf '\nhost all all all %s\n' "$method" >>"$PGDATA/pg_hba.conf"

  PGUSER=${PGUSER:-$POSTGRES_USER} pg_ctl -D "$PGDATA" -o "-c listen_addresses='' -p ${PGPORT:-5432}" -w start
  export PGPASSWORD="${PGPASSWORD:-$POSTGRES_PASSWORD}"
  run_sql() { psql -v ON_ERROR_STOP=1 --no-psqlrc --no-password --username "$POSTGRES_USER" --dbname "$@"; }
  [ "$POSTGRES_DB" = postgres ] || run_sql postgres --set db="$POSTGRES_DB" <<-'SQL'
	SELECT 'CREATE DATABASE ' || quote_ident(:'db') WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'db')\gexec
	SQL
  for script in /docker-entrypoint-initdb.d/*; do
    case $script in
      *.sh) if [ -x "$script" ]; then "$script"; else . "$script"; fi ;;
      *.sql) run_sql "$POSTGRES_DB" -f "$script" ;;
      *.sql.gz) gunzip -c "$script" | run_sql "$POSTGRES_DB" ;;
    esac
  done
  PGUSER=${PGUSER:-$POSTGRES_USER} pg_ctl -D "$PGDATA" -m fast -w stop
  unset PGPASSWORD
  printf '\nPostgreSQL init process complete; ready for start up.\n\n'
fi
exec "$@"
