#!/bin/sh
# Runs once inside the database's container, on an empty volume: Doorstep's logins and its database.
# Rights to tables are granted by `doorstep migrate`; what each login is for stands in docs/settings.md.
set -eu

export SECRETS="${SECRETS:-/run/secrets}"
PGPASSWORD=$(cat "$SECRETS/database-superuser")
export PGPASSWORD

psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres <<'SQL'
\set owner `cat "$SECRETS/database-owner"`
\set app `cat "$SECRETS/database-app"`
\set sequencer `cat "$SECRETS/database-sequencer"`
\set eraser `cat "$SECRETS/database-eraser"`
\set backup `cat "$SECRETS/database-backup"`
SET password_encryption = 'scram-sha-256';
CREATE ROLE doorstep_owner LOGIN CREATEROLE PASSWORD :'owner';
CREATE ROLE doorstep_app LOGIN PASSWORD :'app';
CREATE ROLE doorstep_sequencer LOGIN PASSWORD :'sequencer';
CREATE ROLE doorstep_eraser LOGIN PASSWORD :'eraser';
CREATE ROLE doorstep_backup LOGIN BYPASSRLS PASSWORD :'backup';
GRANT pg_read_all_data TO doorstep_backup;
ALTER ROLE doorstep_backup SET default_transaction_read_only = on;
CREATE DATABASE doorstep OWNER doorstep_owner;
REVOKE ALL ON DATABASE doorstep, postgres, template1 FROM PUBLIC;
GRANT CONNECT ON DATABASE doorstep TO doorstep_app, doorstep_sequencer, doorstep_eraser, doorstep_backup;
SQL
