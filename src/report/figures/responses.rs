//! What came of a campaign's messages, as every face shows it.

use serde::Serialize;

use crate::{
    domain::{
        CampaignId, Status,
        response::{Arm, Comparison, Responders, Responses, Sales, Steps, Tie},
    },
    queue::{Queue, QueueError, Responded},
    report::{count, counted, share},
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
    pub fn figures(&self) -> Vec<(&'static str, u64, String)> {
        let Responses { replied, quoted, tag, after, asked_about_product, ordered, opted_out } =
            self.responses;
        let of = |n: u64| share(n, self.steps.accepted);
        let ties = format!(
            "{}: {} quoted the message, {} by its tags, {} wrote within 72 hours",
            of(replied),
            count(quoted),
            count(tag),
            count(after)
        );
        vec![
            ("replied", replied, ties),
            ("asked about a product", asked_about_product, of(asked_about_product)),
            ("ordered", ordered, of(ordered)),
            ("opted out", opted_out, of(opted_out)),
        ]
    }

    /// What was ordered, in a sentence; none where nothing was.
    pub fn ordered(&self) -> Option<String> {
        let Sales { orders, items, items_without_price, value } = &self.sales;
        if *orders == 0 {
            return None;
        }
        let value: Vec<_> = value.iter().map(|(currency, amount)| format!("{currency} {amount}")).collect();
        let value = if value.is_empty() { String::new() } else { format!(": {}", value.join(" and ")) };
        let unpriced = match items_without_price {
            0 => String::new(),
            n => format!(" ({} without a price)", counted(*n, "item", "items")),
        };
        let (orders, items) = (counted(*orders, "order", "orders"), counted(*items, "item", "items"));
        Some(format!("{orders} with {items}{value}{unpriced}"))
    }

    /// Those who were messaged beside those who were left out, in a sentence.
    pub fn compared(&self) -> Option<String> {
        let Comparison { messaged, held_out, difference, low, high } = self.hold_out?;
        let of = |arm: Arm| {
            format!("{} of {} ({})", count(arm.answered), count(arm.n), share(arm.answered, arm.n))
        };
        let points = |share: f64| format!("{:+.1}", share * 100.0);
        let verdict = if low > 0.0 {
            "more than without it"
        } else if high < 0.0 {
            "fewer than without it"
        } else {
            "which can be chance"
        };
        Some(format!(
            "with the message {} answered or ordered, without it {}: {} percentage points (95 % between {} and {}), {verdict}",
            of(messaged),
            of(held_out),
            points(difference),
            points(low),
            points(high)
        ))
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
