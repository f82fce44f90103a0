//! One-time codes, taken off a screen as a person would.

/// The codes of all links on a screen.
pub fn codes(screen: &str) -> Vec<String> {
    let link = "?start=";
    screen.match_indices(link).map(|(at, _)| code_at(&screen[at + link.len()..])).collect()
}

/// A story in which every code reads the same, for snapshots.
pub fn masked(story: &str) -> String {
    codes(story).iter().fold(story.to_owned(), |story, code| story.replace(code, "<code>"))
}

fn code_at(text: &str) -> String {
    text.chars().take_while(|sign| sign.is_ascii_alphanumeric() || "_-".contains(*sign)).collect()
}
