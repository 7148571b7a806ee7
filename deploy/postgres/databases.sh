#!/bin/sh
# One database and one role per service, so that none can read another's tables.
# Run by the postgres image on its first start; for a cluster: PGHOST=... PGUSER=... sh databases.sh
# Existing roles get the password given here; existing databases stay.
set -eu

for service in membership fees groups notifications; do
    variable=$(printf '%s' "$service" | tr '[:lower:]' '[:upper:]')_PASSWORD
    password=$(printenv "$variable") || { echo "databases.sh: $variable is not set" >&2; exit 1; }
    psql -qX -v ON_ERROR_STOP=1 -U "${PGUSER:-${POSTGRES_USER:-postgres}}" -d postgres \
        -v service="$service" -v password="$password" <<'SQL'
SELECT format('CREATE ROLE %I LOGIN', :'service')
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'service') \gexec
ALTER ROLE :"service" PASSWORD :'password';
SELECT format('CREATE DATABASE %I OWNER %I ENCODING ''UTF8'' TEMPLATE template0', :'service', :'service')
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'service') \gexec
REVOKE ALL ON DATABASE :"service" FROM PUBLIC;
SQL
done
