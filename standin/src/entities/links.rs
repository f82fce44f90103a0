//! Which addresses Telegram accepts behind a text link.

/// What an address inside markup turns into.
pub(super) enum Target {
    /// `tg://user?id=…`: a mention of a person.
    User(i64),
    /// An address that opens.
    Url(String),
    /// Neither: Telegram drops the entity and keeps the text.
    Nothing,
}

/// Judges the address of a text link.
pub(super) fn target(address: &str) -> Target {
    let address = address.trim();
    if let Some(id) = address.strip_prefix("tg://user?id=").and_then(|id| id.parse().ok()) {
        return Target::User(id);
    }
    match checked(address) {
        Some(url) => Target::Url(url),
        None => Target::Nothing,
    }
}

/// The address as Telegram stores it, or nothing when it is none.
/// A missing scheme becomes `http://`; a bare host gets its slash.
pub(crate) fn checked(address: &str) -> Option<String> {
    let address = address.trim();
    if address.is_empty() || address.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return None;
    }
    let (scheme, rest) = match address.split_once("://") {
        Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
        None => ("http".to_owned(), address),
    };
    if matches!(scheme.as_str(), "tg" | "ton" | "tonsite") {
        return (!rest.is_empty()).then(|| format!("{scheme}://{rest}"));
    }
    if !matches!(scheme.as_str(), "http" | "https" | "ftp") {
        return None;
    }
    let host_end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(host_end);
    let host = authority.rsplit('@').next().unwrap_or_default();
    let name = host.split(':').next().unwrap_or_default();
    // A name without a dot opens nothing from a phone; Telegram lets only localhost and addresses pass.
    if name.is_empty() || !(name.contains('.') || name.starts_with('[') || name == "localhost") || name.ends_with('.') {
        return None;
    }
    let path = if path.is_empty() { "/" } else { path };
    Some(format!("{scheme}://{}{path}", authority.to_lowercase()))
}
