//! Entity parsing: HTML, and entities that the bot counted itself.

use serde_json::{Value, json};

use crate::support::{ANNA, Desk};

async fn parse(desk: &Desk, mode: &str, text: &str) -> (String, Value) {
    let sent = desk.send(json!({"text": text, "parse_mode": mode})).await;
    (sent["text"].as_str().unwrap().to_owned(), sent["entities"].clone())
}

async fn refuse(desk: &Desk, mode: &str, text: &str, why: &str) {
    let call = json!({"chat_id": ANNA, "text": text, "parse_mode": mode});
    desk.bot("sendMessage", call).await.refused(400, &format!("Bad Request: can't parse entities: {why}"));
}

fn entity(kind: &str, offset: usize, length: usize) -> Value {
    json!({"type": kind, "offset": offset, "length": length})
}

#[tokio::test]
async fn html_tags_become_entities() {
    let desk = Desk::new().await;
    let (text, entities) =
        parse(&desk, "HTML", "<b>a</b><i>б</i><u>😀</u><s>d</s><tg-spoiler>e</tg-spoiler><code>f</code>").await;
    assert_eq!(text, "aб😀def");
    let expected = ["bold", "italic", "underline", "strikethrough", "spoiler", "code"];
    let found: Vec<&str> = entities.as_array().unwrap().iter().map(|e| e["type"].as_str().unwrap()).collect();
    assert_eq!(found, expected);
    assert_eq!(entities[2], entity("underline", 2, 2));
    let (_, entities) = parse(
        &desk,
        "html",
        "<strong>a</strong><em>b</em><ins>c</ins><strike>d</strike><del>e</del><span class=\"tg-spoiler\">f</span>",
    )
    .await;
    assert_eq!(entities.as_array().unwrap().len(), 5, "two of a kind that touch are one: {entities}");
    let (_, entities) = parse(&desk, "HTML", "<a href=\"http://example.org/?a=1&amp;b=2\">x</a> <a href='tg://user?id=6000000042'>Anna</a> <a href=\"nonsense\">y</a>").await;
    assert_eq!(entities[0]["url"], "http://example.org/?a=1&b=2");
    assert_eq!(entities[1]["type"], "text_mention");
    assert_eq!(entities[1]["user"]["id"], ANNA);
    assert_eq!(entities.as_array().unwrap().len(), 2, "an address that opens nothing makes no entity");
    let (_, entities) = parse(&desk, "HTML", "<pre><code class=\"language-rust\">fn</code></pre> <pre>x</pre>").await;
    assert_eq!(entities[0], json!({"type": "pre", "offset": 0, "length": 2, "language": "rust"}));
    let (_, entities) = parse(&desk, "HTML", "<blockquote>a</blockquote>\n<blockquote expandable>b</blockquote>").await;
    assert_eq!(entities[0]["type"], "blockquote");
    assert_eq!(entities[1]["type"], "expandable_blockquote");
}

#[tokio::test]
async fn html_references_are_read_and_others_left() {
    let desk = Desk::new().await;
    let (text, _) = parse(&desk, "HTML", "&lt;&gt;&amp;&quot;&#1078;&#x436; &copy; & &lt").await;
    assert_eq!(text, "<>&\"жж &copy; & <");
}

#[tokio::test]
async fn html_mistakes_are_named_with_their_byte() {
    let desk = Desk::new().await;
    for (text, why) in [
        ("<b>x", "Can't find end tag corresponding to start tag \"b\""),
        ("ж</b>", "Unexpected end tag at byte offset 2"),
        ("<b>x</i>", "Unmatched end tag at byte offset 4, expected \"</b>\", found \"</i>\""),
        ("a <div>x</div>", "Unsupported start tag \"div\" at byte offset 2"),
        ("1 < 2", "Unsupported start tag \"\" at byte offset 2"),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<a href>x</a>", "Expected equal sign in declaration of an attribute of the tag \"a\" at byte offset 0"),
        ("<a =x>x</a>", "Empty attribute name in the tag \"a\" at byte offset 0"),
        ("<a href=x;y>x</a>", "Unexpected end of name token at byte offset 8"),
        ("<a href=", "Unclosed start tag \"a\" at byte offset 0"),
        ("<a href=\"x", "Unclosed start tag at byte offset 0"),
        ("<span>x</span>", "Tag \"span\" must have class \"tg-spoiler\" at byte offset 0"),
        ("<tg-emoji emoji-id=\"x\">😀</tg-emoji>", "Invalid custom emoji identifier specified"),
    ] {
        refuse(&desk, "HTML", text, why).await;
    }
}

#[tokio::test]
async fn given_entities_are_checked() {
    let desk = Desk::new().await;
    let sent = desk.send(json!({"text": "ab cd", "entities": [entity("bold", 0, 2), entity("url", 3, 2)]})).await;
    assert_eq!(sent["entities"], json!([entity("bold", 0, 2)]), "kinds that Telegram finds itself are left out");
    let call = async |entities: Value, why: &str| {
        let call = json!({"chat_id": ANNA, "text": "ab", "entities": entities});
        desk.bot("sendMessage", call).await.refused(400, &format!("Bad Request: can't parse MessageEntity: {why}"));
    };
    call(json!([5]), "expected an Object").await;
    call(json!([{"type": "bold", "offset": 0}]), "Can't find field \"length\"").await;
    call(json!([{"offset": 0, "length": 1}]), "Type is not specified").await;
    call(json!([entity("wobbly", 0, 1)]), "Unsupported type specified").await;
    call(json!([entity("text_link", 0, 1)]), "Can't find field \"url\"").await;
    let call = json!({"chat_id": ANNA, "text": "ab", "entities": [{"type": "bold", "offset": -1, "length": 1}]});
    let words = "Bad Request: receive an entity with incorrect offset -1";
    desk.bot("sendMessage", call).await.refused(400, words);
    let beyond = desk.send(json!({"text": "ab", "entities": [entity("bold", 1, 50), entity("italic", 9, 9)]})).await;
    assert_eq!(beyond["entities"], json!([entity("bold", 1, 1)]), "what lies behind the text is cut");
}

#[tokio::test]
async fn no_more_than_a_hundred_entities_are_kept() {
    let desk = Desk::new().await;
    let (_, entities) = parse(&desk, "HTML", &"<b>a</b> ".repeat(150)).await;
    assert_eq!(entities.as_array().unwrap().len(), 100);
    let (text, entities) = parse(&desk, "HTML", "a<b> </b>b<code>c <b>d</b></code>").await;
    assert_eq!((text.as_str(), entities), ("a bc d", json!([entity("code", 3, 3)])), "bold spaces and bold in code go");
}

#[tokio::test]
async fn what_nobody_marked_is_found() {
    let desk = Desk::new().await;
    let said = desk
        .say(
            ANNA,
            "/lead@test_bot Иван +7 912 345-67-89 ivan@mail.ru #новый @ivan_p см. сайт example.org/a, https://a.b/c",
        )
        .await;
    let found = said["message"]["entities"].as_array().unwrap().clone();
    let kinds: Vec<&str> = found.iter().map(|e| e["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["bot_command", "phone_number", "email", "hashtag", "mention", "url", "url"]);
    assert_eq!(found[0], entity("bot_command", 0, 14));
    let said = desk.say(ANNA, "1/2 and/or a/b 3.5 v1.2 end.").await;
    assert!(said["message"].get("entities").is_none(), "{said}");
}

/// Nonsense of marks, tags and letters of all widths: answered or refused, never worse, and entities stay within the text.
#[tokio::test]
async fn no_nonsense_breaks_the_parsers() {
    let desk = Desk::new().await;
    let pieces = [
        "<b>",
        "</b>",
        "<a href=\"",
        "\">",
        "</a>",
        "<",
        ">",
        "&",
        "&lt;",
        "&#",
        "&#x1f600;",
        "*",
        "_",
        "__",
        "~",
        "|",
        "||",
        "`",
        "```",
        "[",
        "]",
        "(",
        ")",
        "\\",
        "!",
        "\n",
        ">",
        "**>",
        "ж",
        "😀",
        "a",
        " ",
        "/x",
        "@name",
        "+7912345678",
        "http://a.b",
        "\u{301}",
    ];
    let mut seed = 20_261_123_u64;
    let mut next = |n: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap() % n
    };
    for round in 0..1_500 {
        let text: String = (0..=next(12)).map(|_| pieces[next(pieces.len())]).collect();
        let mode = ["HTML", ""][round % 2];
        let entities = json!([{"type": "bold", "offset": next(9), "length": next(9)}, {"type": "code", "offset": next(9), "length": next(9)}]);
        let reply = desk
            .bot("sendMessage", json!({"chat_id": ANNA, "text": text, "parse_mode": mode, "entities": entities}))
            .await;
        assert!(matches!(reply.status, 200 | 400), "{mode} {text:?}: {}", reply.body);
        let Some(shown) = reply.body["result"]["text"].as_str() else { continue };
        let length = shown.encode_utf16().count() as u64;
        for entity in reply.body["result"]["entities"].as_array().into_iter().flatten() {
            let end = entity["offset"].as_u64().unwrap() + entity["length"].as_u64().unwrap();
            assert!(end <= length && entity["length"] != 0, "{mode} {text:?}: {}", reply.body);
        }
    }
}
