//! Processes whose clocks are wrong, one after the other (R18).

use crate::support::server::TestServer;
use crate::support::skew;

#[tokio::test(flavor = "multi_thread")]
async fn r18_what_a_process_with_a_wrong_clock_has_done_is_as_old_for_every_other_one() {
    let mut server = TestServer::set().await;
    let anna = server.superuser("anna").await;
    server.ad("Авито", "AVITO").await;
    // Later than an undo may be (ten minutes), by the clock of either.
    for (seconds, phone) in [(-700, "8 921 555-01-01"), (700, "8 921 555-01-02")] {
        for (name, value) in skew::variables(seconds) {
            server.configure(name, value);
        }
        server.start().await;
        server.types(anna, &format!("{phone} Иван, Авито")).await;
        server.taps(anna, "Сохранить").await;
        server.sees(anna, "Лид сохранён").await;
        server.kill();
        // R18: its rows are of now, though its clock was not.
        server.until("select bool_and(abs(extract(epoch from now() - created_at)) < 60) from client").await;
        server.until("select bool_and(abs(extract(epoch from now() - happened_at)) < 60) from touch").await;
        for (name, _) in skew::variables(0) {
            server.configure(name, "");
        }
        server.start().await;
        server.taps(anna, "↩️").await;
        server.taps(anna, "✅ Да").await;
        // R18: a process with the right clock takes it for as young as it is.
        server.sees(anna, "Лид отменён").await;
        server.kill();
    }
}
