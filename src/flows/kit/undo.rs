//! The button that takes the latest write on a record back, on every card; the tap is the dialogue's.

use crate::crm::{Entity, Fault, Heard};
use crate::flows::audit::deed;
use crate::flows::{Button, Cx, Press};

/// The button; none when there is nothing of the person's own to take back.
///
/// # Errors
/// A fault when the database fails.
pub async fn button(entity: Entity, id: i64, cx: &mut Cx<'_>) -> Result<Option<Button>, Fault> {
    let Some(write) = cx.crm.undoable(entity, id).await.heard()?.ok().flatten() else { return Ok(None) };
    let what = deed(&write.action, &write.entity, cx.say);
    Ok(what.map(|what| Button::press(&cx.say.button_undo(what), Press::Undo(write.event))))
}
