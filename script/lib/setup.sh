# Installs what is missing, where it may. Sourced by the scripts beside it; each `need_…` does nothing when the thing is there.

# Ends with exit 3 and the one command that helps.
cannot() {
  echo "$1" >&2
  exit 3
}

# Installs Debian packages as root or through sudo; else says which command is needed.
install_packages() {
  local as_root=()
  if [ "$(id -u)" != 0 ]; then
    if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
      as_root=(sudo)
    else
      cannot "$1 is missing and I may not install it. Run: sudo apt-get install $2"
    fi
  fi
  command -v apt-get >/dev/null || cannot "$1 is missing; install it with your system's package manager ($2)"
  echo "Installing $2 …" >&2
  # A fresh machine knows no packages yet.
  if [ -z "${packages_known:-}" ]; then
    "${as_root[@]}" apt-get update -qq >&2
    packages_known=yes
  fi
  # shellcheck disable=SC2086
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $2 >/dev/null
}

need_rust() {
  [ -x "$HOME/.cargo/bin/cargo" ] && PATH="$PATH:$HOME/.cargo/bin"
  command -v cargo >/dev/null || cannot "Rust is missing. Install it from https://rustup.rs"
  # Linking and the TLS library need a C compiler.
  command -v cc >/dev/null || install_packages "A C compiler" "gcc libc6-dev"
}

postgres_programs() {
  local folder
  for folder in "${CRM_PG_BIN:-}" $(tr ':' ' ' <<<"$PATH") /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql*/bin; do
    [ -x "$folder/initdb" ] && [ -x "$folder/pg_ctl" ] && return 0
  done
  return 1
}

need_postgres() {
  postgres_programs && return
  # The package would start a cluster of its own, which nothing here uses.
  install_packages "PostgreSQL" "postgresql-common"
  local conf=/etc/postgresql-common/createcluster.conf
  local edit=(sed -i 's/^#\?create_main_cluster.*/create_main_cluster = false/' "$conf")
  if [ "$(id -u)" = 0 ]; then "${edit[@]}"; else sudo "${edit[@]}"; fi
  install_packages "PostgreSQL" "postgresql"
  postgres_programs || cannot "PostgreSQL was installed but its programs were not found; set CRM_PG_BIN to their folder"
}

need_chromium() {
  command -v chromium >/dev/null && command -v chromedriver >/dev/null && return
  install_packages "Chromium (for the tests of the web chat)" "chromium chromium-driver fonts-noto-color-emoji"
}

need_npm() {
  command -v npm >/dev/null && return
  install_packages "npm (for a client of another language in the tests)" "npm"
}

need_nginx() {
  command -v nginx >/dev/null && return
  # Ordinary users have no sbin on their path.
  [ -x /usr/sbin/nginx ] || [ -x /usr/local/sbin/nginx ] && return
  install_packages "nginx (for the test of several processes behind it)" "nginx-light"
  # The package starts a server of its own, which nothing here uses.
  local stop=(systemctl disable --now nginx)
  [ -d /run/systemd/system ] || stop=(service nginx stop)
  if [ "$(id -u)" = 0 ]; then "${stop[@]}"; else sudo "${stop[@]}"; fi >/dev/null 2>&1 || true
}
