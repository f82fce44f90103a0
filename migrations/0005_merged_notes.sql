-- A merge moves the notes too: the client who lives on keeps the whole timeline (C10).
grant update (client_id) on note to crmbot_app;
