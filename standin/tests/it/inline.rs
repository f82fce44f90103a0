//! Inline queries.

use serde_json::{Value, json};

use crate::support::{ANNA, Desk};

async fn ask(desk: &Desk) -> Value {
    desk.post("/settings", json!({"inline": true})).await;
    desk.post(&format!("/people/{ANNA}/inline_query"), json!({"query": "cats"})).await
}

fn article(id: &str) -> Value {
    json!({"type": "article", "id": id, "title": "A", "input_message_content": {"message_text": "<b>A</b>", "parse_mode": "HTML"}})
}

#[tokio::test]
async fn a_query_is_answered_and_a_result_chosen() {
    let desk = Desk::new().await;
    desk.refused(&format!("/people/{ANNA}/inline_query"), json!({}), 400, "inline mode is off").await;
    assert_eq!(desk.bot("getMe", json!({})).await.ok()["supports_inline_queries"], false);
    let asked = ask(&desk).await;
    let id = &asked["inline_query_id"];
    let update = desk.drain().await.pop().unwrap();
    assert_eq!((&update["inline_query"]["query"], &update["inline_query"]["id"]), (&json!("cats"), id));
    desk.bot("answerInlineQuery", json!({"inline_query_id": id, "results": [article("1")]})).await.ok();
    let seen = desk.get(&format!("/inline/{}?wait_ms=10", id.as_str().unwrap())).await;
    assert_eq!(seen["results"][0]["id"], "1");
    let choice = json!({"inline_query_id": id, "result_id": "1"});
    let chosen = desk.post(&format!("/people/{ANNA}/choose"), choice).await;
    assert_eq!(chosen["message"]["via_bot"]["is_bot"], true);
    assert_eq!(chosen["message"]["entities"][0]["type"], "bold");
    let updates = desk.drain().await;
    assert_eq!(updates[0]["chosen_inline_result"]["result_id"], "1");
    assert_eq!(updates[1]["message"]["text"], "A");
}

#[tokio::test]
async fn wrong_answers_are_refused() {
    let desk = Desk::new().await;
    let asked = ask(&desk).await;
    let call = |results: Value| json!({"inline_query_id": asked["inline_query_id"], "results": results});
    let long = article(&"x".repeat(65));
    let bare = json!({"type": "article", "id": "1", "title": "A"});
    for (results, words) in [
        (json!({}), "expected an Array of inline query results"),
        (json!(vec![article("1"); 51]), "too many inline query results specified"),
        (json!([5]), "can't parse inline query result: InlineQueryResult must be an Object"),
        (json!([{"id": "1"}]), "can't parse inline query result: Can't find field \"type\""),
        (
            json!([{"type": "dream", "id": "1"}]),
            "can't parse inline query result: type \"dream\" is unsupported for the inline query result",
        ),
        (json!([bare]), "can't parse inline query result: Can't find field \"input_message_content\""),
        (json!([long]), "can't parse inline query result: RESULT_ID_INVALID"),
        (json!([article("1"), article("1")]), "RESULT_ID_DUPLICATE"),
    ] {
        desk.bot("answerInlineQuery", call(results)).await.refused(400, &format!("Bad Request: {words}"));
    }
    desk.post("/clock", json!({"advance": 60})).await;
    let words = "Bad Request: query is too old and response timeout expired or query ID is invalid";
    desk.bot("answerInlineQuery", call(json!([]))).await.refused(400, words);
}
