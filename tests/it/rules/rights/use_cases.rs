//! Every use case of the business with what it is tried on, in the order of the rights table.

use crmbot::crm::{
    Attachment, AuditFilter, CallOutcome, ClientEdit, ContractDraft, ContractEdit, ContractFilter, Crm, Entity, Error,
    LeadDraft, NewPerson, PhoneEdit, QueueOf, StaffId, access, ads, audit_log, backups, clients, consents, consistency,
    contracts, documents, follow_ups, group_rights, groups, handover, invites, look_policy, notes, parked, passwords,
    people, person, rights, services, stats, touches, undo,
};
use crmbot::domain::stats::attribution::Model;
use crmbot::domain::{
    ClientState, ConsentMeans, Currency, FullName, Note, Period, Permission, PersonName, Phone, PhoneRegion,
    PositiveMoney, Reason, Remark, Title, Username,
};

use super::objects::Objects;
use crate::support::trade::{ad_draft, contract_draft, day, service_draft};

/// The first administrator: use cases that need any colleague take this one.
pub const BOSS: StaffId = StaffId(1);

/// A file as a user sends it.
const PDF: Attachment<'static> = Attachment { file_id: "f", name: "a.pdf", bytes: b"%PDF-1.7" };

// What a record is like before a use case that needs it so.
const ARCHIVED: &str = "update service set archived_at = now() where id = $1";
const FINISHED: &str = "update ad set archived_at = now() where id = $1";
const LOST: &str = "update client set lost_at = '2020-01-01', lost_reason = 'x' where id = $1";
const STEP: &str = "insert into follow_up (client_id, owner_id, due_at, created_at, created_by)
                    select id, created_by, now(), now(), created_by from client where id = $1";
const CONSENT: &str = "insert into client_consent (client_id, means, given_at, noted_by)
                       select id, 'PHONE', now(), created_by from client where id = $1";
const MINE: &str = "update client set responsible_id = created_by, taken_at = now() where id = $1";
const BOSSES: &str = "update client set responsible_id = 1, taken_at = now() where id = $1";
const ENDED: &str = "update contract set starts_on = '2020-01-01', ends_on = '2020-01-31' where id = $1";
const VOIDED: &str = "update contract set voided_at = now(), void_reason = 'x' where id = $1";
const LINKED: &str = "insert into telegram_link (telegram_id, chat_id, user_id, linked_at)
                      select id, id, id, now() from staff_user where id = $1";
const PASSWORD: &str = "update staff_user set password_hash = 'x' where id = $1";
const IN_CHARGE: &str = "update client set responsible_id = s.id, taken_at = now() from staff_user s
                          where s.id = $1 and client.id = 1";

macro_rules! use_cases {
    ($($section:literal: { $($kind:ident $name:literal $(after $arranged:ident($field:ident))? ($crm:ident, $it:ident) => $use_case:expr;)* })*) => {
        /// Sections with the names of their use cases, and whether a use case is about a record.
        pub const USE_CASES: &[(&str, &[(&str, bool)])] = &[$(($section, &[$(($name, use_cases!(@ $kind)),)*]),)*];

        /// Does the use case of this name.
        pub async fn try_use_case(name: &str, crm: &mut Crm<'_>, it: &Objects) -> Result<(), Error> {
            match name {
$($($name => {
                    $(arrange(crm, $arranged, it.$field).await;)?
                    let ($crm, $it) = (crm, it);
                    let _ = $it;
                    $use_case.await.map(|_| ())
                })*)*
                unknown => panic!("no use case {unknown:?}"),
            }
        }
    };
    (@ of) => { true };
    (@ any) => { false };
}

use_cases! {
    "statistics": {
        any "figures of ads"(crm, it) => stats::by_ad(crm, Period::AllTime, Model::Direct);
        any "counters of clients"(crm, it) => clients::state_counts(crm);
    }
    "services": {
        any "pick list"(crm, it) => services::choices(crm, "", 1);
        of "choose one"(crm, it) => services::choice(crm, it.service);
        any "list"(crm, it) => services::list(crm, "", None, 8);
        of "card"(crm, it) => services::card(crm, it.service);
        any "create"(crm, it) => services::create(crm, &service_draft("Design", "1"));
        of "edit"(crm, it) => services::edit(crm, it.service, 1, &service_draft("Design", "1"));
        of "archive"(crm, it) => services::archive(crm, it.service);
        of "restore" after ARCHIVED(service)(crm, it) => services::restore(crm, it.service);
        of "undo the entry"(crm, it) => undo::undo(crm, it.service_event);
    }
    "ads": {
        any "pick list (running, no budget)"(crm, it) => ads::choices(crm, "", 1);
        any "running ads of quick capture"(crm, it) => touches::running_ads(crm);
        of "choose one (running)"(crm, it) => ads::choice(crm, it.ad);
        any "list of ads"(crm, it) => ads::list(crm, "", None, 8);
        of "card of an ad"(crm, it) => ads::card(crm, it.ad);
        any "create an ad"(crm, it) => ads::create(crm, &ad_draft("Summer", 1, "1"));
        of "edit an ad, its budget, its names"(crm, it) => ads::edit(crm, it.ad, 1, &ad_draft("Summer", 1, "1"));
        of "finish"(crm, it) => ads::finish(crm, it.ad);
        of "restart" after FINISHED(ad)(crm, it) => ads::restart(crm, it.ad);
        of "undo the entry of an ad"(crm, it) => undo::undo(crm, it.ad_event);
    }
    "clients": {
        any "find"(crm, it) => clients::find(crm, "Ivan", None, 8);
        any "look a phone up"(crm, it) => clients::look_up(crm, &phone("89000000001"));
        any "list by state"(crm, it) => clients::in_state(crm, ClientState::Potential, None, 8);
        of "card of a client"(crm, it) => clients::card(crm, it.lead);
        of "record of a client after merges"(crm, it) => clients::current(crm, it.lead);
        of "timeline"(crm, it) => clients::timeline(crm, it.lead, None, 8);
        of "show the phone"(crm, it) => clients::reveal_phone(crm, it.lead);
        any "create with first touch"(crm, it) => clients::register(crm, &lead());
        of "register a return"(crm, it) => touches::register(crm, it.lead, 2);
        of "edit name, e-mail"(crm, it) => clients::edit(crm, &details(it));
        of "note a consent"(crm, it) => consents::give(crm, it.lead, ConsentMeans::Phone);
        of "note its withdrawal" after CONSENT(lead)(crm, it) => consents::withdraw(crm, it.lead);
        of "undo the lead"(crm, it) => undo::undo(crm, it.lead_event);
    }
    "corrections of clients": {
        of "change the phone"(crm, it) => clients::correct_phone(crm, &number(it));
        of "correct the phone of an own entry"(crm, it) => clients::correct_own_phone(crm, it.lead, 1, &phone("89000000001"), "");
        of "look at a merge"(crm, it) => clients::merge_plan(crm, it.lead, it.signed);
        of "merge two clients"(crm, it) => clients::merge(crm, it.lead, it.signed, &reason());
        of "re-link a contract"(crm, it) => contracts::relink(crm, it.contract, 1, it.other_touch, &reason());
    }
    "work with clients": {
        any "queue"(crm, it) => clients::queue(crm, QueueOf::Nobody, None, 8);
        of "take"(crm, it) => clients::take(crm, it.lead);
        of "client to hand over" after MINE(lead)(crm, it) => handover::client_to_hand_over(crm, it.lead);
        of "who could take a client" after MINE(lead)(crm, it) => handover::assignees(crm, it.lead, "", 1);
        of "whether somebody could" after MINE(lead)(crm, it) => handover::assignee(crm, it.lead, BOSS);
        of "hand a client over" after MINE(lead)(crm, it) => handover::offer(crm, it.lead, BOSS, &Remark::parse("").unwrap());
        of "take a hand-over back"(crm, it) => handover::withdraw(crm, it.given);
        of "look at what is offered" after BOSSES(signed)(crm, it) => handover::offer_to_me(crm, it.offered);
        of "accept a client" after BOSSES(signed)(crm, it) => handover::accept(crm, it.offered);
        of "decline a client" after BOSSES(signed)(crm, it) => handover::decline(crm, it.offered, None);
        of "mark lost"(crm, it) => clients::mark_lost(crm, it.lead, &reason());
        of "bring back" after LOST(lead)(crm, it) => clients::bring_back(crm, it.lead);
        of "note"(crm, it) => notes::add(crm, it.lead, &Note::parse("x").unwrap());
        of "note with a file"(crm, it) => notes::add_with_file(crm, it.lead, None, PDF);
        of "file of a note"(crm, it) => notes::file(crm, it.note);
        of "outcome of a call"(crm, it) => notes::add_call(crm, it.lead, CallOutcome::Reached);
        of "next step"(crm, it) => follow_ups::set(crm, it.lead, crm.now + chrono::Duration::hours(1));
        of "next step done" after STEP(lead)(crm, it) => follow_ups::finish(crm, it.lead);
        any "own next steps"(crm, it) => follow_ups::mine(crm, None, 8);
    }
    "touches": {
        of "touches that may be corrected"(crm, it) => touches::correctable(crm, it.lead);
        of "look at one"(crm, it) => touches::correctable_one(crm, it.touch);
        of "void"(crm, it) => touches::void(crm, it.touch, &reason());
        of "correct the ad"(crm, it) => touches::correct(crm, it.touch, 2, &reason());
    }
    "contracts": {
        any "list of contracts"(crm, it) => contracts::list(crm, ContractFilter::Live, "", None, 8);
        of "card of a contract"(crm, it) => contracts::card(crm, it.contract);
        of "history"(crm, it) => audit_log::contract_history(crm, it.contract, None, 5);
        of "files"(crm, it) => audit_log::contract_files(crm, it.contract);
        of "whom to sign with"(crm, it) => contracts::client(crm, it.lead);
        of "touches to sign on"(crm, it) => contracts::touches(crm, it.lead);
        of "create and confirm"(crm, it) => contracts::create(crm, &contract(it));
        any "keep a file"(crm, it) => documents::store(crm, "f", "a.pdf", b"%PDF-1.7");
        of "attach a file"(crm, it) => contracts::attach_document(crm, it.contract, 1, "f", "a.pdf", b"%PDF-1.7");
        of "edit while live"(crm, it) => contracts::edit(crm, it.contract, 1, &terms(), None);
        of "edit with a reason"(crm, it) => contracts::edit(crm, it.contract, 1, &terms(), Some(&reason()));
        of "prolong with a reason"(crm, it) => contracts::prolong(crm, it.contract, 1, day("2027-01-31"), &reason());
        of "terminate with a reason"(crm, it) => contracts::terminate(crm, it.contract, 1, day("2026-06-30"), &reason());
        of "edit an ended one with a reason" after ENDED(contract)(crm, it) =>
            contracts::edit(crm, it.contract, 1, &terms(), Some(&reason()));
        of "void a contract"(crm, it) => contracts::void(crm, it.contract, 1, &reason());
        of "bring a void contract back" after VOIDED(contract)(crm, it) => contracts::bring_back(crm, it.contract, 1);
        of "undo the contract"(crm, it) => undo::undo(crm, it.contract_event);
    }
    "staff": {
        any "list of people"(crm, it) => people::list(crm, None, 8);
        any "groups to choose from"(crm, it) => people::groups(crm);
        of "card of a colleague"(crm, it) => people::colleague(crm, StaffId(it.person));
        any "invite a new one"(crm, it) => invites::add_person(crm, person());
        of "new invite"(crm, it) => invites::new_invite(crm, StaffId(it.person));
        of "reset the link" after LINKED(person)(crm, it) => access::revoke_link(crm, StaffId(it.person));
        of "remove the password" after PASSWORD(person)(crm, it) => passwords::remove(crm, StaffId(it.person));
        any "rules for looks at clients"(crm, it) => look_policy::read(crm);
        any "protect cards from forwarding"(crm, it) => look_policy::protect_cards(crm, true);
        any "set the usual number of looks"(crm, it) => look_policy::set_clients_per_hour(crm, 5);
        any "switch password logins off"(crm, it) => passwords::set_password_logins(crm, false);
        of "put into a group"(crm, it) => rights::set_group(crm, StaffId(it.person), 1, true);
        of "take out of a group"(crm, it) => rights::set_group(crm, StaffId(it.person), it.group, false);
        of "block"(crm, it) => rights::set_active(crm, StaffId(it.person), false);
        any "block a superuser"(crm, it) => rights::set_active(crm, BOSS, false);
        of "what he is in charge of"(crm, it) => handover::workload(crm, StaffId(it.person));
        of "who could take it over"(crm, it) => handover::successors(crm, StaffId(it.person), None, 8);
        of "hand all over" after IN_CHARGE(person)(crm, it) => handover::transfer_all(crm, StaffId(it.person), BOSS);
        any "rights of groups"(crm, it) => group_rights::cards(crm);
        of "give a group a right"(crm, it) => group_rights::set(crm, it.group, Permission::ClientView, true);
        of "take a right from a group"(crm, it) => group_rights::set(crm, it.group, Permission::StatsView, false);
        any "look at /seed_groups"(crm, it) => groups::seed_plan(crm, false);
        any "apply /seed_groups"(crm, it) => groups::apply_seed(crm, false, |_| "X".to_owned());
        of "undo: joined a group"(crm, it) => undo::undo(crm, it.person_event);
        of "undo: right given"(crm, it) => undo::undo(crm, it.group_event);
    }
    "audit log": {
        any "log (all, or own actions)"(crm, it) => audit_log::page(crm, AuditFilter::default(), None, 8);
        any "whose actions"(crm, it) => audit_log::people(crm, None, 8);
        of "one event"(crm, it) => audit_log::event(crm, it.lead_event);
        of "what an undo would take away"(crm, it) => undo::question(crm, it.contract_event);
        of "what a contract offers to take back"(crm, it) => undo::offers(crm, Entity::Contract, it.contract);
        of "what could be done again"(crm, it) => undo::repeatable(crm, it.contract_event);
        of "what could be undone on a contract"(crm, it) => undo::undoable(crm, Entity::Contract, it.contract);
    }
    "upkeep": {
        any "parked updates"(crm, it) => parked::list(crm, None, 8);
        of "look at a parked one"(crm, it) => parked::card(crm, it.parked);
        of "what is kept of it"(crm, it) => parked::letter(crm, it.parked);
        of "try it again"(crm, it) => parked::retry(crm, it.parked);
        of "count a failed retry"(crm, it) => parked::failed(crm, it.parked, None, true);
        of "drop it with a reason"(crm, it) => parked::discard(crm, it.parked, &reason());
        any "consistency check"(crm, it) => consistency::check(crm);
        any "repair"(crm, it) => consistency::repair(crm);
        any "repair of figures"(crm, it) => consistency::repair_figures(crm);
        any "titles of ads"(crm, it) => ads::titles(crm, &[1]);
        any "backups"(crm, it) => backups::list(crm);
    }
    "on the server only": {
        any "invite from the server"(crm, it) => invites::invite_from_server(crm, &Username::parse("root.one").unwrap(), None, &[], true);
        any "find a person's traces"(crm, it) => person::find(crm, &identity());
        any "export a person"(crm, it) => person::export(crm, &identity());
        any "find the holder of an account"(crm, it) => person::account_holder(crm, &person::Account::Telegram(1));
        any "export an account"(crm, it) => person::export_account(crm, &person::Account::Telegram(1));
        any "erase an account"(crm, it) => person::erase_account(crm, &person::Account::Telegram(1));
        any "erase a person"(crm, it) => person::erase(crm, &identity(), &[]);
    }
}

/// Brings a record into the state that a use case begins with.
async fn arrange(crm: &mut Crm<'_>, sql: &'static str, id: i64) {
    sqlx::query(sql).bind(id).execute(crm.connection()).await.unwrap();
}

fn reason() -> Reason {
    Reason::parse("a mistake").unwrap()
}

fn phone(typed: &str) -> Phone {
    Phone::parse(typed, PhoneRegion::RU).unwrap()
}

fn identity() -> person::Identity {
    person::Identity { phones: vec![phone("89000000001")], ..person::Identity::default() }
}

fn lead() -> LeadDraft {
    LeadDraft {
        phone: phone("89000000001"),
        phone_raw: String::new(),
        name: PersonName::split("Petr").unwrap(),
        email: None,
        ad: 2,
        notes: Vec::new(),
    }
}

fn details(it: &Objects) -> ClientEdit {
    ClientEdit { client: it.lead, version: 1, name: PersonName::split("Petr").unwrap(), email: None }
}

fn number(it: &Objects) -> PhoneEdit {
    PhoneEdit { client: it.lead, version: 1, phone: phone("89000000001"), phone_raw: String::new(), reason: reason() }
}

fn contract(it: &Objects) -> ContractDraft {
    contract_draft(it.lead, it.touch, 1, "1500", "2026-03-12", "2026-04-11")
}

fn terms() -> ContractEdit {
    ContractEdit {
        title: Title::parse("Other").unwrap(),
        service: 1,
        amount: PositiveMoney::parse("1", Currency::RUB).unwrap(),
        signed_on: day("2026-03-11"),
        starts_on: day("2026-03-11"),
        ends_on: day("2026-05-11"),
        note: Remark::parse("").unwrap(),
        document: None,
    }
}

fn person() -> NewPerson {
    NewPerson {
        username: Username::parse("new.one").unwrap(),
        full_name: FullName::parse("New One").unwrap(),
        groups: Vec::new(),
    }
}
