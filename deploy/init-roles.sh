#!/bin/sh
# Runs once, when Postgres's volume is empty: the owner of the schema, and the bot's login, which owns nothing.
set -eu
psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    --set=owner="$CRM_OWNER_PASSWORD" --set=worker="$CRM_WORKER_PASSWORD" <<'SQL'
create role crmbot_app nologin;
create role crm_owner login password :'owner';
create role crm_worker login noinherit password :'worker';
grant crmbot_app to crm_owner with admin option;
grant crmbot_app to crm_worker;
create database crm owner crm_owner template template0 encoding 'UTF8' locale 'C.UTF-8';
revoke connect on database crm from public;
grant connect on database crm to crm_owner, crm_worker;
SQL
