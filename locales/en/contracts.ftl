# Contracts.

refused-contract-not-live = ⛔ This contract is not live any more: an administrator can correct it.
refused-document-empty = ⚠️ Document: the file is empty.
refused-document-large = ⚠️ Document: at most 20 MB.
refused-document-kind = ⚠️ Document: I keep <code>pdf</code>, <code>doc</code>, <code>docx</code>, <code>jpg</code> and <code>png</code>, and look into the file, not at its name.
