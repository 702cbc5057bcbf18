//! What came of a campaign's messages, as every face shows it.

use serde::Serialize;

use crate::{
    domain::{
        CampaignId, Status,
        response::{Arm, Comparison, Responders, Responses, Sales, Steps, Tie},
    },
    language::{Language, decimal},
    queue::{Queue, QueueError, Responded},
    report::{count, share, texts::ReportWords},
};

/// Who answered, asked, ordered and left, and what those did who got no message.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outcome {
    pub steps: Steps,
    pub responses: Responses,
    pub sales: Sales,
    /// None where nobody was left out.
    pub hold_out: Option<Comparison>,
}

impl Outcome {
    /// Reads what came of a campaign.
    pub async fn of(queue: &Queue, campaign: CampaignId) -> Result<Self, QueueError> {
        Ok(Self::from(&queue.responded(campaign, None).await?))
    }

    /// Whether anybody has done anything, or could be compared with.
    pub fn is_empty(&self) -> bool {
        self.responses == Responses::default() && self.sales.orders == 0 && self.hold_out.is_none()
    }

    /// Figures with their names and what is to be said beside them.
    pub fn figures(&self) -> Vec<(String, u64, String)> {
        let words = ReportWords::current();
        let Responses { replied, quoted, tag, after, asked_about_product, ordered, opted_out } =
            self.responses;
        let of = |n: u64| share(n, self.steps.accepted);
        let ties = [of(replied), count(quoted), count(tag), count(after)];
        vec![
            (words.did_replied.to_string(), replied, words.ties.filled(ties.map(Into::into))),
            (words.did_asked.to_string(), asked_about_product, of(asked_about_product)),
            (words.did_ordered.to_string(), ordered, of(ordered)),
            (words.did_opted_out.to_string(), opted_out, of(opted_out)),
        ]
    }

    /// What was ordered, in a sentence; none where nothing was.
    pub fn ordered(&self) -> Option<String> {
        let Sales { orders, items, items_without_price, value } = &self.sales;
        if *orders == 0 {
            return None;
        }
        let words = ReportWords::current();
        let value = value.iter().map(|(currency, amount)| format!("{currency} {amount}"));
        let value = value.reduce(|first, next| words.and.with2(first, next));
        let items = words.items.n(*items);
        let ordered = match value {
            Some(value) => words.orders_value.n_with2(*orders, items, value),
            None => words.orders.n_with(*orders, items),
        };
        Some(match items_without_price {
            0 => ordered,
            n => format!("{ordered} {}", words.without_price.n(*n)),
        })
    }

    /// Those who were messaged beside those who were left out, in a sentence.
    pub fn compared(&self) -> Option<String> {
        let Comparison { messaged, held_out, difference, low, high } = self.hold_out?;
        let words = ReportWords::current();
        let of = |arm: Arm| words.arm.with3(count(arm.answered), count(arm.n), share(arm.answered, arm.n));
        let points = |share: f64| decimal(&format!("{:+.1}", share * 100.0), Language::current());
        let sentence = if low > 0.0 {
            words.compared_more
        } else if high < 0.0 {
            words.compared_fewer
        } else {
            words.compared_chance
        };
        let values = [of(messaged), of(held_out), points(difference), points(low), points(high)];
        Some(sentence.filled(values.map(Into::into)))
    }
}

impl From<&Responded> for Outcome {
    fn from(found: &Responded) -> Self {
        let responders: Vec<Responders> = found.responders.iter().map(|(_, one)| *one).collect();
        let mut sales = Sales::default();
        for (_, items) in &found.orders {
            sales.add(items);
        }
        let answered = |is_held_out: bool| -> u64 {
            let of = responders.iter().filter(|one| (one.tie == Tie::HeldOut) == is_held_out && one.answered);
            of.map(|one| one.n).sum()
        };
        // Whoever was to be messaged: that a message failed is no reason to leave them out of the comparison.
        let tried = [Status::Accepted, Status::Failed, Status::InDoubt];
        let n = tried.into_iter().map(|status| found.counts.of(status)).sum();
        let messaged = Arm { n, answered: answered(false) };
        let held_out = Arm { n: found.n_held_out, answered: answered(true) };
        Self {
            steps: Steps::of(found.counts.funnel(), &responders),
            responses: Responses::of(&responders),
            sales,
            hold_out: Comparison::of(messaged, held_out),
        }
    }
}
