-- Fills the kept figures from what is there. The triggers are at work already, so that no write has to wait: what is written
-- meanwhile is a delta of its own.
do $$ begin
    perform repair_ad_figures();
end $$;
