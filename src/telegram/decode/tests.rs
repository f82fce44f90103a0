use serde_json::json;

use super::*;

async fn read(mut update: Value) -> UpdateKind {
    update["update_id"] = json!(1);
    Decoder::default().decode(&update).await.unwrap().kind
}

fn message(chat: &str, body: Value) -> Value {
    let mut message = json!({
        "message_id": 5, "date": 1_795_410_399,
        "from": { "id": 7_000_000_006_i64, "is_bot": false, "first_name": "Stefan", "language_code": "en" },
        "chat": { "id": 7_000_000_006_i64, "type": chat, "first_name": "Stefan", "title": "T" },
    });
    for (name, value) in body.as_object().unwrap() {
        message[name] = value.clone();
    }
    json!({ "message": message })
}

#[tokio::test]
async fn texts_commands_contacts_and_files_are_told_apart() {
    let UpdateKind::Message { visitor, input: Input::Event(Event::Typed(text)), message_id, .. } =
        read(message("private", json!({ "text": "hello" }))).await
    else {
        panic!("typed")
    };
    assert_eq!((visitor.chat_id, text.as_str(), message_id), (7_000_000_006, "hello", Some(5)));
    let UpdateKind::Message { input: Input::Command { name, rest }, .. } =
        read(message("private", json!({ "text": "/Lead@crm_bot  Иван 8 912" }))).await
    else {
        panic!("command")
    };
    assert_eq!((name.as_str(), rest.as_str()), ("lead", "Иван 8 912"));
    let vcard = "BEGIN:VCARD\nTEL;TYPE=CELL:+7 999 123-45-67\nitem1.TEL:84951234567\nTEL;VALUE=uri:tel:+375291234567\nEND:VCARD";
    let contact = json!({ "contact": { "phone_number": "79991234567", "first_name": "Иван", "vcard": vcard } });
    let UpdateKind::Message { input: Input::Event(Event::Shared(contact)), .. } =
        read(message("private", contact)).await
    else {
        panic!("shared")
    };
    assert_eq!(contact.first_name, "Иван");
    assert_eq!(contact.phone, "79991234567");
    let text = contact.as_text(crate::domain::PhoneRegion::RU);
    assert_eq!(text, "Иван +7 999 123-45-67 +7 495 123-45-67 +375 29 123-45-67");
    let file = json!({ "document": { "file_id": "f", "file_unique_id": "u", "file_size": 9, "file_name": "d.pdf" } });
    let UpdateKind::Message { input: Input::Event(Event::Sent(file)), .. } = read(message("private", file)).await
    else {
        panic!("file")
    };
    assert_eq!((file.file_id.as_str(), file.name.as_str(), file.size), ("f", "d.pdf", 9));
}

#[tokio::test]
async fn a_reply_to_the_bot_is_told_apart_and_one_to_anybody_else_is_not() {
    let earlier = |is_bot: bool| {
        json!({ "message_id": 3, "date": 1, "text": "Иван",
                "from": { "id": 42, "is_bot": is_bot, "first_name": "B" },
                "chat": { "id": 7_000_000_006_i64, "type": "private", "first_name": "Stefan" } })
    };
    let voice = json!({ "file_id": "f", "file_unique_id": "u", "file_size": 9, "duration": 1 });
    let reply = json!({ "voice": voice, "caption": "перезвонить", "reply_to_message": earlier(true) });
    let UpdateKind::Message { input: Input::Replied { to: 3, about: None, said: Event::Sent(file) }, .. } =
        read(message("private", reply)).await
    else {
        panic!("replied")
    };
    assert_eq!((file.name.as_str(), file.caption.as_str()), ("voice.ogg", "перезвонить"));
    let own = json!({ "text": "x", "reply_to_message": earlier(false) });
    assert!(matches!(
        read(message("private", own)).await,
        UpdateKind::Message { input: Input::Event(Event::Typed(_)), .. }
    ));
    // What is quoted from another chat is no message of ours.
    let foreign = json!({ "text": "x", "external_reply": {
        "origin": { "type": "hidden_user", "date": 1, "sender_user_name": "S" } } });
    let foreign = read(message("private", foreign)).await;
    assert!(matches!(foreign, UpdateKind::Message { input: Input::Event(Event::Typed(_)), .. }));
    let command = json!({ "text": "/me", "reply_to_message": earlier(true) });
    assert!(matches!(
        read(message("private", command)).await,
        UpdateKind::Message { input: Input::Command { .. }, .. }
    ));
}

#[tokio::test]
async fn sound_and_video_are_files_whatever_they_are_sent_as() {
    let media = |more: Value| {
        let mut media = json!({ "file_id": "f", "file_unique_id": "u", "file_size": 9, "duration": 1 });
        media.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        media
    };
    let screen = json!({ "width": 1, "height": 1 });
    for (body, name) in [
        (json!({ "audio": media(json!({ "file_name": "call.m4a" })) }), "call.m4a"),
        (json!({ "video": media(screen.clone()) }), "video.mp4"),
        (json!({ "video_note": media(json!({ "length": 240 })) }), "video.mp4"),
        (json!({ "animation": media(screen.clone()) }), "animation.mp4"),
    ] {
        let UpdateKind::Message { input: Input::Event(Event::Sent(file)), .. } = read(message("private", body)).await
        else {
            panic!("{name}")
        };
        assert_eq!(file.name, name);
    }
}

#[tokio::test]
async fn what_postgres_cannot_keep_is_dropped_and_what_looks_like_it_is_not() {
    let typed = read(message("private", json!({ "text": "a\0b \\u0000" }))).await;
    let UpdateKind::Message { input: Input::Event(Event::Typed(text)), .. } = typed else { panic!("typed") };
    assert_eq!(text, "ab \\u0000");
}

#[tokio::test]
async fn a_tap_carries_its_version_and_foreign_data_is_no_tap() {
    let tap = |data: &str| {
        json!({ "callback_query": {
            "id": "77", "chat_instance": "1", "data": data,
            "from": { "id": 7, "is_bot": false, "first_name": "A" },
            "message": message("private", json!({ "text": "x" }))["message"],
        } })
    };
    let UpdateKind::Message { input: Input::Tap(Some(read_tap)), callback_id, .. } = read(tap("3.p9")).await else {
        panic!("tap")
    };
    assert_eq!((read_tap.version, read_tap.press), (3, crate::flows::ButtonAction::Pick(9)));
    assert_eq!(callback_id.as_deref(), Some("77"));
    assert!(matches!(read(tap("drop table")).await, UpdateKind::Message { input: Input::Tap(None), .. }));
}

#[tokio::test]
async fn g7_groups_are_foreign_and_r10_unknown_kinds_are_unreadable() {
    let group = json!({ "text": "hi", "chat": { "id": -5, "type": "group", "title": "G" } });
    assert!(matches!(read(message("group", group)).await, UpdateKind::Foreign { chat_id: -5 }));
    assert!(matches!(read(json!({ "hologram": { "x": 1 } })).await, UpdateKind::Unreadable { visitor: None }));
}

/// Every message of which a part is new to this program is still understood or parked, with its sender (R17).
#[tokio::test]
async fn r17_what_a_newer_bot_api_sends_is_understood_as_far_as_it_can_be() {
    let text = "Ivan +7 912 345-67-89 tomorrow";
    let entity =
        json!({ "type": "date_time", "offset": 22, "length": 8, "unix_time": 1_795_500_000, "date_time_format": "r" });
    let origin = json!({ "type": "hologram", "date": 1, "sender_hologram": "S" });
    let new_field =
        json!({ "text": text, "entities": [entity], "forward_origin": origin, "hologram_info": { "x": [1] } });
    let UpdateKind::Message { input: Input::Event(Event::Typed(read_text)), .. } =
        read(message("private", new_field)).await
    else {
        panic!("typed")
    };
    // R17: the text of a message with an unknown entity, origin and field is understood.
    assert_eq!(read_text, text);
    let poll = read(message("private", json!({ "poll": { "type": "ranked", "rounds": 3 } }))).await;
    assert!(matches!(poll, UpdateKind::Message { input: Input::Event(Event::Typed(text)), .. } if text.is_empty()));
    let medium = json!({ "hologram": { "file_id": "f" }, "caption": "8 912 345-67-89" });
    let UpdateKind::Message { input: Input::Event(Event::Typed(caption)), .. } = read(message("private", medium)).await
    else {
        panic!("caption")
    };
    assert_eq!(caption, "8 912 345-67-89");
    for strange in [json!({ "hologram": { "file_id": "f" } }), json!({ "contact": { "hologram": 1 } })] {
        let UpdateKind::Unreadable { visitor: Some(visitor) } = read(message("private", strange)).await else {
            panic!("unreadable")
        };
        // R17: a kind of message that is not known is told apart from a service message, and keeps its sender.
        assert_eq!((visitor.chat_id, visitor.language_code.as_deref()), (7_000_000_006, Some("en")));
    }
    assert!(matches!(read(message("private", json!({ "pinned_message": { "x": 1 } }))).await, UpdateKind::Ignored));
}
