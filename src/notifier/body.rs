//! What is sent: the facts, and the sentences that app makes of them.

use serde_json::{Map, Value, json};

use crate::{
    domain::{Status, Timestamp, notice::Happened},
    queue::{Counts, Notice},
};

/// The `type` of a test.
const TEST: &str = "test";

/// What is told: a notice as it stands in the queue with the counts of this moment, or a test.
#[derive(Debug, Clone)]
pub struct Told<'n> {
    pub webhook_id: String,
    pub topic: &'static str,
    pub at: Timestamp,
    pub campaign: Option<&'n str>,
    pub state: Option<&'n str>,
    /// None in a test.
    pub happened: Option<&'n Happened>,
    pub counts: Option<&'n Counts>,
}

impl<'n> Told<'n> {
    pub(super) fn of(notice: &'n Notice, counts: Option<&'n Counts>) -> Self {
        Self {
            webhook_id: notice.webhook_id.clone(),
            topic: notice.kind.topic(),
            at: notice.at,
            campaign: notice.campaign.as_deref(),
            state: notice.state.as_deref(),
            happened: Some(&notice.happened),
            counts,
        }
    }

    pub(super) fn test(now: Timestamp) -> Self {
        Self {
            webhook_id: format!("msg_test_{}", now.0),
            topic: TEST,
            at: now,
            campaign: None,
            state: None,
            happened: None,
            counts: None,
        }
    }
}

/// What happened in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worded {
    /// One line: what, and of which campaign.
    pub subject: String,
    /// Sentences.
    pub text: String,
    /// What to do about it; empty where there is nothing to do.
    pub what_to_do: String,
    /// What the provider's code means, where there is one.
    pub code_meaning: Option<String>,
}

/// The body of a webhook: `type`, `timestamp`, `data`.
pub(super) fn of_webhook(told: &Told<'_>, worded: &Worded) -> String {
    let mut data = Map::new();
    let mut put = |name: &str, value: Value| drop(data.insert(name.to_owned(), value));
    put("summary", json!(worded.subject));
    put("text", json!(worded.text));
    put("what_to_do", json!(worded.what_to_do));
    if let Some(campaign) = told.campaign {
        put("campaign", json!(campaign));
    }
    if let Some(state) = told.state {
        put("status", json!(state));
    }
    if let Some(meaning) = &worded.code_meaning {
        put("code_meaning", json!(meaning));
    }
    if let Some(counts) = told.counts {
        let counts = Status::ALL.map(|status| (status.name().to_owned(), json!(counts.of(status))));
        put("counts", Value::Object(counts.into_iter().collect()));
    }
    if let Some(happened) = told.happened {
        facts(happened).into_iter().for_each(|(name, value)| put(&name, value));
    }
    json!({ "type": told.topic, "timestamp": told.at.to_string(), "data": data }).to_string()
}

/// The facts as programs read them: instants in RFC 3339.
fn facts(happened: &Happened) -> Map<String, Value> {
    let Ok(Value::Object(mut facts)) = serde_json::to_value(happened) else { return Map::new() };
    facts.remove("what");
    let at = |at: Timestamp| json!(at.to_string());
    match happened {
        Happened::Stalled { since } => drop(facts.insert("since".to_owned(), at(*since))),
        Happened::Deadline { at: deadline, .. } => drop(facts.insert("at".to_owned(), at(*deadline))),
        Happened::Backup { last_at: Some(last_at) } => {
            drop(facts.insert("last_at".to_owned(), at(*last_at)));
        }
        Happened::Paused { .. }
        | Happened::Finished
        | Happened::Doubts { .. }
        | Happened::Quality { .. }
        | Happened::Order { .. }
        | Happened::Backup { last_at: None } => {}
    }
    facts
}

/// The body of a chat's hook. The name of a list is anybody's text, and must call nobody and lead nowhere.
pub(super) fn of_chat(worded: &Worded) -> String {
    let text = of_text(worded).replace('<', "‹").replace('>', "›").replace('@', "＠");
    json!({ "text": text }).to_string()
}

/// The same for people: a line, sentences, and what to do.
pub(super) fn of_text(worded: &Worded) -> String {
    let lines = [&worded.subject, &worded.text, &worded.what_to_do];
    lines.into_iter().filter(|line| !line.is_empty()).map(String::as_str).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_with_an_odd_name_calls_nobody_in_a_chat() {
        let worded = Worded {
            subject: "spring is paused".to_owned(),
            text: "It was the message to line 7 of <!channel> @all.csv.".to_owned(),
            what_to_do: String::new(),
            code_meaning: None,
        };
        let body: Value = serde_json::from_str(&of_chat(&worded)).unwrap();
        let text = body["text"].as_str().unwrap();
        assert!(
            !text.contains(['<', '>', '@']) && text.contains("channel") && text.lines().count() == 2,
            "{text}"
        );
    }
}
