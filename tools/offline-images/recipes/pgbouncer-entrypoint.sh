#!/bin/sh
# What edoburu/pgbouncer documents of its entrypoint: DATABASE_URL or DB_HOST, DB_PORT, DB_USER, DB_PASSWORD, DB_NAME, with
# LISTEN_PORT, AUTH_TYPE, POOL_MODE, MAX_CLIENT_CONN, DEFAULT_POOL_SIZE, ADMIN_USERS, STATS_USERS, IGNORE_STARTUP_PARAMETERS,
# SERVER_RESET_QUERY make /etc/pgbouncer/pgbouncer.ini and userlist.txt, unless that file is there; then the command runs.
set -eu
config=/etc/pgbouncer

if [ -n "${DATABASE_URL:-}" ]; then
  rest=${DATABASE_URL#*://}
  case $rest in *@*) login=${rest%@*} rest=${rest##*@} ;; *) login='' ;; esac
  DB_USER=${login%%:*}
  case $login in *:*) DB_PASSWORD=${login#*:} ;; esac
  where=${rest%%/*}
  DB_HOST=${where%%:*}
  case $where in *:*) DB_PORT=${where##*:} ;; esac
  case $rest in */*) DB_NAME=${rest#*/} DB_NAME=${DB_NAME%%\?*} ;; esac
fi

if [ ! -f "$config/pgbouncer.ini" ] && [ -n "${DB_HOST:-}" ]; then
  if [ -n "${DB_USER:-}" ] && [ -n "${DB_PASSWORD:-}" ]; then
    case ${AUTH_TYPE:-md5} in
      plain | scram-sha-256) secret=$DB_PASSWORD ;;
      *) secret=md5$(printf '%s%s' "$DB_PASSWORD" "$DB_USER" | md5sum | cut -f1 -d' ') ;;
    esac
    (umask 077 && printf '"%s" "%s"\n' "$DB_USER" "$secret" >"$config/userlist.txt")
  fi
  {
    echo '[databases]'
    echo "${DB_NAME:-*} = host=$DB_HOST port=${DB_PORT:-5432} auth_user=${DB_USER:-postgres}"
    echo '[pgbouncer]'
    echo "listen_addr = ${LISTEN_ADDR:-0.0.0.0}"
    echo "listen_port = ${LISTEN_PORT:-5432}"
    echo 'unix_socket_dir ='
    echo "auth_file = ${AUTH_FILE:-$config/userlist.txt}"
    echo "auth_type = ${AUTH_TYPE:-md5}"
    echo "ignore_startup_parameters = ${IGNORE_STARTUP_PARAMETERS:-extra_float_digits}"
    [ -z "${POOL_MODE:-}" ] || echo "pool_mode = $POOL_MODE"
    [ -z "${MAX_CLIENT_CONN:-}" ] || echo "max_client_conn = $MAX_CLIENT_CONN"
    [ -z "${DEFAULT_POOL_SIZE:-}" ] || echo "default_pool_size = $DEFAULT_POOL_SIZE"
    [ -z "${SERVER_RESET_QUERY:-}" ] || echo "server_reset_query = $SERVER_RESET_QUERY"
    echo "admin_users = ${ADMIN_USERS:-postgres}"
    [ -z "${STATS_USERS:-}" ] || echo "stats_users = $STATS_USERS"
  } >"$config/pgbouncer.ini"
fi
exec "$@"
