//! The bot's token for a data folder: made at random, kept beside the journal.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use crate::private;
use crate::state::Token;

/// The token of a bot with this id in a data folder, made at the first use; without a folder a new one each time. Another web
/// page or another user of the machine cannot guess it.
///
/// # Errors
/// When the folder cannot be used, or the system gives no random numbers.
pub fn token_in(folder: Option<&Path>, bot_id: i64) -> io::Result<String> {
    let Some(folder) = folder else { return fresh(bot_id) };
    private::folder(folder)?;
    let file = folder.join("token");
    let kept = fs::read_to_string(&file).unwrap_or_default();
    let kept = kept.trim();
    if Token::parse(kept).is_some_and(|(_, id)| id == bot_id) {
        return Ok(kept.to_owned());
    }
    let token = fresh(bot_id)?;
    // Renamed, so that a crash leaves no half of one.
    let new = folder.join("token.new");
    private::create(&new)?.write_all(token.as_bytes())?;
    fs::rename(&new, &file)?;
    Ok(token)
}

fn fresh(bot_id: i64) -> io::Result<String> {
    let mut random = [0; 16];
    getrandom::fill(&mut random).map_err(|_| io::Error::other("the system gives no random numbers"))?;
    let secret: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("{bot_id}:{secret}"))
}
