//! The second factor: codes of an app (RFC 6238), codes for the day on which the phone is lost, and whoever has shown the right
//! password and still has to show a code.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use data_encoding::BASE32_NOPAD;
use qrcodegen::{QrCode, QrCodeEcc};
use tokio::time::Instant;
use totp_rs::{Builder, Totp};

use super::passwords::new_token;
use crate::{app::tokens::digest, console::page::frame::encoded, domain::Timestamp, queue::User, random};

/// The bytes of a secret, as RFC 4226 recommends.
const SECRET_BYTES: usize = 20;

/// How many recovery codes there are, and how long each is: 50 bits of chance.
const RECOVERY_CODES: usize = 10;
const RECOVERY_CHARS: usize = 10;

/// How long somebody has to show a code, and how many wrong ones they may show.
const TICKET_LASTS: Duration = Duration::from_mins(5);
const WRONG_MAX: u32 = 5;

/// So many wait for their code at once; beyond it the oldest are forgotten.
const TICKETS_MAX: usize = 1_000;

/// A new secret, in base 32 as apps take it; none where the system has no randomness to give.
pub(super) fn new_secret() -> Option<String> {
    let mut secret = [0; SECRET_BYTES];
    getrandom::fill(&mut secret).ok()?;
    Some(BASE32_NOPAD.encode(&secret))
}

fn totp(secret: &str) -> Option<Totp> {
    let bytes = BASE32_NOPAD.decode(secret.as_bytes()).ok()?;
    Builder::new().with_secret(<[u8; SECRET_BYTES]>::try_from(bytes).ok()?).build().ok()
}

/// The step of time that a code is of, where it is right: of this half minute, the one before or the one after.
pub(super) fn step_of(secret: &str, code: &str, now: Timestamp) -> Option<i64> {
    let seconds = u64::try_from(now.0 / 1_000).ok()?;
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let step = totp(secret)?.check(&digits, seconds)?;
    i64::try_from(step).ok()
}

/// What an app reads: the secret and whose it is.
pub(super) fn address(secret: &str, name: &str) -> String {
    format!("otpauth://totp/catalink:{}?secret={secret}&issuer=catalink", encoded(name))
}

/// An address as a QR code: a path of squares, and how many of them make a side with the quiet edge.
pub(super) fn qr_path(address: &str) -> Option<(String, i32)> {
    const EDGE: i32 = 4;
    let code = QrCode::encode_text(address, QrCodeEcc::Medium).ok()?;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
            path.push_str(&format!("M{} {}h1v1h-1z", x + EDGE, y + EDGE));
        }
    }
    Some((path, code.size() + 2 * EDGE))
}

/// New recovery codes, each to be used once.
pub(super) fn new_recovery_codes() -> Option<Vec<String>> {
    let code = |_| {
        let mut code = random::text(random::LEGIBLE, RECOVERY_CHARS).ok()?;
        code.insert(RECOVERY_CHARS / 2, '-');
        Some(code)
    };
    (0..RECOVERY_CODES).map(code).collect()
}

/// What is kept of a recovery code, however it is typed.
pub(super) fn recovery_digest(code: &str) -> String {
    let plain: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    digest(&plain.to_lowercase())
}

/// Those who have shown the right password and still have to show a code.
#[derive(Debug, Default)]
pub(crate) struct Tickets(Mutex<HashMap<String, Ticket>>);

#[derive(Debug, Clone)]
struct Ticket {
    user: User,
    since: Instant,
    n_wrong: u32,
}

impl Tickets {
    fn open(&self) -> std::sync::MutexGuard<'_, HashMap<String, Ticket>> {
        // Every change behind this lock is a single step, so a panic elsewhere leaves nothing half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The right password was shown. None where the system has no randomness to give.
    pub(super) fn issue(&self, user: User) -> Option<String> {
        let token = new_token()?;
        let mut tickets = self.open();
        tickets.retain(|_, ticket| ticket.since.elapsed() < TICKET_LASTS);
        if tickets.len() >= TICKETS_MAX {
            let oldest =
                tickets.iter().min_by_key(|(_, ticket)| ticket.since).map(|(token, _)| token.clone());
            oldest.and_then(|oldest| tickets.remove(&oldest));
        }
        tickets.insert(digest(&token), Ticket { user, since: Instant::now(), n_wrong: 0 });
        Some(token)
    }

    /// Whose ticket that is; none of one that is too old or had too many wrong codes.
    pub(super) fn holder(&self, token: &str) -> Option<User> {
        let tickets = self.open();
        let ticket = tickets.get(&digest(token))?;
        (ticket.since.elapsed() < TICKET_LASTS && ticket.n_wrong < WRONG_MAX).then(|| ticket.user.clone())
    }

    pub(super) fn was_wrong(&self, token: &str) {
        if let Some(ticket) = self.open().get_mut(&digest(token)) {
            ticket.n_wrong += 1;
        }
    }

    pub(super) fn take(&self, token: &str) {
        self.open().remove(&digest(token));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queue::Role;

    /// The secret of the examples of RFC 6238.
    const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    #[test]
    fn codes_are_those_of_the_standard() {
        let at = |seconds: i64| Timestamp(seconds * 1_000);
        assert_eq!(step_of(SECRET, "287082", at(59)), Some(1));
        assert_eq!(step_of(SECRET, "081 804", at(1_111_111_109)), Some(37_037_036));
        assert_eq!(step_of(SECRET, "287083", at(59)), None);
        assert_eq!(step_of(SECRET, "287082", at(59 + 90)), None, "it has run out");
        assert_eq!(step_of("no secret", "287082", at(59)), None);
        assert_eq!(BASE32_NOPAD.decode(new_secret().unwrap().as_bytes()).unwrap().len(), SECRET_BYTES);
    }

    #[test]
    fn an_app_reads_the_secret_and_whose_it_is() {
        let address = address(SECRET, "asha rao");
        assert_eq!(address, format!("otpauth://totp/catalink:asha%20rao?secret={SECRET}&issuer=catalink"));
        let (path, side) = qr_path(&address).unwrap();
        assert!(path.starts_with("M4 4h1v1h-1z") && side > 30, "{side}");
    }

    #[test]
    fn a_recovery_code_is_the_same_however_it_is_typed() {
        let codes = new_recovery_codes().unwrap();
        assert_eq!(codes.len(), RECOVERY_CODES);
        assert_eq!(recovery_digest(&codes[0]), recovery_digest(&codes[0].replace('-', " ").to_uppercase()));
        assert_ne!(recovery_digest(&codes[0]), recovery_digest(&codes[1]));
    }

    #[tokio::test(start_paused = true)]
    async fn a_ticket_ends_after_five_wrong_codes_and_after_five_minutes() {
        let user = User {
            user_id: 1,
            name: "asha".to_owned(),
            role: Role::Admin,
            created_at: Timestamp(0),
            is_invited: false,
            has_second_factor: true,
        };
        let tickets = Tickets::default();
        let token = tickets.issue(user.clone()).unwrap();
        assert_eq!(tickets.holder("another"), None);
        for _ in 0..WRONG_MAX {
            assert!(tickets.holder(&token).is_some());
            tickets.was_wrong(&token);
        }
        assert_eq!(tickets.holder(&token), None);
        let token = tickets.issue(user).unwrap();
        tokio::time::advance(TICKET_LASTS).await;
        assert_eq!(tickets.holder(&token), None);
    }
}
