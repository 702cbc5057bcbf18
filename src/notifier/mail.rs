//! Notices by e-mail, over SMTP with TLS: from the first byte (`smtps://`), or by STARTTLS (`smtp://`), without which nothing is sent.
//! A mail server on this machine may do without.

use std::{fmt, path::Path};

use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
    transport::smtp::{
        authentication::Credentials,
        client::{Certificate, CertificateStore, Tls, TlsParameters},
    },
};
use secrecy::{ExposeSecret, SecretString};

use super::{
    Told, Worded, body,
    channel::{ChannelError, is_loopback},
    error::{SendError, first_line, innermost},
};

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Protection {
    Implicit,
    StartTls,
    /// STARTTLS where the server offers it: on this machine alone.
    Offered,
}

/// Who writes to whom, and by which server.
#[derive(Debug, Clone)]
pub struct MailAddress {
    host: String,
    port: u16,
    protection: Protection,
    from: Mailbox,
    to: Vec<Mailbox>,
    login: Option<(String, SecretString)>,
}

impl MailAddress {
    /// Reads `smtp://HOST[:PORT]` or `smtps://HOST[:PORT]` and the addresses.
    pub fn parse(
        server: &str,
        from: &str,
        to: &[String],
        login: Option<(String, SecretString)>,
    ) -> Result<Self, ChannelError> {
        let (host, port, protection) = server_of(server)?;
        let mailbox = |text: &str| {
            text.trim().parse::<Mailbox>().map_err(|_| ChannelError::NotAMailbox { found: text.to_owned() })
        };
        let to = to.iter().map(|text| mailbox(text)).collect::<Result<Vec<_>, _>>()?;
        if to.is_empty() {
            return Err(ChannelError::NoRecipients);
        }
        Ok(Self { host, port, protection, from: mailbox(from)?, to, login })
    }
}

/// The server alone.
impl fmt::Display for MailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.protection == Protection::Implicit { "smtps" } else { "smtp" };
        write!(f, "{scheme}://{}:{}", self.host, self.port)
    }
}

fn server_of(text: &str) -> Result<(String, u16, Protection), ChannelError> {
    let text = text.trim().trim_end_matches('/');
    let (is_implicit, rest) = match text.split_once("://") {
        Some(("smtps", rest)) => (true, rest),
        Some(("smtp", rest)) => (false, rest),
        Some(_) | None => return Err(ChannelError::NotAMailServer),
    };
    let (host, port) = match rest.rsplit_once(':').filter(|_| !rest.ends_with(']')) {
        Some((host, port)) => (host, port.parse().map_err(|_| ChannelError::NotAMailServer)?),
        None => (rest, if is_implicit { 465 } else { 587 }),
    };
    let is_host =
        host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '[' | ']'));
    if host.is_empty() || !is_host {
        return Err(ChannelError::NotAMailServer);
    }
    let protection = match (is_implicit, is_loopback(host)) {
        (true, _) => Protection::Implicit,
        (false, true) => Protection::Offered,
        (false, false) => Protection::StartTls,
    };
    Ok((host.trim_start_matches('[').trim_end_matches(']').to_owned(), port, protection))
}

/// Sends one message to all who are named.
pub(super) async fn send(
    address: &MailAddress,
    told: &Told<'_>,
    worded: &Worded,
    ca_file: Option<&Path>,
) -> Result<String, SendError> {
    let message = message(address, told, worded)?;
    // What the system trusts is read from its files, which must not hold up whoever sends on this thread.
    let (address, ca_file) = (address.clone(), ca_file.map(Path::to_owned));
    let making = tokio::task::spawn_blocking(move || transport(&address, ca_file.as_deref()));
    let transport = making.await.map_err(|error| SendError::Unsendable { reason: error.to_string() })??;
    match transport.send(message).await {
        Ok(response) => {
            let words = response.message().next().unwrap_or_default().to_owned();
            Ok(format!("the mail server took it: {}", first_line(&words)))
        }
        // A server's words may come in lines; the error itself has them, and its source the reason of a connection.
        Err(error) if error.is_permanent() || error.is_transient() => {
            Err(SendError::MailRefused { words: first_line(&innermost(&error)) })
        }
        Err(error) => Err(SendError::NoConnection { reason: first_line(&innermost(&error)) }),
    }
}

fn message(address: &MailAddress, told: &Told<'_>, worded: &Worded) -> Result<Message, SendError> {
    let unsendable = |error: &dyn std::error::Error| SendError::Unsendable { reason: error.to_string() };
    let host = address.from.email.domain();
    let mut builder = Message::builder()
        .from(address.from.clone())
        .subject(format!("catalink: {}", worded.subject))
        // The same notice that comes twice is one message to whoever reads it.
        .message_id(Some(format!("<{}@{host}>", told.webhook_id)))
        .header(ContentType::TEXT_PLAIN);
    for to in &address.to {
        builder = builder.to(to.clone());
    }
    builder.body(body::of_text(worded)).map_err(|error| unsendable(&error))
}

fn transport(
    address: &MailAddress,
    ca_file: Option<&Path>,
) -> Result<AsyncSmtpTransport<Tokio1Executor>, SendError> {
    let tls = match address.protection {
        Protection::Implicit => Tls::Wrapper(trust(address, ca_file)?),
        Protection::StartTls => Tls::Required(trust(address, ca_file)?),
        Protection::Offered => Tls::Opportunistic(trust(address, ca_file)?),
    };
    let mut builder =
        AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&address.host).port(address.port).tls(tls);
    if let Some((user, password)) = &address.login {
        builder = builder.credentials(Credentials::new(user.clone(), password.expose_secret().to_owned()));
    }
    Ok(builder.build())
}

/// What the server has to show: a certificate that the system trusts, or one of the settings.
fn trust(address: &MailAddress, ca_file: Option<&Path>) -> Result<TlsParameters, SendError> {
    let unsendable = |reason: String| SendError::Unsendable { reason };
    let further = match ca_file {
        Some(path) => {
            std::fs::read(path).map_err(|error| unsendable(format!("{}: {error}", path.display())))?
        }
        None => Vec::new(),
    };
    let build = |store: CertificateStore, bundled: Vec<Certificate>| {
        let mut builder = TlsParameters::builder(address.host.clone()).certificate_store(store);
        let further = Certificate::from_pem(&further).ok();
        for certificate in bundled.into_iter().chain(further) {
            builder = builder.add_root_certificate(certificate);
        }
        builder.build_rustls()
    };
    build(CertificateStore::Default, Vec::new()).or_else(|_| {
        // A system without certificates of its own (a bare container) gets Mozilla's.
        let bundled = webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter();
        let bundled = bundled.filter_map(|der| Certificate::from_der(der.to_vec()).ok());
        build(CertificateStore::None, bundled.collect()).map_err(|error| unsendable(error.to_string()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_server_elsewhere_has_to_speak_tls_and_one_on_this_machine_may() {
        let protection = |text: &str| server_of(text).map(|(_, port, protection)| (port, protection));
        assert_eq!(protection("smtps://mail.example.com"), Ok((465, Protection::Implicit)));
        assert_eq!(protection("smtp://mail.example.com/"), Ok((587, Protection::StartTls)));
        assert_eq!(protection("smtp://mail.example.com:25"), Ok((25, Protection::StartTls)));
        assert_eq!(protection("smtp://127.0.0.1:1025"), Ok((1025, Protection::Offered)));
        assert_eq!(protection("smtp://[::1]:25"), Ok((25, Protection::Offered)));
        assert_eq!(protection("smtps://127.0.0.1:465"), Ok((465, Protection::Implicit)));
        for wrong in
            ["", "mail.example.com", "http://mail.example.com", "smtp://", "smtp://me:pw@host", "smtp://h:x"]
        {
            assert_eq!(protection(wrong), Err(ChannelError::NotAMailServer), "{wrong}");
        }
    }

    #[test]
    fn the_password_shows_nowhere_and_somebody_has_to_be_written_to() {
        let login = Some(("ops".to_owned(), SecretString::from("hunter2")));
        let to = ["Ops <ops@example.com>".to_owned()];
        let address = MailAddress::parse("smtp://localhost:25", "catalink@example.com", &to, login).unwrap();
        assert!(!format!("{address} {address:?}").contains("hunter2"));
        let nobody = MailAddress::parse("smtp://localhost", "a@example.com", &[], None).unwrap_err();
        assert_eq!(nobody, ChannelError::NoRecipients);
        let none = MailAddress::parse("smtp://localhost", "not one", &to, None).unwrap_err();
        assert_eq!(none, ChannelError::NotAMailbox { found: "not one".to_owned() });
    }
}
