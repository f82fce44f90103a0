//! What a file that comes with a note is, by its content (its name proves nothing): documents, tables, pictures, sound, video.

mod mpeg;
#[cfg(test)]
mod tests;

use super::document::{self, DocumentError, DocumentKind};

/// A kind of file that may go with a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttachmentKind {
    /// What may also go with a contract.
    Document(DocumentKind),
    /// Excel since 2007.
    Xlsx,
    /// Animated picture.
    Gif,
    Webp,
    /// Picture of an iPhone.
    Heic,
    /// Sound; a voice message.
    Ogg,
    Mp3,
    Wav,
    /// Video or sound; a video message.
    Mp4,
    Webm,
}

impl AttachmentKind {
    /// Reads the kind from the bytes.
    ///
    /// # Errors
    /// `Empty`, `TooLarge`, `NotAttachable`.
    pub fn of(bytes: &[u8]) -> Result<Self, DocumentError> {
        match DocumentKind::of(bytes) {
            Ok(kind) => Ok(Self::Document(kind)),
            Err(DocumentError::NotAllowed) => Self::beyond_documents(bytes).ok_or(DocumentError::NotAttachable),
            Err(error) => Err(error),
        }
    }

    fn beyond_documents(bytes: &[u8]) -> Option<Self> {
        Some(match bytes {
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Self::Gif,
            [b'O', b'g', b'g', b'S', ..] => Self::Ogg,
            [b'I', b'D', b'3', ..] | [0xff, 0xfb | 0xfa | 0xf3 | 0xf2, ..] if mpeg::is_sound(bytes) => Self::Mp3,
            [0x1a, 0x45, 0xdf, 0xa3, ..] => Self::Webm,
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Self::Webp,
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..] => Self::Wav,
            // The zeros are the length's upper half: a program that has these letters at this place begins otherwise.
            [0, 0, _, _, b'f', b't', b'y', b'p', brand @ ..] if is_of(&STILL, brand) => Self::Heic,
            [0, 0, _, _, b'f', b't', b'y', b'p', brand @ ..] if is_of(&MOVING, brand) => Self::Mp4,
            [b'P', b'K', 3, 4, ..] if document::is_office_archive(bytes, b"xl/") => Self::Xlsx,
            _ => return None,
        })
    }

    #[must_use]
    pub const fn mime(self) -> &'static str {
        match self {
            Self::Document(kind) => kind.mime(),
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Gif => "image/gif",
            Self::Webp => "image/webp",
            Self::Heic => "image/heic",
            Self::Ogg => "audio/ogg",
            Self::Mp3 => "audio/mpeg",
            Self::Wav => "audio/wav",
            Self::Mp4 => "video/mp4",
            Self::Webm => "video/webm",
        }
    }

    /// The sender's name made safe to hand back, with the ending of what the file is.
    #[must_use]
    pub fn name(self, given: &str) -> String {
        let endings: &[&str] = match self {
            Self::Document(kind) => return kind.name(given),
            Self::Xlsx => &["xlsx"],
            Self::Gif => &["gif"],
            Self::Webp => &["webp"],
            Self::Heic => &["heic", "heif"],
            Self::Ogg => &["ogg", "oga", "opus"],
            Self::Mp3 => &["mp3"],
            Self::Wav => &["wav"],
            Self::Mp4 => &["mp4", "m4a", "m4v", "mov", "3gp"],
            Self::Webm => &["webm"],
        };
        document::safe_name(given, endings)
    }
}

/// Brands of the MP4 family that hold a still picture.
const STILL: [&[u8]; 9] = [b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"heif", b"mif1", b"msf1"];
/// Brands that hold video or sound, by how they begin.
const MOVING: [&[u8]; 13] =
    [b"iso", b"mp4", b"mp7", b"avc1", b"M4A ", b"M4B ", b"M4V", b"qt  ", b"3gp", b"3g2", b"MSNV", b"dash", b"f4v "];

fn is_of(brands: &[&[u8]], brand: &[u8]) -> bool {
    brands.iter().any(|known| brand.starts_with(known))
}
