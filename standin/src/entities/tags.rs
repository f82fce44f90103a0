//! The tags of Telegram's HTML: names, attributes, character references, and complaints with byte offsets.

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
pub(super) struct Reader<'a> {
    pub source: &'a [u8],
    pub at: usize,
}

impl Reader<'_> {
    /// The byte at a place.
    pub fn byte(&self, at: usize) -> u8 {
        self.source.get(at).copied().unwrap_or(0)
    }

    pub fn peek(&self) -> u8 {
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
    pub fn reference(&mut self) -> Option<char> {
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

    /// The name of an end tag, whose `</` was read; `begin` is where it began.
    pub fn end_tag(&mut self, begin: usize, open: bool) -> Result<String, String> {
        if !open {
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

    /// The start tag's name and the one argument that Telegram keeps of it.
    pub fn start_tag(&mut self) -> Result<(String, String), String> {
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
