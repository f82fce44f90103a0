-- Which messages are about a client: a reply to one is meant for him, and a later word finds an earlier notice to close it.
-- A technical table, written by the courier when a message was sent; old rows are deleted (docs/decisions.md).

create table sent_about (
    chat_id    bigint      not null,
    message_id bigint      not null,
    kind       text        not null, -- what sort of message: a card, a notice of a new lead
    client_id  bigint      not null, -- without a foreign key: its check would make sending wait for a turn that holds the client
    sent_at    timestamptz not null,
    constraint sent_about_pkey primary key (chat_id, message_id)
);
create index sent_about_client_idx on sent_about (client_id, kind, chat_id);
create index sent_about_age on sent_about (sent_at);

grant select, insert, update, delete on sent_about to crmbot_app;
