//! Host check of the pages: another site's page must not read them through a name of its own that leads here (G13).

use std::net::{IpAddr, SocketAddr};

use axum::extract::Request;
use axum::http::{StatusCode, header, uri::Authority};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

/// Which hosts may be named by requests.
#[derive(Clone, Copy)]
pub(super) struct Hosts {
    /// Only this machine is served: then a browser on it is the only way in for others.
    local: bool,
}

impl Hosts {
    pub fn of(listen: SocketAddr) -> Self {
        Self { local: listen.ip().is_loopback() }
    }

    /// Refuses a request for a foreign host. One that names none comes from no browser.
    pub async fn check(self, request: Request, next: Next) -> Response {
        let named = request.headers().get(header::HOST).map(|host| host.to_str().unwrap_or_default());
        match named {
            Some(host) if !self.admit(host) => {
                (StatusCode::MISDIRECTED_REQUEST, "this host is not served\n").into_response()
            }
            _ => next.run(request).await,
        }
    }

    /// An address is not looked up, and the names of this machine are given out by no server of names.
    fn admit(self, host: &str) -> bool {
        let Ok(authority) = host.parse::<Authority>() else { return false };
        let name = authority.host().trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
        !self.local || name.parse::<IpAddr>().is_ok() || !name.contains('.') || name.ends_with(".localhost")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn g13_pages_on_the_loopback_answer_to_names_of_this_machine_alone() {
        let local = Hosts::of("127.0.0.1:8080".parse().unwrap());
        for ours in ["127.0.0.1:8080", "[::1]:8080", "localhost", "LOCALHOST:1", "crm.localhost", "crmbot:8080"] {
            assert!(local.admit(ours), "{ours}");
        }
        for foreign in ["evil.example", "evil.example:8080", "localhost.evil.example", "127.0.0.1.evil.example", ""] {
            assert!(!local.admit(foreign), "{foreign}");
        }
        // Other machines know it by names that this program does not know.
        assert!(Hosts::of("0.0.0.0:8080".parse().unwrap()).admit("crm.example.com"));
    }
}
