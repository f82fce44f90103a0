//! Audit events that the use cases write, read from their source.

use std::collections::BTreeSet;

/// All (action, entity) pairs.
pub fn written_events(sources: &[String]) -> BTreeSet<(String, String)> {
    let undone = ["client", "contract", "service", "ad", "staff", "group"];
    let mut found: BTreeSet<_> = undone.map(|entity| ("undo".to_owned(), entity.to_owned())).into();
    // Functions that take the action from their caller, with the entity they write it for.
    let mut forwarders: Vec<(String, String)> = Vec::new();
    for source in sources {
        for (at, block) in blocks(source, "Event {", '{', '}') {
            let entity = value(&block, "entity").or_else(|| before(source, at, "(entity, entity_id) = ("));
            let Some(entity) = entity.and_then(|text| words(&text).pop()) else { continue };
            match value(&block, "action") {
                Some(action) => found.extend(words(&action).into_iter().map(|action| (action, entity.clone()))),
                None => forwarders.extend(function(source, at).map(|name| (name, entity.clone()))),
            }
        }
    }
    let mut next = 0;
    while let Some((name, entity)) = forwarders.get(next).cloned() {
        next += 1;
        for source in sources {
            for (at, call) in blocks(source, &format!("self.{name}("), '(', ')') {
                let first = call.split([',', '}']).next().unwrap_or_default();
                let whole = if first.contains("if ") { call.split(',').next().unwrap_or_default() } else { first };
                found.extend(words(whole).into_iter().map(|action| (action, entity.clone())));
                // `action` is passed on: the caller of that function names it.
                if call.split(',').any(|argument| argument.trim() == "action") {
                    if let Some(caller) = function(source, at) {
                        let known = (caller, entity.clone());
                        if !forwarders.contains(&known) {
                            forwarders.push(known);
                        }
                    }
                } else if words(whole).is_empty() {
                    // The action is not the first argument.
                    found.extend(call.split(',').flat_map(words).take(1).map(|action| (action, entity.clone())));
                }
            }
        }
    }
    found
}

/// The names of all fields in `before` and `after`.
pub fn fields_of_events(sources: &[String]) -> BTreeSet<String> {
    let objects = sources.iter().flat_map(|source| blocks(source, "json!(", '(', ')'));
    objects
        .flat_map(|(_, object)| {
            let keys: Vec<String> = object
                .match_indices("\":")
                .filter_map(|(end, _)| object[..end].rfind('"').map(|start| object[start + 1..end].to_owned()))
                .collect();
            keys
        })
        .collect()
}

/// What stands between the brackets after each `opening`, with its place.
fn blocks(source: &str, opening: &str, open: char, close: char) -> Vec<(usize, String)> {
    let inside = |at: usize| {
        let start = at + opening.len();
        let mut depth = 1;
        let end = source[start..].char_indices().find(|(_, sign)| {
            depth += i32::from(*sign == open) - i32::from(*sign == close);
            depth == 0
        });
        (at, source[start..start + end.map_or(0, |(end, _)| end)].to_owned())
    };
    source.match_indices(opening).map(|(at, _)| inside(at)).collect()
}

/// The expression of a field of a struct literal; none for a shorthand.
fn value(block: &str, field: &str) -> Option<String> {
    let start = block.find(&format!("{field}: "))? + field.len() + 2;
    Some(block[start..].split(',').next()?.to_owned())
}

/// What follows the last `words` before a place.
fn before(source: &str, at: usize, words: &str) -> Option<String> {
    let start = source[..at].rfind(words)? + words.len();
    Some(source[start..].split(',').next()?.to_owned())
}

/// The function around a place.
fn function(source: &str, at: usize) -> Option<String> {
    let start = source[..at].rfind("fn ")? + 3;
    source[start..].split(['(', '<']).next().map(str::to_owned)
}

/// The codes among the string literals of an expression.
fn words(expression: &str) -> Vec<String> {
    let literals = expression.split('"').skip(1).step_by(2);
    let code = |word: &&str| !word.is_empty() && word.chars().all(|sign| sign.is_ascii_lowercase() || sign == '_');
    literals.filter(code).map(str::to_owned).collect()
}
