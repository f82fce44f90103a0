//! The web chat in headless Chromium: what a newcomer does on the page.

use crmbot::domain::Group;

use crate::support::browser::Browser;
use crate::support::server::TestServer;

#[tokio::test(flavor = "multi_thread")]
async fn a_screen_is_edited_in_place() {
    let server = TestServer::open().await;
    let anna = server.superuser("anna").await;
    let browser = Browser::start(1280, 860, false).await;
    browser.go(&format!("{}#{anna}", server.telegram.page_url())).await;
    browser.types(anna, "/me").await;
    browser.sees(anna, "Логин: anna").await;
    server.sees(anna, "Логин: anna").await;
    let before = server.messages(anna).await.len();
    let (message, old) = server.button(anna, "Язык").await;
    browser.taps(anna, "Язык").await;
    browser.sees(anna, "На каком языке").await;
    browser.taps(anna, "English").await;
    browser.sees(anna, "I speak English now").await;
    assert_eq!(server.messages(anna).await.len(), before, "a tap edits the screen in place");
    let stale = server.presses(anna, message, &old).await;
    assert!(server.answer(&stale).await.1);
    browser.picture("desk.png").await;
    assert_eq!(browser.complaints().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lead_is_logged_in_one_message_and_one_tap_on_a_phone() {
    let server = TestServer::open().await;
    let oleg = server.staff("oleg", "ru", Group::Operators).await;
    server.ad("Авито: кухни", "AVITO").await;
    let browser = Browser::start(390, 844, true).await;
    browser.go(&format!("{}#{oleg}", server.telegram.page_url())).await;
    browser.types(oleg, "Иван Петров 8 912 345-67-89 с авито").await;
    browser.sees(oleg, "Авито: кухни").await;
    browser.picture("phone-dark-draft.png").await;
    browser.taps(oleg, "Сохранить").await;
    browser.sees(oleg, "потенциальный").await;
    browser.picture("phone-dark-card.png").await;
    let edited = server.messages(oleg).await.iter().any(|message| message["edit_date"].is_number());
    assert!(edited, "the draft has become the card in place");
    server.until("select count(*) = 1 from client where phone = '+79123456789' and last_name = 'Петров'").await;
    assert_eq!(browser.complaints().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invite_is_opened_as_somebody_else_by_one_click() {
    let server = TestServer::open().await;
    let anna = server.superuser("anna").await;
    let oleg = server.person("Oleg", "en").await;
    let browser = Browser::start(1280, 860, false).await;
    browser.go(&format!("{}#{anna}", server.telegram.page_url())).await;
    browser.types(anna, "/seed_groups").await;
    browser.taps(anna, "Применить").await;
    browser.sees(anna, "t.me/crm_e2e_bot").await;
    // The answer to the tap comes beside its screen, and lies above it for some seconds.
    browser
        .until(
            "return [...document.querySelectorAll('[data-testid=toast]')].every((toast) => !toast.checkVisibility())",
        )
        .await;
    browser.click("[data-testid=link]").await;
    browser.click(&format!("[data-testid=choose-person][data-person=\"{oleg}\"]")).await;
    browser.sees(oleg, "You are about to enter").await;
    browser.taps(oleg, "Yes").await;
    browser.sees(oleg, "Welcome").await;
    browser.picture("desk-two-chats.png").await;
    assert_eq!(browser.complaints().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contract_with_a_file_is_confirmed_and_the_file_comes_back() {
    let server = TestServer::open().await;
    let oleg = server.staff("oleg", "en", Group::Operators).await;
    let maria = server.staff("maria", "en", Group::Managers).await;
    server.ad("Avito: kitchens", "AVITO").await;
    server.types(maria, "/menu").await;
    server.sees(maria, "what shall we do").await;
    server.types(oleg, "John Smith 8 912 345-67-89 from avito").await;
    server.sees(oleg, "Avito: kitchens").await;
    server.taps(oleg, "Save").await;
    server.sees(maria, "John").await;
    let scan = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("contract-{}.pdf", std::process::id()));
    std::fs::write(&scan, b"%PDF-1.4\n%the whole contract\n%%EOF\n").unwrap();

    let browser = Browser::start(1280, 860, false).await;
    browser.go(&format!("{}#{maria}", server.telegram.page_url())).await;
    browser.types(maria, "/contract").await;
    browser.taps(maria, "Smith John").await;
    for (question, answer) in [
        ("touch", "Avito"),
        ("What is sold", "Service of"),
        ("call", "Keep"),
        ("pay", "Keep"),
        ("signed", "Keep"),
        ("first day", "Keep"),
    ] {
        browser.sees(maria, question).await;
        browser.taps(maria, answer).await;
    }
    browser.sees(maria, "last day").await;
    browser.picture("desk-calendar.png").await;
    browser.taps(maria, "3 months").await;
    browser.sees(maria, "signed document").await;
    browser.attaches(maria, &scan).await;
    browser.sees(maria, "contract-").await;
    browser.picture("desk-contract.png").await;
    browser.taps(maria, "Confirm").await;
    browser.sees(maria, "running").await;
    server.until("select count(*) = 1 from contract where confirmed_at is not null and document_id is not null").await;
    server.until("select count(*) = 1 from document where mime = 'application/pdf' and size > 20").await;
    browser.taps(maria, "contract-").await;
    let began = std::time::Instant::now();
    while !server
        .messages(maria)
        .await
        .iter()
        .any(|message| message["document"]["file_name"].is_string() && message["from_person"] == false)
    {
        assert!(began.elapsed().as_secs() < 20, "the file does not come back:\n{}", server.picture(maria).await);
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let _ = std::fs::remove_file(&scan);
    assert_eq!(browser.complaints().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_tap_is_an_alert_that_has_to_be_closed() {
    let server = TestServer::open().await;
    let oleg = server.staff("oleg", "en", Group::Operators).await;
    let browser = Browser::start(390, 844, false).await;
    browser.go(&format!("{}#{oleg}", server.telegram.page_url())).await;
    browser.types(oleg, "/menu").await;
    browser.sees(oleg, "what shall we do").await;
    sqlx::query("update group_member set removed_at = now()").execute(server.db.owner()).await.unwrap();
    browser.taps(oleg, "Find").await;
    browser.until("return !!document.querySelector('[data-testid=alert]')").await;
    browser.picture("phone-alert.png").await;
    browser.click("[data-testid=alert-ok]").await;
    browser.until("return !document.querySelector('[data-testid=alert]')").await;
}
