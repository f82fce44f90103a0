//! Who may do what: groups on and off, block and unblock, and the last administrator, who stays (A5–A8).

use serde_json::{Value, json};

use super::audit::Event;
use super::{Crm, Person, Refusal, Result, StaffId};
use crate::domain::Permission;
use crate::error::SystemError;

/// The advisory lock of whoever changes rights; the number is ours alone and means nothing.
const RIGHTS: i64 = 0x6372_6d62_6f74_0002;

impl Crm<'_> {
    /// Demands a right for a change of rights, before and after the wait for every other such change: of two administrators
    /// who demote each other at once the second one has lost the right by then (A6, G5). Gives the actor's id.
    pub(super) async fn lock_rights(&mut self, right: Permission) -> Result<StaffId> {
        let by = self.require(right).await?;
        sqlx::query!("select pg_advisory_xact_lock($1)", RIGHTS).execute(&mut *self.connection).await?;
        // The system has no account to be read from.
        if by == StaffId::SYSTEM {
            return Ok(by);
        }
        self.read_actor().await?;
        self.require(right).await
    }

    /// Demands the right to manage this person. A superuser is managed by superusers alone: a new invite for his account
    /// would make an administrator one.
    pub(super) async fn need_over(&mut self, staff: StaffId) -> Result<(StaffId, Person)> {
        let by = self.require(Permission::StaffManage).await?;
        let person = self.person(staff).await?.ok_or(Refusal::Gone)?;
        if person.is_superuser && !self.actor.staff().is_some_and(|actor| actor.is_superuser) {
            self.deny(Permission::StaffManage).await?;
            return Err(Refusal::Denied.into());
        }
        Ok((by, person))
    }

    /// Puts a person into a group, or takes him out of it. Tells whether that changed anything.
    ///
    /// # Errors
    /// [`Refusal::Denied`] without the right, [`Refusal::Gone`] for forged ids, [`Refusal::LastAdministrator`] (A8).
    pub async fn set_group(&mut self, staff: StaffId, group: i64, member: bool) -> Result<bool> {
        self.lock_rights(Permission::StaffManage).await?;
        self.person(staff).await?.ok_or(Refusal::Gone)?;
        if member {
            return self.join(staff, group).await;
        }
        self.mark().await?;
        let done = self.leave(staff, group).await;
        self.settle(done).await
    }

    async fn leave(&mut self, staff: StaffId, group: i64) -> Result<bool> {
        let left = self.put_membership(staff, group, false).await?;
        if left {
            let (before, after) = (json!({ "group_id": group }), json!({ "group_id": null }));
            self.audit_person("leave", staff, before, after).await?;
        }
        Ok(left)
    }

    pub(super) async fn join(&mut self, staff: StaffId, group: i64) -> Result<bool> {
        let joined = self.put_membership(staff, group, true).await?;
        if joined {
            let (before, after) = (json!({ "group_id": null }), json!({ "group_id": group }));
            self.audit_person("join", staff, before, after).await?;
        }
        Ok(joined)
    }

    /// Puts a person into a group, or takes him out of it as long as another administrator is left (A8). Tells whether
    /// that changed anything.
    pub(super) async fn put_membership(&mut self, staff: StaffId, group: i64, member: bool) -> Result<bool> {
        let changed = if member { self.enter(staff, group).await? } else { self.quit(staff, group).await? };
        if changed {
            self.staff_changed(staff);
        }
        Ok(changed)
    }

    async fn quit(&mut self, staff: StaffId, group: i64) -> Result<bool> {
        let was_administrator = self.manages_staff(staff).await?;
        let left = sqlx::query!(
            "update group_member set removed_at = $3 where user_id = $1 and group_id = $2 and removed_at is null",
            staff.0,
            group,
            self.now
        )
        .execute(&mut *self.connection)
        .await?;
        if left.rows_affected() == 0 {
            return Ok(false);
        }
        if was_administrator && !self.manages_staff(staff).await? {
            self.need_holder(Permission::StaffManage, Some(staff)).await?;
        }
        Ok(true)
    }

    async fn enter(&mut self, staff: StaffId, group: i64) -> Result<bool> {
        let joined = sqlx::query!(
            "insert into group_member (group_id, user_id, added_at)
             select id, $2, $3 from user_group where id = $1
             on conflict (user_id, group_id) where removed_at is null do nothing",
            group,
            staff.0,
            self.now
        )
        .execute(&mut *self.connection)
        .await?;
        if joined.rows_affected() == 0 {
            let known =
                sqlx::query_scalar!(r#"select exists (select from user_group where id = $1) as "known!""#, group)
                    .fetch_one(&mut *self.connection)
                    .await?;
            return if known { Ok(false) } else { Err(Refusal::Gone.into()) };
        }
        Ok(true)
    }

    /// Ends a user's access at once, with the password (A15) and every invite on its way; or gives access back (A6). Tells
    /// whether that changed anything.
    ///
    /// # Errors
    /// [`Refusal::Denied`] without the right, [`Refusal::Gone`] for a forged id, [`Refusal::LastAdministrator`] (A8).
    pub async fn set_active(&mut self, staff: StaffId, active: bool) -> Result<bool> {
        self.lock_rights(Permission::StaffManage).await?;
        self.need_over(staff).await?;
        self.mark().await?;
        let done = self.switch(staff, active).await;
        self.settle(done).await
    }

    async fn switch(&mut self, staff: StaffId, active: bool) -> Result<bool> {
        let changed = self.put_access(staff, active).await?;
        if changed {
            let (before, after) = (json!({ "active": !active }), json!({ "active": active }));
            self.audit_person(if active { "unblock" } else { "block" }, staff, before, after).await?;
        }
        Ok(changed)
    }

    /// Ends or opens a person's access, as long as another administrator is left (A8). Tells whether that changed anything.
    pub(super) async fn put_access(&mut self, staff: StaffId, active: bool) -> Result<bool> {
        let switched = sqlx::query!(
            "update staff_user set active = $2, version = version + 1 where id = $1 and active <> $2
             returning is_superuser",
            staff.0,
            active
        )
        .fetch_optional(&mut *self.connection)
        .await?;
        let Some(person) = switched else { return Ok(false) };
        if !active {
            if person.is_superuser || self.manages_staff(staff).await? {
                self.need_holder(Permission::StaffManage, Some(staff)).await?;
            }
            self.end_invites(staff).await?;
            self.drop_password(staff, None).await?;
            let chat = sqlx::query_scalar!(
                "select chat_id from telegram_link where user_id = $1 and unlinked_at is null",
                staff.0
            )
            .fetch_optional(&mut *self.connection)
            .await?;
            chat.into_iter().for_each(|chat| self.leave_chat(chat));
            self.return_offers_to(staff).await?;
        }
        self.staff_changed(staff);
        Ok(true)
    }

    async fn audit_person(
        &mut self,
        action: &str,
        staff: StaffId,
        before: Value,
        after: Value,
    ) -> Result<(), SystemError> {
        let (before, after, entity_id) = (Some(before), Some(after), Some(staff.0));
        self.audit(Event { action, entity: "staff", entity_id, before, after, reason: None }).await
    }

    /// Whether a group gives him the right to manage people.
    async fn manages_staff(&mut self, staff: StaffId) -> Result<bool, SystemError> {
        let manages = sqlx::query_scalar!(
            r#"select exists (
                   select from group_member m
                     join group_permission p on p.group_id = m.group_id and p.revoked_at is null
                    where m.user_id = $1 and m.removed_at is null and p.permission = $2) as "manages!""#,
            staff.0,
            Permission::StaffManage.code()
        )
        .fetch_one(&mut *self.connection)
        .await?;
        Ok(manages)
    }

    /// A8: somebody who is active, can enter and has the right must remain, another one than `but`. An administrator whose
    /// invite nobody has opened is not yet one to rely on.
    pub(super) async fn need_holder(&mut self, right: Permission, but: Option<StaffId>) -> Result<()> {
        let another = sqlx::query_scalar!(
            r#"select exists (
                   select from staff_user u
                    where u.id is distinct from $1 and u.active
                      and (u.password_hash is not null and (select password_logins from login_policy) or exists (
                           select from telegram_link where user_id = u.id and unlinked_at is null))
                      and (u.is_superuser or exists (
                           select from group_member m
                             join group_permission p on p.group_id = m.group_id and p.revoked_at is null
                            where m.user_id = u.id and m.removed_at is null and p.permission = $2))) as "another!""#,
            but.map(|staff| staff.0),
            right.code()
        )
        .fetch_one(&mut *self.connection)
        .await?;
        if another { Ok(()) } else { Err(Refusal::LastAdministrator.into()) }
    }
}
