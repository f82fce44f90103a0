//! The note: what no field has consumed, made readable; nothing typed is lost.

use super::tokens::{Kind, TokenStream};

/// Signs that mean nothing once what they separated is gone.
const LOOSE: &str = ",;:-|/\\=_*•·~<>→➡#";

/// Pictures of labels: a phone, a person, a letter.
const LABEL_PICTURES: &str = "📞☎📱👤🧑👩👨✉📧📩📲👉✅🏠☑📌";

/// The rest of the message, line by line, without the punctuation around what was consumed.
pub(super) fn rest(tokens: &TokenStream) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut at = 0;
    while at <= tokens.len() {
        let to = tokens.line(at).1;
        let line = line_of(tokens, at, to);
        if !line.is_empty() {
            lines.push(line);
        }
        at = to + 1;
    }
    lines.join("\n")
}

fn line_of(tokens: &TokenStream, from: usize, to: usize) -> String {
    let mut line = String::new();
    let mut at = from;
    // Whether something was consumed right before the piece.
    let mut cut = false;
    while at < to {
        if tokens.is_consumed(at) {
            cut = true;
            at += 1;
            continue;
        }
        let end = (at..to).find(|&index| tokens.is_consumed(index)).unwrap_or(to);
        let piece = squeezed(tokens, at, end);
        append(&mut line, &piece, cut, end < to);
        at = end;
    }
    let line = line.trim().trim_end_matches([',', ';', ' ']);
    if (from..to).any(|at| tokens.is_consumed(at)) { without_lone_brackets(line) } else { line.to_owned() }
}

/// A bracket whose other half went with a field says nothing.
fn without_lone_brackets(line: &str) -> String {
    let mut open: Vec<usize> = Vec::new();
    let mut lone: Vec<usize> = Vec::new();
    for (at, sign) in line.char_indices() {
        match sign {
            '(' => open.push(at),
            ')' if open.pop().is_none() => lone.push(at),
            _ => {}
        }
    }
    lone.append(&mut open);
    line.char_indices().filter(|(at, _)| !lone.contains(at)).map(|(_, sign)| sign).collect()
}

/// The piece with single spaces, as typed otherwise.
fn squeezed(tokens: &TokenStream, from: usize, to: usize) -> String {
    (from..to).map(|at| if tokens.kind(at) == Some(Kind::Space) { " " } else { tokens.typed(at, at + 1) }).collect()
}

/// Joins a piece to the line with the punctuation the gap had.
fn append(line: &mut String, piece: &str, cut_before: bool, cut_after: bool) {
    let had = piece.trim_start();
    let body = trim_piece(piece, cut_before, cut_after);
    if body.is_empty() {
        // "фундамент, Иван. Звонить": the full stop still ends what stands before.
        if had.starts_with(['.', '!', '?']) && line.ends_with(char::is_alphanumeric) && cut_before {
            line.push_str(&had[..1]);
        }
        return;
    }
    if !line.is_empty() {
        let comma = line.ends_with([',', ';']) || had.starts_with([',', ';']);
        let stop = had.starts_with(['.', '!', '?']);
        let kept = line.trim_end_matches([',', ';', ' ']).len();
        line.truncate(kept);
        let ended = line.ends_with(['.', '!', '?', ':']);
        line.push_str(match (ended, stop, comma) {
            (true, ..) => " ",
            (_, true, _) => ". ",
            (_, _, true) => ", ",
            _ => " ",
        });
    }
    line.push_str(&body);
    if cut_after && piece.trim_end().ends_with([',', ';']) {
        line.push(',');
    }
}

/// Drops loose signs at the ends, and brackets and quotes that lost their other half.
fn trim_piece(piece: &str, cut_before: bool, cut_after: bool) -> String {
    let mut body = piece.trim();
    if !body.chars().any(char::is_alphanumeric) {
        let meaning =
            |sign: char| !sign.is_ascii_punctuation() && !LOOSE.contains(sign) && !LABEL_PICTURES.contains(sign);
        let kept: String = body.chars().filter(|&sign| meaning(sign) && !is_plain_mark(sign)).collect();
        return kept.trim().to_owned();
    }
    loop {
        let before = body.len();
        body = body.trim_matches(|sign: char| {
            sign.is_whitespace() || (LABEL_PICTURES.contains(sign) && (cut_before || cut_after))
        });
        body = body.trim_start_matches(|sign: char| LOOSE.contains(sign) && (sign != '#' || cut_before));
        body = body.trim_end_matches(|sign: char| LOOSE.contains(sign));
        if cut_before {
            body = body.trim_start_matches(['.', '!', '?', ')', ']', '»', '”']);
        }
        body = without_half(body);
        if body.len() == before {
            break;
        }
    }
    body.to_owned()
}

fn is_plain_mark(sign: char) -> bool {
    matches!(sign, '«' | '»' | '“' | '”' | '„' | '—' | '–' | '…' | '№' | '\u{fe0f}') || super::chars::is_invisible(sign)
}

/// Without a bracket or quote at an end whose partner is not in the piece.
fn without_half(body: &str) -> &str {
    let count = |sign: char| body.matches(sign).count();
    for (open, close) in [('(', ')'), ('[', ']'), ('«', '»'), ('“', '”'), ('"', '"')] {
        let lone = if open == close { count(open) % 2 == 1 } else { count(open) > count(close) };
        if lone && (body.ends_with(open) || body.starts_with(open)) {
            let cut = body.strip_suffix(open).or_else(|| body.strip_prefix(open));
            return cut.unwrap_or(body);
        }
        if open != close && count(close) > count(open) && (body.ends_with(close) || body.starts_with(close)) {
            let cut = body.strip_suffix(close).or_else(|| body.strip_prefix(close));
            return cut.unwrap_or(body);
        }
    }
    body
}
