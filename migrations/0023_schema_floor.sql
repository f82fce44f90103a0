-- R20: the oldest release that may work on this schema, by the number of its last migration. A migration that an older
-- program cannot live with raises it; otherwise the release before starts on the new schema.
create table schema_floor (
    version bigint  not null,
    single  boolean not null default true,
    constraint schema_floor_pkey primary key (single),
    constraint schema_floor_is_single check (single)
);

insert into schema_floor (version) values (0);
grant select on schema_floor to crmbot_app;
