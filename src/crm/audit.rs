//! Audit events: actor, time, action, values before and after, in the transaction of the change (E2, G12).

use serde_json::Value;
use sqlx::PgConnection;

use super::{Crm, StaffId};
use crate::domain::Permission;
use crate::error::SystemError;

macro_rules! audit_actions {
    ($($action:ident = $entity:literal $code:literal,)*) => {
        /// What the log says was done to which kind of record. An undo stands in the log beside them, of any kind of record.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum AuditAction { $($action,)* }

        impl AuditAction {
            pub const ALL: &[Self] = &[$(Self::$action,)*];

            /// The kind of record, as stored.
            #[must_use]
            pub const fn entity(self) -> &'static str {
                match self { $(Self::$action => $entity,)* }
            }

            /// The action, as stored.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$action => $code,)* }
            }
        }
    };
}

audit_actions! {
    ClientCreate = "client" "create",
    ClientEdit = "client" "edit",
    ClientFill = "client" "fill",
    ClientRevive = "client" "revive",
    ClientViewPhone = "client" "view_phone",
    ClientFindPhone = "client" "find_phone",
    ClientViewCard = "client" "view_card",
    ClientTake = "client" "take",
    ClientLose = "client" "lose",
    ClientBringBack = "client" "bring_back",
    ClientEndLost = "client" "end_lost",
    ClientPhone = "client" "phone",
    ClientMerge = "client" "merge",
    ClientOffer = "client" "offer",
    ClientAccept = "client" "accept",
    ClientDecline = "client" "decline",
    ClientWithdraw = "client" "withdraw",
    ClientHandOver = "client" "hand_over",
    ClientRepair = "client" "repair",
    ClientErase = "client" "erase",
    TouchCreate = "touch" "create",
    TouchVoid = "touch" "void",
    NoteCreate = "note" "create",
    FollowUpSet = "follow_up" "set",
    FollowUpFinish = "follow_up" "finish",
    FollowUpHandOver = "follow_up" "hand_over",
    ConsentGive = "consent" "give",
    ConsentWithdraw = "consent" "withdraw",
    ContractCreate = "contract" "create",
    ContractEdit = "contract" "edit",
    ContractProlong = "contract" "prolong",
    ContractTerminate = "contract" "terminate",
    ContractVoid = "contract" "void",
    ContractBringBack = "contract" "bring_back",
    ContractAttach = "contract" "attach",
    ContractRelink = "contract" "relink",
    ServiceCreate = "service" "create",
    ServiceEdit = "service" "edit",
    ServiceArchive = "service" "archive",
    ServiceRestore = "service" "restore",
    AdCreate = "ad" "create",
    AdEdit = "ad" "edit",
    AdFinish = "ad" "finish",
    AdRestart = "ad" "restart",
    AdRepair = "ad" "repair",
    StaffCreate = "staff" "create",
    StaffRename = "staff" "rename",
    StaffSuperuser = "staff" "superuser",
    StaffInvite = "staff" "invite",
    StaffInviteEnd = "staff" "invite_end",
    StaffJoin = "staff" "join",
    StaffLeave = "staff" "leave",
    StaffBlock = "staff" "block",
    StaffUnblock = "staff" "unblock",
    StaffLink = "staff" "link",
    StaffLogout = "staff" "logout",
    StaffRevoke = "staff" "revoke",
    StaffHandOver = "staff" "hand_over",
    StaffErase = "staff" "erase",
    StaffSettings = "staff" "settings",
    StaffPassword = "staff" "password",
    StaffPasswordRemoved = "staff" "password_removed",
    StaffLoginFailed = "staff" "login_failed",
    CompanyPasswordLogins = "company" "password_logins",
    CompanyLooks = "company" "looks",
    GroupCreate = "group" "create",
    GroupGrant = "group" "grant",
    GroupWithdraw = "group" "withdraw",
    ParkedDrop = "parked_update" "drop",
    ParkedRetry = "parked_update" "retry",
    ParkedRetryFailed = "parked_update" "retry_failed",
    PermissionDenied = "permission" "denied",
}

impl AuditAction {
    /// The action as stored; none for an undo, and for what only another version of the program knows.
    #[must_use]
    pub fn from_stored(entity: &str, action: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|known| known.entity() == entity && known.as_str() == action)
    }
}

/// One thing that was done to one record.
#[derive(Debug)]
pub(super) struct Event<'a> {
    pub action: AuditAction,
    pub entity_id: Option<i64>,
    pub before: Option<Value>,
    pub after: Option<Value>,
    pub reason: Option<&'a str>,
}

/// An event that is still to be written.
pub(super) struct Done {
    actor: StaffId,
    action: AuditAction,
    entity_id: Option<i64>,
    before: Option<Value>,
    after: Option<Value>,
    reason: Option<String>,
}

impl Event<'_> {
    /// A change of one record that needs no reason.
    pub(super) fn of(action: AuditAction, id: i64, before: Option<Value>, after: Option<Value>) -> Self {
        Self { action, entity_id: Some(id), before, after, reason: None }
    }
}

impl Crm<'_> {
    pub(super) async fn audit(&mut self, event: Event<'_>) -> Result<(), SystemError> {
        let actor = self.actor.staff().map_or(StaffId::SYSTEM, |staff| staff.id);
        self.audit_as(actor, event).await
    }

    /// For login and invite: the event is signed by the user who has just been linked.
    pub(super) async fn audit_as(&mut self, actor: StaffId, event: Event<'_>) -> Result<(), SystemError> {
        let Event { action, entity_id, before, after, reason } = event;
        self.events.push(Done { actor, action, entity_id, before, after, reason: reason.map(str::to_owned) });
        // A use case writes all of its events at its end.
        if self.savepoints == 0 { self.write_events().await } else { Ok(()) }
    }

    /// The connection, for a statement that reads the log or writes to it itself: what was done before it is there.
    pub(super) async fn logging(&mut self) -> Result<&mut PgConnection, SystemError> {
        self.write_events().await?;
        Ok(&mut *self.connection)
    }

    /// Writes what was done since to the log, in its order.
    pub(super) async fn write_events(&mut self) -> Result<(), SystemError> {
        let events = std::mem::take(&mut self.events);
        if events.is_empty() {
            return Ok(());
        }
        let now = self.now;
        sqlx::query!(
            "insert into audit_event (at, actor_id, action, entity, entity_id, before, after, reason)
             select $1, actor_id, action, entity, entity_id, before, after, reason
               from unnest($2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::jsonb[], $7::jsonb[], $8::text[])
                    with ordinality as e (actor_id, action, entity, entity_id, before, after, reason, position)
              order by position",
            now,
            &events.iter().map(|event| event.actor.0).collect::<Vec<_>>(),
            &events.iter().map(|event| event.action.as_str().to_owned()).collect::<Vec<_>>(),
            &events.iter().map(|event| event.action.entity().to_owned()).collect::<Vec<_>>(),
            &events.iter().map(|event| event.entity_id).collect::<Vec<_>>() as &[Option<i64>],
            &events.iter().map(|event| event.before.clone()).collect::<Vec<_>>() as &[Option<Value>],
            &events.iter().map(|event| event.after.clone()).collect::<Vec<_>>() as &[Option<Value>],
            &events.into_iter().map(|event| event.reason).collect::<Vec<_>>() as &[Option<String>]
        )
        .execute(self.writing().await?)
        .await?;
        Ok(())
    }

    pub(super) async fn audit_denial(&mut self, permission: Permission) -> Result<(), SystemError> {
        if self.actor.staff().is_none() {
            // Strangers cause no business rows (G1).
            return Ok(());
        }
        self.audit(Event {
            action: AuditAction::PermissionDenied,
            entity_id: None,
            before: None,
            after: Some(Value::from(permission.code())),
            reason: None,
        })
        .await
    }
}
