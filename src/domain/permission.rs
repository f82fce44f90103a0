//! What a person may do: the codenames behind the rights table, checked on every update and tap.

mod group;
mod set;
#[cfg(test)]
mod tests;

pub use group::{Group, STARTERS, Starter};
pub use set::PermissionSet;

use super::coded_enum;

coded_enum! {
    /// One right, in the order of the rights table. Groups hold rights, a person has the union of their groups' (A7).
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub serde enum Permission {
        /// See the dashboard's counters and ad statistics without money: leads, conversions, rate, contracts, ratio.
        StatsView = "stats.view",
        /// See the money in statistics: revenue, budget, profit, ROI, CPL, CAC.
        StatsMoney = "stats.money",
        /// Go from a figure to the named clients behind it.
        StatsDrill = "stats.drill",
        /// Choose among the running services by title.
        ServicePick = "service.pick",
        /// See a service's price.
        ServicePrice = "service.price",
        /// Read services whole: archived ones, descriptions, the history of prices.
        ServiceView = "service.view",
        /// Create, change, archive and restore services.
        ServiceEdit = "service.edit",
        /// Choose among the running ads by title and channel.
        AdPick = "ad.pick",
        /// Read ads whole but for the budget: finished ones, links, descriptions.
        AdView = "ad.view",
        /// See an ad's budget and its history (A10).
        AdBudget = "ad.budget",
        /// Create, change, finish and restart ads.
        AdEdit = "ad.edit",
        /// Find clients, list them by state, open the card (A11).
        ClientView = "client.view",
        /// Create a client with the first touch.
        ClientAdd = "client.add",
        /// Register a return of a known client.
        TouchAdd = "touch.add",
        /// Change a client's name and e-mail.
        ClientEdit = "client.edit",
        /// Work the queue of potential clients: take, hand over and accept clients.
        ClientTake = "client.take",
        /// Correct a phone with a reason (C8).
        ClientPhone = "client.phone",
        /// Merge two clients with a reason (C10).
        ClientMerge = "client.merge",
        /// Move a contract to another touch of its client with a reason (K12).
        ContractRelink = "contract.relink",
        /// Mark a client without a live contract as lost, and bring them back (X12–X14).
        ClientLose = "client.lose",
        /// Void one's own touch on the day it was made (H7, H8).
        TouchVoidOwn = "touch.void_own",
        /// Void any touch with a reason (H7, H8).
        TouchVoidAny = "touch.void_any",
        /// Read a client's notes.
        NoteView = "note.view",
        /// Add notes, attachments and outcomes of calls.
        NoteAdd = "note.add",
        /// See follow-ups.
        FollowUpView = "followup.view",
        /// Set, move and finish follow-ups.
        FollowUpAdd = "followup.add",
        /// See how many contracts a client has and their dates, without amounts.
        ContractDates = "contract.dates",
        /// See contracts whole: list, card, amount, file.
        ContractView = "contract.view",
        /// Create and confirm a contract (K1, A4).
        ContractAdd = "contract.add",
        /// Change a contract while it is live (K11).
        ContractEdit = "contract.edit",
        /// End a contract early with a reason (X11).
        ContractTerminate = "contract.terminate",
        /// Void one's own contract on the day it was made.
        ContractVoidOwn = "contract.void_own",
        /// Change, end or void any contract at any time, with a reason (X10).
        ContractCorrect = "contract.correct",
        /// Invite, block and restore people, put them into groups, reset their access.
        StaffManage = "staff.manage",
        /// Set up the groups and change their rights.
        GroupManage = "group.manage",
        /// See one's own recent actions.
        AuditOwn = "audit.own",
        /// See everybody's actions.
        AuditAll = "audit.all",
        /// Export figures without names.
        ExportAggregates = "export.aggregates",
        /// Export the lists of one's own clients and contracts.
        ExportOwn = "export.own",
        /// Export everything.
        ExportAll = "export.all",
        /// Import clients from a file and undo the batch.
        ImportClients = "import.clients",
        /// See the system's health and parked updates, run the consistency check and its repair (X16).
        SystemCheck = "system.check",
    }
}

impl Permission {
    /// Rights of the rights table that no use case demands yet: not granted by `/seed_groups`, not offered in `/groups`. One
    /// leaves this list together with its first use case (ADR-0049).
    pub const WITHOUT_USE: [Self; 5] =
        [Self::StatsDrill, Self::ExportAggregates, Self::ExportOwn, Self::ExportAll, Self::ImportClients];

    /// Whether a use case demands the right, so that a group can be given it.
    #[must_use]
    pub fn is_in_use(self) -> bool {
        !Self::WITHOUT_USE.contains(&self)
    }
}
