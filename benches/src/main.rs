//! Command that fills a demo database with a company at size.

use std::process::ExitCode;

use large_company::{Size, fill};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, Row as _};

const USAGE: &str = "usage: DATABASE_OWNER_URL=postgres://… large-company 10k|1m\n\
    Fills an empty database that is marked as a demo; the schema must be there.";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let size = std::env::args().nth(1).and_then(|name| Size::parse(&name));
    let (Some(size), Ok(url)) = (size, std::env::var("DATABASE_OWNER_URL")) else {
        say(USAGE);
        return ExitCode::from(2);
    };
    match work(&url, size).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&error);
            ExitCode::FAILURE
        }
    }
}

async fn work(url: &str, size: Size) -> Result<(), String> {
    let options: PgConnectOptions =
        url.parse().map_err(|_| "DATABASE_OWNER_URL is no address of a database".to_owned())?;
    let mut owner = options.connect().await.map_err(|error| error.to_string())?;
    let now = sqlx::query("select now()::text").fetch_one(&mut owner).await.map_err(|error| error.to_string())?;
    let now: String = now.try_get(0).map_err(|error| error.to_string())?;
    fill(&mut owner, size, &now).await.map_err(|error| error.to_string())
}

#[allow(clippy::print_stderr, reason = "a command says on standard error what went wrong")]
fn say(line: &str) {
    eprintln!("{line}");
}
