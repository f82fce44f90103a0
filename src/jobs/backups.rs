//! Daily backups of the private cluster, in the form that `crmbot backup` writes; the newest are kept.
//!
//! A day's backup is due at a time of the company's day, and made later if no process ran then. A lock decides which of
//! several processes makes it, and the day's row that it is made.

use std::fs;
use std::io;
use std::path::PathBuf;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use sqlx::Connection as _;
use sqlx::postgres::PgConnection;

use crate::crm::{Audience, Notice};
use crate::db::Target;
use crate::db::dump::{self, Signer, checksum_of};
use crate::db::{Pool, lease};
use crate::domain::{Permission, TimeZone};
use crate::error::SystemError;
use crate::turn::UpdateProcessor;

/// The advisory lock of the process that makes a backup; an arbitrary number that no other lock uses.
const MAKING: i64 = 0x6372_6d62_6f74_0003;

/// After a failure the day's backup is tried again, in minutes.
const PAUSE: i64 = 15;

/// The most characters of a failure that are kept and told.
const FAULT_CHARACTERS: usize = 300;

/// Where backups go, how many, and when.
pub struct Backups {
    /// What is backed up, as its owner.
    pub owner: Target,
    /// Where PostgreSQL's programs lie, when that was said.
    pub pg_bin: Option<PathBuf>,
    /// Whose: it stands in the names, so that two companies can share a folder.
    pub bot_id: i64,
    /// Signs each file.
    pub signer: Signer,
    /// The folder; made when it is not there, for us alone.
    pub folder: PathBuf,
    /// So many of the newest are kept, at least one.
    pub keep: usize,
    /// When a day's backup is due, in the company's time zone.
    pub at: NaiveTime,
}

impl Backups {
    /// Makes the backup that is due, unless another process has made it or is about to. Administrators are notified of
    /// a failure once a day, and it is tried again.
    ///
    /// # Errors
    /// A system error when the database cannot be asked; what goes wrong with the backup itself is none.
    pub async fn keep_up(&self, turns: &UpdateProcessor, now: DateTime<Utc>) -> Result<(), SystemError> {
        let day = self.due(now, turns.settings.company.time_zone);
        if settled(&turns.settings.pool, day, now).await? {
            return Ok(());
        }
        // A connection of its own holds the lock; it goes with the connection, and so with a process that dies.
        let mut own = lease::detached(&turns.settings.pool).await?;
        let alone = sqlx::query_scalar!(r#"select pg_try_advisory_lock($1) as "alone!""#, MAKING);
        let mut done = Ok(());
        if alone.fetch_one(&mut own).await? {
            done = self.make(&mut own, turns, day, now).await;
            // Not left to the closing, which the server need not have noticed when the next round asks.
            sqlx::query_scalar!("select pg_advisory_unlock($1)", MAKING).fetch_one(&mut own).await?;
        }
        own.close().await?;
        done
    }

    /// Makes the backup of a day and records it; the caller holds the lock.
    async fn make(
        &self,
        own: &mut PgConnection,
        turns: &UpdateProcessor,
        day: NaiveDate,
        now: DateTime<Utc>,
    ) -> Result<(), SystemError> {
        let Some(tries) = claim(own, day, now).await? else { return Ok(()) };
        match self.write(day).await {
            Ok(bytes) => {
                tracing::info!(%day, bytes, "a backup was made");
                sqlx::query!(
                    "update backup_run set ended_at = $2, bytes = $3, fault = null where day = $1",
                    day,
                    (turns.settings.clock)(),
                    bytes
                )
                .execute(own)
                .await?;
            }
            Err(fault) => {
                tracing::error!(%day, fault, "there is no backup of this day yet");
                let mut transaction = own.begin().await?;
                sqlx::query!("update backup_run set fault = $2 where day = $1", day, fault)
                    .execute(&mut *transaction)
                    .await?;
                let mut rows = Vec::new();
                if tries == 1 {
                    let audience = Audience::Holders(Permission::SystemCheck);
                    rows = turns.broadcast(&mut transaction, audience, Notice::BackupFailed { fault }).await?;
                }
                transaction.commit().await?;
                turns.send(rows);
            }
        }
        Ok(())
    }

    /// The file of a day, whole, and then none of those beyond the number; how many bytes it has.
    async fn write(&self, day: NaiveDate) -> Result<i64, String> {
        let file = self.folder.join(self.name(day));
        let in_folder = |error: io::Error| format!("{}: {error}", self.folder.display());
        make_folder(&self.folder).map_err(in_folder)?;
        let made = dump::backup(&self.owner, self.pg_bin.as_deref(), &file, &self.signer).await;
        made.map_err(|error| error.to_string().chars().take(FAULT_CHARACTERS).collect::<String>())?;
        let bytes = fs::metadata(&file).map_err(in_folder)?.len();
        self.prune(day).map_err(in_folder)?;
        Ok(i64::try_from(bytes).unwrap_or(i64::MAX))
    }

    /// Removes the oldest beyond the number, their checksums, and what broken tries have left. Files of other names are not
    /// ours. What was made just now is the newest: a later day in a name is from a clock that was wrong, and neither counts
    /// nor goes.
    fn prune(&self, made: NaiveDate) -> io::Result<()> {
        let mut backups = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let whole = name.strip_suffix(".part").unwrap_or(name);
            let Some(day) = self.day_of(whole.strip_suffix(dump::CHECKSUM).unwrap_or(whole)) else { continue };
            if whole != name {
                fs::remove_file(&path)?;
            } else if name.ends_with(dump::CHECKSUM) {
                if !path.with_extension("").exists() {
                    fs::remove_file(&path)?;
                }
            } else if day <= made {
                backups.push((day, path));
            }
        }
        backups.sort_unstable_by(|a, b| b.cmp(a));
        for (_, path) in backups.into_iter().skip(self.keep.max(1)) {
            fs::remove_file(&path)?;
            match fs::remove_file(checksum_of(&path)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    fn name(&self, day: NaiveDate) -> String {
        format!("crm-{}-{day}.dump", self.bot_id)
    }

    /// The day of a file's name; none for a name that is not ours. Versions before this one left the bot out.
    fn day_of(&self, file: &str) -> Option<NaiveDate> {
        let middle = file.strip_prefix("crm-")?.strip_suffix(".dump")?;
        let bot = format!("{}-", self.bot_id);
        let day = middle.strip_prefix(&bot).unwrap_or(middle).parse().ok()?;
        (self.name(day) == file || format!("crm-{day}.dump") == file).then_some(day)
    }

    /// The last day that is due.
    fn due(&self, now: DateTime<Utc>, zone: TimeZone) -> NaiveDate {
        let local = zone.local(now).naive_local();
        let back = u64::from(local.time() < self.at);
        local.date().checked_sub_days(Days::new(back)).unwrap_or(NaiveDate::MIN)
    }
}

/// Results of the last backups, for the metrics (G13).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BackupHealth {
    /// How old the newest whole backup is, in seconds; none when there is none.
    pub age: Option<i64>,
    /// Whether its file lies in the folder as it was made.
    pub present: bool,
    /// Whether the last try failed.
    pub failed: bool,
}

impl Backups {
    /// What the database knows of the last backups, and the folder of the newest one.
    ///
    /// # Errors
    /// A system error when the database cannot be asked.
    pub async fn health(&self, pool: &Pool) -> Result<BackupHealth, SystemError> {
        let (failed, newest) = lease::with(pool, async |connection| {
            let failed = sqlx::query_scalar!(
                r#"select coalesce((select fault is not null from backup_run order by day desc limit 1), false) as "failed!""#
            )
            .fetch_one(&mut *connection)
            .await?;
            let newest = sqlx::query!(
                r#"select day, bytes as "bytes!", extract(epoch from now() - ended_at)::bigint as "age!"
                 from backup_run where ended_at is not null order by ended_at desc limit 1"#
            )
            .fetch_optional(connection)
            .await?;
            Ok::<_, sqlx::Error>((failed, newest))
        })
        .await?;
        let Some(newest) = newest else { return Ok(BackupHealth { age: None, present: false, failed }) };
        let length = fs::metadata(self.folder.join(self.name(newest.day))).map(|file| file.len());
        let present = length.is_ok_and(|length| u64::try_from(newest.bytes) == Ok(length));
        Ok(BackupHealth { age: Some(newest.age), present, failed })
    }
}

/// Whether there is nothing to do about a day now: it has its backup, or has failed a moment ago.
async fn settled(pool: &Pool, day: NaiveDate, now: DateTime<Utc>) -> Result<bool, SystemError> {
    let query = sqlx::query_scalar!(
        r#"select exists (select from backup_run where day = $1
                              and (ended_at is not null or fault is not null and began_at > $2)) as "settled!""#,
        day,
        now - TimeDelta::minutes(PAUSE)
    );
    lease::with(pool, async |connection| query.fetch_one(connection).await).await
}

/// Claims a day for this try; which try it is, or none when another process was faster. A process that had claimed it
/// and died has lost the lock.
async fn claim(own: &mut PgConnection, day: NaiveDate, now: DateTime<Utc>) -> Result<Option<i32>, SystemError> {
    let tries = sqlx::query_scalar!(
        "insert into backup_run (day, tries, began_at) values ($1, 1, $2)
         on conflict (day) do update set tries = backup_run.tries + 1, began_at = excluded.began_at, fault = null
             where backup_run.ended_at is null and (backup_run.fault is null or backup_run.began_at <= $3)
         returning tries",
        day,
        now,
        now - TimeDelta::minutes(PAUSE)
    )
    .fetch_optional(own)
    .await?;
    Ok(tries)
}

/// Makes the folder for us alone; one that is there keeps its rights.
fn make_folder(folder: &std::path::Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn backups() -> Backups {
        let owner = Target::parse("DATABASE_URL", "postgres:///crm").unwrap();
        let at = NaiveTime::from_hms_opt(3, 30, 0).unwrap();
        Backups { owner, pg_bin: None, bot_id: 42, signer: Signer::default(), folder: "/srv".into(), keep: 7, at }
    }

    #[test]
    fn a_days_backup_is_due_at_its_time_and_yesterdays_until_then() {
        let backups = backups();
        // Moscow is three hours ahead.
        for (now, day) in [
            ("2026-03-12T00:29:59Z", "2026-03-11"),
            ("2026-03-12T00:30:00Z", "2026-03-12"),
            ("2026-03-12T20:59:00Z", "2026-03-12"),
            ("2026-03-12T21:10:00Z", "2026-03-12"),
        ] {
            assert_eq!(backups.due(now.parse().unwrap(), TimeZone::MOSCOW).to_string(), day, "{now}");
        }
    }

    #[test]
    fn only_files_of_ours_are_known_by_name() {
        let backups = backups();
        let day = "2026-03-12".parse().unwrap();
        assert_eq!(backups.name(day), "crm-42-2026-03-12.dump");
        for ours in ["crm-42-2026-03-12.dump", "crm-2026-03-12.dump"] {
            assert_eq!(backups.day_of(ours), Some(day), "{ours}");
        }
        for other in [
            "crm-43-2026-03-12.dump",
            "crm-2026-3-12.dump",
            "crm-42-2026-03-12.dump.part",
            "crm-2026-03-12.dump.part",
            "crm.dump",
            "crm-mine.dump",
            "2026-03-12.dump",
        ] {
            assert_eq!(backups.day_of(other), None, "{other}");
        }
    }
}
