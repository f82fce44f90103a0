use super::*;

/// Two frames of an MP3, after what stands before them.
fn sound(before: &[u8]) -> Vec<u8> {
    let mut bytes = before.to_vec();
    for _ in 0..2 {
        bytes.extend(b"\xff\xfb\x90\x44");
        bytes.extend([0x55; 413]);
    }
    bytes
}

#[test]
fn pictures_sound_and_video_are_known_by_their_content_and_anything_else_is_refused() {
    for (bytes, kind, name) in [
        (&b"%PDF-1.7"[..], AttachmentKind::Document(DocumentKind::Pdf), "x.pdf"),
        (b"OggS\0\x02", AttachmentKind::Ogg, "x.ogg"),
        (&sound(b"ID3\x04\0\0\0\0\0\x03tag\0\0"), AttachmentKind::Mp3, "x.mp3"),
        (&sound(b""), AttachmentKind::Mp3, "x.mp3"),
        (b"GIF89a", AttachmentKind::Gif, "x.gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", AttachmentKind::Webp, "x.webp"),
        (b"RIFF\0\0\0\0WAVEfmt ", AttachmentKind::Wav, "x.wav"),
        (b"\0\0\0\x18ftypheic", AttachmentKind::Heic, "x.heic"),
        (b"\0\0\0\x18ftypisom", AttachmentKind::Mp4, "x.mp4"),
        (b"\0\0\0\x20ftypM4A ", AttachmentKind::Mp4, "x.mp4"),
        (b"\0\0\0\x14ftypqt  ", AttachmentKind::Mp4, "x.mp4"),
        (b"\0\0\0\x1cftyp3gp5", AttachmentKind::Mp4, "x.mp4"),
        (b"\x1a\x45\xdf\xa3", AttachmentKind::Webm, "x.webm"),
    ] {
        assert_eq!(AttachmentKind::of(bytes), Ok(kind));
        assert_eq!(kind.name("x"), name);
    }
    assert_eq!(AttachmentKind::Mp4.name("звонок.M4A"), "звонок.M4A");
    assert_eq!(AttachmentKind::Mp4.name("../evil.exe"), "_evil.exe.mp4");
    assert_eq!(AttachmentKind::of(b""), Err(DocumentError::Empty));
    for bytes in [
        &b"MZ\x90\0"[..],
        b"TOKEN=secret",
        b"PK\x03\x04",
        b"RIFF\0\0\0\0AVI ",
        b"#!/bin/sh",
        b"<html>",
        // Programs that look like one of the kinds.
        b"MZ\x90\0ftypisom PE",
        b"#!\n\0ftypisom",
        b"\x7fELFftypisom",
        b"\0\0\0\x18ftypevil",
        b"\xff\xfb<?php system('id');",
        b"ID3\x04 #!/bin/sh",
        &sound(b"")[..418],
    ] {
        assert_eq!(AttachmentKind::of(bytes), Err(DocumentError::NotAttachable));
    }
}
