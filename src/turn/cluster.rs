//! Coordination over the database: liveness, the route to Telegram, update watermark, redraws, in-doubt commits.

pub(super) mod backlog;
pub(super) mod in_doubt;
pub(super) mod liveness;
pub(super) mod redraw;
pub(super) mod telegram_route;
pub(super) mod watermark;
