//! Telegram's HTML: a few tags, strict about closing them, byte offsets in its complaints.

use super::links::{Target, target};
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
                let name = reader.end_tag(begin, &open)?;
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

const TAGS: [&str; 16] = [
    "a",
    "b",
    "strong",
    "i",
    "em",
    "s",
    "strike",
    "del",
    "u",
    "ins",
    "tg-spoiler",
    "tg-emoji",
    "span",
    "pre",
    "code",
    "blockquote",
];

/// A place in the source; past the end it reads zeros.
struct Reader<'a> {
    source: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn byte(&self, at: usize) -> u8 {
        self.source.get(at).copied().unwrap_or(0)
    }

    fn peek(&self) -> u8 {
        self.byte(self.at)
    }

    fn ended(&self) -> bool {
        self.at >= self.source.len()
    }

    fn slice(&self, from: usize) -> String {
        String::from_utf8_lossy(&self.source[from..self.at.min(self.source.len())]).into_owned()
    }

    fn skip_spaces(&mut self) {
        while self.peek().is_ascii_whitespace() {
            self.at += 1;
        }
    }

    fn until(&mut self, stop: impl Fn(u8) -> bool) {
        while !self.ended() && !stop(self.peek()) {
            self.at += 1;
        }
    }

    /// `&lt;` and its kin, or nothing when the ampersand stands for itself.
    fn reference(&mut self) -> Option<char> {
        let begin = self.at;
        let mut end = begin + 1;
        let code = if self.byte(end) == b'#' {
            end += 1;
            let radix = if self.byte(end) == b'x' { 16 } else { 10 };
            end += usize::from(radix == 16);
            let digits = end;
            while char::from(self.byte(end)).is_digit(radix) {
                end += 1;
            }
            let digits = std::str::from_utf8(&self.source[digits..end]).ok()?;
            let code = u32::from_str_radix(digits, radix).ok()?;
            if code == 0 || end - begin >= 10 {
                return None;
            }
            code
        } else {
            while self.byte(end).is_ascii_alphabetic() {
                end += 1;
            }
            match &self.source[begin + 1..end] {
                b"lt" => u32::from(b'<'),
                b"gt" => u32::from(b'>'),
                b"amp" => u32::from(b'&'),
                b"quot" => u32::from(b'"'),
                _ => return None,
            }
        };
        let c = char::from_u32(code)?;
        self.at = end + usize::from(self.byte(end) == b';');
        Some(c)
    }

    fn end_tag(&mut self, begin: usize, open: &[Open]) -> Result<String, String> {
        if open.is_empty() {
            return Err(format!("Unexpected end tag at byte offset {begin}"));
        }
        let name = self.at;
        self.until(|c| c.is_ascii_whitespace() || c == b'>');
        let name = self.slice(name).to_lowercase();
        self.skip_spaces();
        if self.peek() != b'>' {
            return Err(format!("Unclosed end tag at byte offset {begin}"));
        }
        self.at += 1;
        Ok(name)
    }

    /// The tag's name and the one argument that Telegram keeps of it.
    fn start_tag(&mut self) -> Result<(String, String), String> {
        let begin = self.at;
        self.at += 1;
        self.until(|c| c.is_ascii_whitespace() || c == b'>');
        if self.ended() {
            return Err(format!("Unclosed start tag at byte offset {begin}"));
        }
        let tag = self.slice(begin + 1).to_lowercase();
        if !TAGS.contains(&tag.as_str()) {
            return Err(format!("Unsupported start tag \"{tag}\" at byte offset {begin}"));
        }
        let mut argument = String::new();
        loop {
            self.skip_spaces();
            if self.peek() == b'>' {
                break;
            }
            let Some((name, value)) = self.attribute(&tag, begin)? else { continue };
            match (tag.as_str(), name.as_str()) {
                ("a", "href") | ("tg-emoji", "emoji-id") => argument = value,
                ("code", "class") => argument = value.strip_prefix("language-").unwrap_or(&argument).to_owned(),
                ("span", "class") => argument = value.strip_prefix("tg-").unwrap_or(&argument).to_owned(),
                ("blockquote", "expandable") => argument = "1".to_owned(),
                _ => {}
            }
        }
        self.at += 1;
        if tag == "span" && argument != "spoiler" {
            return Err(format!("Tag \"span\" must have class \"tg-spoiler\" at byte offset {begin}"));
        }
        Ok((tag, argument))
    }

    fn attribute(&mut self, tag: &str, begin: usize) -> Result<Option<(String, String)>, String> {
        let name = self.at;
        self.until(|c| c.is_ascii_whitespace() || c == b'=' || c == b'>');
        let name = self.slice(name);
        if name.is_empty() {
            return Err(format!("Empty attribute name in the tag \"{tag}\" at byte offset {begin}"));
        }
        self.skip_spaces();
        if self.peek() != b'=' {
            // The one attribute without a value that Telegram knows.
            if tag == "blockquote" && name == "expandable" && !self.ended() {
                return Ok(Some((name, String::new())));
            }
            return Err(format!(
                "Expected equal sign in declaration of an attribute of the tag \"{tag}\" at byte offset {begin}"
            ));
        }
        self.at += 1;
        self.skip_spaces();
        if self.ended() {
            return Err(format!("Unclosed start tag \"{tag}\" at byte offset {begin}"));
        }
        let value = match self.peek() {
            quote @ (b'"' | b'\'') => self.quoted(quote),
            _ => self.token()?,
        };
        if self.ended() {
            return Err(format!("Unclosed start tag at byte offset {begin}"));
        }
        Ok(Some((name, value)))
    }

    fn token(&mut self) -> Result<String, String> {
        let begin = self.at;
        self.until(|c| !(c.is_ascii_alphanumeric() || c == b'.' || c == b'-'));
        if !self.ended() && !self.peek().is_ascii_whitespace() && self.peek() != b'>' {
            return Err(format!("Unexpected end of name token at byte offset {begin}"));
        }
        Ok(self.slice(begin).to_lowercase())
    }

    fn quoted(&mut self, quote: u8) -> String {
        self.at += 1;
        let mut value = Vec::new();
        while !self.ended() && self.peek() != quote {
            if self.peek() == b'&'
                && let Some(c) = self.reference()
            {
                value.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                continue;
            }
            value.push(self.peek());
            self.at += 1;
        }
        self.at += 1;
        String::from_utf8_lossy(&value).into_owned()
    }
}
