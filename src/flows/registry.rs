//! Every conversation, one line each: from these lines come routing, doors, the command menu, the main menu and the help.

use serde::{Deserialize, Serialize};

use super::{About, Cx, Door, Event, Flow, Opening, Screen, Step};
use crate::crm::Fault;
use crate::domain::Permission::*;
use crate::domain::capture;
use crate::text::{Html, Say};

/// How a conversation stands in menus.
pub struct Entry {
    /// The chat command without its slash.
    pub command: Option<&'static str>,
    /// What the command does, in one line.
    pub about: Option<fn(Say) -> Html>,
    /// The label in the main menu.
    pub label: Option<fn(Say) -> Html>,
    pub door: Door,
}

macro_rules! flows {
    ($($kind:ident($code:literal) => $flow:ty, $door:expr
        $(, command $command:literal $about:ident)? $(, menu $label:ident)?;)*) => {
        /// Which conversation. The code stands in buttons and the name in stored dialogues: neither ever changes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        pub enum PlaceKind { $($kind),* }

        impl PlaceKind {
            /// All conversations, in the order of the menus.
            pub const ALL: &[Self] = &[$(Self::$kind),*];

            /// The code in buttons.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$kind => $code),* }
            }

            /// By the code in a button.
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$kind),)* _ => None }
            }

            /// How it stands in menus.
            #[must_use]
            #[allow(unused_assignments, unused_mut, reason = "a line without a command leaves it out")]
            pub fn entry(self) -> Entry {
                match self { $(Self::$kind => {
                    let mut entry = Entry { command: None, about: None, label: None, door: $door };
                    $(entry.command = Some($command); entry.about = Some(Say::$about);)?
                    $(entry.label = Some(Say::$label);)?
                    entry
                }),* }
            }
        }

        /// The state of any conversation, as it is kept in the session.
        #[derive(Serialize, Deserialize)]
        pub enum Frame { $($kind($flow)),* }

        impl Frame {
            /// Which conversation it is.
            #[must_use]
            pub fn kind(&self) -> PlaceKind {
                match self { $(Self::$kind(_) => PlaceKind::$kind),* }
            }

            /// Whether what is typed in it is a secret.
            #[must_use]
            pub fn is_secret(&self) -> bool {
                match self { $(Self::$kind(_) => <$flow as Flow>::SECRET),* }
            }

            /// Whether what is typed in it is only a search.
            #[must_use]
            pub fn is_search(&self) -> bool {
                match self { $(Self::$kind(_) => <$flow as Flow>::SEARCH),* }
            }

            /// Whom its screen is about.
            #[must_use]
            pub fn about(&self) -> Option<About> {
                match self { $(Self::$kind(flow) => Flow::about(flow)),* }
            }

            /// Opens a conversation. The door is the caller's to check.
            pub async fn open(opening: &Opening, cx: &mut Cx<'_>) -> Result<Step<Self>, Fault> {
                match opening.place.kind { $(PlaceKind::$kind =>
                    Ok(<$flow as Flow>::open(opening, cx).await?.map(Self::$kind))),* }
            }

            /// Acts on what happened.
            pub async fn on(self, event: Event, cx: &mut Cx<'_>) -> Result<Step<Self>, Fault> {
                match self { $(Self::$kind(flow) => Ok(flow.on(event, cx).await?.map(Self::$kind))),* }
            }

            pub async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen, Fault> {
                let screen = match self { $(Self::$kind(flow) => flow.screen(cx).await?),* };
                Ok(Screen { about: self.about(), ..screen })
            }
        }
    };
}

impl<S> Step<S> {
    /// The same step of a conversation that holds this one.
    pub(super) fn map<T>(self, with: impl FnOnce(S) -> T) -> Step<T> {
        match self {
            Self::Stay(state) => Step::Stay(with(state)),
            Self::Told(state, words) => Step::Told(with(state), words),
            Self::Warn(state, words) => Step::Warn(with(state), words),
            Self::Unheard(state) => Step::Unheard(with(state)),
            Self::Open(state, opening) => Step::Open(with(state), opening),
            Self::Go(opening, words) => Step::Go(opening, words),
            Self::Back(words) => Step::Back(words),
            Self::Home(words) => Step::Home(words),
            Self::Compute(work) => Step::Compute(work),
        }
    }
}

impl PlaceKind {
    /// The conversation that a chat command opens.
    #[must_use]
    pub fn by_command(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.entry().command == Some(name))
    }
}

/// Where a text goes that nobody was waiting for: a phone begins a lead, anything else is searched for.
pub(super) fn unheard(text: String, cx: &Cx<'_>) -> Option<Opening> {
    if text.trim().is_empty() {
        None
    } else if cx.crm.may(ClientAdd) && capture::has_phone(&text, cx.crm.company.phone_region) {
        Some(Opening::with(PlaceKind::Lead, text))
    } else if cx.crm.may(ClientView) {
        Some(Opening::with(PlaceKind::Find, text))
    } else {
        None
    }
}

/// For everybody who is linked.
const LINKED: Door = Door::Staff(&[]);

flows! {
    Menu("m") => super::menu::Menu, LINKED, command "menu" about_menu;
    Lead("ld") => super::kit::Wizard<super::lead::LeadForm>, Door::Staff(&[ClientAdd]), command "lead" about_lead, menu label_lead;
    Find("fi") => super::clients::Find, Door::Staff(&[ClientView]), command "find" about_find, menu label_find;
    Clients("cs") => super::clients::Clients, Door::Staff(&[ClientView]), command "clients" about_clients, menu label_clients;
    Client("cl") => super::clients::ClientCard, Door::Staff(&[ClientView]);
    ClientForm("cf") => super::kit::Wizard<super::clients::ClientForm>, Door::Staff(&[ClientEdit]);
    TouchNew("tn") => super::kit::Wizard<super::clients::TouchForm>, Door::Staff(&[TouchAdd]);
    TouchList("tl") => super::clients::MendList, Door::Staff(&[TouchVoidOwn, TouchVoidAny]);
    TouchMend("tm") => super::kit::Wizard<super::clients::MendForm>, Door::Staff(&[TouchVoidOwn, TouchVoidAny]);
    Lost("lt") => super::kit::Wizard<super::clients::LostForm>, Door::Staff(&[ClientLose]);
    Queue("qu") => super::clients::Queue, Door::Staff(&[ClientTake]), command "queue" about_queue, menu label_queue;
    Take("tk") => super::clients::Take, Door::Staff(&[ClientTake]);
    ClientHandOver("oc") => super::kit::Wizard<super::clients::HandOverForm>, Door::Staff(&[ClientTake, StaffManage]);
    HandoverAccept("ha") => super::clients::Accept, Door::Staff(&[ClientTake]);
    HandoverDecline("hd") => super::kit::Wizard<super::clients::DeclineForm>, Door::Staff(&[ClientTake]);
    HandoverWithdraw("hw") => super::clients::Withdraw, Door::Staff(&[ClientTake, StaffManage]);
    FollowUp("fu") => super::clients::FollowUp, Door::Staff(&[FollowUpAdd]);
    Consent("co") => super::clients::Consent, Door::Staff(&[ClientEdit]);
    Call("ca") => super::clients::Call, Door::Staff(&[NoteAdd]);
    Agenda("ag") => super::clients::Agenda, Door::Staff(&[FollowUpAdd]),
        command "followups" about_followups, menu label_followups;
    PhoneCorrect("pc") => super::kit::Wizard<super::clients::PhoneForm>, Door::Staff(&[ClientPhone]);
    MergeClients("mg") => super::kit::Wizard<super::clients::MergeForm>, Door::Staff(&[ClientMerge]);
    NoteNew("nn") => super::clients::AddNote, Door::Staff(&[NoteAdd]);
    Timeline("ti") => super::clients::Timeline, Door::Staff(&[ClientView]);
    NoteFile("nf") => super::clients::ShowNoteFile, Door::Staff(&[NoteView]);
    ContractNew("kn") => super::kit::Wizard<super::contracts::ContractForm>, Door::Staff(&[ContractAdd]),
        command "contract" about_contract, menu label_contract;
    Contracts("kl") => super::contracts::Contracts, Door::Staff(&[ContractView]),
        command "contracts" about_contracts, menu label_contracts;
    ContractCard("kk") => super::contracts::ContractCard, Door::Staff(&[ContractView]);
    ContractHistory("kh") => super::contracts::ContractHistory, Door::Staff(&[ContractView]);
    ContractEdit("ke") => super::kit::Wizard<super::contracts::ContractForm>,
        Door::Staff(&[ContractEdit, ContractCorrect]);
    ContractChange("kc") => super::kit::Wizard<super::contracts::ChangeForm>,
        Door::Staff(&[ContractEdit, ContractTerminate, ContractVoidOwn, ContractCorrect, ContractRelink]);
    Stats("ss") => super::stats::Stats, Door::Staff(&[StatsView]), command "stats" about_stats, menu label_stats;
    Services("sv") => super::services::Services, Door::Staff(&[ServiceView]),
        command "services" about_services, menu label_services;
    ServiceCard("sc") => super::services::ServiceCard, Door::Staff(&[ServiceView]);
    ServiceForm("sf") => super::kit::Wizard<super::services::ServiceForm>, Door::Staff(&[ServiceEdit]);
    Ads("ad") => super::ads::Ads, Door::Staff(&[AdView]), command "ads" about_ads, menu label_ads;
    AdCard("ac") => super::ads::AdCard, Door::Staff(&[AdView]);
    AdForm("af") => super::kit::Wizard<super::ads::AdForm>, Door::Staff(&[AdEdit]);
    StaffList("st") => super::staff::StaffList, Door::Staff(&[StaffManage]), command "staff" about_staff, menu label_staff;
    StaffCard("sd") => super::staff::StaffCard, Door::Staff(&[StaffManage]);
    AddPerson("sp") => super::staff::AddPerson, Door::Staff(&[StaffManage]);
    HandOver("ho") => super::staff::HandOver, Door::Staff(&[StaffManage]);
    SeedGroups("sg") => super::seed_groups::SeedGroups, Door::Staff(&[GroupManage]), command "seed_groups" about_seed_groups;
    GroupRights("gr") => super::group_rights::GroupRights, Door::Staff(&[GroupManage]), command "groups" about_groups;
    Audit("au") => super::audit::Audit, Door::Staff(&[AuditAll, AuditOwn]), command "audit" about_audit, menu label_audit;
    AuditEvent("ae") => super::audit::AuditEvent, Door::Staff(&[AuditAll, AuditOwn]);
    Check("ck") => super::check::Check, Door::Staff(&[SystemCheck]), command "check" about_check;
    Parked("pu") => super::parked::ParkedCard, Door::Staff(&[SystemCheck]);
    Me("me") => super::me::Me, LINKED, command "me" about_me, menu label_me;
    Language("la") => super::language::ChooseLanguage, LINKED, command "language" about_language;
    Settings("se") => super::settings::Settings, LINKED, command "settings" about_settings;
    Password("pw") => super::password::ChangePassword, LINKED, command "password" about_password;
    RevokeLink("rl") => super::revoke_link::RevokeLink, Door::Staff(&[StaffManage]);
    Undo("un") => super::kit::UndoQuestion, LINKED;
    Logout("lo") => super::me::Logout, LINKED, command "logout" about_logout;
    Help("hp") => super::help::Help, LINKED, command "help" about_help;
    Welcome("in") => super::welcome::Welcome, Door::Public;
    Login("li") => super::login::Login, Door::Public, command "login" about_login;
}
