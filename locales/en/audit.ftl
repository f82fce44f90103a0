# The audit log.

about-audit = who did what
label-audit = 📜 Log
audit-title = <b>Log</b>
audit-title-own = <b>My recent actions</b>
audit-hint = A number opens the event. Type a day to see the log up to it, or №id for one record.
audit-none = Nothing here.
audit-numbered = <b>{ $number }.</b> { $event }
audit-ask-who = Whose actions?
audit-ask-kind = Which records?
audit-only-who = Who: { $who }
audit-only-kind = Records: { $kind }
audit-only-record = Record: { $kind }, №{ $id }
audit-only-number = Record: №{ $id }
audit-only-until = Up to { $day }
audit-only-denials = Denials only
audit-who-when = { $who }, { $moment }
audit-reason = Reason: { $reason }
audit-number = №{ $id }
audit-titled = “{ $title }”
audit-system = The system
audit-yes = yes
audit-no = no
button-audit-who = 👤 Who
button-audit-kind = 🗂 Records
button-audit-denials = ⛔ Denials
button-audit-all = Show all
button-audit-history = 📜 All about this record

## Kinds of records

entity-client = Clients
entity-touch = Touches
entity-note = Notes
entity-follow-up = Follow-ups
entity-contract = Contracts
entity-service = Services
entity-ad = Ads
entity-staff = People
entity-group = Groups
entity-parked = Parked updates

## What was done

deed-client-create = new client
deed-client-edit = client edited
deed-client-fill = name or e-mail added
deed-client-revive = undone lead is back
deed-client-view-phone = phone shown
deed-client-take = client taken
deed-client-lose = client marked lost
deed-client-bring-back = lost client brought back
deed-touch-create = new touch
deed-touch-void = touch voided
deed-note-create = new note
deed-follow-up-set = next step set
deed-follow-up-finish = next step done
deed-contract-create = contract confirmed
deed-contract-edit = contract edited
deed-contract-prolong = contract's last day moved
deed-contract-terminate = contract ended early
deed-contract-void = contract voided
deed-contract-relink = contract moved to another touch
deed-service-create = new service
deed-service-edit = service edited
deed-service-archive = service archived
deed-service-restore = service restored
deed-ad-create = new ad
deed-ad-edit = ad edited
deed-ad-finish = ad finished
deed-ad-restart = ad running again
deed-staff-create = new colleague
deed-staff-rename = colleague's name changed
deed-staff-superuser = made a superuser
deed-staff-invite = invite made
deed-staff-join = joined a group
deed-staff-leave = left a group
deed-staff-block = access closed
deed-staff-unblock = access opened again
deed-staff-link = Telegram linked
deed-staff-logout = logged out
deed-staff-revoke = Telegram link taken away
deed-staff-password = password changed
deed-group-create = new group
deed-group-grant = rights given to a group
deed-denied = refused: no right
deed-other = { $entity }: { $action }

## Fields

audit-field-until = Day
audit-field-corrects = Instead of touch
audit-field-day = Day
audit-field-terminated-on = Ended on
audit-field-group = Group
audit-field-active = Access open
audit-field-superuser = Superuser
audit-field-expires-at = Works until
audit-field-telegram = Telegram id
audit-field-way = Way in
audit-field-granted = Rights given
audit-field-revoked = Rights taken away
audit-field-permission = Right
audit-field-voided = Undone
audit-field-lost-at = Lost since
audit-field-lost-reason = Why lost
audit-field-responsible = Responsible
audit-field-owner = Whose
audit-field-due-at = When
audit-field-language = Language
