#!/usr/bin/env bash
# Unpacks Debian's or Ubuntu's PgBouncer into build/pgbouncer, for the test that reads through it, because no
# package registry carries it. Needs no root and installs nothing. Never fails: if PgBouncer cannot be
# downloaded, the test is skipped and says so.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
target=build/pgbouncer
without() {
    echo "No PgBouncer ($1): the test that reads through it will be skipped." >&2
    exit 0
}

if command -v pgbouncer > /dev/null || [ -x /usr/sbin/pgbouncer ] || [ -x "$target/usr/sbin/pgbouncer" ]; then
    exit 0
fi
if ! command -v apt-get > /dev/null || ! command -v dpkg-deb > /dev/null; then
    without "no apt-get here"
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
libraries=$(apt-cache depends --important pgbouncer 2> /dev/null | awk '/Depends: lib(event|c-?ares)/ { print $2 }')
# shellcheck disable=SC2086 - a list of names
(cd "$folder" && timeout 120 apt-get -qq -o APT::Sandbox::User=root download pgbouncer $libraries) 2> /dev/null ||
    without "apt-get cannot download it; apt-get update may help"
mkdir -p "$target"
for package in "$folder"/*.deb; do
    dpkg-deb --extract "$package" "$target" || without "$package cannot be unpacked"
done
