//! Signals: SIGTERM and SIGINT ask the program to end; a second one changes nothing (R12).

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// Turns true on the first SIGTERM or SIGINT.
///
/// # Errors
/// When the system lets no handler be set.
pub(super) fn ending() -> std::io::Result<watch::Receiver<bool>> {
    let (tell, ending) = watch::channel(false);
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tell.send_replace(true);
        // The sender must outlive all receivers.
        std::future::pending::<()>().await;
    });
    Ok(ending)
}
