//! Every use case of the business with what it is tried on, in the order of the rights table.

use crmbot::crm::{
    Attachment, AuditFilter, CallOutcome, ClientEdit, ContractDraft, ContractEdit, ContractFilter, Crm, Entity, Error,
    LeadDraft, NewPerson, PhoneEdit, QueueOf, StaffId,
};
use crmbot::domain::stats::attribution::Model;
use crmbot::domain::{
    ClientState, ConsentMeans, FullName, Note, Period, Permission, PersonName, Phone, PhoneRegion, PositiveMoney,
    Reason, Remark, Title, Username,
};

use super::objects::Objects;
use crate::support::trade::{ad_draft, contract_draft, day, service_draft};

/// Whom the first administrator is: use cases that need a colleague of the use case's own choosing take him.
pub const BOSS: StaffId = StaffId(1);

/// A file as somebody sends it.
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
                unknown => panic!("no deed {unknown:?}"),
            }
        }
    };
    (@ of) => { true };
    (@ any) => { false };
}

use_cases! {
    "statistics": {
        any "figures of ads"(crm, it) => crm.ad_stats(Period::AllTime, Model::Direct);
        any "counters of clients"(crm, it) => crm.state_counts();
    }
    "services": {
        any "pick list"(crm, it) => crm.service_choices("", 1);
        of "choose one"(crm, it) => crm.service_choice(it.service);
        any "list"(crm, it) => crm.services("", None, 8);
        of "card"(crm, it) => crm.service(it.service);
        any "create"(crm, it) => crm.create_service(&service_draft("Design", "1"));
        of "edit"(crm, it) => crm.edit_service(it.service, 1, &service_draft("Design", "1"));
        of "archive"(crm, it) => crm.archive_service(it.service);
        of "restore" after ARCHIVED(service)(crm, it) => crm.restore_service(it.service);
        of "undo the entry"(crm, it) => crm.undo(it.service_event);
    }
    "ads": {
        any "pick list (running, no budget)"(crm, it) => crm.ad_choices("", 1);
        any "running ads of quick capture"(crm, it) => crm.running_ads();
        of "choose one (running)"(crm, it) => crm.ad_choice(it.ad);
        any "list of ads"(crm, it) => crm.ads("", None, 8);
        of "card of an ad"(crm, it) => crm.ad(it.ad);
        any "create an ad"(crm, it) => crm.create_ad(&ad_draft("Summer", 1, "1"));
        of "edit an ad, its budget, its names"(crm, it) => crm.edit_ad(it.ad, 1, &ad_draft("Summer", 1, "1"));
        of "finish"(crm, it) => crm.finish_ad(it.ad);
        of "restart" after FINISHED(ad)(crm, it) => crm.restart_ad(it.ad);
        of "undo the entry of an ad"(crm, it) => crm.undo(it.ad_event);
    }
    "clients": {
        any "find"(crm, it) => crm.find_clients("Ivan", None, 8);
        any "look a phone up"(crm, it) => crm.look_up(&phone("89000000001"));
        any "list by state"(crm, it) => crm.clients_in(ClientState::Potential, None, 8);
        of "card of a client"(crm, it) => crm.client_card(it.lead);
        of "timeline"(crm, it) => crm.timeline(it.lead, None, 8);
        of "show the phone"(crm, it) => crm.reveal_phone(it.lead);
        any "create with first touch"(crm, it) => crm.register_lead(&lead());
        of "register a return"(crm, it) => crm.register_touch(it.lead, 2);
        of "edit name, e-mail"(crm, it) => crm.edit_client(&details(it));
        of "note a consent"(crm, it) => crm.give_consent(it.lead, ConsentMeans::Phone);
        of "note its withdrawal" after CONSENT(lead)(crm, it) => crm.withdraw_consent(it.lead);
        of "undo the lead"(crm, it) => crm.undo(it.lead_event);
    }
    "corrections of clients": {
        of "change the phone"(crm, it) => crm.correct_phone(&number(it));
        of "look at a merge"(crm, it) => crm.merge_plan(it.lead, it.signed);
        of "merge two clients"(crm, it) => crm.merge_clients(it.lead, it.signed, &reason());
        of "re-link a contract"(crm, it) => crm.relink_contract(it.contract, 1, it.other_touch, &reason());
    }
    "work with clients": {
        any "queue"(crm, it) => crm.queue(QueueOf::Nobody, None, 8);
        of "take"(crm, it) => crm.take_client(it.lead);
        of "client to hand over" after MINE(lead)(crm, it) => crm.client_to_hand_over(it.lead);
        of "who could take a client" after MINE(lead)(crm, it) => crm.assignees(it.lead, "", 1);
        of "whether somebody could" after MINE(lead)(crm, it) => crm.assignee(it.lead, BOSS);
        of "hand a client over" after MINE(lead)(crm, it) => crm.offer_client(it.lead, BOSS, &Remark::parse("").unwrap());
        of "take a hand-over back"(crm, it) => crm.withdraw_handover(it.given);
        of "look at what is offered" after BOSSES(signed)(crm, it) => crm.offer_to_me(it.offered);
        of "accept a client" after BOSSES(signed)(crm, it) => crm.accept_handover(it.offered);
        of "decline a client" after BOSSES(signed)(crm, it) => crm.decline_handover(it.offered, None);
        of "mark lost"(crm, it) => crm.mark_lost(it.lead, &reason());
        of "bring back" after LOST(lead)(crm, it) => crm.bring_back(it.lead);
        of "note"(crm, it) => crm.add_note(it.lead, &Note::parse("x").unwrap());
        of "note with a file"(crm, it) => crm.add_file_note(it.lead, None, PDF);
        of "file of a note"(crm, it) => crm.note_file(it.note);
        of "outcome of a call"(crm, it) => crm.add_call(it.lead, CallOutcome::Reached);
        of "next step"(crm, it) => crm.set_follow_up(it.lead, crm.now + chrono::Duration::hours(1));
        of "next step done" after STEP(lead)(crm, it) => crm.finish_follow_up(it.lead);
        any "own next steps"(crm, it) => crm.my_follow_ups(None, 8);
    }
    "touches": {
        of "touches that may be mended"(crm, it) => crm.mendable_touches(it.lead);
        of "look at one"(crm, it) => crm.mendable_touch(it.touch);
        of "void"(crm, it) => crm.void_touch(it.touch, &reason());
        of "correct the ad"(crm, it) => crm.correct_touch(it.touch, 2, &reason());
    }
    "contracts": {
        any "list of contracts"(crm, it) => crm.contracts(ContractFilter::Live, "", None, 8);
        of "card of a contract"(crm, it) => crm.contract(it.contract);
        of "history"(crm, it) => crm.contract_history(it.contract, None, 5);
        of "files"(crm, it) => crm.contract_files(it.contract);
        of "whom to sign with"(crm, it) => crm.contract_client(it.lead);
        of "touches to sign on"(crm, it) => crm.contract_touches(it.lead);
        of "create and confirm"(crm, it) => crm.create_contract(&contract(it));
        any "keep a file"(crm, it) => crm.store_document("f", "a.pdf", b"%PDF-1.7");
        of "attach a file"(crm, it) => crm.attach_document(it.contract, 1, "f", "a.pdf", b"%PDF-1.7");
        of "edit while live"(crm, it) => crm.edit_contract(it.contract, 1, &terms(), None);
        of "edit with a reason"(crm, it) => crm.edit_contract(it.contract, 1, &terms(), Some(&reason()));
        of "prolong with a reason"(crm, it) => crm.prolong_contract(it.contract, 1, day("2027-01-31"), &reason());
        of "terminate with a reason"(crm, it) => crm.terminate_contract(it.contract, 1, day("2026-06-30"), &reason());
        of "edit an ended one with a reason" after ENDED(contract)(crm, it) =>
            crm.edit_contract(it.contract, 1, &terms(), Some(&reason()));
        of "void a contract"(crm, it) => crm.void_contract(it.contract, 1, &reason());
        of "undo the contract"(crm, it) => crm.undo(it.contract_event);
    }
    "staff": {
        any "list of people"(crm, it) => crm.people(None, 8);
        any "groups to choose from"(crm, it) => crm.groups();
        of "card of a colleague"(crm, it) => crm.colleague(StaffId(it.person));
        any "invite a new one"(crm, it) => crm.add_person(person());
        of "new invite"(crm, it) => crm.new_invite(StaffId(it.person));
        of "reset the link" after LINKED(person)(crm, it) => crm.revoke_link(StaffId(it.person));
        of "remove the password" after PASSWORD(person)(crm, it) => crm.remove_password(StaffId(it.person));
        any "switch password logins off"(crm, it) => crm.set_password_logins(false);
        of "put into a group"(crm, it) => crm.set_group(StaffId(it.person), 1, true);
        of "take out of a group"(crm, it) => crm.set_group(StaffId(it.person), it.group, false);
        of "block"(crm, it) => crm.set_active(StaffId(it.person), false);
        any "block a superuser"(crm, it) => crm.set_active(BOSS, false);
        of "what he is in charge of"(crm, it) => crm.workload_of(StaffId(it.person));
        of "who could take it over"(crm, it) => crm.successors(StaffId(it.person), None, 8);
        of "hand all over" after IN_CHARGE(person)(crm, it) => crm.hand_over_all(StaffId(it.person), BOSS);
        any "rights of groups"(crm, it) => crm.group_cards();
        of "give a group a right"(crm, it) => crm.set_group_right(it.group, Permission::ClientView, true);
        of "take a right from a group"(crm, it) => crm.set_group_right(it.group, Permission::StatsView, false);
        any "look at /seed_groups"(crm, it) => crm.seed_plan();
        any "apply /seed_groups"(crm, it) => crm.apply_seed(|_| "X".to_owned());
        of "undo: joined a group"(crm, it) => crm.undo(it.person_event);
        of "undo: right given"(crm, it) => crm.undo(it.group_event);
    }
    "audit log": {
        any "log (all, or own actions)"(crm, it) => crm.audit_log(AuditFilter::default(), None, 8);
        any "whose actions"(crm, it) => crm.audit_people(None, 8);
        of "one event"(crm, it) => crm.audit_event(it.lead_event);
        of "what an undo would take away"(crm, it) => crm.undo_question(it.contract_event);
        of "what could be undone on a contract"(crm, it) => crm.undoable(Entity::Contract, it.contract);
    }
    "upkeep": {
        any "parked updates"(crm, it) => crm.parked(None, 8);
        of "look at a parked one"(crm, it) => crm.parked_card(it.parked);
        of "what is kept of it"(crm, it) => crm.parked_letter(it.parked);
        of "try it again"(crm, it) => crm.retry_parked(it.parked);
        of "count a failed retry"(crm, it) => crm.parked_failed(it.parked, None, true);
        of "drop it with a reason"(crm, it) => crm.drop_parked(it.parked, &reason());
        any "consistency check"(crm, it) => crm.check_consistency();
        any "repair"(crm, it) => crm.repair_consistency();
        any "backups"(crm, it) => crm.backups();
    }
    "on the server only": {
        any "invite from the server"(crm, it) => crm.invite_from_server(&Username::parse("root.one").unwrap(), None, &[], true);
        any "find a person's traces"(crm, it) => crm.find_person(&phone("89000000001"));
        any "export a person"(crm, it) => crm.export_person(&phone("89000000001"));
        any "erase a person"(crm, it) => crm.erase_person(&phone("89000000001"));
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
        amount: PositiveMoney::parse("1").unwrap(),
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
