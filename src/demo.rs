//! The demo: invented people and a local Telegram, without a token.
//!
//! It starts with one linked administrator, services, ads and clients, but no groups: `/seed_groups` → Apply makes the
//! accounts, and the page's operator, manager and marketer open their invites in one tap.

mod cast;
mod seed;
mod story;

use std::net::SocketAddr;
use std::path::Path;

use crate::failure::{Failure, exit};
use crate::telegram::{ApiSettings, Token};

pub use cast::people;
pub use seed::seed;

/// The demo's bot. Its token is made at random and kept in the data folder.
const BOT: i64 = 4_200_000_001;
const USERNAME: &str = "crm_demo_bot";
const NAME: &str = "CRM";

/// The password of the demo's accounts, and of no others (A14).
pub const PASSWORD: &str = "123";

/// Starts the local Telegram with the demo's people.
///
/// # Errors
/// When the address is taken or can be reached from outside; the line names the variable.
pub async fn start(listen: SocketAddr, folder: &Path) -> Result<(standin::Running, ApiSettings), Failure> {
    let telegram = folder.join("telegram");
    let text = standin::token_in(Some(&telegram), BOT).map_err(|error| Failure {
        line: format!("CRM_DATA_DIR: {}: {error}", telegram.display()),
        code: exit::WRONG,
    })?;
    let running = standin::start(standin::Options {
        listen,
        token: text.clone(),
        bot_username: USERNAME.to_owned(),
        bot_name: NAME.to_owned(),
        data: Some(telegram),
        rate_limits: false,
    })
    .await
    .map_err(|error| Failure { line: format!("CRM_STANDIN_LISTEN: {error}"), code: exit::WRONG })?;
    cast::introduce(&running.api_url()).await?;
    let token = Token::parse(&text)
        .ok_or_else(|| Failure { line: "the demo's token is broken".to_owned(), code: exit::WRONG })?;
    let settings = ApiSettings { token, url: running.api_url(), proxy: None };
    Ok((running, settings))
}
