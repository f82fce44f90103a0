//! Merges beside other work (C10): whatever waits for a merge goes on with the record that has survived it.

use std::time::{Duration, Instant};

use crmbot::crm::{
    Attachment, CallOutcome, ClientEdit, ContractEdit, Crm, Error, LeadDraft, PhoneEdit, Refusal, SplitRefusal,
    StaffId, clients, consents, consistency, contracts, follow_ups, handover, notes, touches,
};
use crmbot::domain::{
    ConsentMeans, Currency, Group, Note, PersonName, Phone, PhoneRegion, PositiveMoney, Reason, Remark, Title,
};

use crate::support::app::{TestApp, TestUser};
use crate::support::trade::{contract_draft, day};

/// The records of one case: two clients of one person, and a third.
struct Pair {
    older: i64,
    younger: i64,
    third: i64,
    /// The younger one's phone.
    phone: String,
    /// A touch of each, by two ads.
    older_touch: i64,
    younger_touch: i64,
    /// An ad by which neither has come.
    ad: i64,
    service: i64,
    /// What the younger one has, where the case needs it.
    contract: i64,
    handover: i64,
}

/// Colleagues: who acts, and another one.
struct People {
    maria: StaffId,
    mikhail: StaffId,
}

/// How a case ends.
enum End {
    /// The write is on the surviving record: this is true of it.
    Lands(&'static str),
    /// The use case is refused: what was seen has changed.
    Refused(fn(&Refusal) -> bool),
}

type Try = for<'a, 'b> fn(
    &'a mut Crm<'b>,
    &'a Pair,
    &'a People,
) -> std::pin::Pin<Box<dyn Future<Output = Result<(), Error>> + 'a>>;

struct Case {
    name: &'static str,
    /// What the younger card needs before, with its id as `$1` and the colleagues' as `$2` and `$3`.
    needs: &'static [&'static str],
    signed: bool,
    use_case: Try,
    end: End,
}

macro_rules! cases {
    ($($name:literal $(needs $needs:expr)? $(; signed $signed:literal)? => |$crm:ident, $it:ident, $people:ident| $use_case:expr, $end:expr;)*) => {
        [$(Case {
            name: $name,
            needs: cases!(@needs $($needs)?),
            signed: cases!(@signed $($signed)?),
            use_case: |$crm, $it, $people| Box::pin(async move { let _ = ($it, $people); $use_case.await.map(|_| ()) }),
            end: $end,
        }),*]
    };
    (@needs) => { &[] };
    (@needs $needs:expr) => { $needs };
    (@signed) => { false };
    (@signed $signed:literal) => { $signed };
}

const TAKEN: &str = "update client set responsible_id = $2, taken_at = now() where id = $1 and $3::bigint > 0";
const OFFERED: &str = "insert into client_handover (client_id, from_id, to_id, created_at, created_by)
                       values ($1, $3, $2, now(), $3)";
const TAKEN_BY_BOTH: &str = "update client set responsible_id = $3, taken_at = now() where id = $1 and $2::bigint > 0";
const STEP: &str = "insert into follow_up (client_id, owner_id, due_at, created_at, created_by)
                    select $1, $2, now(), now(), $2 where $3::bigint > 0";
const CONSENT: &str = "insert into client_consent (client_id, means, given_at, noted_by)
                       select $1, 'PHONE', now(), $2 where $3::bigint > 0";
/// The older one's: the younger one's id is the greater by one.
const OLDER_LOST: &str = "update client set lost_at = '2026-01-01', lost_reason = 'x'
                           where id = $1 - 1 and $2::bigint > 0 and $3::bigint > 0";

fn why() -> Reason {
    Reason::parse("один человек").unwrap()
}

fn changed(refusal: &Refusal) -> bool {
    *refusal == Refusal::Changed
}

fn ended(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::HandoverEnded { .. })
}

fn terms() -> ContractEdit {
    ContractEdit {
        title: Title::parse("Other").unwrap(),
        service: 1,
        amount: PositiveMoney::parse("7", Currency::RUB).unwrap(),
        signed_on: day("2026-03-12"),
        starts_on: day("2026-03-12"),
        ends_on: day("2026-05-11"),
        note: Remark::parse("").unwrap(),
        document: None,
    }
}

fn lead(it: &Pair) -> LeadDraft {
    LeadDraft {
        phone: Phone::parse(&it.phone, PhoneRegion::RU).unwrap(),
        phone_raw: it.phone.clone(),
        name: PersonName::default(),
        email: None,
        ad: it.ad,
        notes: vec![Note::parse("с улицы").unwrap()],
    }
}

fn edit(it: &Pair) -> ClientEdit {
    ClientEdit { client: it.younger, version: 2, name: PersonName::split("Петров").unwrap(), email: None }
}

fn number(it: &Pair) -> PhoneEdit {
    let phone = Phone::parse("89990000099", PhoneRegion::RU).unwrap();
    PhoneEdit { client: it.younger, version: 2, phone, phone_raw: String::new(), reason: why() }
}

const PDF: Attachment<'static> = Attachment { file_id: "f", name: "a.pdf", bytes: b"%PDF-1.7" };
const TOUCHED: &str = "exists (select from touch where client_id = c.id and ad_id = $2 and voided_at is null)
                       and c.open_touch_id = (select max(id) from touch where client_id = c.id)";

fn cases() -> Vec<Case> {
    let lands = End::Lands;
    let all = cases! {
        "a return" => |crm, it, p| touches::register(crm, it.younger, it.ad), lands(TOUCHED);
        "a lead with the younger phone" => |crm, it, p| clients::register(crm, &lead(it)), lands(TOUCHED);
        "notes of a lead" => |crm, it, p| clients::register(crm, &lead(it)),
            lands("(select count(*) from note where client_id = c.id and text = 'с улицы') = 1");
        "a note" => |crm, it, p| notes::add(crm, it.younger, &Note::parse("перезвонить").unwrap()),
            lands("(select count(*) from note where client_id = c.id) = 1");
        "a note with a file" => |crm, it, p| notes::add_with_file(crm, it.younger, None, PDF),
            lands("(select count(attachment_id) from note where client_id = c.id) = 1");
        "the outcome of a call" => |crm, it, p| notes::add_call(crm, it.younger, CallOutcome::NoAnswer),
            lands("(select count(call_outcome) from note where client_id = c.id) = 1");
        "a next step" => |crm, it, p| follow_ups::set(crm, it.younger, crm.now),
            lands("(select count(*) from follow_up where client_id = c.id and done_at is null) = 1");
        "a next step done" needs &[STEP] => |crm, it, p| follow_ups::finish(crm, it.younger),
            lands("(select count(done_at) from follow_up where client_id = c.id) = 1");
        "a take" => |crm, it, p| clients::take(crm, it.younger), lands("c.responsible_id is not null");
        "an offer" needs &[TAKEN] => |crm, it, p| handover::offer(crm, it.younger, p.mikhail, &Remark::parse("").unwrap()),
            lands("exists (select from client_handover where client_id = c.id and withdrawn_at is null)");
        "an acceptance" needs &[TAKEN_BY_BOTH, OFFERED] => |crm, it, p| handover::accept(crm, it.handover), End::Refused(ended);
        "a refusal of an offer" needs &[TAKEN_BY_BOTH, OFFERED] => |crm, it, p| handover::decline(crm, it.handover, None),
            End::Refused(ended);
        "a withdrawal" needs &[TAKEN_BY_BOTH, OFFERED] => |crm, it, p| handover::withdraw(crm, it.handover), End::Refused(ended);
        "everything handed over" needs &[TAKEN] => |crm, it, p| handover::transfer_all(crm, p.maria, p.mikhail),
            lands("c.responsible_id = (select id from staff_user where username = 'mikhail')");
        "the lost mark" => |crm, it, p| clients::mark_lost(crm, it.younger, &why()), lands("c.lost_at is not null");
        "the end of a lost mark" needs &[OLDER_LOST] => |crm, it, p| clients::bring_back(crm, it.younger), lands("c.lost_at is null");
        "a consent" => |crm, it, p| consents::give(crm, it.younger, ConsentMeans::Phone),
            lands("(select count(*) from client_consent where client_id = c.id and withdrawn_at is null) = 1");
        "its withdrawal" needs &[CONSENT] => |crm, it, p| consents::withdraw(crm, it.younger),
            lands("(select count(withdrawn_at) from client_consent where client_id = c.id) = 1");
        "a correction of the name" => |crm, it, p| clients::edit(crm, &edit(it)), End::Refused(changed);
        "a correction of the phone" => |crm, it, p| clients::correct_phone(crm, &number(it)), End::Refused(changed);
        "a contract" => |crm, it, p| {
                let draft = contract_draft(it.younger, it.younger_touch, it.service, "5", "2026-03-12", "2026-04-11");
                async move { contracts::create(crm, &draft).await }
            }, lands("c.last_live_day = '2026-04-11'");
        "new terms" ; signed true => |crm, it, p| contracts::edit(crm, it.contract, 1, &terms(), None),
            lands("c.last_live_day = '2026-05-11'");
        "a later end" ; signed true => |crm, it, p| contracts::prolong(crm, it.contract, 1, day("2027-01-31"), &why()),
            lands("c.last_live_day = '2027-01-31'");
        "an early end" ; signed true => |crm, it, p| contracts::terminate(crm, it.contract, 1, day("2026-03-12"), &why()),
            lands("c.last_live_day = '2026-03-12'");
        "a contract taken out" ; signed true => |crm, it, p| contracts::void(crm, it.contract, 1, &why()),
            lands("c.last_live_day is null");
        "a contract on another touch" ; signed true => |crm, it, p| contracts::relink(crm, it.contract, 1, it.older_touch, &why()),
            lands("exists (select from contract where client_id = c.id and touch_id in (select min(id) from touch where client_id = c.id))");
        "a contract's file" ; signed true => |crm, it, p| contracts::attach_document(crm, it.contract, 1, "f", "a.pdf", b"%PDF-1.7"),
            lands("exists (select from contract where client_id = c.id and document_id is not null)");
        "a touch voided" => |crm, it, p| touches::void(crm, it.younger_touch, &why()),
            lands("(select count(voided_at) from touch where client_id = c.id) = 1");
        "a touch corrected" => |crm, it, p| touches::correct(crm, it.younger_touch, it.ad, &why()),
            lands("exists (select from touch where client_id = c.id and ad_id = $2 and corrected_from is not null)");
        "another merge" => |crm, it, p| clients::merge(crm, it.younger, it.third, &why()),
            lands("(select count(*) from client gone where gone.merged_into = c.id) = 2");
    };
    all.into()
}

/// Does `use case` while a merge is open, and ends the merge once the use case waits for it.
async fn beside_a_merge<T>(app: &TestApp, boss: TestUser<'_>, it: &Pair, use_case: impl Future<Output = T>) -> T {
    let (begun, beginning) = tokio::sync::oneshot::channel();
    let merge = app.act(boss, async |crm| {
        let stays = clients::merge(crm, it.older, it.younger, &why()).await.split_refusal().unwrap();
        assert_eq!(stays, Ok(it.older));
        begun.send(()).unwrap();
        until_waiting(app).await;
    });
    let use_case = async {
        beginning.await.unwrap();
        use_case.await
    };
    tokio::join!(merge, use_case).1
}

/// How many connections wait for a lock.
pub const WAITING: &str = "select count(distinct pid) from pg_locks join pg_stat_activity using (pid)
                            where not granted and datname = current_database()";

pub async fn until_waiting(app: &TestApp) {
    let began = Instant::now();
    while app.count(WAITING).await == 0 {
        assert!(began.elapsed() < Duration::from_secs(2), "nobody waits");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// What a merge leaves on the record that is gone, and clients whose kept columns are not what they must be.
const LEFT: &str =
    "select (select count(*) from touch where client_id = $1) + (select count(*) from note where client_id = $1)
    + (select count(*) from contract where client_id = $1) + (select count(*) from follow_up where client_id = $1)
    + (select count(*) from client_handover where client_id = $1)
    + (select count(*) from client_consent where client_id = $1 and withdrawn_at is null and voided_at is null)
    + (select count(*) from client where id = $1 and (lost_at is not null or open_touch_id is not null))
    + (select count(*) from client c join client_derivation d on d.client_id = c.id
        where (c.last_live_day, c.open_touch_id) is distinct from (d.last_live_day, d.open_touch_id))";

// A case takes some 60 ms, and there are thirty.
#[tokio::test(flavor = "multi_thread")]
async fn c10_whatever_waits_for_a_merge_goes_on_with_the_record_that_survives() {
    let app = TestApp::new().await;
    let boss = app.staff("boss", &[Group::Admins, Group::Managers]).await;
    let maria = app.superuser("maria").await;
    let mikhail = app.staff("mikhail", &[Group::Managers]).await;
    let people = People { maria: app.staff_id(maria).await, mikhail: app.staff_id(mikhail).await };
    let service = app.a_service("SEO").await;
    let ads = [app.an_ad("Авито", "AVITO").await, app.an_ad("Сайт", "SITE").await, app.an_ad("Яндекс", "YANDEX").await];
    for (number, case) in cases().into_iter().enumerate() {
        let phone = |of: usize| format!("891200{number:02}{of:03}");
        app.passes(chrono::Duration::seconds(1));
        let older = app.meets(maria, &phone(1), "", ads[0]).await;
        let younger = app.meets(maria, &phone(2), "Иванов", ads[1]).await;
        let third = app.meets(maria, &phone(3), "Третий", ads[0]).await;
        let contract = match case.signed {
            true => app.a_contract(younger, "2026-03-12", "2026-12-31").await,
            false => 0,
        };
        for need in case.needs {
            let need = sqlx::query(*need).bind(younger).bind(people.maria.0).bind(people.mikhail.0);
            need.execute(app.sql()).await.unwrap();
        }
        let it = Pair {
            older,
            younger,
            third,
            phone: phone(2),
            older_touch: app.touch_of(maria, older).await,
            younger_touch: app.touch_of(maria, younger).await,
            ad: ads[2],
            service,
            contract,
            handover: app.count("select coalesce(max(id), 0) from client_handover").await,
        };
        app.passes(chrono::Duration::minutes(1));
        let use_case = app.act(maria, async |crm| (case.use_case)(crm, &it, &people).await.split_refusal().unwrap());
        let done = beside_a_merge(&app, boss, &it, use_case).await;
        match (&case.end, done) {
            (End::Lands(is), Ok(())) => {
                let sql = format!("select count(*) from client c where id = $1 and $2::bigint > 0 and {is}");
                let lands: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
                    .bind(older)
                    .bind(it.ad)
                    .fetch_one(app.sql())
                    .await
                    .unwrap();
                assert_eq!(lands, 1, "{} is not on the surviving record", case.name);
            }
            (End::Refused(as_expected), Err(refusal)) if as_expected(&refusal) => {}
            (_, done) => panic!("{}: {done:?}", case.name),
        }
        let left: i64 = sqlx::query_scalar(LEFT).bind(younger).fetch_one(app.sql()).await.unwrap();
        assert_eq!(left, 0, "{}: something is on the record that is gone, or drifts", case.name);
        let holds = app.act(maria, async |crm| consistency::check(crm).await.unwrap().holds()).await;
        // X16: the check agrees.
        assert!(holds, "{}", case.name);
        // The next case begins without this one's clients.
        sqlx::query("update client set responsible_id = null, taken_at = null").execute(app.sql()).await.unwrap();
    }
}
