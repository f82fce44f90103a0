//! Every conversation and every use case behind a button, one line each: from these lines come routing, access, the command
//! menu, the main menu and the help.

use serde::{Deserialize, Serialize};

use super::{About, Access, Cx, Event, Flow, Navigation, Opened, Screen, Step};
use crate::crm::Result;
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
    pub access: Access,
}

macro_rules! flows {
    ($($kind:ident($code:literal) => $flow:ty, $access:expr
        $(, command $command:literal $about:ident)? $(, menu $label:ident)?;)*) => {
        /// Which conversation. The code stands in buttons and the name in stored dialogues: neither ever changes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        pub enum ScreenId { $($kind),* }

        impl ScreenId {
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

            /// Whether what is typed in it is a secret.
            #[must_use]
            pub fn is_secret(self) -> bool {
                match self { $(Self::$kind => <$flow as Flow>::SECRET),* }
            }

            /// How it stands in menus.
            #[must_use]
            #[allow(unused_assignments, unused_mut, reason = "a line without a command leaves it out")]
            pub fn entry(self) -> Entry {
                match self { $(Self::$kind => {
                    let mut entry = Entry { command: None, about: None, label: None, access: $access };
                    $(entry.command = Some($command); entry.about = Some(Say::$about);)?
                    $(entry.label = Some(Say::$label);)?
                    entry
                }),* }
            }
        }

        /// The state of any conversation, as it is kept in the session.
        #[derive(Clone, Serialize, Deserialize)]
        pub enum Frame { $($kind($flow)),* }

        impl Frame {
            /// Which conversation it is.
            #[must_use]
            pub fn kind(&self) -> ScreenId {
                match self { $(Self::$kind(_) => ScreenId::$kind),* }
            }

            /// Whether what is typed in it is a secret.
            #[must_use]
            pub fn is_secret(&self) -> bool {
                self.kind().is_secret()
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

            /// Whether its screen shows a client's data.
            fn shows_client(&self) -> bool {
                match self { $(Self::$kind(flow) => Flow::shows_client(flow)),* }
            }

            /// Opens a conversation. The right to it is the caller's to check.
            pub async fn open(nav: &Navigation, cx: &mut Cx<'_>) -> Result<Opened<Self>> {
                match nav.route.kind { $(ScreenId::$kind =>
                    Ok(<$flow as Flow>::open(nav, cx).await?.map(Self::$kind))),* }
            }

            /// Acts on what happened.
            pub async fn on(&mut self, event: Event, cx: &mut Cx<'_>) -> Result<Step> {
                match self { $(Self::$kind(flow) => Flow::on(flow, event, cx).await),* }
            }

            /// Draws its screen.
            pub async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen> {
                let screen = match self { $(Self::$kind(flow) => Flow::screen(flow, cx).await?),* };
                let protected = cx.crm.actor.protects_cards && self.shows_client();
                Ok(Screen { about: self.about(), protected, ..screen })
            }
        }
    };
}

impl ScreenId {
    /// The conversation that a chat command opens.
    #[must_use]
    pub fn by_command(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.entry().command == Some(name))
    }
}

/// Where a text goes that the open conversation does not take: a phone begins a lead, anything else is searched for.
pub(super) fn unheard(text: String, cx: &Cx<'_>) -> Option<Navigation> {
    if text.trim().is_empty() {
        None
    } else if cx.crm.may(ClientAdd) && capture::has_phone(&text, cx.crm.company.phone_region) {
        Some(Navigation::with(ScreenId::Lead, text))
    } else if cx.crm.may(ClientView) {
        Some(Navigation::with(ScreenId::Find, text))
    } else {
        None
    }
}

/// For everybody who is linked.
const LINKED: Access = Access::Staff(&[]);

flows! {
    Menu("m") => super::menu::Menu, LINKED, command "menu" about_menu;
    Lead("ld") => super::kit::Wizard<super::lead::LeadForm>, Access::Staff(&[ClientAdd]), command "lead" about_lead, menu label_lead;
    Find("fi") => super::clients::Find, Access::Staff(&[ClientView]), command "find" about_find, menu label_find;
    Whois("wi") => super::whois::Whois, Access::Staff(&[ClientView]), command "whois" about_whois;
    Clients("cs") => super::clients::Clients, Access::Staff(&[ClientView]), command "clients" about_clients, menu label_clients;
    Client("cl") => super::clients::ClientCard, Access::Staff(&[ClientView]);
    ClientForm("cf") => super::kit::Wizard<super::clients::ClientForm>, Access::Staff(&[ClientEdit]);
    TouchNew("tn") => super::kit::Wizard<super::clients::TouchForm>, Access::Staff(&[TouchAdd]);
    TouchList("tl") => super::clients::CorrectTouchList, Access::Staff(&[TouchVoidOwn, TouchVoidAny]);
    TouchMend("tm") => super::kit::Wizard<super::clients::CorrectTouchForm>, Access::Staff(&[TouchVoidOwn, TouchVoidAny]);
    Lost("lt") => super::kit::Wizard<super::clients::LostForm>, Access::Staff(&[ClientLose]);
    Queue("qu") => super::clients::Queue, Access::Staff(&[ClientTake]), command "queue" about_queue, menu label_queue;
    ClientHandOver("oc") => super::kit::Wizard<super::clients::HandoverForm>, Access::Staff(&[ClientTake, StaffManage]);
    HandoverDecline("hd") => super::kit::Wizard<super::clients::DeclineForm>, Access::Staff(&[ClientTake]);
    FollowUp("fu") => super::clients::FollowUp, Access::Staff(&[FollowUpAdd]);
    Consent("co") => super::clients::Consent, Access::Staff(&[ClientEdit]);
    Call("ca") => super::clients::Call, Access::Staff(&[NoteAdd]);
    Agenda("ag") => super::clients::Agenda, Access::Staff(&[FollowUpAdd]),
        command "followups" about_followups, menu label_followups;
    PhoneCorrect("pc") => super::kit::Wizard<super::clients::PhoneForm>, Access::Staff(&[ClientPhone, ClientAdd]);
    MergeClients("mg") => super::kit::Wizard<super::clients::MergeForm>, Access::Staff(&[ClientMerge]);
    NoteNew("nn") => super::clients::AddNote, Access::Staff(&[NoteAdd]);
    Timeline("ti") => super::clients::Timeline, Access::Staff(&[ClientView]);
    ContractNew("kn") => super::kit::Wizard<super::contracts::ContractForm>, Access::Staff(&[ContractAdd]),
        command "contract" about_contract, menu label_contract;
    Contracts("kl") => super::contracts::Contracts, Access::Staff(&[ContractView]),
        command "contracts" about_contracts, menu label_contracts;
    ContractCard("kk") => super::contracts::ContractCard, Access::Staff(&[ContractView]);
    ContractHistory("kh") => super::contracts::ContractHistory, Access::Staff(&[ContractView]);
    ContractEdit("ke") => super::kit::Wizard<super::contracts::ContractForm>,
        Access::Staff(&[ContractEdit, ContractCorrect]);
    ContractChange("kc") => super::kit::Wizard<super::contracts::ChangeForm>,
        Access::Staff(&[ContractEdit, ContractTerminate, ContractVoidOwn, ContractCorrect, ContractRelink]);
    Stats("ss") => super::stats::Stats, Access::Staff(&[StatsView]), command "stats" about_stats, menu label_stats;
    Services("sv") => super::services::Services, Access::Staff(&[ServiceView]),
        command "services" about_services, menu label_services;
    ServiceCard("sc") => super::services::ServiceCard, Access::Staff(&[ServiceView]);
    ServiceForm("sf") => super::kit::Wizard<super::services::ServiceForm>, Access::Staff(&[ServiceEdit]);
    Ads("ad") => super::ads::Ads, Access::Staff(&[AdView]), command "ads" about_ads, menu label_ads;
    AdCard("ac") => super::ads::AdCard, Access::Staff(&[AdView]);
    AdForm("af") => super::kit::Wizard<super::ads::AdForm>, Access::Staff(&[AdEdit]);
    StaffList("st") => super::staff::StaffList, Access::Staff(&[StaffManage]), command "staff" about_staff, menu label_staff;
    StaffCard("sd") => super::staff::StaffCard, Access::Staff(&[StaffManage]);
    AddPerson("sp") => super::staff::AddPerson, Access::Staff(&[StaffManage]);
    HandOver("ho") => super::staff::Handover, Access::Staff(&[StaffManage]);
    SeedGroups("sg") => super::seed_groups::SeedGroups, Access::Staff(&[GroupManage]), command "seed_groups" about_seed_groups;
    GroupRights("gr") => super::group_rights::GroupRights, Access::Staff(&[GroupManage]), command "groups" about_groups;
    Audit("au") => super::audit::Audit, Access::Staff(&[AuditAll, AuditOwn]), command "audit" about_audit, menu label_audit;
    AuditEvent("ae") => super::audit::AuditEvent, Access::Staff(&[AuditAll, AuditOwn]);
    Check("ck") => super::check::Check, Access::Staff(&[SystemCheck]), command "check" about_check;
    Parked("pu") => super::parked::ParkedCard, Access::Staff(&[SystemCheck]);
    Me("me") => super::me::Me, LINKED, command "me" about_me, menu label_me;
    Language("la") => super::language::ChooseLanguage, LINKED, command "language" about_language;
    Settings("se") => super::settings::Settings, LINKED, command "settings" about_settings;
    Password("pw") => super::password::ChangePassword, LINKED, command "password" about_password;
    RevokeLink("rl") => super::revoke_link::RevokeLink, Access::Staff(&[StaffManage]);
    Undo("un") => super::kit::UndoQuestion, LINKED;
    Logout("lo") => super::me::Logout, LINKED, command "logout" about_logout;
    Help("hp") => super::help::Help, LINKED, command "help" about_help;
    Welcome("in") => super::welcome::Welcome, Access::Public;
    Login("li") => super::login::Login, Access::Public, command "login" about_login;
}

macro_rules! use_cases {
    ($($name:ident($code:literal) => $run:path, $access:expr;)*) => {
        /// A use case that a button runs at once, on the record it names. The code stands in buttons and never changes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum UseCase { $($name),* }

        impl UseCase {
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The code in buttons; none is a screen's as well.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code),* }
            }

            /// By the code in a button.
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$name),)* _ => None }
            }

            /// Who may run it.
            #[must_use]
            pub const fn access(self) -> Access {
                match self { $(Self::$name => $access),* }
            }

            /// Runs it on the record. The right to it is the caller's to check.
            pub async fn run(self, record: i64, cx: &mut Cx<'_>) -> Result<Step> {
                match self { $(Self::$name => $run(record, cx).await),* }
            }
        }
    };
}

use_cases! {
    Take("tk") => super::clients::take, Access::Staff(&[ClientTake]);
    AcceptHandover("ha") => super::clients::accept, Access::Staff(&[ClientTake]);
    WithdrawHandover("hw") => super::clients::withdraw, Access::Staff(&[ClientTake, StaffManage]);
    SendNoteFile("nf") => super::clients::send_file, Access::Staff(&[NoteView]);
}
