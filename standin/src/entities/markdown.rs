//! MarkdownV2: every reserved character is markup or escaped, else the message is refused.

use super::links::{Target, target};
use super::{Entity, Formatted, Kind};

/// An opened mark that waits for its end.
struct Open {
    mark: Mark,
    language: Option<String>,
    offset: usize,
    source: usize,
    start: usize,
}

/// What an opened mark will become; the names are those of Telegram's complaints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Bold,
    Italic,
    Underline,
    Strikethrough,
    Spoiler,
    Code,
    Pre,
    PreCode,
    TextUrl,
    CustomEmoji,
    BlockQuote,
}

/// Reads marked-up text; the error is Telegram's sentence after "can't parse entities: ".
pub(super) fn parse(source: &str) -> Result<Formatted, String> {
    let mut reader = Reader { source, at: 0, out: Formatted::default(), units: 0, open: Vec::new(), quote: false };
    while reader.at < source.len() {
        reader.step()?;
    }
    reader.finish()
}

struct Reader<'a> {
    source: &'a str,
    at: usize,
    out: Formatted,
    units: usize,
    open: Vec<Open>,
    /// Inside a block quotation, which ends with the last line that starts with `>`.
    quote: bool,
}

impl Reader<'_> {
    fn byte(&self, ahead: usize) -> u8 {
        self.source.as_bytes().get(self.at + ahead).copied().unwrap_or(0)
    }

    fn push(&mut self, c: char) {
        self.units += c.len_utf16();
        self.out.text.push(c);
    }

    fn step(&mut self) -> Result<(), String> {
        let Some(c) = self.source[self.at..].chars().next() else { return Ok(()) };
        if c == '\\' && (1..=126).contains(&self.byte(1)) {
            self.push(char::from(self.byte(1)));
            self.at += 2;
            return Ok(());
        }
        let in_code = self.open.last().is_some_and(|o| matches!(o.mark, Mark::Code | Mark::Pre | Mark::PreCode));
        let reserved = if in_code { "`" } else { "_*[]()~`>#+-=|{}.!\n" };
        if !reserved.contains(c) {
            self.push(c);
            self.at += c.len_utf8();
            return Ok(());
        }
        if self.ends(c) { self.end(c) } else { self.begin(c) }
    }

    /// Does this reserved character close the innermost mark?
    fn ends(&self, c: char) -> bool {
        let Some(open) = self.open.last() else { return false };
        if self.quote && c == '\n' && self.byte(1) != b'>' {
            return true;
        }
        match open.mark {
            Mark::Bold => c == '*',
            Mark::Italic => c == '_' && self.byte(1) != b'_',
            Mark::Underline => c == '_' && self.byte(1) == b'_',
            Mark::Strikethrough => c == '~',
            Mark::Spoiler => c == '|' && self.byte(1) == b'|',
            Mark::Code => c == '`',
            Mark::Pre | Mark::PreCode => c == '`' && self.byte(1) == b'`' && self.byte(2) == b'`',
            Mark::TextUrl | Mark::CustomEmoji => c == ']',
            // "||" at the end of a quotation's last line makes it expandable.
            Mark::BlockQuote => c == '|' && self.byte(1) == b'|' && matches!(self.byte(2), 0 | b'\n'),
        }
    }

    fn begin(&mut self, c: char) -> Result<(), String> {
        let source = self.at;
        let mut language = None;
        let mut width = 1;
        let mark = match c {
            '_' if self.byte(1) == b'_' => {
                width = 2;
                Mark::Underline
            }
            '_' => Mark::Italic,
            '*' if self.byte(1) == b'*' && self.byte(2) == b'>' && self.line_start() && !self.quote => {
                // "**>" separates a quotation from the one before it.
                width = 3;
                Mark::BlockQuote
            }
            '*' => Mark::Bold,
            '~' => Mark::Strikethrough,
            '|' if self.byte(1) == b'|' => {
                width = 2;
                Mark::Spoiler
            }
            '[' => Mark::TextUrl,
            '!' if self.byte(1) == b'[' => {
                width = 2;
                Mark::CustomEmoji
            }
            '`' if self.byte(1) == b'`' && self.byte(2) == b'`' => {
                (width, language) = self.fence();
                if language.is_some() { Mark::PreCode } else { Mark::Pre }
            }
            '`' => Mark::Code,
            '>' if self.at == 0 => Mark::BlockQuote,
            '\n' => {
                self.push('\n');
                self.at += 1;
                if self.byte(0) != b'>' {
                    return Ok(());
                }
                self.at += 1;
                if self.quote {
                    return Ok(());
                }
                width = 0;
                Mark::BlockQuote
            }
            _ => {
                return Err(format!("Character '{c}' is reserved and must be escaped with the preceding '\\'"));
            }
        };
        self.at += width;
        self.quote |= mark == Mark::BlockQuote;
        self.open.push(Open { mark, language, offset: self.units, source, start: self.out.text.len() });
        Ok(())
    }

    fn line_start(&self) -> bool {
        self.at == 0 || self.source.as_bytes().get(self.at - 1) == Some(&b'\n')
    }

    /// The width of an opening fence with its language and the one line break after it.
    fn fence(&self) -> (usize, Option<String>) {
        let rest = &self.source[self.at + 3..];
        let end = rest.find(|c: char| c.is_whitespace() || c == '`').unwrap_or(rest.len());
        let named = end > 0 && end < rest.len() && !rest[end..].starts_with('`');
        let mut width = 3 + if named { end } else { 0 };
        let (first, second) = (self.byte(width), self.byte(width + 1));
        if matches!(first, b'\n' | b'\r') {
            width += 1 + usize::from(matches!(second, b'\n' | b'\r') && first != second);
        }
        (width, named.then(|| rest[..end].to_owned()))
    }

    fn end(&mut self, c: char) -> Result<(), String> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        if c == '\n' && open.mark != Mark::BlockQuote {
            return Err(unfinished(&open));
        }
        let mut entity = Entity::plain(Kind::Bold, open.offset, 0);
        let mut keep = true;
        self.at += 1;
        entity.kind = match open.mark {
            Mark::Bold => Kind::Bold,
            Mark::Italic => Kind::Italic,
            Mark::Strikethrough => Kind::Strikethrough,
            Mark::Code => Kind::Code,
            Mark::Underline => {
                self.at += 1;
                Kind::Underline
            }
            Mark::Spoiler => {
                self.at += 1;
                Kind::Spoiler
            }
            Mark::Pre | Mark::PreCode => {
                self.at += 2;
                entity.language = open.language;
                Kind::Pre
            }
            Mark::TextUrl => {
                let address =
                    if self.byte(0) == b'(' { self.address("URL")? } else { self.out.text[open.start..].to_owned() };
                match target(&address) {
                    Target::User(id) => {
                        entity.user = Some(id);
                        Kind::TextMention
                    }
                    Target::Url(url) => {
                        entity.url = Some(url);
                        Kind::TextLink
                    }
                    Target::Nothing => {
                        keep = false;
                        Kind::TextLink
                    }
                }
            }
            Mark::CustomEmoji => {
                if self.byte(0) != b'(' {
                    return Err("Custom emoji entity must contain a tg://emoji URL".to_owned());
                }
                let address = self.address("custom emoji URL")?;
                let id = address.strip_prefix("tg://emoji?id=").ok_or("Custom emoji URL must have scheme tg")?;
                let id = id.parse::<i64>().map_err(|_| "Invalid custom emoji identifier specified")?;
                entity.custom_emoji_id = Some(id.to_string());
                Kind::CustomEmoji
            }
            Mark::BlockQuote => {
                self.quote = false;
                let kind = if c == '|' {
                    self.at += 1;
                    Kind::ExpandableBlockquote
                } else {
                    Kind::Blockquote
                };
                if c == '\n' || self.byte(0) == b'\n' {
                    self.at += usize::from(c == '|');
                    self.push('\n');
                }
                kind
            }
        };
        entity.length = self.units - open.offset;
        if keep && entity.length > 0 {
            self.out.entities.push(entity);
        }
        Ok(())
    }

    /// What stands in the parentheses after a link's text.
    fn address(&mut self, what: &str) -> Result<String, String> {
        self.at += 1;
        let begin = self.at;
        let mut address = String::new();
        while let Some(c) = self.source[self.at..].chars().next() {
            if c == ')' {
                self.at += 1;
                return Ok(address);
            }
            if c == '\\' && (1..=126).contains(&self.byte(1)) {
                address.push(char::from(self.byte(1)));
                self.at += 2;
                continue;
            }
            address.push(c);
            self.at += c.len_utf8();
        }
        Err(format!("Can't find end of a {what} at byte offset {begin}"))
    }

    fn finish(mut self) -> Result<Formatted, String> {
        if let Some(open) = self.open.pop_if(|o| o.mark == Mark::BlockQuote)
            && self.units > open.offset
        {
            self.out.entities.push(Entity::plain(Kind::Blockquote, open.offset, self.units - open.offset));
        }
        if let Some(open) = self.open.last() {
            return Err(unfinished(open));
        }
        super::sort(&mut self.out.entities);
        Ok(self.out)
    }
}

fn unfinished(open: &Open) -> String {
    format!("Can't find end of {:?} entity at byte offset {}", open.mark, open.source)
}
