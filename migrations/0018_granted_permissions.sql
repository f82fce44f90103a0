-- The permissions that groups give to their members now. A superuser has all permissions without a row here.
create view granted_permission as
    select m.user_id, p.permission
      from group_member m
      join group_permission p on p.group_id = m.group_id and p.revoked_at is null
     where m.removed_at is null;

grant select on granted_permission to crmbot_app;
