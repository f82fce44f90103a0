use super::*;

/// A zip archive of empty files: enough for its directory to be read.
fn zip(names: &[&str]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut directory = Vec::new();
    let short = |length: usize| u16::try_from(length).unwrap().to_le_bytes();
    let long = |length: usize| u32::try_from(length).unwrap().to_le_bytes();
    for name in names {
        directory.extend(b"PK\x01\x02");
        directory.extend([0; 24]);
        directory.extend(short(name.len()));
        directory.extend([0; 12]);
        directory.extend(long(bytes.len()));
        directory.extend(name.as_bytes());
        bytes.extend(b"PK\x03\x04");
        bytes.extend([0; 22]);
        bytes.extend(short(name.len()));
        bytes.extend([0; 2]);
        bytes.extend(name.as_bytes());
    }
    let at = bytes.len();
    bytes.extend(&directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend(short(names.len()));
    bytes.extend(short(names.len()));
    bytes.extend(long(directory.len()));
    bytes.extend(long(at));
    bytes.extend([0; 2]);
    bytes
}

fn storage(stream: &str) -> Vec<u8> {
    let mut bytes = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    bytes.extend([0; 500]);
    bytes.extend(stream.encode_utf16().flat_map(u16::to_le_bytes));
    bytes
}

#[test]
fn k14_allowed_kinds_are_known_by_their_content() {
    let docx = zip(&["[Content_Types].xml", "_rels/.rels", "word/document.xml"]);
    for (bytes, kind) in [
        (b"%PDF-1.7\n...".to_vec(), DocumentKind::Pdf),
        (vec![0xff, 0xd8, 0xff, 0xe0, 1, 0xff, 0xd9, 0], DocumentKind::Jpg),
        (b"\x89PNG\r\n\x1a\n....".to_vec(), DocumentKind::Png),
        (docx, DocumentKind::Docx),
        (storage("WordDocument"), DocumentKind::Doc),
    ] {
        assert_eq!(DocumentKind::of(&bytes), Ok(kind));
    }
}

#[test]
fn k14_anything_else_is_refused_whatever_it_is_called() {
    let mut large = b"%PDF-1.7".to_vec();
    large.resize(MAX_BYTES, 0);
    assert_eq!(DocumentKind::of(&large), Ok(DocumentKind::Pdf));
    large.push(0);
    assert_eq!(DocumentKind::of(&large), Err(DocumentError::TooLarge));
    assert_eq!(DocumentKind::of(b""), Err(DocumentError::Empty));
    for bytes in [
        b"MZ\x90\0 This program cannot be run in DOS mode".to_vec(),
        b"TOKEN=secret\n".to_vec(),
        b"<html>%PDF-1.7</html>".to_vec(),
        zip(&["evil.exe"]),
        zip(&["[Content_Types].xml", "xl/workbook.xml"]),
        zip(&["word/document.xml"]),
        zip(&["[Content_Types].xml", "word/document.xml"])[..60].to_vec(),
        b"PK\x03\x04".to_vec(),
        storage("Workbook"),
        // Programs that look like one of the kinds.
        b"\xff\xd8\xff\n#!/bin/sh\n\xff\xd9".to_vec(),
        b"\xff\xd8\xff\xe0 cut off".to_vec(),
        zip(&["[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"]),
        zip(&["META-INF/MANIFEST.MF", "[Content_Types].xml", "word/x"]),
        [storage("WordDocument"), storage("_VBA_PROJECT")].concat(),
    ] {
        assert_eq!(DocumentKind::of(&bytes), Err(DocumentError::NotAllowed));
    }
}

#[test]
fn a_name_is_handed_back_with_the_ending_of_what_the_file_is() {
    let pdf = |name| DocumentKind::Pdf.name(name);
    assert_eq!(pdf("Договор №5.PDF"), "Договор №5.PDF");
    assert_eq!(pdf("invoice.exe"), "invoice.exe.pdf");
    assert_eq!(pdf("../../etc/pass\nwd"), "_.._etc_pass wd.pdf");
    assert_eq!(pdf(".env"), "env.pdf");
    assert_eq!(pdf(" . "), "document.pdf");
    assert_eq!(DocumentKind::Jpg.name("photo.jpeg"), "photo.jpeg");
    assert!(pdf(&"я".repeat(500)).chars().count() <= 124);
}
