//! The checksum beside a backup, and crmbot's signature in it: `FILE.sha256`, which `sha256sum --check` reads too.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use ring::hmac::{self, HMAC_SHA256};
use sha2::{Digest as _, Sha256};

use super::{DumpError, create, failed, with_suffix};

/// What the file's name ends with, after that of the backup.
pub const ENDING: &str = ".sha256";
/// The second line, a comment for `sha256sum`; the signature follows.
const SIGNED: &str = "# signed by crmbot with the bot's token: ";

/// Signs backups and knows its own signatures; without a key it only tells whether a file is whole. It has no Debug.
#[derive(Clone, Default)]
pub struct Signer(Option<hmac::Key>);

impl Signer {
    /// One whose key only the holder of a secret can make; none for the demo, which has no secret.
    #[must_use]
    pub fn new(key: Option<&[u8]>) -> Self {
        Self(key.map(|key| hmac::Key::new(HMAC_SHA256, key)))
    }

    /// Writes the checksum of `whole` for a backup that will be called `file`. Nothing lies under its name before it is whole.
    pub(super) fn sign(&self, whole: &Path, file: &Path) -> Result<(), DumpError> {
        let digest = digest(whole).map_err(|error| failed(whole, error))?;
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let mut text = format!("{}  {name}\n", hex(&digest));
        if let Some(key) = &self.0 {
            text.push_str(&format!("{SIGNED}{}\n", hex(hmac::sign(key, &digest).as_ref())));
        }
        let beside = beside(file);
        let part = with_suffix(&beside, ".part");
        let written = create(&part)?.write_all(text.as_bytes()).and_then(|()| File::open(&part)?.sync_all());
        written.and_then(|()| fs::rename(&part, &beside)).map_err(|error| failed(&beside, error))
    }

    /// Whether the file is what `crmbot backup` has written, and whether this signer has signed it.
    ///
    /// # Errors
    /// [`DumpError::Unsigned`] without a checksum beside it, [`DumpError::Changed`] when that differs, and
    /// [`DumpError::OtherSignature`] when another bot has signed it, or none.
    pub(super) fn verify(&self, file: &Path) -> Result<bool, DumpError> {
        let digest = digest(file).map_err(|error| failed(file, error))?;
        let text = fs::read_to_string(beside(file)).map_err(|_| DumpError::Unsigned(file.to_owned()))?;
        if text.split_whitespace().next() != Some(&hex(&digest)) {
            return Err(DumpError::Changed(file.to_owned()));
        }
        let Some(key) = &self.0 else { return Ok(false) };
        let signature = text.lines().find_map(|line| line.strip_prefix(SIGNED)).and_then(bytes).unwrap_or_default();
        match hmac::verify(key, &digest, &signature) {
            Ok(()) => Ok(true),
            Err(_) => Err(DumpError::OtherSignature(file.to_owned())),
        }
    }
}

/// The path of the checksum.
#[must_use]
pub fn beside(file: &Path) -> PathBuf {
    with_suffix(file, ENDING)
}

fn digest(file: &Path) -> io::Result<[u8; 32]> {
    let (mut file, mut hash, mut piece) = (File::open(file)?, Sha256::new(), vec![0; 64 * 1024]);
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(hash.finalize().into()),
            read => hash.update(piece.get(..read).unwrap_or_default()),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let digits = hex.trim().as_bytes().chunks(2);
    digits.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_backup_is_known_by_its_checksum_and_signature_and_by_nothing_else() {
        let folder = std::env::temp_dir().join(format!("crmbot-signature-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join("crm.dump");
        fs::write(&file, "rows").unwrap();
        let (ours, other, none) = (Signer::new(Some(b"ours")), Signer::new(Some(b"other")), Signer::default());
        assert!(matches!(ours.verify(&file), Err(DumpError::Unsigned(_))));
        ours.sign(&file, &file).unwrap();
        assert!(ours.verify(&file).unwrap() && !none.verify(&file).unwrap());
        assert!(matches!(other.verify(&file), Err(DumpError::OtherSignature(_))));
        assert!(fs::read_to_string(beside(&file)).unwrap().contains("  crm.dump\n"));
        // A checksum without a signature is anybody's.
        none.sign(&file, &file).unwrap();
        assert!(matches!(ours.verify(&file), Err(DumpError::OtherSignature(_))));
        fs::write(&file, "rowz").unwrap();
        for signer in [&ours, &none] {
            assert!(matches!(signer.verify(&file), Err(DumpError::Changed(_))));
        }
        fs::remove_dir_all(folder).unwrap();
    }
}
