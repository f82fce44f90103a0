//! Fields of audit events that the use cases write, read from their source.

use std::collections::BTreeSet;

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
