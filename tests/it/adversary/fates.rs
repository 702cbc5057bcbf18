//! What the provider does with each message, as the seed has it, and the book in which it writes that down.

use std::{
    collections::HashMap,
    io::Write,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use crate::support::{Answer, Provider, crash::Dice, provider::Request};

/// What an answer is worth: what may follow it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The provider took the message, and said so.
    Taken,
    /// It may have taken it: nobody can tell by the answer.
    Unknown,
    /// A 2xx whose body says the opposite: never sent again by itself, whatever else is.
    Contradiction,
    /// Refused for good.
    Refused,
    /// To be tried again (WA500).
    Again,
    /// Not taken; nothing is wrong with the message.
    NotTaken,
    /// The answer has not been decided yet.
    Pending,
}

impl Kind {
    /// Nothing may follow it without an operator's word.
    pub fn is_final(self) -> bool {
        self.may_have_it() || self == Self::Refused
    }

    /// The person may have the message.
    pub fn may_have_it(self) -> bool {
        matches!(self, Self::Taken | Self::Unknown | Self::Contradiction | Self::Pending)
    }
}

/// One answer, and what it is worth.
#[derive(Debug, Clone)]
pub struct Fate {
    pub name: &'static str,
    pub answer: Answer,
    pub kind: Kind,
    /// Its answer carries an id that can be read.
    pub has_id: bool,
}

fn fate(name: &'static str, kind: Kind, answer: Answer) -> Fate {
    Fate { name, answer, kind, has_id: false }
}

fn accept() -> Fate {
    Fate { has_id: true, ..fate("accepted", Kind::Taken, Answer::Accept) }
}

fn slow(wait: Duration) -> Fate {
    Fate { has_id: true, ..fate("accepted late", Kind::Taken, Answer::AcceptAfter(wait)) }
}

/// A whole answer by hand, whose connection closes behind it.
fn raw(status: u16, headers: &str, body: &[u8]) -> Answer {
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status} X\r\nconnection: close\r\n{headers}content-length: {length}\r\n\r\n");
    Answer::Raw([head.as_bytes(), body].concat())
}

fn zipped(text: &str) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    out.write_all(text.as_bytes()).unwrap();
    out.finish().unwrap()
}

fn kaleyra(code: &str, key: &str) -> String {
    format!(r#"{{"code":"{code}","message":"m","data":{{}},"error":{{"{key}":"words"}}}}"#)
}

/// Answers that contradict themselves, and others about which nobody can be sure.
fn contradiction(dice: &mut Dice) -> Vec<Fate> {
    let say = |status: u16, body: String| Answer::Say(status, body);
    match dice.below(6) {
        0 => vec![fate("202 with WA500", Kind::Contradiction, say(202, kaleyra("WA500", "error"))), accept()],
        1 => {
            vec![fate("200 with WA400", Kind::Contradiction, say(200, kaleyra("WA400", "payload"))), accept()]
        }
        2 => vec![fate("202 with E110", Kind::Contradiction, say(202, kaleyra("E110", "balance"))), accept()],
        3 => vec![fate("408", Kind::Unknown, raw(408, "", b"<html>Request Time-out</html>")), accept()],
        4 => vec![fate("499", Kind::Unknown, say(499, String::new())), accept()],
        _ => {
            let body = zipped(&kaleyra("E110", "balance"));
            let headers = "content-type: application/json\r\ncontent-encoding: gzip\r\n";
            vec![fate("E110 zipped", Kind::NotTaken, raw(400, headers, &body)), accept()]
        }
    }
}

/// How a provider treats a campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Temper {
    /// It accepts everything.
    Kind,
    /// Some of everything.
    Mixed,
    /// Much goes wrong.
    Bad,
}

/// The answers to the requests for one number of one campaign, in turn; behind the last one everything is accepted.
pub fn fates(temper: Temper, dice: &mut Dice) -> Vec<Fate> {
    let n = match temper {
        Temper::Kind => dice.below(70),
        Temper::Mixed => dice.below(100),
        Temper::Bad => 50 + dice.below(50),
    };
    let wait = Duration::from_millis(5 + dice.below(60));
    let times = usize::try_from(1 + dice.below(3)).unwrap();
    let wa500 = fate("WA500", Kind::Again, Answer::wa500());
    let retry_after = Answer::SayWith(503, "retry-after: 1", String::new());
    match n {
        0..58 => vec![accept()],
        58..70 => vec![slow(wait)],
        70..79 => [vec![wa500; times], vec![accept()]].concat(),
        79 => vec![wa500; 30],
        80..84 => vec![fate("WA400", Kind::Refused, Answer::wa400()), accept()],
        84..87 => vec![fate("cut", Kind::Unknown, Answer::Cut), accept()],
        87 => vec![
            fate("502", Kind::Unknown, Answer::Say(502, "<html>Bad Gateway</html>".to_owned())),
            accept(),
        ],
        88 => vec![fate("head alone", Kind::Unknown, Answer::Raw(b"HTTP/1.1 202".to_vec())), accept()],
        89 => {
            let part = b"HTTP/1.1 202 X\r\ncontent-length: 90\r\n\r\n{\"code\":\"WA202\",\"da";
            vec![fate("half an answer", Kind::Taken, Answer::Raw(part.to_vec()))]
        }
        90 => vec![fate("503", Kind::NotTaken, Answer::Say(503, String::new())), accept()],
        91 if dice.below(6) == 0 => vec![fate("503, retry after", Kind::NotTaken, retry_after), accept()],
        92 => vec![fate("E110", Kind::NotTaken, Answer::e110()), accept()],
        93 if dice.below(3) == 0 => vec![fate("RBC001", Kind::NotTaken, Answer::rbc001()), accept()],
        94 => vec![Fate {
            has_id: true,
            ..fate("dripped", Kind::Taken, Answer::Drip(Duration::from_micros(50)))
        }],
        95 => {
            let leaves = Answer::AcceptAndLeave(Duration::from_millis(3));
            vec![Fate { has_id: true, ..fate("accepted, and left", Kind::Taken, leaves) }]
        }
        96 if dice.below(8) == 0 => vec![fate("silence", Kind::Unknown, Answer::Silence), accept()],
        96..100 => contradiction(dice),
        _ => vec![slow(wait * 3)],
    }
}

/// One request, as the far end saw it.
#[derive(Debug, Clone)]
pub struct Entry {
    pub at: Instant,
    pub campaign: String,
    pub to: String,
    pub token: String,
    pub fate: &'static str,
    pub kind: Kind,
    pub id: Option<String>,
}

type Decided = Arc<Mutex<HashMap<usize, Fate>>>;

/// The provider's own book of what it got and what it made of it.
pub struct Book {
    pub provider: Provider,
    decided: Decided,
    tempers: Arc<Mutex<HashMap<String, Temper>>>,
}

impl Book {
    pub fn open(seed: u64) -> Self {
        Self::going_on(seed, HashMap::new())
    }

    /// A book in which so many requests for each number of each campaign stand already.
    pub fn going_on(seed: u64, n_seen: HashMap<(String, String), usize>) -> Self {
        let (decided, tempers) = (Decided::default(), Arc::<Mutex<HashMap<String, Temper>>>::default());
        let n_seen = Mutex::new(n_seen);
        let provider = {
            let (decided, tempers) = (Arc::clone(&decided), Arc::clone(&tempers));
            Provider::with(move |n, request| {
                let key = (campaign_of(request), request.to().to_owned());
                let temper = tempers.lock().unwrap().get(&key.0).copied().unwrap_or(Temper::Kind);
                let mut dice = Dice::new(seed ^ hash(&key.0) ^ hash(&key.1));
                let fates = fates(temper, &mut dice);
                let mut n_seen = n_seen.lock().unwrap();
                let nth = n_seen.entry(key).or_default();
                let fate = fates.get(*nth).cloned().unwrap_or_else(accept);
                *nth += 1;
                decided.lock().unwrap().insert(n, fate.clone());
                fate.answer
            })
        };
        Self { provider, decided, tempers }
    }

    pub fn treat(&self, campaign: &str, temper: Temper) {
        self.tempers.lock().unwrap().insert(campaign.to_owned(), temper);
    }

    /// Every request so far, in the order of arrival.
    pub fn entries(&self) -> Vec<Entry> {
        let requests = self.provider.requests();
        let decided = self.decided.lock().unwrap();
        let entry = |(n, request): (usize, Request)| {
            let fate = decided.get(&n);
            Entry {
                at: request.at,
                campaign: campaign_of(&request),
                to: request.to().to_owned(),
                token: request.body["extra_info"]["ref1"].as_str().unwrap_or_default().to_owned(),
                fate: fate.map_or("pending", |fate| fate.name),
                kind: fate.map_or(Kind::Pending, |fate| fate.kind),
                id: fate.filter(|fate| fate.has_id).map(|_| Provider::message_id(n)),
            }
        };
        requests.into_iter().enumerate().map(entry).collect()
    }

    pub fn n_requests(&self) -> usize {
        self.provider.n_requests()
    }
}

fn campaign_of(request: &Request) -> String {
    campaign_in(request.text())
}

/// The message of each campaign names it.
pub fn campaign_in(text: &str) -> String {
    text.split(" from ").nth(1).and_then(|rest| rest.split(',').next()).unwrap_or_default().to_owned()
}

/// FNV-1a: a number that stands for a text, today and tomorrow.
pub fn hash(text: &str) -> u64 {
    let step = |sum: u64, byte: u8| (sum ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    text.bytes().fold(0xcbf2_9ce4_8422_2325, step)
}
