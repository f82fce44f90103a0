//! Conversations whose functions still take them by value.

use std::future::Future;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{About, Compute, Cx, Event, Flow, Navigation, Opened, Screen, Step};
use crate::crm::Result;
use crate::error::SystemError;
use crate::text::Html;

pub enum OldStep<S> {
    Stay(S),
    Notify(S, Html),
    Reject(S, Html),
    NotHandled(S),
    Open(S, Navigation),
    Go(Navigation, Option<Html>),
    Back(Option<Html>),
    Home(Option<Html>),
    Compute(Compute),
    Retry(i64),
}

impl<S> OldStep<S> {
    pub(super) fn map<T>(self, with: impl FnOnce(S) -> T) -> OldStep<T> {
        match self {
            Self::Stay(state) => OldStep::Stay(with(state)),
            Self::Notify(state, words) => OldStep::Notify(with(state), words),
            Self::Reject(state, words) => OldStep::Reject(with(state), words),
            Self::NotHandled(state) => OldStep::NotHandled(with(state)),
            Self::Open(state, nav) => OldStep::Open(with(state), nav),
            Self::Go(nav, words) => OldStep::Go(nav, words),
            Self::Back(words) => OldStep::Back(words),
            Self::Home(words) => OldStep::Home(words),
            Self::Compute(work) => OldStep::Compute(work),
            Self::Retry(id) => OldStep::Retry(id),
        }
    }

    fn split(self) -> (Option<S>, Step) {
        match self {
            Self::Stay(state) => (Some(state), Step::Stay),
            Self::Notify(state, words) => (Some(state), Step::Notify(words)),
            Self::Reject(state, why) => (Some(state), Step::Reject(why)),
            Self::NotHandled(state) => (Some(state), Step::NotHandled),
            Self::Open(state, nav) => (Some(state), Step::Open(nav)),
            Self::Go(nav, words) => (None, Step::Go(nav, words)),
            Self::Back(words) => (None, Step::Back(words)),
            Self::Home(words) => (None, Step::Home(words)),
            Self::Compute(work) => (None, Step::Compute(work)),
            Self::Retry(id) => (None, Step::Retry(id)),
        }
    }
}

pub trait OldFlow: Clone + Serialize + DeserializeOwned + Send + Sync + Sized {
    const SECRET: bool = false;
    const SEARCH: bool = false;

    fn about(&self) -> Option<About> {
        None
    }

    fn open(nav: &Navigation, cx: &mut Cx<'_>) -> impl Future<Output = Result<OldStep<Self>, SystemError>> + Send;

    fn on(self, event: Event, cx: &mut Cx<'_>) -> impl Future<Output = Result<OldStep<Self>, SystemError>> + Send;

    fn screen(&self, cx: &mut Cx<'_>) -> impl Future<Output = Result<Screen, SystemError>> + Send;
}

impl<T: OldFlow> Flow for T {
    const SECRET: bool = <T as OldFlow>::SECRET;
    const SEARCH: bool = <T as OldFlow>::SEARCH;

    fn about(&self) -> Option<About> {
        OldFlow::about(self)
    }

    async fn open(nav: &Navigation, cx: &mut Cx<'_>) -> Result<Opened<Self>> {
        Ok(match <T as OldFlow>::open(nav, cx).await?.split() {
            (Some(state), Step::Stay) => Opened::Here(state),
            (Some(state), Step::Reject(why)) => Opened::Rejecting(state, why),
            (_, step) => Opened::Elsewhere(step),
        })
    }

    async fn on(&mut self, event: Event, cx: &mut Cx<'_>) -> Result<Step> {
        let (state, step) = OldFlow::on(self.clone(), event, cx).await?.split();
        if let Some(state) = state {
            *self = state;
        }
        Ok(step)
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen> {
        Ok(OldFlow::screen(self, cx).await?)
    }
}
