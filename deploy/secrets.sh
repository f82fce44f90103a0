#!/bin/sh
# Makes the secrets of compose.yml once, as root: cd deploy && ./secrets.sh <<<'123456789:AAH…' (the bot's token).
# Each file can be read by root and by the one account that needs it. Passwords of an earlier deploy/.env are kept.
set -eu
umask 077
cd "$(dirname "$0")"
if [ -e secrets ]; then
  echo "secrets/ is there already" >&2
  exit 1
fi
if [ -e .env ]; then
  . ./.env
fi
token=$(cat)
random() { openssl rand -hex 24; }
owner=${CRM_OWNER_PASSWORD:-$(random)}
worker=${CRM_WORKER_PASSWORD:-$(random)}
superuser=${POSTGRES_PASSWORD:-$(random)}

# 10001 is the bot's account in its image, 999 Postgres's. Arguments can be read by every process: the texts come from here.
mkdir -m 0711 secrets
printf '%s\n' "$token" >secrets/telegram_bot_token
printf 'postgres:5432:*:%s\n' "crm_owner:$owner" "crm_worker:$worker" >secrets/pgpass
printf '%s\n' "$owner" "$worker" >secrets/role_passwords
printf '%s\n' "$superuser" >secrets/postgres_password
chmod 0400 secrets/*
chown 10001 secrets/telegram_bot_token secrets/pgpass
chown 999 secrets/role_passwords
