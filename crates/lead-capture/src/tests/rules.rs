//! Single rules of quick capture, one message each.

use crate::{Draft, KnownAd, Network, PhoneRegion, Presence, has_phone, recognise};

fn drafted(text: &str) -> Draft {
    recognise(text, &[], PhoneRegion::RU)
}

fn phones(text: &str) -> Vec<String> {
    drafted(text).phones.iter().map(|found| found.phone.as_str().to_owned()).collect()
}

fn ad(text: &str, ads: &[(i64, &'static str, Option<Network>)]) -> Option<i64> {
    let known: Vec<KnownAd> =
        ads.iter().map(|&(id, title, network)| KnownAd { id, title, network, aliases: &[] }).collect();
    recognise(text, &known, PhoneRegion::RU).ad_id
}

/// The same message stands in the README and in the documentation of the crate.
#[test]
fn the_example_of_the_readme_is_true() {
    let ads = [KnownAd { id: 7, title: "Авито: кухни", network: Some(Network::Avito), aliases: &[] }];
    let text = "Для Анны Петровой, 8 (942) 000-67-89, нашла вас на авито. Перезвонить после 18";
    for document in [include_str!("../../README.md"), include_str!("../lib.rs")] {
        assert!(document.contains(text) && document.contains(ads[0].title), "another example");
    }
    let draft = recognise(text, &ads, PhoneRegion::RU);
    assert_eq!(draft.phones[0].phone.as_str(), "+79420006789");
    assert_eq!((draft.first_name.as_deref(), draft.last_name.as_deref()), (Some("Анна"), Some("Петрова")));
    assert_eq!((draft.ad_id, draft.note.as_str()), (Some(7), "Перезвонить после 18"));
}

#[test]
fn c1_every_spelling_of_a_number_is_the_same_phone() {
    for typed in [
        "8 (999) 123-45-67",
        "89991234567",
        "79991234567",
        "9991234567",
        "+7 999 123 45 67",
        "8\u{a0}999\u{a0}123\u{2011}45\u{2011}67",
        "８９９９１２３４５６７",
        "8.999.123.45.67",
        "8-999-1234567",
        "8999 123 4567",
        "89-99-123-45-67",
        "8 999 1234 567",
        "+7 8 999 123 45 67",
        "+8 999 123 45 67",
        "+9991234567",
        "8/999/123-45-67",
        "8 9 9 9 1 2 3 4 5 6 7",
        "tel:+79991234567",
        "https://wa.me/79991234567?text=hi",
        "whatsapp://send?phone=%2B79991234567",
    ] {
        assert_eq!(phones(typed), ["+79991234567"], "{typed}");
        assert!(has_phone(typed, PhoneRegion::RU), "{typed}");
    }
}

#[test]
fn c3_a_foreign_number_stays_foreign() {
    for (typed, phone) in [
        ("+375 29 123-45-67", "+375291234567"),
        ("00375 29 123 45 67", "+375291234567"),
        ("8 10 375 29 123-45-67", "+375291234567"),
        ("375291234567", "+375291234567"),
        ("998 90 123 45 67", "+998901234567"),
        ("+49 30 123456 2 этаж", "+4930123456"),
        ("1-202-555-0110", "+12025550110"),
    ] {
        assert_eq!(phones(typed), [phone], "{typed}");
    }
}

#[test]
fn numbers_of_another_region_need_no_code_there() {
    let uk = PhoneRegion::parse("GB").unwrap();
    let draft = recognise("Emma 07911 204501 about 12 windows at 450.00", &[], uk);
    assert_eq!(draft.phones[0].phone.as_str(), "+447911204501");
    assert_eq!(draft.phones.len(), 1);
    assert!(has_phone("(202) 555-0110", PhoneRegion::parse("US").unwrap()));
    assert!(!has_phone("(202) 555-0110", PhoneRegion::RU));
}

#[test]
fn c4_other_numbers_are_no_phones() {
    for text in [
        "+066",
        "+22",
        "12345",
        "телефон",
        "1 500 000 руб",
        "89 000 - 120 000",
        "9500000000 руб",
        "8 900 000 - 9 500 000",
        "12.03.2026 14:30",
        "2026-03-12",
        "ИНН 9123456789",
        "ИНН: 770412345678",
        "ОГРН 1157746123456",
        "заказ № 89420006000",
        "заказ номер 89420006000",
        "№ 89420006000",
        "счет 9420006853",
        "карта 4276 8942 0006 7890",
        "4276894200067890",
        "р/с 40702810900000012345",
        "СНИЛС 812-345-678 90",
        "812-345-678 90",
        "паспорт 9420 006848",
        "ул. Ленина 12-45 кв 89",
        "2500х3200х400",
        "А123ВС77",
        "150 кв.м",
        "55.755826, 37.617300",
        "192.168.0.1",
        "https://site.example/item/89420006000",
        "vk.com/id89420006000",
        "123-45-67",
        "1982-1995",
        "invoice 4155550132",
        "10 000 000 000",
    ] {
        assert_eq!(phones(text), Vec::<String>::new(), "{text}");
        assert!(!has_phone(text, PhoneRegion::RU), "{text}");
    }
}

#[test]
fn an_extension_is_read_and_stays_in_the_note() {
    for (text, extension) in [
        ("(495) 640-00-12 доб. 123", "123"),
        ("8 495 640-00-12 вн.45", "45"),
        ("+7 495 640 00 12 ext 5", "5"),
        ("84956400012 (доб 7)", "7"),
    ] {
        let draft = drafted(text);
        assert_eq!(draft.phones[0].extension.as_deref(), Some(extension), "{text}");
        assert!(draft.note.contains(extension), "{text}");
        assert!(draft.phones[0].typed.contains(extension), "{text}");
    }
}

#[test]
fn letters_are_digits_only_inside_a_whole_number() {
    assert_eq!(phones("8-9О3-12З-45-67"), ["+79031234567"]);
    assert_eq!(phones("8 903 123-45-6 о скидке"), Vec::<String>::new());
    assert_eq!(phones("ОООЗЗЗО123"), Vec::<String>::new());
}

#[test]
fn all_phones_are_found_and_a_repeated_one_once() {
    assert_eq!(phones("8 942 000 68 64 8 942 000 68 65, 89420006864"), ["+79420006864", "+79420006865"]);
    assert_eq!(phones("89420006861/89420006862;89420006863"), ["+79420006861", "+79420006862", "+79420006863"]);
}

#[test]
fn c12_hostile_text_is_only_text() {
    let draft = drafted("<b>Иван</b> \u{202e}8 942 000-67-89 '; drop table client; --");
    assert_eq!(draft.first_name.as_deref(), Some("Иван"));
    assert!(draft.note.contains("drop table client"));
}

#[test]
fn c13_only_a_valid_address_is_an_e_mail() {
    assert_eq!(drafted("ivan@ 89420006789").email, None);
    assert_eq!(drafted("пишите на Ivan.P@Mail.ru.").email.as_deref(), Some("Ivan.P@Mail.ru"));
    assert_eq!(drafted("<mailto:a-b@c-d.example>").email.as_deref(), Some("a-b@c-d.example"));
    let two = drafted("a@b.ru, c@d.ru");
    assert_eq!((two.email.as_deref(), two.note.as_str()), (Some("a@b.ru"), "c@d.ru"));
}

#[test]
fn the_most_specific_ad_wins_and_a_tie_is_no_answer() {
    let (avito_ads, yandex_ads) = (Some(Network::Avito), Some(Network::Yandex));
    let avito = [(1, "Авито кухни", avito_ads), (2, "Авито шкафы", avito_ads)];
    assert_eq!(ad("с авито", &avito), None);
    assert_eq!(ad("шкаф, с авито", &avito), Some(2));
    assert_eq!(ad("шкаф и кухня, с авито", &avito), None);
    let vk = [(1, "ВК", Some(Network::Vk(Presence::Own))), (2, "Реклама ВК", Some(Network::Vk(Presence::Ads)))];
    assert_eq!(ad("из группы вк", &vk), Some(1));
    assert_eq!(ad("увидел рекламу вконтакте", &vk), Some(2));
    let yandex = [(1, "Яндекс", yandex_ads), (2, "Яндекс Директ", yandex_ads), (3, "Яндекс Карты", yandex_ads)];
    assert_eq!(ad("из яндекса", &yandex), Some(1));
    assert_eq!(ad("по директу", &yandex), Some(2));
    assert_eq!(ad("нашли на яндекс картах", &yandex), Some(3));
    let none = [(1, "Без рекламы / No ad", None), (2, "Сайт", Some(Network::Site))];
    assert_eq!(ad("посоветовали соседи", &none), Some(1));
    assert_eq!(ad("word of mouth", &none), Some(1));
    assert_eq!(ad("нужен сайт", &none), None);
    assert_eq!(ad("заявка с сайта", &none), Some(2));
}

#[test]
fn a_channel_that_is_only_talked_about_is_no_source() {
    let ads = [
        (1, "Телеграм", Some(Network::Telegram(Presence::Own))),
        (2, "Инстаграм", Some(Network::Instagram)),
        (3, "Авито", Some(Network::Avito)),
    ];
    for text in [
        "пишите в телеграм",
        "мой тг @ivan",
        "нужна настройка рекламы в инстаграм",
        "не с авито",
        "text me on telegram",
        "https://www.avito.ru/item",
    ] {
        assert_eq!(ad(text, &ads), None, "{text}");
    }
}

#[test]
fn no_name_is_made_of_everyday_words() {
    for text in [
        "фундамент кухня срочно 89420006926",
        "Ленинский проспект 45, 89420006927",
        "ул. Марии Ульяновой 5, 89420006927",
        "на Гагарина 89420006927",
        "ООО «Марина» 89420006927",
        "света нет третий день 89420006927",
        "роман с подрядчиком закончился 89420006927",
        "Здравствуйте, Алексей! 89420006927",
        "менеджер Ольга 89420006927",
        "баня как у Сергея 89420006927",
        "из Владимира 89420006927",
        "May I ask for the price? 89420006927",
        "Mark the corners 89420006927",
    ] {
        let draft = drafted(text);
        assert_eq!((draft.last_name, draft.first_name, draft.middle_name), (None, None, None), "{text}");
    }
}

#[test]
fn initials_are_no_places_and_only_a_person_wants_something() {
    let name = |text: &str| {
        let draft = drafted(text);
        [draft.last_name, draft.first_name, draft.middle_name].map(Option::unwrap_or_default)
    };
    for text in ["Николаев П.С. 8 942 000-68-64", "Николаев П. С., 8 942 000-68-64", "П.С. Николаев 8 942 000-68-64"]
    {
        assert_eq!(name(text), ["Николаев", "П.", "С."], "{text}");
    }
    assert_eq!(name("Иван, п. Сергеево, 8 942 000-68-64"), ["", "Иван", ""]);
    assert_eq!(name("г. Тверь, 8 942 000-68-64"), ["", "", ""]);
    assert_eq!(name("Will from Acme, 8 942 000-68-64"), ["", "Will", ""]);
    assert_eq!(name("Grant wants a deck 8 942 000-68-64"), ["", "Grant", ""]);
    assert_eq!(name("Will call back 8 942 000-68-64"), ["", "", ""]);
    assert_eq!(name("May from 10 to 12 is fine 8 942 000-68-64"), ["", "", ""]);
}

#[test]
fn r14_what_is_longer_than_a_message_can_be_is_note_and_nothing_of_it_is_lost() {
    let filler = "слово ".repeat(700);
    let draft = drafted(&format!("Иван 8 942 000-67-89 {filler}8 942 000-67-88"));
    assert_eq!(draft.phones.len(), 1);
    assert!(draft.note.ends_with("8 942 000-67-88") && draft.note.matches("слово").count() == 700);
    assert!(!has_phone(&format!("{filler}8 942 000-67-88"), PhoneRegion::RU));
}
