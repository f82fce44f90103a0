//! Files up and down.

use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::support::{ANNA, Desk, Reply, TOKEN, png};

async fn upload(
    desk: &Desk,
    method: &str,
    field: &str,
    name: &str,
    bytes: Vec<u8>,
    more: &[(&'static str, String)],
) -> Reply {
    let part = Part::bytes(bytes).file_name(name.to_owned()).mime_str("application/octet-stream").unwrap();
    let mut form = Form::new().text("chat_id", ANNA.to_string()).part(field.to_owned(), part);
    for (name, value) in more {
        form = form.text(*name, value.clone());
    }
    desk.reply(desk.http.post(format!("{}/bot{TOKEN}/{method}", desk.url)).multipart(form)).await
}

async fn download(desk: &Desk, path: &str) -> (u16, Vec<u8>) {
    let response = desk.http.get(format!("{}/file/bot{TOKEN}/{path}", desk.url)).send().await.unwrap();
    (response.status().as_u16(), response.bytes().await.unwrap().to_vec())
}

#[tokio::test]
async fn a_document_goes_up_and_comes_down() {
    let desk = Desk::new().await;
    let bytes: Vec<u8> = (0..5_000_000_u32).map(|n| (n % 251) as u8).collect();
    let caption = [("caption", "<b>договор</b>".to_owned()), ("parse_mode", "HTML".to_owned())];
    let sent = upload(&desk, "sendDocument", "document", "Договор 7.pdf", bytes.clone(), &caption).await.ok();
    let document = &sent["document"];
    assert_eq!(document["file_name"], "Договор 7.pdf");
    assert_eq!(document["mime_type"], "application/pdf");
    assert_eq!(document["file_size"], 5_000_000);
    assert_eq!((&sent["caption"], &sent["caption_entities"][0]["type"]), (&json!("договор"), &json!("bold")));
    let file = desk.bot("getFile", json!({"file_id": document["file_id"]})).await.ok();
    assert_eq!(file["file_size"], 5_000_000);
    let (status, down) = download(&desk, file["file_path"].as_str().unwrap()).await;
    assert_eq!((status, down == bytes), (200, true));
    assert_eq!(download(&desk, "documents/file_99").await.0, 404);
    // The same file again, by its id.
    let again = desk.bot("sendDocument", json!({"chat_id": ANNA, "document": document["file_id"]})).await.ok();
    assert_eq!(again["document"], *document);
}

#[tokio::test]
async fn wrong_files_are_refused() {
    let desk = Desk::new().await;
    let call = async |method: &str, more: Value, words: &str| {
        let mut call = json!({"chat_id": ANNA});
        for (name, value) in more.as_object().unwrap() {
            call[name] = value.clone();
        }
        desk.bot(method, call).await.refused(400, &format!("Bad Request: {words}"));
    };
    for (method, what) in [
        ("sendAnimation", "animation"),
        ("sendAudio", "audio"),
        ("sendDocument", "document"),
        ("sendPhoto", "photo"),
        ("sendSticker", "sticker"),
        ("sendVideo", "video"),
        ("sendVideoNote", "video note"),
        ("sendVoice", "voice"),
    ] {
        call(method, json!({}), &format!("there is no {what} in the request")).await;
    }
    call("sendDocument", json!({"document": "unknown"}), "wrong file identifier/HTTP URL specified").await;
    call("sendDocument", json!({"document": "https://example.org/a.pdf"}), "failed to get HTTP URL content").await;
    call("getFile", json!({}), "file_id not specified").await;
    call("getFile", json!({"file_id": "x"}), "wrong file_id or the file is temporarily unavailable").await;
    upload(&desk, "sendDocument", "document", "a.txt", vec![], &[])
        .await
        .refused(400, "Bad Request: file must be non-empty");
    let long = [("caption", "x".repeat(1025))];
    let words = "Bad Request: message caption is too long";
    upload(&desk, "sendDocument", "document", "a.txt", b"x".to_vec(), &long).await.refused(400, words);
    let fits = [("caption", "😀".repeat(512))];
    upload(&desk, "sendDocument", "document", "a.txt", b"x".to_vec(), &fits).await.ok();
    let words = "Request Entity Too Large";
    upload(&desk, "sendDocument", "document", "a.bin", vec![0; (50 << 20) + 1], &[]).await.refused(413, words);
}

#[tokio::test]
async fn what_is_too_big_to_fetch() {
    let desk = Desk::new().await;
    let sent = upload(&desk, "sendDocument", "document", "a.bin", vec![1; (20 << 20) + 1], &[]).await.ok();
    let call = json!({"file_id": sent["document"]["file_id"]});
    desk.bot("getFile", call).await.refused(400, "Bad Request: file is too big");
}

#[tokio::test]
async fn photos_are_pictures_of_some_size() {
    let desk = Desk::new().await;
    let sent = upload(&desk, "sendPhoto", "photo", "a.png", png(640, 480), &[]).await.ok();
    assert_eq!((&sent["photo"][0]["width"], &sent["photo"][0]["height"]), (&json!(640), &json!(480)));
    let call = async |bytes, words: &str| {
        upload(&desk, "sendPhoto", "photo", "a.png", bytes, &[]).await.refused(400, &format!("Bad Request: {words}"));
    };
    call(b"no picture".to_vec(), "IMAGE_PROCESS_FAILED").await;
    call(png(5_001, 5_000), "PHOTO_INVALID_DIMENSIONS").await;
    call(png(2_100, 100), "PHOTO_INVALID_DIMENSIONS").await;
    let mut big = png(10, 10);
    big.resize((10 << 20) + 1, 0);
    call(big, "file of size 10485761 bytes is too big for a photo; the maximum size is 10485760 bytes").await;
    let id = sent["photo"][0]["file_id"].clone();
    let words = "Bad Request: can't use file of type Photo as Document";
    desk.bot("sendDocument", json!({"chat_id": ANNA, "document": id})).await.refused(400, words);
}

#[tokio::test]
async fn other_kinds_are_named_as_they_are() {
    let desk = Desk::new().await;
    let more = [("duration", "7".to_owned()), ("title", "Song".to_owned())];
    for (method, field) in [
        ("sendAudio", "audio"),
        ("sendVideo", "video"),
        ("sendAnimation", "animation"),
        ("sendVoice", "voice"),
        ("sendVideoNote", "video_note"),
    ] {
        let sent = upload(&desk, method, field, "a.mp4", b"bytes".to_vec(), &more).await.ok();
        assert_eq!(sent[field]["duration"], 7, "{method}");
    }
    let sent = upload(&desk, "sendSticker", "sticker", "a.webp", b"bytes".to_vec(), &[]).await.ok();
    assert_eq!(sent["sticker"]["type"], "regular");
}

#[tokio::test]
async fn albums_hold_two_to_ten_files() {
    let desk = Desk::new().await;
    let send = async |media: Value, parts: usize| {
        let mut form = Form::new().text("chat_id", ANNA.to_string()).text("media", media.to_string());
        for n in 0..parts {
            form = form.part(format!("p{n}"), Part::bytes(png(10, 10)).file_name("a.png"));
        }
        desk.reply(desk.http.post(format!("{}/bot{TOKEN}/sendMediaGroup", desk.url)).multipart(form)).await
    };
    let photo = |n: usize| json!({"type": "photo", "media": format!("attach://p{n}"), "caption": "<b>x</b>", "parse_mode": "HTML"});
    let sent = send(json!([photo(0), photo(1)]), 2).await.ok();
    assert_eq!(sent[0]["media_group_id"], sent[1]["media_group_id"]);
    assert!(sent[0]["media_group_id"].is_string());
    assert_ne!(sent[0]["photo"][0]["file_id"], sent[1]["photo"][0]["file_id"]);
    let call = async |media: Value, words: &str| send(media, 1).await.refused(400, &format!("Bad Request: {words}"));
    call(json!([]), "there are no messages to send").await;
    call(json!({}), "expected an Array of InputMedia").await;
    call(json!(vec![photo(0); 11]), "too many messages to send as an album").await;
    call(
        json!([photo(0), {"type": "animation", "media": "attach://p0"}]),
        "can't parse InputMedia: type \"animation\" can't be used in sendMediaGroup",
    )
    .await;
    call(
        json!([photo(0), {"type": "document", "media": "attach://p0"}]),
        "can't use the media of the specified type in the album",
    )
    .await;
    let words = "Bad Request: parameter \"media\" is required";
    desk.bot("sendMediaGroup", json!({"chat_id": ANNA})).await.refused(400, words);
    desk.bot("sendMediaGroup", json!({"chat_id": ANNA, "media": "["}))
        .await
        .refused(400, "Bad Request: can't parse media JSON object");
}

#[tokio::test]
async fn people_send_files_that_the_bot_fetches() {
    let desk = Desk::new().await;
    let path = format!("/people/{ANNA}/send");
    let document =
        json!({"document": {"file_name": "a.csv", "mime_type": "text/csv", "base64": "0YQ="}, "caption": "/see"});
    let sent = desk.post(&path, document).await;
    assert_eq!(sent["message"]["caption_entities"][0]["type"], "bot_command");
    let update = desk.drain().await.pop().unwrap();
    let id = &update["message"]["document"]["file_id"];
    let file = desk.bot("getFile", json!({"file_id": id})).await.ok();
    assert_eq!(download(&desk, file["file_path"].as_str().unwrap()).await.1, "ф".as_bytes());
    let shown = desk.http.get(format!("{}/control/files/{}", desk.url, id.as_str().unwrap())).send().await.unwrap();
    assert_eq!(shown.headers()["content-type"], "text/csv");
    desk.post(&path, json!({"voice": {"base64": "eA==", "duration": 3}})).await;
    assert_eq!(desk.drain().await[0]["message"]["voice"]["duration"], 3);
    desk.refused(&path, json!({"photo": {"base64": "eA=="}}), 400, "IMAGE_PROCESS_FAILED").await;
    desk.refused(&path, json!({"document": {"base64": "?"}}), 400, "base64").await;
}
