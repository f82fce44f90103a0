-- Guesses of passwords, by sender and login (A16). Of a login only its SHA-256 is kept: a user may have typed a password in its
-- place. Rows fade and are deleted when they have served. The table of the program before, login_attempt, goes in a later
-- release.
create table login_guess (
    telegram_id bigint not null,
    login_hash bytea not null constraint login_guess_login_hash_length check (octet_length(login_hash) = 32),
    failures integer not null constraint login_guess_failures_not_negative check (failures >= 0),
    last_at timestamptz not null,
    logged_at timestamptz, -- the last row in the audit log: one per minute
    told_at timestamptz,   -- the last notice
    constraint login_guess_pkey primary key (telegram_id, login_hash)
);
create index login_guess_login_idx on login_guess (login_hash);
create index login_guess_age on login_guess (last_at);
grant select, insert, update, delete on login_guess to crmbot_app;

-- Whether the company lets people log in by password (A16).
create table login_policy (
    id smallint constraint login_policy_pkey primary key default 1 constraint login_policy_one_row check (id = 1),
    password_logins boolean not null
);
insert into login_policy (password_logins) values (true);
grant select on login_policy to crmbot_app;
grant update (password_logins) on login_policy to crmbot_app;

-- Tells one password of an account from another without comparing hashes: an open question keeps this number alone (A17).
alter table staff_user add column password_epoch integer not null default 0;
create function epoch_of_password() returns trigger language plpgsql as $$
begin
    new.password_epoch := old.password_epoch + 1;
    return new;
end $$;
create trigger staff_user_password_epoch before update on staff_user for each row
    when (old.password_hash is distinct from new.password_hash) execute function epoch_of_password();

-- Dialogues of the program before keep the code of an open invite and hashes of passwords (A17): they end.
update chat_session set dialogue = '{}', version = version + 1
 where dialogue @? '$.stack[*].Welcome.Invited.code' or dialogue @? '$.stack[*].Password.Again.hash'
    or dialogue @? '$.stack[*].Login.Move.proof';
