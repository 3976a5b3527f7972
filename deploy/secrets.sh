#!/bin/sh
# Makes the secrets that compose.yaml hands out, once, in deploy/secrets (or the folder that is named).
# Keep a sealed copy apart from this machine: without them neither backups nor sessions nor the log go on.
set -eu

cd "$(dirname "$0")/.."
folder=${1:-deploy/secrets}
if [ -e "$folder" ]; then
	echo "$folder is there already; nothing was touched. New keys in place of old ones would look like tampering." >&2
	exit 1
fi
making=$(mktemp -d "$folder.XXXXXX")
trap 'rm -rf "$making"' EXIT

# Containers read single files as a user of their own: the files are readable, and the folder is closed.
umask 022
chmod 700 "$making"

key() { openssl rand -base64 32 | tr '+/' '-_' | tr -d '=\n'; }
word() { openssl rand -hex 24 | tr -d '\n'; }

for login in superuser owner app sequencer eraser backup; do
	word >"$making/database-$login"
done
for login in owner app sequencer backup; do
	printf 'postgresql://doorstep_%s:%s@database:5432/doorstep' "$login" "$(cat "$making/database-$login")" \
		>"$making/database-url-$login"
done
for name in token-pepper ticket-key export-key log-key; do
	key >"$making/$name"
done
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$making/seal-key" 2>/dev/null
word >"$making/metrics-token"
word >"$making/s3-secret"
printf '{"identities": [{"name": "doorstep", "credentials": [{"accessKey": "doorstep", "secretKey": "%s"}], "actions": ["Admin"]}]}\n' \
	"$(cat "$making/s3-secret")" >"$making/s3-config"
password=$(word)
printf 'redis://:%s@jobs:6379/0' "$password" >"$making/valkey-url"
printf 'bind 0.0.0.0\nrequirepass %s\nsave ""\nappendonly no\ndir /data\nmaxmemory 256mb\nmaxmemory-policy noeviction\n' \
	"$password" >"$making/valkey-config"
chmod 644 "$making"/*

mv "$making" "$folder"
trap - EXIT
echo "$folder was made. Keep a sealed copy apart from this machine."
