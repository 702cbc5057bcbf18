//! What a campaign costs, by the operator's own rates. Amounts of different currencies are never added.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    country::country,
    rates::{Amount, Rates},
};
use crate::{
    domain::{CampaignId, Delivery, Phone, Status},
    queue::{GroupKey, Queue, QueueError},
};

/// So many messages, and what they cost.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cost {
    /// By currency: how many messages, and the sum.
    pub sums: BTreeMap<String, (u64, Amount)>,
    /// Messages that the rates name no price for.
    pub n_without_rate: u64,
}

/// What is to be expected, and what has come of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Costs {
    /// If everybody who waits gets the message.
    pub waiting: Cost,
    /// Of the delivered messages, which are what Meta charges.
    pub delivered: Cost,
    /// If every accepted message is delivered.
    pub accepted: Cost,
}

impl Cost {
    fn add(&mut self, rates: &Rates, number: Option<Phone>, n: u64) {
        let price = number.and_then(|phone| rates.price(&country(phone), &phone.digits().to_string()));
        match price {
            None => self.n_without_rate += n,
            Some(price) => {
                let (n_messages, sum) = self.sums.entry(price.currency.clone()).or_default();
                *n_messages += n;
                *sum = sum.plus(price.amount.times(n));
            }
        }
    }

    /// Whether there is nothing that could cost.
    pub fn is_nothing(&self) -> bool {
        self.sums.is_empty() && self.n_without_rate == 0
    }

    /// For programs: the amounts as text, because they are exact.
    pub fn facts(&self) -> CostFacts {
        let sum = |(currency, (n, amount)): (&String, &(u64, Amount))| SumFacts {
            currency: currency.clone(),
            messages: *n,
            amount: amount.to_string(),
        };
        CostFacts { sums: self.sums.iter().map(sum).collect(), without_rate: self.n_without_rate }
    }
}

/// A cost for programs.
#[derive(Debug, Clone, Serialize)]
pub struct CostFacts {
    sums: Vec<SumFacts>,
    without_rate: u64,
}

#[derive(Debug, Clone, Serialize)]
struct SumFacts {
    currency: String,
    messages: u64,
    amount: String,
}

impl Costs {
    /// Of a campaign, by these rates.
    pub async fn of(queue: &Queue, campaign: CampaignId, rates: &Rates) -> Result<Self, QueueError> {
        let mut costs = Self::default();
        for part in queue.grouped(campaign, GroupKey::Prefix).await?.1 {
            let smallest = part.key.as_deref().and_then(|key| key.split_once(','));
            let number = smallest.and_then(|(_, digits)| digits.parse().ok());
            let number = number.and_then(|digits| Phone::from_digits(digits).ok());
            let cost = match part.status {
                Status::Queued | Status::Sending => &mut costs.waiting,
                Status::Accepted => &mut costs.accepted,
                Status::Failed
                | Status::InDoubt
                | Status::Rejected
                | Status::Duplicate
                | Status::Suppressed
                | Status::Cancelled
                | Status::Skipped => continue,
            };
            cost.add(rates, number, part.n);
            if matches!(part.delivery, Some(Delivery::Delivered | Delivery::Read)) {
                costs.delivered.add(rates, number, part.n);
            }
        }
        Ok(costs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{Layout, NewRecipient, Standing},
        queue::tests::filled::Filled,
    };

    #[tokio::test]
    async fn delivered_messages_cost_each_in_its_currency_and_what_has_no_rate_is_counted() {
        let filled = Filled::empty().await;
        let layout = Layout::new(vec!["to".to_owned()], vec![0], [None, None, None], BTreeMap::new());
        let row = |(line, digits): (u64, u64)| NewRecipient {
            line,
            standing: Standing::Good(Phone::from_digits(digits).unwrap()),
            refs: [None, None, None],
            cells: Vec::new(),
            wrote_at: None,
            time_zone: None,
            mends: None,
        };
        let people = [
            919_800_000_001,
            919_800_000_002,
            919_800_000_003,
            491_711_234_567,
            14_155_552_671,
            14_155_552_672,
        ];
        filled.import(layout, (2_u64..).zip(people).map(row).collect()).await;
        filled
            .alter(
                "update recipient set status = 'accepted', message_id = 'M', settled_at = 1790000100000 where line < 6;
                update recipient set delivery = 'read' where line = 2;
                update recipient set delivery = 'delivered' where line in (3, 5);
                update recipient set delivery = 'undelivered' where line = 4;",
            )
            .await;
        let path = filled.folder.path().join("rates.csv");
        std::fs::write(&path, "market,price,currency\nIN,0.0014,USD\nDE,0.05,EUR\n").unwrap();
        let rates = Rates::read(&path).unwrap();
        let costs = Costs::of(&filled.queue, filled.id(), &rates).await.unwrap();
        let shown = |cost: &Cost| serde_json::to_value(cost.facts()).unwrap();
        let sum = |currency: &str, messages: u64, amount: &str| serde_json::json!({ "currency": currency, "messages": messages, "amount": amount });
        assert_eq!(
            shown(&costs.delivered),
            serde_json::json!({ "sums": [sum("EUR", 1, "0.05"), sum("USD", 2, "0.0028")], "without_rate": 0 })
        );
        assert_eq!(
            shown(&costs.accepted),
            serde_json::json!({ "sums": [sum("EUR", 1, "0.05"), sum("USD", 3, "0.0042")], "without_rate": 0 })
        );
        assert_eq!(shown(&costs.waiting), serde_json::json!({ "sums": [], "without_rate": 2 }));
    }
}
