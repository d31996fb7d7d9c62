#!/bin/sh
# Installs the edge runner of benchbus on this machine: finds a release, downloads its file, verifies the SHA-256, puts it in
# place in one step, and lets systemd run it. When anything goes wrong, nothing is installed and what was there stays.
#
#   install-edge-runner.sh [--tag v1.2.3 | --latest] [--prefix /usr/local] [--api URL] [--sha256 HEX] [--no-systemd]
#
# Each option also has an environment variable (for cloud-init): BENCHBUS_EDGE_TAG, BENCHBUS_EDGE_PREFIX, BENCHBUS_RELEASES_API,
# BENCHBUS_EDGE_SHA256, BENCHBUS_EDGE_SYSTEMD=no; BENCHBUS_EDGE_ENV_FILE names the environment of the unit. A token for the
# releases' server is read from BENCHBUS_RELEASES_TOKEN alone, and is never an argument of a process.
#
# Exit codes: 0 installed, 2 wrong usage, 3 something is missing on this machine, 4 release or asset not found,
# 5 download failed, 6 checksum does not match, 7 no space, 8 could not be put in place.
set -eu
umask 022

name=benchbus-edge-runner
api=${BENCHBUS_RELEASES_API:-https://api.github.com/repos/benchbus/benchbus/releases}
tag=${BENCHBUS_EDGE_TAG:-latest}
prefix=${BENCHBUS_EDGE_PREFIX:-/usr/local}
expected=${BENCHBUS_EDGE_SHA256:-}
systemd=${BENCHBUS_EDGE_SYSTEMD:-yes}
env_file=${BENCHBUS_EDGE_ENV_FILE:-/etc/benchbus/edge-runner.env}
unit_dir=${BENCHBUS_EDGE_UNIT_DIR:-/etc/systemd/system}
timeout=${BENCHBUS_EDGE_TIMEOUT_S:-600}
retries=${BENCHBUS_EDGE_RETRIES:-3}
spare=${BENCHBUS_EDGE_SPARE_KIB:-1024}
unit=$unit_dir/$name.service

say() { printf '%s: %s\n' install-edge-runner "$*" >&2; }
# fail EXIT CODE MESSAGE HINT
fail() {
  printf '%s: %s\n' "$2" "$3" >&2
  [ -z "${4:-}" ] || printf '%s\n' "$4" >&2
  exit "$1"
}
usage() { fail 2 USAGE "$1" "usage: install-edge-runner.sh [--tag TAG | --latest] [--prefix DIR] [--api URL] [--sha256 HEX] [--no-systemd]"; }

while [ $# -gt 0 ]; do
  case $1 in
    --tag | --prefix | --api | --sha256) [ $# -ge 2 ] || usage "$1 needs a value" ;;
  esac
  case $1 in
    --tag) tag=$2 && shift ;;
    --latest) tag=latest ;;
    --prefix) prefix=$2 && shift ;;
    --api) api=$2 && shift ;;
    --sha256) expected=$2 && shift ;;
    --no-systemd) systemd=no ;;
    *) usage "unknown option $1" ;;
  esac
  shift
done
api=${api%/}
case $tag in '' | *[!A-Za-z0-9._+-]*) usage "not a tag: $tag" ;; esac
case $prefix in /*) ;; *) usage "--prefix has to be absolute: $prefix" ;; esac
case $expected in *[!0-9a-fA-F]*) usage "--sha256 has to be 64 hexadecimal digits" ;; esac
[ -z "$expected" ] || [ ${#expected} -eq 64 ] || usage "--sha256 has to be 64 hexadecimal digits"

for program in curl sha256sum df awk sed mktemp uname; do
  command -v "$program" >/dev/null 2>&1 || fail 3 PROGRAM_MISSING "$program is not on this machine" "apt-get install $program"
done
case $(uname -s)-$(uname -m) in
  Linux-x86_64) kind=linux-x64 ;;
  Linux-aarch64) kind=linux-arm64 ;;
  *) fail 3 MACHINE_UNSUPPORTED "the edge runner is for Linux on x86-64 and arm64, this is $(uname -s) on $(uname -m)" ;;
esac
asset=$name-$kind

bin=$prefix/bin
made_bin=no
if [ ! -d "$bin" ]; then
  mkdir -p "$bin" 2>/dev/null || fail 8 PREFIX_UNWRITABLE "$bin cannot be made" "run as root, or choose another --prefix"
  made_bin=yes
fi
[ -w "$bin" ] || fail 8 PREFIX_UNWRITABLE "$bin cannot be written to" "run as root, or choose another --prefix"
# Beside its final place: only there is a rename one step, and only there does the space count.
work=$(mktemp -d "$bin/.benchbus-install.XXXXXX" 2>/dev/null) || fail 7 NO_SPACE "no file can be made in $bin" "free some space there, or choose another --prefix"
placed=no
# Puts back what was there before; systemd runs that again.
undo() {
  if [ -e "$work/before" ]; then mv -f "$work/before" "$bin/$name"; else rm -f "$bin/$name"; fi
  [ "$systemd" = yes ] || return 0
  if [ -e "$work/unit.before" ]; then
    cp -p "$work/unit.before" "$unit_dir/.$name.service.new" && mv -f "$unit_dir/.$name.service.new" "$unit"
    systemctl daemon-reload && systemctl restart "$name.service"
  else
    systemctl disable --now "$name.service"
    rm -f "$unit"
    systemctl daemon-reload
  fi
}
cleanup() {
  [ "$placed" = no ] || undo >/dev/null 2>&1 || true
  rm -rf "$work" "$unit_dir/.$name.service.new"
  [ "$made_bin" = no ] || rmdir "$bin" "$prefix" 2>/dev/null || true
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# get URL FILE [HEADER]: the token goes by a file, arguments are seen by everybody on the machine.
curl_config=$work/curl.conf
: >"$curl_config"
[ -z "${BENCHBUS_RELEASES_TOKEN:-}" ] || printf 'header = "authorization: Bearer %s"\n' "$BENCHBUS_RELEASES_TOKEN" >"$curl_config"
get() {
  curl --config "$curl_config" --fail --silent --show-error --location --proto '=https,http' --retry "$retries" --connect-timeout 20 \
    --max-time "$timeout" ${3:+--header "$3"} --output "$2" "$1" 2>"$work/curl.err"
}
curl_said() { tr '\n' ' ' <"$work/curl.err"; }

case $tag in latest) release=$api/latest ;; *) release=$api/tags/$tag ;; esac
say "looking for release $tag at $release"
get "$release" "$work/release.json" 'accept: application/vnd.github+json' || {
  case $(curl_said) in
    *' 404'*) fail 4 RELEASE_NOT_FOUND "there is no release $tag at $api" "choose another --tag, or set --api (BENCHBUS_RELEASES_API)" ;;
    *) fail 5 DOWNLOAD_FAILED "$release: $(curl_said)" "is the releases' server within reach of this machine?" ;;
  esac
}
# JSON in POSIX sh: one token a line, enough for the two fields that are needed.
field() { tr '\n' ' ' <"$work/release.json" | sed 's/[,{}]/\n/g' | sed -n "s/^[[:space:]]*\"$1\"[[:space:]]*:[[:space:]]*\"\\([^\"]*\\)\"[[:space:]]*\$/\\1/p"; }
url_of() { field browser_download_url | awk -v end="/$1" 'substr($0, length($0) - length(end) + 1) == end { print; exit }'; }
found_tag=$(field tag_name | sed -n 1p)
url=$(url_of "$asset")
[ -n "$url" ] || fail 4 ASSET_MISSING "release ${found_tag:-$tag} has no $asset" "is it a release for this kind of machine, and complete?"
if [ -z "$expected" ]; then
  sum_url=$(url_of "$asset.sha256")
  [ -n "$sum_url" ] || fail 4 ASSET_MISSING "release ${found_tag:-$tag} has no $asset.sha256" "without a checksum nothing is installed; give it by --sha256"
  get "$sum_url" "$work/sum" || fail 5 DOWNLOAD_FAILED "$sum_url: $(curl_said)"
  expected=$(awk 'NR == 1 { print $1 }' "$work/sum")
  [ ${#expected} -eq 64 ] || fail 6 CHECKSUM_UNREADABLE "$sum_url is no SHA-256 checksum"
fi

# As large as the server says, and some for the file system.
size=$(curl --config "$curl_config" --fail --silent --location --head --max-time 60 "$url" 2>/dev/null |
  tr -d '\r' | awk 'tolower($1) == "content-length:" { size = $2 } END { print size + 0 }') || size=0
free=$(df -Pk "$bin" | awk 'NR == 2 { print $4 }')
need=$((size / 1024 + spare))
[ "$free" -ge "$need" ] || fail 7 NO_SPACE "$bin has $free KiB free, $asset needs $need KiB" "free some space there, or choose another --prefix"

say "downloading $url"
get "$url" "$work/$asset" || {
  code=$?
  [ "$code" -ne 23 ] || fail 7 NO_SPACE "the download did not fit into $bin" "free some space there, or choose another --prefix"
  fail 5 DOWNLOAD_FAILED "$url: $(curl_said)" "nothing was installed; try again"
}
actual=$(sha256sum "$work/$asset" | awk '{ print $1 }')
wanted=$(printf '%s' "$expected" | tr 'A-F' 'a-f')
[ "$actual" = "$wanted" ] || fail 6 CHECKSUM_MISMATCH "$asset has SHA-256 $actual, the release says $wanted" "nothing was installed; the file was damaged on its way, or is not the release's"
chmod 755 "$work/$asset"
version=$("$work/$asset" --version 2>/dev/null) || fail 8 NOT_RUNNABLE "$asset does not start on this machine" "is $prefix mounted noexec, or the C library too old?"

write_unit() {
  cat <<EOF
[Unit]
Description=benchbus edge runner
Documentation=https://github.com/benchbus/benchbus
After=network-online.target docker.service
Wants=network-online.target
# Restarted for ever: a node is deaf without its runner.
StartLimitIntervalSec=0

[Service]
Type=simple
EnvironmentFile=$env_file
ExecStart=$bin/$name
Restart=always
RestartSec=2
# Wrongly configured, or refused at its enrolment: another try says the same.
RestartPreventExitStatus=2
# What it started stays: databases and load tools outlive their runner, and the next one adopts them.
KillMode=process
TimeoutStopSec=20
LimitNOFILE=1048576

[Install]
WantedBy=multi-user.target
EOF
}
if [ "$systemd" = yes ]; then
  [ -d "$unit_dir" ] || fail 3 SYSTEMD_MISSING "there is no $unit_dir" "--no-systemd installs the file alone"
  write_unit >"$work/unit"
  cp "$work/unit" "$unit_dir/.$name.service.new" 2>/dev/null || fail 8 UNIT_UNWRITABLE "$unit_dir cannot be written to" "run as root, or --no-systemd"
fi
# The old file and unit are kept until systemd has taken the new one.
[ ! -e "$bin/$name" ] || cp -p "$bin/$name" "$work/before" 2>/dev/null || fail 7 NO_SPACE "the file that is replaced cannot be kept meanwhile" "free some space in $bin"
if [ "$systemd" = yes ] && [ -e "$unit" ]; then
  cp -p "$unit" "$work/unit.before" 2>/dev/null || fail 7 NO_SPACE "the unit that is replaced cannot be kept meanwhile" "free some space in $bin"
fi
placed=yes
mv -f "$work/$asset" "$bin/$name" || fail 8 PREFIX_UNWRITABLE "$bin/$name cannot be replaced"
if [ "$systemd" = yes ]; then
  mv -f "$unit_dir/.$name.service.new" "$unit"
  if ! { systemctl daemon-reload && systemctl enable "$name.service" && systemctl restart "$name.service"; } >"$work/systemctl" 2>&1; then
    fail 8 SYSTEMD_FAILED "systemd did not take $name.service: $(tr '\n' ' ' <"$work/systemctl")" "--no-systemd installs the file alone"
  fi
fi
# What is there is ours to keep now.
placed=no
made_bin=no
say "installed $version as $bin/$name"
