//! What a dialogue tells of itself to those who do not take part in it.

use serde_json::Value;

use super::{Dialogue, Said, draw};
use crate::error::SystemError;
use crate::flows::Cx;
use crate::flows::Screen;
use crate::flows::registry::{Frame, ScreenId};

impl Dialogue {
    /// Whether what is typed now is a secret.
    #[must_use]
    pub fn awaits_secret(&self) -> bool {
        self.stack.last().is_some_and(Frame::is_secret)
    }

    /// The state of the conversation on the screen: what a result that comes later has to find again.
    #[must_use]
    pub fn question(&self) -> Option<Value> {
        serde_json::to_value(self.stack.last()?).ok()
    }

    /// Whether something is open besides the place where everybody begins.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.newer.is_some()
            || self.stack.iter().any(|frame| !matches!(frame.kind(), ScreenId::Menu | ScreenId::Welcome))
    }

    /// Draws what is open once more, with nothing done; none when nothing is, or when its door has been closed since.
    pub async fn again(&self, cx: &mut Cx<'_>) -> Result<Option<Screen>, SystemError> {
        match self.stack.last() {
            Some(frame) if self.is_open() && self.denied_access(cx).is_none() => {
                let words = cx.say.screen_again();
                Ok(Some(self.thumb.apart(draw(frame, cx).await?).noted(words)))
            }
            _ => Ok(None),
        }
    }

    /// Draws the screen once more, with nothing done; the menu when nothing is open or what was is closed to the person now.
    pub async fn redraw(&mut self, cx: &mut Cx<'_>) -> Result<Screen, SystemError> {
        if self.denied_access(cx).is_some() {
            self.stack.clear();
        }
        Ok(self.reply(Said::Nothing, true, cx).await?.screen)
    }
}
