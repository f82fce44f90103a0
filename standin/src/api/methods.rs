//! Which method is which.

use serde_json::Value;

use super::error::ApiError;
use super::params::Params;
use super::profile::Text;
use super::{album, callbacks, chats, commands, copies, delete, edit, media, profile, reactions, send, webhooks};
use crate::files::Files;
use crate::world::World;
use crate::world::model::MediaKind;

/// Methods of Telegram's that are known but not emulated.
const ABSENT: &[&str] = &[
    "logout",
    "close",
    "sendpoll",
    "stoppoll",
    "sendgame",
    "setgamescore",
    "getgamehighscores",
    "sendinvoice",
    "createinvoicelink",
    "answershippingquery",
    "answerprecheckoutquery",
    "answerwebappquery",
    "setpassportdataerrors",
    "editmessagelivelocation",
    "stopmessagelivelocation",
    "sendpaidmedia",
    "sendchecklist",
    "editmessagechecklist",
    "banchatmember",
    "unbanchatmember",
    "restrictchatmember",
    "promotechatmember",
    "setchatadministratorcustomtitle",
    "banchatsenderchat",
    "unbanchatsenderchat",
    "setchatpermissions",
    "exportchatinvitelink",
    "createchatinvitelink",
    "editchatinvitelink",
    "revokechatinvitelink",
    "approvechatjoinrequest",
    "declinechatjoinrequest",
    "setchatphoto",
    "deletechatphoto",
    "setchattitle",
    "setchatdescription",
    "setchatstickerset",
    "deletechatstickerset",
    "getforumtopiciconstickers",
    "createforumtopic",
    "editforumtopic",
    "closeforumtopic",
    "reopenforumtopic",
    "deleteforumtopic",
    "getuserchatboosts",
    "getbusinessconnection",
    "setmydefaultadministratorrights",
    "getmydefaultadministratorrights",
    "getstickerset",
    "getcustomemojistickers",
    "uploadstickerfile",
    "createnewstickerset",
    "addstickertoset",
    "setuseremojistatus",
    "getmystarbalance",
    "getstartransactions",
    "refundstarpayment",
    "getavailablegifts",
    "sendgift",
    "savepreparedinlinemessage",
    "answerinlinequery",
    "senddice",
    "pinchatmessage",
    "unpinchatmessage",
    "unpinallchatmessages",
];

/// Runs a method, named in lower case, that answers at once.
pub(crate) fn run(world: &mut World, files: &Files, method: &str, params: &Params) -> Result<Value, ApiError> {
    if world.settings.rate_limits && says_something(method) {
        let chat = params.int("chat_id", 0, i64::MIN, i64::MAX);
        world.limiter.take(chat, std::time::Instant::now()).map_err(ApiError::too_many)?;
    }
    match method {
        "getme" => Ok(get_me(world)),
        "sendmessage" => send::send_message(world, params),
        "sendcontact" => send::send_contact(world, params),
        "sendlocation" => send::send_place(world, params, false),
        "sendvenue" => send::send_place(world, params, true),
        "sendmediagroup" => album::send_media_group(world, files, params),
        "forwardmessage" => copies::forward_message(world, params),
        "forwardmessages" => copies::many(world, params, false),
        "copymessage" => copies::copy_message(world, params),
        "copymessages" => copies::many(world, params, true),
        "editmessagetext" => edit::edit_message_text(world, params),
        "editmessagecaption" => edit::edit_message_caption(world, params),
        "editmessagemedia" => edit::edit_message_media(world, files, params),
        "editmessagereplymarkup" => edit::edit_message_reply_markup(world, params),
        "deletemessage" => delete::delete_message(world, params),
        "deletemessages" => delete::delete_messages(world, params),
        "answercallbackquery" => callbacks::answer_callback_query(world, params),
        "setmycommands" => commands::set_my_commands(world, params),
        "getmycommands" => commands::get_my_commands(world, params),
        "deletemycommands" => commands::delete_my_commands(world, params),
        "sendchataction" => chats::send_chat_action(world, params),
        "getchat" => chats::get_chat(world, params),
        "getchatmember" => chats::get_chat_member(world, params),
        "getchatmembercount" | "getchatmemberscount" => chats::get_chat_member_count(world, params),
        "getchatadministrators" => chats::get_chat_administrators(world, params),
        "leavechat" => chats::leave_chat(world, params),
        "setmessagereaction" => reactions::set_message_reaction(world, params),
        "getfile" => media::get_file(world, params),
        "getuserprofilephotos" => {
            params.user_id("user_id").map(|_| serde_json::json!({"total_count": 0, "photos": []}))
        }
        "getwebhookinfo" => Ok(webhooks::info(world)),
        "setmyname" => profile::set(world, params, Text::Name),
        "getmyname" => profile::get(world, params, Text::Name),
        "setmydescription" => profile::set(world, params, Text::Description),
        "getmydescription" => profile::get(world, params, Text::Description),
        "setmyshortdescription" => profile::set(world, params, Text::ShortDescription),
        "getmyshortdescription" => profile::get(world, params, Text::ShortDescription),
        "setchatmenubutton" => profile::set_menu_button(world, params),
        "getchatmenubutton" => profile::get_menu_button(world, params),
        _ => match file_kind(method) {
            Some(kind) => media::send_media(world, files, params, kind),
            None if ABSENT.contains(&method) => {
                Err(ApiError::new(501, format!("Not Implemented: the stand-in does not emulate {method}")))
            }
            None => Err(ApiError::new(404, "Not Found: method not found")),
        },
    }
}

fn file_kind(method: &str) -> Option<MediaKind> {
    Some(match method {
        "sendanimation" => MediaKind::Animation,
        "sendaudio" => MediaKind::Audio,
        "senddocument" => MediaKind::Document,
        "sendphoto" => MediaKind::Photo,
        "sendsticker" => MediaKind::Sticker,
        "sendvideo" => MediaKind::Video,
        "sendvideonote" => MediaKind::VideoNote,
        "sendvoice" => MediaKind::Voice,
        _ => return None,
    })
}

/// Does it count against the limits on sending?
fn says_something(method: &str) -> bool {
    let says = ["send", "forward", "copy", "editmessage"].iter().any(|verb| method.starts_with(verb));
    says && method != "sendchataction"
}

fn get_me(world: &World) -> Value {
    let mut me = world.user(world.bot.id);
    for (field, value) in [
        ("can_join_groups", true),
        ("can_read_all_group_messages", false),
        ("supports_inline_queries", false),
        ("can_connect_to_business", false),
        ("has_main_web_app", false),
    ] {
        me[field] = value.into();
    }
    me
}
