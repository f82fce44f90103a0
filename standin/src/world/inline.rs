//! Inline queries that wait for the bot. They live for seconds, so they are not kept over a restart.

use std::collections::BTreeMap;

use serde_json::Value;

/// How long the bot may answer, in seconds.
const LIFE: i64 = 30;

#[derive(Clone, Debug)]
pub(crate) struct InlineQuery {
    pub person: i64,
    pub query: String,
    pub at: i64,
    /// The results as the bot gave them.
    pub results: Option<Value>,
}

/// The queries by id.
#[derive(Debug, Default)]
pub(crate) struct InlineQueries(BTreeMap<i64, InlineQuery>);

impl InlineQueries {
    /// Takes a query under an id.
    pub fn ask(&mut self, id: i64, query: InlineQuery) {
        self.0.retain(|_, q| q.at + 10 * LIFE >= query.at);
        self.0.insert(id, query);
    }

    /// A query, answered or not.
    pub fn get(&self, id: i64) -> Option<&InlineQuery> {
        self.0.get(&id)
    }

    /// Keeps the bot's answer; false when it comes too late or twice.
    pub fn answer(&mut self, id: i64, now: i64, results: Value) -> bool {
        match self.0.get_mut(&id).filter(|q| q.results.is_none() && q.at + LIFE >= now) {
            Some(query) => {
                query.results = Some(results);
                true
            }
            None => false,
        }
    }
}
