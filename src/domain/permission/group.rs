//! The four groups that `/seed_groups` sets up, with their rights and first accounts (A12).

use super::Permission::{self, *};
use super::PermissionSet;

/// A group of the rights table. Administrators may change a group's rights later; these are what it starts with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// Log leads and returns.
    Operators,
    /// Watch money per ad; never see a client's name or phone (A9).
    Marketers,
    /// Sign and confirm contracts.
    Managers,
    /// Manage people and correct mistakes with a reason.
    Admins,
}

/// An account that `/seed_groups` offers to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Starter {
    /// The login of the source document.
    pub username: &'static str,
    /// The one group it starts in.
    pub group: Group,
}

/// The starter accounts; they get one-time invites, never a password (A14).
pub const STARTERS: [Starter; 4] = [
    Starter { username: "crm_admin1", group: Group::Admins },
    Starter { username: "operator", group: Group::Operators },
    Starter { username: "manager", group: Group::Managers },
    Starter { username: "marketer", group: Group::Marketers },
];

impl Group {
    /// Every group, in the order of the rights table's columns.
    pub const ALL: [Self; 4] = [Self::Operators, Self::Marketers, Self::Managers, Self::Admins];

    /// The name that the database stores; people see it translated.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Operators => "Operators",
            Self::Marketers => "Marketers",
            Self::Managers => "Managers",
            Self::Admins => "Admins",
        }
    }

    /// The group of a stored name; `None` for a group the administrators made themselves.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.name().eq_ignore_ascii_case(name.trim()))
    }

    /// The group's column of the rights table.
    ///
    /// The right to read services or ads whole includes picking them; the right to all actions includes one's own.
    pub(super) const fn permissions(self) -> &'static [Permission] {
        match self {
            Self::Operators => &[
                StatsView,
                ServicePick,
                AdPick,
                ClientView,
                ClientAdd,
                TouchAdd,
                ClientEdit,
                ClientLose,
                TouchVoidOwn,
                NoteView,
                NoteAdd,
                FollowUpView,
                FollowUpAdd,
                ContractDates,
                AuditOwn,
            ],
            Self::Marketers => &[
                StatsView,
                StatsMoney,
                ServicePick,
                ServicePrice,
                ServiceView,
                ServiceEdit,
                AdPick,
                AdView,
                AdBudget,
                AdEdit,
                AuditOwn,
                ExportAggregates,
            ],
            Self::Managers => &[
                StatsView,
                StatsMoney,
                StatsDrill,
                ServicePick,
                ServicePrice,
                AdPick,
                ClientView,
                TouchAdd,
                ClientTake,
                ClientLose,
                NoteView,
                NoteAdd,
                FollowUpView,
                FollowUpAdd,
                ContractDates,
                ContractView,
                ContractAdd,
                ContractEdit,
                ContractTerminate,
                ContractVoidOwn,
                AuditOwn,
                ExportOwn,
            ],
            Self::Admins => &[
                StatsView,
                StatsMoney,
                StatsDrill,
                ServicePick,
                ServicePrice,
                ServiceView,
                AdPick,
                AdView,
                AdBudget,
                ClientView,
                ClientEdit,
                ClientPhone,
                ClientMerge,
                ContractRelink,
                ClientLose,
                TouchVoidAny,
                NoteView,
                FollowUpView,
                ContractDates,
                ContractView,
                ContractCorrect,
                StaffManage,
                GroupManage,
                AuditOwn,
                AuditAll,
                ExportAggregates,
                ExportAll,
                ImportClients,
                SystemCheck,
            ],
        }
    }

    /// The rights the group starts with: its column, but for rights that no use case demands.
    #[must_use]
    pub fn permission_set(self) -> PermissionSet {
        self.permissions().iter().copied().filter(|right| right.is_in_use()).collect()
    }
}
