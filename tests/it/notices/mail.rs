//! Notices by e-mail: a real conversation in SMTP, plain on this machine, by STARTTLS, and with TLS from the first byte.

use std::{
    collections::HashMap,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use rustls::{ServerConnection, StreamOwned};

use super::{
    delivering::is_about_nobody,
    peers::{Got, secret, set},
};
use crate::support::{Answer, Provider, Scenario, live::PATIENCE, provider::Tls};

/// How a mail server protects itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Protection {
    None,
    StartTls,
    Implicit,
}

/// One conversation: what the client said, and whether it was protected when it showed its password.
#[derive(Debug, Clone, Default)]
struct Letter {
    from: String,
    to: Vec<String>,
    login: String,
    is_protected: bool,
    content: String,
}

struct MailServer {
    address: SocketAddr,
    letters: Arc<Mutex<Vec<Letter>>>,
}

impl MailServer {
    fn new(protection: Protection, tls: &Tls, refusal: Option<&'static str>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, letters) = (listener.local_addr().unwrap(), Arc::<Mutex<Vec<Letter>>>::default());
        let (of_listener, config) = (Arc::clone(&letters), tls.server());
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (letters, config) = (Arc::clone(&of_listener), Arc::clone(&config));
                thread::spawn(move || {
                    let mut letter = Letter::default();
                    let protect = |stream| {
                        StreamOwned::new(ServerConnection::new(Arc::clone(&config)).unwrap(), stream)
                    };
                    let ended = if protection == Protection::Implicit {
                        talk(&mut protect(stream), &mut letter, (true, true, false), refusal)
                    } else {
                        let offers = protection == Protection::StartTls;
                        let mut plain = stream.try_clone().unwrap();
                        match talk(&mut plain, &mut letter, (true, false, offers), refusal) {
                            Ok(Ended::StartTls) => {
                                talk(&mut protect(stream), &mut letter, (false, true, false), refusal)
                            }
                            ended => ended,
                        }
                    };
                    if let Ok(Ended::Sent) = ended {
                        letters.lock().unwrap().push(letter);
                    }
                });
            }
        });
        Self { address, letters }
    }

    fn wait_for_letter(&self) -> Letter {
        let began = Instant::now();
        loop {
            if let Some(letter) = self.letters.lock().unwrap().first() {
                return letter.clone();
            }
            assert!(began.elapsed() < PATIENCE, "no letter came");
            thread::sleep(Duration::from_millis(10));
        }
    }
}

enum Ended {
    Sent,
    StartTls,
    Nothing,
}

fn talk(
    stream: &mut (impl Read + Write),
    letter: &mut Letter,
    (greets, is_protected, offers): (bool, bool, bool),
    refusal: Option<&str>,
) -> std::io::Result<Ended> {
    if greets {
        stream.write_all(b"220 mail ready\r\n")?;
    }
    let mut reader = BufReader::new(stream);
    let mut ended = Ended::Nothing;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(ended);
        }
        let line = line.trim_end().to_owned();
        let (verb, rest) = line.split_once(' ').unwrap_or((&line, ""));
        let answer = match verb.to_uppercase().as_str() {
            "EHLO" if offers => "250-mail\r\n250-STARTTLS\r\n250 SIZE 100000",
            "EHLO" => "250-mail\r\n250-AUTH PLAIN LOGIN\r\n250 SIZE 100000",
            "STARTTLS" => {
                reader.get_mut().write_all(b"220 go on\r\n")?;
                return Ok(Ended::StartTls);
            }
            "AUTH" => {
                let encoded = rest.rsplit(' ').next().unwrap_or_default();
                let decoded = data_encoding::BASE64.decode(encoded.as_bytes()).unwrap();
                letter.login = String::from_utf8(decoded).unwrap();
                letter.is_protected = is_protected;
                "235 welcome"
            }
            "MAIL" => {
                rest.clone_into(&mut letter.from);
                refusal.unwrap_or("250 ok")
            }
            "RCPT" => {
                letter.to.push(rest.to_owned());
                "250 ok"
            }
            "DATA" => {
                reader.get_mut().write_all(b"354 go on\r\n")?;
                loop {
                    let mut line = String::new();
                    reader.read_line(&mut line)?;
                    if line == ".\r\n" {
                        break;
                    }
                    letter.content.push_str(&line);
                }
                ended = Ended::Sent;
                "250 queued as 7"
            }
            "QUIT" => {
                reader.get_mut().write_all(b"221 bye\r\n")?;
                return Ok(ended);
            }
            _ => "250 ok",
        };
        reader.get_mut().write_all(answer.as_bytes())?;
        reader.get_mut().write_all(b"\r\n")?;
        reader.get_mut().flush()?;
    }
}

fn settings(server: &MailServer, scheme: &str, further: &str) -> String {
    let address = server.address;
    format!(
        "ca_file = 'ca.pem'\n[notices.post]\nkind = 'email'\nsmtp = '{scheme}://{address}'\nfrom = 'catalink@example.com'\n\
         to = ['Ops <ops@example.com>', 'boss@example.com']\n{further}\n"
    )
}

#[test]
fn a_letter_says_what_happened_and_what_to_do_and_shows_its_password_to_a_server_that_proved_itself() {
    let tls = Tls::new();
    for (protection, scheme) in
        [(Protection::None, "smtp"), (Protection::StartTls, "smtp"), (Protection::Implicit, "smtps")]
    {
        let server = MailServer::new(protection, &tls, None);
        let provider = Provider::with(|n, _| if n < 5 { Answer::Accept } else { Answer::e110() });
        let scenario = Scenario::with(&provider, 40, &["--mps", "1000", "--max-in-flight", "1"]);
        scenario.write("ca.pem", tls.pem());
        secret(&scenario, "password", "hunter2");
        set(&scenario, &settings(&server, scheme, "user = 'ops'\npassword_file = 'password'"));
        let ended = scenario.run(&["-vv", "run", "spring"]).exits(4);
        assert!(!ended.stderr.contains("hunter2"), "{}", ended.stderr);
        let letter = server.wait_for_letter();
        assert_eq!(letter.is_protected, protection != Protection::None);
        assert_eq!(letter.login, "\0ops\0hunter2");
        assert!(letter.from.contains("catalink@example.com") && letter.to.len() == 2, "{letter:?}");
        let content = &letter.content;
        for part in [
            "Subject: catalink: spring is paused: the balance is low (E110)\r\n",
            "Message-ID: <msg_",
            "Top up the account, then: catalink resume spring",
            "line 7 of list.csv",
        ] {
            assert!(content.contains(part), "no `{part}` in\n{content}");
        }
        let got = Got {
            method: String::new(),
            path: String::new(),
            headers: HashMap::default(),
            body: content.clone(),
        };
        is_about_nobody(&[got]);
    }
}

#[test]
fn a_mail_server_that_refuses_is_quoted_and_one_that_nobody_vouches_for_gets_nothing() {
    let tls = Tls::new();
    let scenario = Scenario::new();
    scenario.write("ca.pem", tls.pem());
    let refusing = MailServer::new(Protection::None, &tls, Some("550 no such sender here"));
    set(&scenario, &settings(&refusing, "smtp", ""));
    scenario
        .run(&["notify", "test"])
        .exits(1)
        .prints(&["FAIL post (email, smtp://127.0.0.1:", "no such sender here"]);
    let strange = MailServer::new(Protection::StartTls, &Tls::new(), None);
    set(&scenario, &settings(&strange, "smtp", ""));
    scenario.run(&["notify", "test"]).exits(1).prints(&["FAIL post", "certificate"]);
    assert!(strange.letters.lock().unwrap().is_empty());
    let plain = MailServer::new(Protection::None, &tls, None);
    set(&scenario, &settings(&plain, "smtp", ""));
    scenario.run(&["notify", "test"]).exits(0).prints(&["ok   post", "the mail server took it: queued as 7"]);
}
