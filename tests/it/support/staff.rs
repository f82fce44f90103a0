//! Staff of a test company: users with groups and a Telegram account, put straight into the database.

use chrono::{DateTime, Utc};
use crmbot::domain::Group;
use sqlx::PgPool;

/// A user who is linked with the Telegram account `person`, in these groups with their rights from the rights table.
pub async fn hire(
    sql: &PgPool,
    now: DateTime<Utc>,
    person: i64,
    (username, language): (&str, &str),
    superuser: bool,
    groups: &[Group],
) {
    let user: i64 = sqlx::query_scalar(
        "insert into staff_user (username, full_name, is_superuser, heard_language, created_at, created_by)
         values ($1, initcap($1), $2, $3, $4, 0) returning id",
    )
    .bind(username)
    .bind(superuser)
    .bind(language)
    .bind(now)
    .fetch_one(sql)
    .await
    .unwrap();
    sqlx::query("insert into telegram_link (telegram_id, chat_id, user_id, linked_at) values ($1, $1, $2, $3)")
        .bind(person)
        .bind(user)
        .bind(now)
        .execute(sql)
        .await
        .unwrap();
    for group in groups {
        let group = self::group(sql, now, *group).await;
        sqlx::query("insert into group_member (group_id, user_id, added_at) values ($1, $2, $3)")
            .bind(group)
            .bind(user)
            .bind(now)
            .execute(sql)
            .await
            .unwrap();
    }
}

/// A group with its rights; made when it is not there.
pub async fn group(sql: &PgPool, now: DateTime<Utc>, group: Group) -> i64 {
    let known: Option<i64> = sqlx::query_scalar("select id from user_group where name = $1")
        .bind(group.name())
        .fetch_optional(sql)
        .await
        .unwrap();
    if let Some(id) = known {
        return id;
    }
    let id: i64 = sqlx::query_scalar("insert into user_group (name, created_at) values ($1, $2) returning id")
        .bind(group.name())
        .bind(now)
        .fetch_one(sql)
        .await
        .unwrap();
    let codes: Vec<&str> = group.permission_set().iter().map(|permission| permission.code()).collect();
    sqlx::query("insert into group_permission (group_id, permission, granted_at) select $1, unnest($2::text[]), $3")
        .bind(id)
        .bind(codes)
        .bind(now)
        .execute(sql)
        .await
        .unwrap();
    id
}
