//! The peer: the lead dialogue as teloxide's documentation has it, its state in teloxide's Postgres storage.
//!
//! At Save it writes a client, a touch and an audit row in one transaction. It promises nothing else: an update that comes twice takes
//! effect twice, a message that cannot be sent is lost, rights are not asked for, and nothing is written about who may see it.

use std::error::Error;

use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use teloxide::dispatching::dialogue::serializer::Json;
use teloxide::dispatching::dialogue::PostgresStorage;
use teloxide::prelude::*;
use teloxide::types::{InlineKeyboardButton, InlineKeyboardMarkup};

type Lead = Dialogue<State, PostgresStorage<Json>>;
type Done = Result<(), Box<dyn Error + Send + Sync>>;

/// As many connections as crmbot opens.
const CONNECTIONS: u32 = 10;

#[derive(Clone, Default, Serialize, Deserialize)]
enum State {
    #[default]
    Start,
    Phone,
    Name {
        phone: String,
    },
    Ad {
        phone: String,
        name: String,
    },
    Card {
        phone: String,
        name: String,
        ad: i64,
    },
}

const TABLES: &str = "
    create table if not exists ad (id bigint generated always as identity primary key, title text not null);
    create table if not exists client (id bigint generated always as identity primary key, phone text not null unique,
        name text not null, created_at timestamptz not null default now(), created_by bigint not null);
    create table if not exists touch (id bigint generated always as identity primary key,
        client_id bigint not null references client, ad_id bigint not null references ad, at timestamptz not null default now());
    create table if not exists audit (id bigint generated always as identity primary key, at timestamptz not null default now(),
        actor bigint not null, action text not null, entity_id bigint not null);
    insert into ad (title) select 'Сайт' where not exists (select from ad)";

#[tokio::main]
async fn main() -> Done {
    let url = std::env::var("DATABASE_URL")?;
    let pool = PgPoolOptions::new().max_connections(CONNECTIONS).connect(&url).await?;
    sqlx::raw_sql(TABLES).execute(&pool).await?;
    let storage = PostgresStorage::open(&url, CONNECTIONS, Json).await?;
    let bot = Bot::new(std::env::var("TELEGRAM_BOT_TOKEN")?).set_api_url(std::env::var("TELEGRAM_API_URL")?.parse()?);
    let messages = Update::filter_message().enter_dialogue::<Message, PostgresStorage<Json>, State>().endpoint(typed);
    let taps = Update::filter_callback_query()
        .enter_dialogue::<CallbackQuery, PostgresStorage<Json>, State>()
        .endpoint(tapped);
    Dispatcher::builder(bot, dptree::entry().branch(messages).branch(taps))
        .dependencies(dptree::deps![storage, pool])
        .build()
        .dispatch()
        .await;
    Ok(())
}

async fn typed(bot: Bot, dialogue: Lead, state: State, pool: PgPool, message: Message) -> Done {
    let Some(text) = message.text() else { return Ok(()) };
    match (text, state) {
        ("/start", _) => {
            dialogue.update(State::Start).await?;
            bot.send_message(message.chat.id, "Что делаем? /lead").await?;
        }
        ("/lead", _) => {
            dialogue.update(State::Phone).await?;
            bot.send_message(message.chat.id, "1 из 3\nКакой у клиента телефон?").await?;
        }
        (phone, State::Phone) => {
            dialogue.update(State::Name { phone: phone.to_owned() }).await?;
            bot.send_message(message.chat.id, "2 из 3\nКак зовут клиента?").await?;
        }
        (name, State::Name { phone }) => {
            let ads: Vec<(i64, String)> = sqlx::query_as("select id, title from ad order by id limit 8").fetch_all(&pool).await?;
            dialogue.update(State::Ad { phone, name: name.to_owned() }).await?;
            let rows = ads.into_iter().map(|(id, title)| [InlineKeyboardButton::callback(title, id.to_string())]);
            bot.send_message(message.chat.id, "3 из 3\nОткуда о нас узнали?")
                .reply_markup(InlineKeyboardMarkup::new(rows))
                .await?;
        }
        _ => {
            bot.send_message(message.chat.id, "Начните с /lead").await?;
        }
    }
    Ok(())
}

async fn tapped(bot: Bot, dialogue: Lead, state: State, pool: PgPool, tap: CallbackQuery) -> Done {
    bot.answer_callback_query(tap.id.clone()).await?;
    let (Some(message), Some(data)) = (tap.message.as_ref(), tap.data.as_deref()) else { return Ok(()) };
    let (chat, id) = (message.chat().id, message.id());
    match state {
        State::Ad { phone, name } => {
            let ad: i64 = data.parse()?;
            let (title,): (String,) = sqlx::query_as("select title from ad where id = $1").bind(ad).fetch_one(&pool).await?;
            let text = format!("Новый лид\n\nТелефон: {phone}\nИмя: {name}\nРеклама: {title}");
            dialogue.update(State::Card { phone, name, ad }).await?;
            let save = InlineKeyboardButton::callback("✅ Сохранить", "save");
            bot.edit_message_text(chat, id, text).reply_markup(InlineKeyboardMarkup::new([[save]])).await?;
        }
        State::Card { phone, name, ad } if data == "save" => {
            let actor = tap.from.id.0.cast_signed();
            let mut transaction = pool.begin().await?;
            let (client,): (i64,) =
                sqlx::query_as("insert into client (phone, name, created_by) values ($1, $2, $3) returning id")
                    .bind(&phone)
                    .bind(&name)
                    .bind(actor)
                    .fetch_one(&mut *transaction)
                    .await?;
            sqlx::query("insert into touch (client_id, ad_id) values ($1, $2)")
                .bind(client)
                .bind(ad)
                .execute(&mut *transaction)
                .await?;
            sqlx::query("insert into audit (actor, action, entity_id) values ($1, 'create', $2)")
                .bind(actor)
                .bind(client)
                .execute(&mut *transaction)
                .await?;
            transaction.commit().await?;
            dialogue.update(State::Start).await?;
            bot.edit_message_text(chat, id, format!("✅ Лид сохранён\n\n{name} · №{client}\n{phone}")).await?;
        }
        _ => {}
    }
    Ok(())
}
