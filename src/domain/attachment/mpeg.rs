//! MP3 by its frames: two headers at the distance that the first one says.

/// Kilobits per second by a header's number, of version 1 and of versions 2 and 2.5.
const RATES: [[usize; 15]; 2] = [
    [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
    [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
];
/// Samples per second of version 1, by a header's number.
const SAMPLES: [usize; 3] = [44_100, 48_000, 32_000];

/// The head of a tag, which its size leaves out.
const TAG_HEAD: usize = 10;

/// Whether two frames follow each other: a single header may be chance. A tag may stand before them, with zeros behind
/// it.
pub fn is_sound(bytes: &[u8]) -> bool {
    let from = match bytes {
        [b'I', b'D', b'3', _, _, _, a, b, c, d, ..] => TAG_HEAD + size_of_tag([*a, *b, *c, *d]),
        _ => 0,
    };
    let Some(frames) = bytes.get(from..) else { return false };
    let zeros = frames.iter().take_while(|byte| **byte == 0).count();
    let Some(first) = frames.get(zeros..) else { return false };
    frame(first).and_then(|length| first.get(length..)).is_some_and(|second| frame(second).is_some())
}

/// Seven bits of each byte count.
fn size_of_tag(parts: [u8; 4]) -> usize {
    parts.into_iter().fold(0, |size, part| size << 7 | usize::from(part & 0x7f))
}

/// The length of the frame of layer III that begins here, in bytes.
fn frame(bytes: &[u8]) -> Option<usize> {
    let &[0xff, kind, rate, ..] = bytes else { return None };
    // Sync, and the layer.
    if kind & 0xe0 != 0xe0 || kind >> 1 & 3 != 1 {
        return None;
    }
    let (table, slow, share) = match kind >> 3 & 3 {
        3 => (RATES.first()?, 144, 1),
        2 => (RATES.get(1)?, 72, 2),
        0 => (RATES.get(1)?, 72, 4),
        _ => return None,
    };
    let kilobits = table.get(usize::from(rate >> 4)).copied().filter(|kilobits| *kilobits > 0)?;
    let samples = SAMPLES.get(usize::from(rate >> 2 & 3))? / share;
    Some(slow * kilobits * 1000 / samples + usize::from(rate >> 1 & 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_as_long_as_its_header_says() {
        assert_eq!(frame(&[0xff, 0xfb, 0x90, 0x44]), Some(417)); // 128 kbit/s at 44.1 kHz
        assert_eq!(frame(&[0xff, 0xfb, 0x92, 0x44]), Some(418)); // with padding
        assert_eq!(frame(&[0xff, 0xf3, 0x80, 0x44]), Some(208)); // version 2, 64 kbit/s at 22.05 kHz
        for other in [&[0xff, 0xfb, 0xf0][..], &[0xff, 0xfb, 0x0c], &[0xff, 0xfd, 0x90], &[0xff, 0xeb, 0x90], b"<?php"]
        {
            assert_eq!(frame(other), None, "{other:?}");
        }
    }
}
