//! The web chat in headless Chromium: what a newcomer does on the page.

use crate::support::browser::Browser;
use crate::support::stage::Stage;

#[tokio::test(flavor = "multi_thread")]
async fn a_screen_is_edited_in_place_and_an_alert_has_to_be_closed() {
    let stage = Stage::open().await;
    let anna = stage.superuser("anna").await;
    let browser = Browser::start(1280, 860, false).await;
    browser.go(&format!("{}#{anna}", stage.telegram.page_url())).await;
    browser.types(anna, "/me").await;
    browser.sees(anna, "Логин: anna").await;
    let before = stage.messages(anna).await.len();
    let (message, old) = stage.button(anna, "Язык").await;
    browser.taps(anna, "Язык").await;
    browser.sees(anna, "На каком языке").await;
    browser.taps(anna, "English").await;
    browser.sees(anna, "I speak English now").await;
    assert_eq!(stage.messages(anna).await.len(), before, "a tap edits the screen in place");
    let stale = stage.presses(anna, message, &old).await;
    assert!(stage.answer(&stale).await.1);
    browser.picture("desk.png").await;
    assert_eq!(browser.complaints().await, Vec::<String>::new());
}
