# Care of the data: backups, consents, who has seen a phone.

## Backups

check-backup = 💾 Last backup: { $moment }, { $size } MB.
check-backup-none = ⚠️ There is no backup yet.
check-backup-failed = ⚠️ The backup failed, { $moment }: { $fault }
notice-backup-failed = ⚠️ The daily backup could not be made: { $fault }
    I go on trying; /check shows how it stands.
