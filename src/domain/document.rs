//! What a file is, by its content: its name is the sender's word and proves nothing (K14).

#[cfg(test)]
mod tests;

use thiserror::Error;

/// The most bytes a document may have: what Telegram lets a bot fetch.
pub const MAX_BYTES: usize = 20 * 1024 * 1024;

/// The longest name that is kept, in characters.
const NAME_CHARACTERS: usize = 120;

/// A kind of file that may go with a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentKind {
    /// Portable document.
    Pdf,
    /// Word up to 2003.
    Doc,
    /// Word since 2007.
    Docx,
    Jpg,
    Png,
}

/// Why a file cannot be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum DocumentError {
    /// There is nothing in it.
    #[error("empty")]
    Empty,
    /// It has more than [`MAX_BYTES`].
    #[error("too large")]
    TooLarge,
    /// It is of none of the kinds.
    #[error("of no allowed kind")]
    NotAllowed,
    /// It is of none of the wider kinds that a note takes.
    #[error("of no kind that goes with a note")]
    NotAttachable,
}

impl DocumentKind {
    /// Reads the kind from the bytes.
    ///
    /// # Errors
    /// [`DocumentError`].
    pub fn of(bytes: &[u8]) -> Result<Self, DocumentError> {
        match bytes {
            [] => Err(DocumentError::Empty),
            _ if bytes.len() > MAX_BYTES => Err(DocumentError::TooLarge),
            [b'%', b'P', b'D', b'F', b'-', ..] => Ok(Self::Pdf),
            [0xff, 0xd8, 0xff, 0xc0..=0xfe, ..] if has_jpeg_end(bytes) => Ok(Self::Jpg),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Ok(Self::Png),
            [b'P', b'K', 3, 4, ..] if is_office_archive(bytes, b"word/") => Ok(Self::Docx),
            [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, ..] if is_word_storage(bytes) => Ok(Self::Doc),
            _ => Err(DocumentError::NotAllowed),
        }
    }

    #[must_use]
    pub const fn mime(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Doc => "application/msword",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Jpg => "image/jpeg",
            Self::Png => "image/png",
        }
    }

    /// The endings of names of such files, the usual one first.
    const fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Pdf => &["pdf"],
            Self::Doc => &["doc"],
            Self::Docx => &["docx"],
            Self::Jpg => &["jpg", "jpeg"],
            Self::Png => &["png"],
        }
    }

    /// The sender's name made safe to hand back: on one line, not too long, with the ending of what the file is.
    #[must_use]
    pub fn name(self, given: &str) -> String {
        safe_name(given, self.endings())
    }
}

/// A sender's name on one line, not too long, with one of these endings: its own, or else the first.
pub(super) fn safe_name(given: &str, endings: &[&str]) -> String {
    let line = super::text::clean_line(&given.replace(['/', '\\', ':'], "_"));
    let (stem, ending) = line.rsplit_once('.').unwrap_or((&line, ""));
    let (stem, ending) = match endings.contains(&ending.to_lowercase().as_str()) {
        true => (stem, ending),
        false => (line.as_str(), endings.first().copied().unwrap_or_default()),
    };
    let stem: String = stem.trim_matches(['.', ' ']).chars().take(NAME_CHARACTERS).collect();
    if stem.is_empty() { format!("document.{ending}") } else { format!("{stem}.{ending}") }
}

/// Whether a zip archive holds an Office document with parts in `folder`: its directory, at the end, names the parts.
pub(super) fn is_office_archive(bytes: &[u8], folder: &[u8]) -> bool {
    /// The end record without its comment.
    const END: usize = 22;
    /// A directory's entry without its name.
    const ENTRY: usize = 46;
    let number = |at: usize| Some(usize::from(u16::from_le_bytes([*bytes.get(at)?, *bytes.get(at + 1)?])));
    let long = |at: usize| Some(number(at)? | number(at + 2)? << 16);
    let names = || {
        let from = bytes.len().checked_sub(END)?;
        let end = (from.saturating_sub(usize::from(u16::MAX))..=from)
            .rev()
            .find(|&at| bytes[at..].starts_with(b"PK\x05\x06"))?;
        let (count, mut at) = (number(end + 10)?, long(end + 16)?);
        let mut names = Vec::new();
        for _ in 0..count {
            if !bytes.get(at..)?.starts_with(b"PK\x01\x02") {
                return None;
            }
            let length = number(at + 28)?;
            names.push(bytes.get(at + ENTRY..at + ENTRY + length)?);
            at += ENTRY + length + number(at + 30)? + number(at + 32)?;
        }
        Some(names)
    };
    let names = names().unwrap_or_default();
    let has = |wanted: &[u8]| names.contains(&wanted);
    // Macros, and Java's archives, which are zip archives too.
    let program = |name: &&[u8]| {
        let name = name.to_ascii_lowercase();
        name.ends_with(b"vbaproject.bin") || name.starts_with(b"meta-inf/")
    };
    has(b"[Content_Types].xml") && names.iter().any(|name| name.starts_with(folder)) && !names.iter().any(program)
}

/// Whether the mark that ends a picture is there. Telephones write more behind it.
fn has_jpeg_end(bytes: &[u8]) -> bool {
    bytes.windows(2).any(|pair| pair == [0xff, 0xd9])
}

/// Whether an OLE2 storage holds a Word document without macros: spreadsheets and installers are such storages, too.
fn is_word_storage(bytes: &[u8]) -> bool {
    let has = |stream: &str| {
        let name: Vec<u8> = stream.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.windows(name.len()).any(|window| window == name)
    };
    has("WordDocument") && !has("_VBA_PROJECT")
}
