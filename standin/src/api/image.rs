//! The size of a picture, read from its first bytes.

/// Width and height in pixels of a PNG, JPEG, GIF, WebP or BMP; nothing when it is none of them.
pub(crate) fn size(bytes: &[u8]) -> Option<(u32, u32)> {
    match bytes {
        [0x89, b'P', b'N', b'G', ..] => Some((big(bytes, 16, 4)?, big(bytes, 20, 4)?)),
        [0xff, 0xd8, ..] => jpeg(bytes),
        [b'G', b'I', b'F', ..] => Some((little(bytes, 6)?, little(bytes, 8)?)),
        [b'B', b'M', ..] => Some((little(bytes, 18)?, little(bytes, 22)?)),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => webp(bytes),
        _ => None,
    }
}

fn big(bytes: &[u8], at: usize, width: usize) -> Option<u32> {
    Some(bytes.get(at..at + width)?.iter().fold(0, |n, b| n << 8 | u32::from(*b)))
}

fn little(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from(*bytes.get(at)?) | u32::from(*bytes.get(at + 1)?) << 8)
}

/// Walks the segments to the one that holds the frame's size.
fn jpeg(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut at = 2;
    loop {
        if *bytes.get(at)? != 0xff {
            return None;
        }
        let marker = *bytes.get(at + 1)?;
        let frame = matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc);
        if frame {
            return Some((big(bytes, at + 7, 2)?, big(bytes, at + 5, 2)?));
        }
        at += if marker == 0xff { 1 } else { 2 + usize::try_from(big(bytes, at + 2, 2)?).ok()? };
    }
}

fn webp(bytes: &[u8]) -> Option<(u32, u32)> {
    match bytes.get(12..16)? {
        b"VP8X" => {
            let three = |at: usize| Some(little(bytes, at)? | u32::from(*bytes.get(at + 2)?) << 16);
            Some((three(24)? + 1, three(27)? + 1))
        }
        b"VP8L" => {
            let bits = little(bytes, 21)? | little(bytes, 23)? << 16;
            Some(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1))
        }
        _ => Some((little(bytes, 26)? & 0x3fff, little(bytes, 28)? & 0x3fff)),
    }
}
