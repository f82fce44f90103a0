-- An undone service or ad is out of every list and figure; its row and its history stay.
alter table service
    add voided_at timestamptz,
    add constraint service_void_is_archived check (voided_at is null or archived_at is not null);
alter table ad
    add voided_at timestamptz,
    add constraint ad_void_is_archived check (voided_at is null or archived_at is not null);
