//! Telegram's HTML: a few tags, strict about closing them, byte offsets in its complaints.

use super::links::{Target, target};
use super::tags::Reader;
use super::{Entity, Formatted, Kind};

/// An opened tag that waits for its end.
struct Open {
    name: String,
    argument: String,
    offset: usize,
    start: usize,
}

/// Reads marked-up text; the error is Telegram's sentence after "can't parse entities: ".
pub(super) fn parse(source: &str) -> Result<Formatted, String> {
    let mut reader = Reader { source: source.as_bytes(), at: 0 };
    let mut out = Formatted::default();
    let mut units = 0;
    let mut open: Vec<Open> = Vec::new();
    while reader.at < source.len() {
        match reader.peek() {
            b'&' => {
                let c = reader.reference().unwrap_or_else(|| {
                    reader.at += 1;
                    '&'
                });
                units += c.len_utf16();
                out.text.push(c);
            }
            b'<' if reader.byte(reader.at + 1) == b'/' => {
                let begin = reader.at;
                reader.at += 2;
                let name = reader.end_tag(begin, !open.is_empty())?;
                if let Some(tag) = open.pop() {
                    if !name.is_empty() && name != tag.name {
                        return Err(format!(
                            "Unmatched end tag at byte offset {begin}, expected \"</{}>\", found \"</{name}>\"",
                            tag.name
                        ));
                    }
                    close(&mut out, &tag, units)?;
                }
            }
            b'<' => {
                let (name, argument) = reader.start_tag()?;
                open.push(Open { name, argument, offset: units, start: out.text.len() });
            }
            _ => {
                let Some(c) = source[reader.at..].chars().next() else { break };
                reader.at += c.len_utf8();
                units += c.len_utf16();
                out.text.push(c);
            }
        }
    }
    if let Some(tag) = open.last() {
        return Err(format!("Can't find end tag corresponding to start tag \"{}\"", tag.name));
    }
    for entity in &mut out.entities {
        // The language of a code block is known only to a pre around it.
        if entity.kind == Kind::Code {
            entity.language = None;
        }
    }
    super::sort(&mut out.entities);
    Ok(out)
}

/// Turns a closed tag into its entity; an empty one leaves nothing.
fn close(out: &mut Formatted, tag: &Open, units: usize) -> Result<(), String> {
    if units == tag.offset {
        return Ok(());
    }
    let mut entity = Entity::plain(Kind::Bold, tag.offset, units - tag.offset);
    let argument = (!tag.argument.is_empty()).then(|| tag.argument.clone());
    let same = |e: &&mut Entity| e.offset == entity.offset && e.length == entity.length;
    entity.kind = match tag.name.as_str() {
        "i" | "em" => Kind::Italic,
        "s" | "strike" | "del" => Kind::Strikethrough,
        "u" | "ins" => Kind::Underline,
        "tg-spoiler" | "span" => Kind::Spoiler,
        "blockquote" if argument.is_some() => Kind::ExpandableBlockquote,
        "blockquote" => Kind::Blockquote,
        "tg-emoji" => {
            let id = tag.argument.parse::<i64>().ok().filter(|id| *id != 0);
            entity.custom_emoji_id = Some(id.ok_or("Invalid custom emoji identifier specified")?.to_string());
            Kind::CustomEmoji
        }
        "a" => {
            let address = argument.unwrap_or_else(|| out.text[tag.start..].to_owned());
            match target(&address) {
                Target::User(id) => {
                    entity.user = Some(id);
                    Kind::TextMention
                }
                Target::Url(url) => {
                    entity.url = Some(url);
                    Kind::TextLink
                }
                Target::Nothing => return Ok(()),
            }
        }
        "pre" => {
            if let Some(code) =
                out.entities.last_mut().filter(same).filter(|e| e.kind == Kind::Code && e.language.is_some())
            {
                code.kind = Kind::Pre;
                return Ok(());
            }
            Kind::Pre
        }
        "code" => {
            if let Some(pre) = out.entities.last_mut().filter(same).filter(|e| e.kind == Kind::Pre)
                && argument.is_some()
            {
                pre.language = argument;
                return Ok(());
            }
            entity.language = argument;
            Kind::Code
        }
        _ => Kind::Bold,
    };
    out.entities.push(entity);
    Ok(())
}
