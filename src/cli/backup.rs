//! `crmbot backup` and `crmbot restore`: the whole database in one file, and back.

use std::path::PathBuf;

use clap::Args;

use super::database;
use crate::config::Config;
use crate::db::database_kind::DatabaseKind;
use crate::db::dump::{self, DumpError};
use crate::failure::{Failure, print};

#[derive(Args)]
pub struct Backup {
    /// The file; one of that name is replaced when the new one is whole
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// Where from, and over what.
#[derive(Args)]
pub struct Restore {
    /// A file that `crmbot backup` has written
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Replaces everything that is in the database now
    #[arg(long)]
    replace: bool,
    /// Takes a file without crmbot's checksum, or with another one: only if you know where it is from
    #[arg(long)]
    unverified: bool,
}

impl From<DumpError> for Failure {
    fn from(error: DumpError) -> Self {
        Self { line: error.to_string(), code: error.exit_code() }
    }
}

/// `crmbot backup FILE`. It may run beside the bot: what it writes is one moment.
pub(super) async fn backup(config: &Config, order: &Backup) -> Result<(), Failure> {
    let (cluster, _, owner) = database::targets(config, database::kind(config)?).await?;
    let done = dump::backup(&owner, config.crm_pg_bin.as_deref(), &order.file, &database::signer(config)?).await;
    if let Some(cluster) = cluster {
        cluster.stop().await;
    }
    done?;
    print(&format!("backed up into {}", order.file.display()));
    Ok(())
}

/// `crmbot restore FILE [--replace] [--unverified]`.
pub(super) async fn restore(config: &Config, order: &Restore) -> Result<(), Failure> {
    let kind = database::kind(config)?;
    let named = config.database_url.as_deref().is_some_and(|url| !url.is_empty());
    // Without a token a named database is neither kind yet: it becomes what the backup is.
    let wanted = (kind == DatabaseKind::Real || !named).then_some(kind);
    let (cluster, worker, owner) = database::targets(config, kind).await?;
    let pg_bin = config.crm_pg_bin.as_deref();
    let signer = database::signer(config)?;
    let Restore { file, replace, unverified } = order;
    let order = dump::Order { file, wanted, replace: *replace, unverified: *unverified };
    let done = dump::restore(&owner, worker.user(), pg_bin, &signer, order).await;
    if let Some(cluster) = cluster {
        cluster.stop().await;
    }
    done?;
    print(&format!("restored from {}", file.display()));
    Ok(())
}
