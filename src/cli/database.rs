//! Database of a subcommand: the configured one, or the private cluster.

use std::path::PathBuf;

use pg_private::Cluster;

use crate::config::{BackupTime, Config};
use crate::db::database_kind::{self, DatabaseKind};
use crate::db::dump::Signer;
use crate::db::{Pool, lease};
use crate::db::{Target, migrate, pool, with_timeout};
use crate::failure::Failure;
use crate::jobs::Backups;
use crate::telegram::Token;

/// The database, migrated and marked, with working connections.
pub(super) struct Database {
    pub pool: Pool,
    pub owner: Target,
    cluster: Option<Cluster>,
}

impl Database {
    /// Opens the database of a real company, or the demo's own. Applies migrations first, under the owner's role.
    pub async fn open(config: &Config, kind: DatabaseKind) -> Result<Self, Failure> {
        let (cluster, worker, owner) = targets(config, kind).await?;
        migrate::run(&owner, worker.user()).await?;
        let opened = async {
            let mut connection = pool::connect_owner(&owner).await?;
            database_kind::ensure(&mut connection, kind).await?;
            pool::connect(&worker, &pool::Settings::default()).await
        };
        let pool = with_timeout(&worker, opened).await?;
        Ok(Self { pool, owner, cluster })
    }

    /// Opens the database that the bot works in with this configuration, for another command.
    ///
    /// With a token it is a real company's. Without one it is the demo's, unless `DATABASE_URL` names another: that one
    /// is taken as it is marked, and left unmarked if it has no mark yet.
    pub async fn beside(config: &Config) -> Result<(Self, Option<DatabaseKind>), Failure> {
        let (named, kind) = (config.database_url.as_deref().is_some_and(|url| !url.is_empty()), kind(config)?);
        if !named || kind == DatabaseKind::Real {
            return Ok((Self::open(config, kind).await?, Some(kind)));
        }
        let (cluster, worker, owner) = targets(config, kind).await?;
        migrate::run(&owner, worker.user()).await?;
        let pool = pool::connect(&worker, &pool::Settings::default()).await?;
        let actual = database_kind::read(&mut lease::detached(&pool).await?).await?;
        Ok((Self { pool, owner, cluster }, actual))
    }

    /// The daily backups that the program makes itself: of the private cluster only. Another database is backed up by
    /// its administrator.
    pub fn backups(&self, config: &Config, token: &Token) -> Option<Backups> {
        let (BackupTime::At(at), Some(_)) = (config.crm_backup_at, &self.cluster) else { return None };
        Some(Backups {
            bot_id: token.bot_id(),
            signer: signer_of(token),
            owner: self.owner.clone(),
            pg_bin: config.crm_pg_bin.clone(),
            folder: config.backup_dir(),
            keep: config.crm_backup_keep.get().into(),
            at,
        })
    }

    /// Closes the connections and stops the cluster if it is ours.
    pub async fn close(self) {
        // A connection that some task still holds must not keep the program from ending (R12).
        pool::all(&self.pool).for_each(|pool| pool.close());
        if let Some(cluster) = self.cluster {
            cluster.stop().await;
        }
    }
}

/// The kind of company that the configuration speaks of: with a token a real one.
pub(super) fn kind(config: &Config) -> Result<DatabaseKind, Failure> {
    let real = config.token()?.is_some();
    Ok(if real { DatabaseKind::Real } else { DatabaseKind::Demo })
}

/// Signs and knows backups by the bot's token; without one, in the demo, it knows only whether they are whole.
pub(super) fn signer(config: &Config) -> Result<Signer, Failure> {
    Ok(config.token()?.map_or_else(Signer::default, |token| signer_of(&token)))
}

fn signer_of(token: &Token) -> Signer {
    Signer::new(token.key_for(b"crmbot: backups, 1").as_ref().map(|key| key.as_slice()))
}

/// `crmbot migrate`.
pub(super) async fn migrate(config: &Config) -> Result<(), Failure> {
    // The kind is marked when the bot first runs on it.
    let (cluster, worker, owner) = targets(config, kind(config)?).await?;
    migrate::run(&owner, worker.user()).await?;
    if let Some(cluster) = cluster {
        cluster.stop().await;
    }
    crate::failure::print("migrated");
    Ok(())
}

/// Where the bot works and under which logins: its own cluster if no database is named, the working login, and the
/// owner.
pub(super) async fn targets(config: &Config, kind: DatabaseKind) -> Result<(Option<Cluster>, Target, Target), Failure> {
    if let Some(url) = config.database_url.as_deref().filter(|url| !url.is_empty()) {
        let worker = Target::parse("DATABASE_URL", url)?;
        let owner = match config.database_owner_url.as_deref().filter(|url| !url.is_empty()) {
            Some(url) => Target::parse("DATABASE_OWNER_URL", url)?,
            None => worker.clone(),
        };
        for target in [&worker, &owner] {
            if target.is_exposed() {
                let (variable, place) = (target.variable(), target.place());
                tracing::warn!("{variable}: the way to {place} need not be encrypted; add ?sslmode=verify-full");
            }
        }
        return Ok((None, worker, owner));
    }
    let folder: PathBuf = match kind {
        DatabaseKind::Demo => config.crm_data_dir.join("demo"),
        DatabaseKind::Real => config.crm_data_dir.clone(),
    };
    let cluster = Cluster::start_or_join(&folder, config.crm_pg_bin.as_deref())
        .await
        .map_err(|error| Failure { code: error.exit_code(), line: error.to_string() })?;
    let worker = Target::new("CRM_DATA_DIR", cluster.worker_url());
    let owner = Target::new("CRM_DATA_DIR", cluster.owner_url());
    Ok((Some(cluster), worker, owner))
}
