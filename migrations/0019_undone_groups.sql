-- A group whose creation was undone is in no list; its row and its history stay.
alter table user_group add column voided_at timestamptz;

-- A program that does not know the column finds the group by its name and gives it rights or members: then it is back.
create function group_in_use() returns trigger language plpgsql as $$
begin
    update user_group set voided_at = null where id = new.group_id and voided_at is not null;
    return new;
end $$;
create trigger group_permission_in_use after insert on group_permission for each row execute function group_in_use();
create trigger group_member_in_use after insert on group_member for each row execute function group_in_use();
