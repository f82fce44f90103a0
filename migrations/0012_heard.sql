-- R9: up to which moment everything that people did at Telegram has come in. A process may be at work while Telegram cannot be
-- reached, or cannot reach it; and a backlog that takes long to work off is a silence for whoever taps behind it.
alter table heartbeat
    add column heard_at  timestamptz, -- none: not known yet
    add column missed_at timestamptz; -- when it was heard again after taps were lost, until nothing waits there any more

update heartbeat set heard_at = beat_at;
