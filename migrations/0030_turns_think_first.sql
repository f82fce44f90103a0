-- R5, G5: whether the user of a turn that has thought without a lock is still the one it was thought for: active, with the row of that
-- version, which counts every change of rights, and with the company's switch for protected cards as it was.
create function user_is_as_known(known bigint, row_version text, protects boolean) returns boolean language sql stable as $$
    select coalesce((select u.active and u.xmin::text = row_version from staff_user u where u.id = known), false)
       and coalesce((select protect_cards from look_policy), false) = protects
$$;

revoke all on function user_is_as_known(bigint, text, boolean) from public;
grant execute on function user_is_as_known(bigint, text, boolean) to crmbot_app;

-- Rows that each update or message rewrites: they are vacuumed after some thousand changes, whatever the table's size, and a new
-- version of a row finds room beside the old one.
alter table outbox set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);
alter table chat_session set (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000,
                              autovacuum_vacuum_cost_delay = 0);
alter table chat_screen set (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000,
                             autovacuum_vacuum_cost_delay = 0);
alter table update_attempt set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
alter table inbound_update set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
