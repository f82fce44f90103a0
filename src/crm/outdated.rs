//! Retention of business rows, which the application's role may not delete: functions of the owner do (G12, G14).
//!
//! Periods and clock are the database's. Each call deletes at most `most` rows and tells how many.

use sqlx::PgConnection;

use crate::error::SystemError;

/// Looks at phones that are older than 400 days.
pub async fn delete_old_looks(connection: &mut PgConnection, most: i32) -> Result<u64, SystemError> {
    let gone = sqlx::query_scalar!(r#"select delete_old_looks($1) as "gone!""#, most).fetch_one(connection).await?;
    Ok(gone.unsigned_abs())
}

/// Marks of notices that are older than 400 days.
pub async fn delete_old_marks(connection: &mut PgConnection, most: i32) -> Result<u64, SystemError> {
    let gone = sqlx::query_scalar!(r#"select delete_old_marks($1) as "gone!""#, most).fetch_one(connection).await?;
    Ok(gone.unsigned_abs())
}

/// Files that nothing has named for seven days.
pub async fn delete_orphan_files(connection: &mut PgConnection, most: i32) -> Result<u64, SystemError> {
    let gone = sqlx::query_scalar!(r#"select delete_orphan_files($1) as "gone!""#, most).fetch_one(connection).await?;
    Ok(gone.unsigned_abs())
}

/// Failed logins of an earlier version that are older than thirty days.
pub async fn delete_old_login_attempts(connection: &mut PgConnection, most: i32) -> Result<u64, SystemError> {
    let gone =
        sqlx::query_scalar!(r#"select delete_old_login_attempts($1) as "gone!""#, most).fetch_one(connection).await?;
    Ok(gone.unsigned_abs())
}

/// Telegram ids of strangers in the log who have guessed at a login more than thirty days ago: the events stay.
pub async fn forget_strangers(connection: &mut PgConnection, most: i32) -> Result<u64, SystemError> {
    let forgotten =
        sqlx::query_scalar!(r#"select forget_strangers($1) as "forgotten!""#, most).fetch_one(connection).await?;
    Ok(forgotten.unsigned_abs())
}
