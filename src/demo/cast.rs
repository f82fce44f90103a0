//! The personas of the demo.

use serde_json::{Value, json};

use crate::failure::{Failure, exit};

/// A persona that the visitor of the web page can choose.
pub struct Player {
    pub id: i64,
    pub first_name: &'static str,
    pub last_name: &'static str,
    pub username: &'static str,
    pub language: &'static str,
    /// Their role in the company.
    pub role: &'static str,
    /// Their phone, of a range that is not assigned.
    pub phone: &'static str,
}

/// The administrator's id; they are linked from the start.
pub const ADMINISTRATOR: i64 = 7_000_000_001;

/// All personas.
#[must_use]
pub fn people() -> [Player; 6] {
    let player = |number, (first_name, last_name), username, language, role, phone| Player {
        id: ADMINISTRATOR + number,
        first_name,
        last_name,
        username,
        language,
        role,
        phone,
    };
    [
        player(0, ("Anna", "Admin"), "anna_admin", "ru", "administrator, already inside", "+79000000001"),
        player(1, ("Oleg", "Operator"), "oleg_operator", "ru", "operator", "+79000000002"),
        player(2, ("Maria", "Manager"), "maria_manager", "ru", "manager", "+79000000003"),
        player(3, ("Mark", "Marketer"), "mark_marketer", "ru", "marketer", "+79000000004"),
        player(4, ("Emma", "English"), "emma_english", "en", "anybody, in English", "+79000000005"),
        player(5, ("Stefan", "Stranger"), "stefan_stranger", "en", "a stranger", "+79000000006"),
    ]
}

/// Registers them with the stand-in; known ones stay as they are.
pub(super) async fn introduce(standin: &str) -> Result<(), Failure> {
    let failed = |_| Failure { line: "the local stand-in does not answer".to_owned(), code: exit::OUT_OF_REACH };
    let http = reqwest::Client::builder().no_proxy().build().map_err(failed)?;
    let state: Value =
        http.get(format!("{standin}/control/state")).send().await.map_err(failed)?.json().await.map_err(failed)?;
    let known = |id: i64| {
        state["people"].as_array().is_some_and(|people| people.iter().any(|person| person["id"].as_i64() == Some(id)))
    };
    for player in people().iter().filter(|player| !known(player.id)) {
        let body = json!({
            "id": player.id, "first_name": player.first_name, "last_name": player.last_name,
            "username": player.username, "language_code": player.language, "phone": player.phone,
        });
        let made = http.post(format!("{standin}/control/people")).json(&body).send().await.map_err(failed)?;
        made.error_for_status().map_err(failed)?;
    }
    Ok(())
}
