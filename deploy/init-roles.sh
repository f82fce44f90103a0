#!/bin/sh
# Runs once, when Postgres's volume is empty: the owner of the schema, and the bot's login, which owns nothing.
set -eu
# psql reads the passwords from their file: arguments and variables can be read from outside.
psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<'SQL'
\set owner `sed -n 1p /run/secrets/role_passwords`
\set worker `sed -n 2p /run/secrets/role_passwords`
create role crmbot_app nologin;
create role crm_owner login password :'owner';
create role crm_worker login noinherit password :'worker';
grant crmbot_app to crm_owner with admin option;
grant crmbot_app to crm_worker;
create database crm owner crm_owner template template0 encoding 'UTF8' locale 'C.UTF-8';
revoke connect, temporary on database crm, postgres, template1 from public;
grant connect on database crm to crm_owner, crm_worker;
\connect crm
revoke execute on function lo_create(oid), lo_creat(integer), lo_from_bytea(oid, bytea) from public;
SQL
