//! The acting user with their rights, read in the action's own transaction (G5).

use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use super::Company;
use crate::domain::{Language, Permission, PermissionSet, TimeZone};
use crate::error::SystemError;

/// A staff user's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StaffId(pub i64);

impl StaffId {
    /// Signs what no person did; logging in as it is impossible.
    pub const SYSTEM: Self = Self(0);
}

/// The sender of an update as Telegram names them: only the id is trusted.
#[derive(Debug, Clone)]
pub struct Visitor {
    pub telegram_id: i64,
    /// The private chat with them.
    pub chat_id: i64,
    /// Telegram's `language_code`.
    pub language_code: Option<String>,
}

/// A linked, active member of the staff.
#[derive(Debug, Clone)]
pub struct Staff {
    pub id: StaffId,
    pub username: String,
    /// The name that colleagues see.
    pub full_name: String,
    /// May do everything; made only by the command line.
    pub is_superuser: bool,
    /// Names of their groups, in order.
    pub groups: Vec<String>,
    /// Their own time zone or the company's.
    pub time_zone: TimeZone,
    /// Whether they can log in by password.
    pub has_password: bool,
    /// Grows on every change of rights, activity or link.
    pub authz_epoch: i32,
    pub(super) heard: Option<Language>,
    /// The language they have chosen.
    chosen: Option<Language>,
    rights: PermissionSet,
    /// The version of their row in the database.
    pub row_version: String,
}

impl Staff {
    /// The language to speak with them: the chosen one, or that of their client. Without a message of theirs that is the one
    /// heard before.
    fn language(&self, visitor: &Visitor, company: &Company) -> Language {
        let heard = self.heard.filter(|_| visitor.language_code.is_none());
        let spoken = || Language::from_telegram(visitor.language_code.as_deref(), company.language);
        self.chosen.or(heard).unwrap_or_else(spoken)
    }
}

/// The acting user: a stranger or a member of the staff.
#[derive(Debug, Clone)]
pub struct Actor {
    pub visitor: Visitor,
    /// The language of everything the bot says to them.
    pub language: Language,
    /// Whether the company lets messages with clients' data be neither forwarded nor copied (J6).
    pub protects_cards: bool,
    staff: Option<Staff>,
}

impl Actor {
    /// Reads the visitor's user and rights in one statement, so that rights are as fresh as the session's lock.
    pub async fn read(connection: &mut PgConnection, visitor: Visitor, company: &Company) -> Result<Self, SystemError> {
        let row = sqlx::query!(
            r#"select u.id, u.username, u.full_name, u.is_superuser, u.language, u.heard_language, u.time_zone,
                      u.authz_epoch, u.xmin::text as "row_version!",
                      u.password_hash is not null as "has_password!",
                      array(select g.name from group_member m join user_group g on g.id = m.group_id
                             where m.user_id = u.id and m.removed_at is null order by g.id) as "groups!",
                      array(select distinct permission from granted_permission where user_id = u.id) as "rights!",
                      (select protect_cards from look_policy) as protects_cards
                 from telegram_link l join staff_user u on u.id = l.user_id
                where l.telegram_id = $1 and l.unlinked_at is null and u.active"#,
            visitor.telegram_id
        )
        .fetch_optional(connection)
        .await?;
        let spoken = Language::from_telegram(visitor.language_code.as_deref(), company.language);
        let Some(row) = row else { return Ok(Self { visitor, language: spoken, protects_cards: false, staff: None }) };
        let rights = if row.is_superuser {
            PermissionSet::all()
        } else {
            row.rights.iter().filter_map(|code| Permission::from_code(code)).collect()
        };
        let heard = row.heard_language.as_deref().and_then(Language::from_code);
        let chosen = row.language.as_deref().and_then(Language::from_code);
        let time_zone =
            row.time_zone.as_deref().and_then(|name| TimeZone::parse(name).ok()).unwrap_or(company.time_zone);
        let staff = Staff {
            id: StaffId(row.id),
            username: row.username,
            full_name: row.full_name,
            is_superuser: row.is_superuser,
            groups: row.groups,
            time_zone,
            has_password: row.has_password,
            authz_epoch: row.authz_epoch,
            heard,
            chosen,
            rights,
            row_version: row.row_version,
        };
        let language = staff.language(&visitor, company);
        Ok(Self { visitor, language, protects_cards: row.protects_cards.unwrap_or_default(), staff: Some(staff) })
    }

    /// The same person as the sender of another update.
    #[must_use]
    pub fn sending(&self, visitor: Visitor, company: &Company) -> Self {
        let spoken = Language::from_telegram(visitor.language_code.as_deref(), company.language);
        let language = self.staff.as_ref().map_or(spoken, |staff| staff.language(&visitor, company));
        Self { visitor, language, ..self.clone() }
    }

    /// The system itself, with every right: for commands given on the server and for founding the demo.
    ///
    /// No chat leads here: [`Actor::read`] finds linked, active people only, and the system is neither.
    pub(crate) fn system(company: &Company) -> Self {
        let staff = Staff {
            id: StaffId::SYSTEM,
            username: "#system".to_owned(),
            full_name: "System".to_owned(),
            is_superuser: true,
            groups: Vec::new(),
            time_zone: company.time_zone,
            has_password: false,
            chosen: None,
            row_version: String::new(),
            authz_epoch: 0,
            heard: None,
            rights: PermissionSet::all(),
        };
        let visitor = Visitor { telegram_id: 0, chat_id: 0, language_code: None };
        Self { visitor, language: company.language, protects_cards: false, staff: Some(staff) }
    }

    /// The member of the staff, unless a stranger.
    #[must_use]
    pub fn staff(&self) -> Option<&Staff> {
        self.staff.as_ref()
    }

    /// Whether the actor has the right; strangers have none.
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        self.staff.as_ref().is_some_and(|staff| staff.rights.has(permission))
    }

    /// Whether the actor has one of the rights; an empty list asks only for a linked user.
    #[must_use]
    pub fn may_any(&self, permissions: &[Permission]) -> bool {
        self.staff.is_some() && (permissions.is_empty() || permissions.iter().any(|&right| self.may(right)))
    }

    /// The zone in which the actor reads and types times.
    #[must_use]
    pub fn time_zone(&self, company: &Company) -> TimeZone {
        self.staff.as_ref().map_or(company.time_zone, |staff| staff.time_zone)
    }
}
