-- G5: a change of a person's rights locks the account against other such changes, and no longer against rows that merely
-- name the person: their foreign keys ask for a key share, which `for update` makes wait.
create or replace function grow_epoch(users bigint[]) returns void language sql as $$
    with person as (select id from staff_user where id = any (users) order by id for no key update)
    update staff_user set authz_epoch = authz_epoch + 1 from person where staff_user.id = person.id
$$;
