#!/bin/sh
# make-certificates.sh FOLDER [NAME…]: an authority of your own (ca.pem, ca.key), and by it the certificate of nats-server
# (server.pem, server.key; for `nats`, localhost, 127.0.0.1 and each NAME: `DNS:nats.example` or `IP:10.0.0.5`) and the one that
# services and clients show (client.pem, client.key). What is there already stays: to renew, remove it and run this again.
set -eu
umask 077
[ $# -ge 1 ] || { echo 'USAGE: make-certificates.sh FOLDER [DNS:NAME|IP:ADDRESS…]' >&2; exit 2; }
folder=$1; shift
names=DNS:nats,DNS:localhost,IP:127.0.0.1
for name in "$@"; do names=$names,$name; done
mkdir -p "$folder"
ec='-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes'

[ -e "$folder/ca.pem" ] || openssl req -x509 $ec -days 3650 -subj '/CN=benchbus NATS authority' \
  -addext basicConstraints=critical,CA:TRUE -keyout "$folder/ca.key" -out "$folder/ca.pem" 2>/dev/null

issue() { # name, subject, more
  [ -e "$folder/$1.pem" ] || openssl req -x509 $ec -days 365 -subj "/CN=$2" -CA "$folder/ca.pem" -CAkey "$folder/ca.key" \
    -addext basicConstraints=CA:FALSE -addext "extendedKeyUsage=$3" -addext "subjectAltName=$4" \
    -keyout "$folder/$1.key" -out "$folder/$1.pem" 2>/dev/null
}
issue server nats serverAuth "$names"
issue client benchbus clientAuth DNS:benchbus
chmod 644 "$folder"/*.pem
ls "$folder"/*.pem "$folder"/*.key
