//! A user's chat, and its picture as text.

use crmbot::turn::{Markup, Outgoing, Row, Target};

/// A chat as its person sees it.
#[derive(Default)]
pub struct Chat {
    pub screen: Option<Markup>,
    /// Its message, and those of earlier screens, which lost their buttons.
    pub screens: Vec<(i64, Markup)>,
    /// Messages beside it that were not looked at yet.
    pub notices: Vec<Markup>,
    /// The last notices stay tappable after they were looked at.
    pub tappable: Vec<(i64, Markup)>,
    /// How many of those without buttons were read into the story.
    pub closed_read: usize,
    /// The answer to the last tap: words, and whether they are an alert.
    pub answer: Option<(String, bool)>,
    /// Messages that were deleted.
    pub deleted: Vec<i64>,
    pub commands: Vec<String>,
    /// Documents that were sent: id and caption.
    pub documents: Vec<(i64, String)>,
    /// Whether the bot has left.
    pub left: bool,
}

impl Chat {
    /// Takes a message as the person's client would.
    pub fn receive(&mut self, row: Row, messages: &[i64]) {
        let message = messages.first().copied().unwrap_or_default();
        match row.outgoing {
            Outgoing::Answer { text, alert, .. } => self.answer = Some((text, alert)),
            Outgoing::Screen { markup, .. } | Outgoing::Redraw { markup, .. } => {
                self.screens.retain(|(id, _)| *id != message);
                self.screens.push((message, markup.clone()));
                self.screen = Some(markup);
            }
            Outgoing::Notice(markup) => {
                self.tappable.push((message, markup.clone()));
                self.notices.push(markup);
            }
            Outgoing::Amend { markup, .. } => {
                let amended = self.tappable.iter_mut().filter(|(id, _)| messages.contains(id));
                amended.for_each(|(_, shown)| shown.clone_from(&markup));
            }
            Outgoing::Delete { message_id } => self.deleted.push(message_id),
            Outgoing::Document { id, caption, .. } => self.documents.push((id, caption)),
            Outgoing::Commands(commands) => self.commands = commands.into_iter().map(|(name, _)| name).collect(),
            Outgoing::Leave => self.left = true,
            Outgoing::Strip { .. } => {}
        }
    }

    /// The data of the buttons at hand: the screen's, and those below the newest notice.
    pub fn data(&self) -> Vec<String> {
        let buttons = self
            .screen
            .iter()
            .chain(self.tappable.last().map(|(_, markup)| markup))
            .flat_map(|markup| markup.rows.iter().flatten());
        let data = buttons.filter_map(|(_, target)| match target {
            Target::Data(data) => Some(data.clone()),
            _ => None,
        });
        data.collect()
    }

    /// The newest message whose text holds the words.
    pub fn message(&self, words: &str) -> Option<i64> {
        let sent = self.screens.iter().chain(&self.tappable).filter(|(_, markup)| plain(&markup.text).contains(words));
        sent.map(|(id, _)| *id).max()
    }

    /// The data of a button whose label holds `label`: on the screen, else below the newest notice that has one.
    pub fn button(&self, label: &str) -> Option<String> {
        self.screen
            .iter()
            .chain(self.tappable.iter().rev().map(|(_, markup)| markup))
            .find_map(|markup| find(markup, label))
    }
}

fn find(markup: &Markup, label: &str) -> Option<String> {
    markup.rows.iter().flatten().find_map(|(text, target)| match target {
        Target::Data(data) if text.contains(label) => Some(data.clone()),
        _ => None,
    })
}

/// A message as text: the words without tags, then the rows of buttons.
pub fn picture(markup: &Markup) -> String {
    let mut text = plain(&markup.text);
    for row in &markup.rows {
        let labels: Vec<String> = row.iter().map(|(label, _)| format!("[{label}]")).collect();
        text.push('\n');
        text.push_str(&labels.join(" "));
    }
    text
}

/// The words without tags and entities.
pub fn plain(html: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for character in html.chars() {
        match character {
            '<' => inside = true,
            '>' if inside => inside = false,
            other if !inside => text.push(other),
            _ => {}
        }
    }
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}
