//! Every conversation, one line each: from these lines come routing, doors, the command menu, the main menu and the help.

use serde::{Deserialize, Serialize};

use super::{About, Access, Cx, Event, Flow, Navigation, Screen, Step};
use crate::domain::Permission::*;
use crate::domain::capture;
use crate::error::SystemError;
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
        #[derive(Serialize, Deserialize)]
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
            pub async fn open(nav: &Navigation, cx: &mut Cx<'_>) -> Result<Step<Self>, SystemError> {
                match nav.route.kind { $(ScreenId::$kind =>
                    Ok(<$flow as Flow>::open(nav, cx).await?.map(Self::$kind))),* }
            }

            /// Acts on what happened.
            pub async fn on(self, event: Event, cx: &mut Cx<'_>) -> Result<Step<Self>, SystemError> {
                match self { $(Self::$kind(flow) => Ok(flow.on(event, cx).await?.map(Self::$kind))),* }
            }

            pub async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen, SystemError> {
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
            Self::Notify(state, words) => Step::Notify(with(state), words),
            Self::Reject(state, words) => Step::Reject(with(state), words),
            Self::NotHandled(state) => Step::NotHandled(with(state)),
            Self::Open(state, nav) => Step::Open(with(state), nav),
            Self::Go(nav, words) => Step::Go(nav, words),
            Self::Back(words) => Step::Back(words),
            Self::Home(words) => Step::Home(words),
            Self::Compute(work) => Step::Compute(work),
        }
    }
}

impl ScreenId {
    /// The conversation that a chat command opens.
    #[must_use]
    pub fn by_command(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.entry().command == Some(name))
    }
}

/// Where a text goes that nobody was waiting for: a phone begins a lead, anything else is searched for.
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
    Clients("cs") => super::clients::Clients, Access::Staff(&[ClientView]), command "clients" about_clients, menu label_clients;
    Client("cl") => super::clients::ClientCard, Access::Staff(&[ClientView]);
    ClientForm("cf") => super::kit::Wizard<super::clients::ClientForm>, Access::Staff(&[ClientEdit]);
    TouchNew("tn") => super::kit::Wizard<super::clients::TouchForm>, Access::Staff(&[TouchAdd]);
    TouchList("tl") => super::clients::CorrectTouchList, Access::Staff(&[TouchVoidOwn, TouchVoidAny]);
    TouchMend("tm") => super::kit::Wizard<super::clients::CorrectTouchForm>, Access::Staff(&[TouchVoidOwn, TouchVoidAny]);
    Lost("lt") => super::kit::Wizard<super::clients::LostForm>, Access::Staff(&[ClientLose]);
    Queue("qu") => super::clients::Queue, Access::Staff(&[ClientTake]), command "queue" about_queue, menu label_queue;
    Take("tk") => super::clients::Take, Access::Staff(&[ClientTake]);
    ClientHandOver("oc") => super::kit::Wizard<super::clients::HandOverForm>, Access::Staff(&[ClientTake, StaffManage]);
    HandoverAccept("ha") => super::clients::Accept, Access::Staff(&[ClientTake]);
    HandoverDecline("hd") => super::kit::Wizard<super::clients::DeclineForm>, Access::Staff(&[ClientTake]);
    HandoverWithdraw("hw") => super::clients::Withdraw, Access::Staff(&[ClientTake, StaffManage]);
    FollowUp("fu") => super::clients::FollowUp, Access::Staff(&[FollowUpAdd]);
    Consent("co") => super::clients::Consent, Access::Staff(&[ClientEdit]);
    Call("ca") => super::clients::Call, Access::Staff(&[NoteAdd]);
    Agenda("ag") => super::clients::Agenda, Access::Staff(&[FollowUpAdd]),
        command "followups" about_followups, menu label_followups;
    PhoneCorrect("pc") => super::kit::Wizard<super::clients::PhoneForm>, Access::Staff(&[ClientPhone]);
    MergeClients("mg") => super::kit::Wizard<super::clients::MergeForm>, Access::Staff(&[ClientMerge]);
    NoteNew("nn") => super::clients::AddNote, Access::Staff(&[NoteAdd]);
    Timeline("ti") => super::clients::Timeline, Access::Staff(&[ClientView]);
    NoteFile("nf") => super::clients::ShowNoteFile, Access::Staff(&[NoteView]);
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
    HandOver("ho") => super::staff::HandOver, Access::Staff(&[StaffManage]);
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
