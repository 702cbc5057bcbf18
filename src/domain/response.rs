//! What came of a campaign's messages: who answered, asked, ordered and left, and whether that is more than comes without them.

use std::{collections::BTreeMap, fmt};

use serde::{Serialize, Serializer};

use super::{Delivery, Funnel, inbound::OrderItem};

/// How it is known which message somebody answers, the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tie {
    /// It quotes the message.
    Quoted,
    /// It carries the message's tags.
    Tag,
    /// It came within 72 hours after the acceptance; of several campaigns, the last one's.
    After,
    /// There was no message: the person was left out to compare with, and wrote within 72 hours after that.
    HeldOut,
}

impl Tie {
    pub const ALL: [Self; 4] = [Self::Quoted, Self::Tag, Self::After, Self::HeldOut];

    /// The name in SQL and JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Quoted => "quoted",
            Self::Tag => "tag",
            Self::After => "after",
            Self::HeldOut => "held_out",
        }
    }

    /// The tie of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tie| tie.name() == name)
    }
}

/// People of a campaign who did the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is something that people do or do not")]
pub struct Responders {
    /// How many.
    pub n: u64,
    /// Their surest tie.
    pub tie: Tie,
    /// How far receipts say that the message got.
    pub delivery: Option<Delivery>,
    pub replied: bool,
    pub asked_about_product: bool,
    pub ordered: bool,
    pub opted_out: bool,
    /// They wrote something else than a request to stop, within 72 hours: what is compared with those who were left out.
    pub answered: bool,
}

/// From acceptance to an order. Each step includes those who got further: whoever answered has read the message and has it on the
/// phone, also where no receipt says so. So `accepted` ≥ `delivered` ≥ `read` ≥ `replied` ≥ `ordered`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Steps {
    pub accepted: u64,
    pub delivered: u64,
    pub read: u64,
    pub replied: u64,
    pub ordered: u64,
}

impl Steps {
    pub fn of(funnel: Funnel, responders: &[Responders]) -> Self {
        let n = |is: &dyn Fn(&Responders) -> bool| -> u64 {
            responders.iter().filter(|one| one.tie != Tie::HeldOut && is(one)).map(|one| one.n).sum()
        };
        let has_answered = |one: &Responders| one.replied || one.ordered;
        let is_read = |one: &Responders| one.delivery == Some(Delivery::Read);
        let is_delivered = |one: &Responders| is_read(one) || one.delivery == Some(Delivery::Delivered);
        Self {
            accepted: funnel.accepted,
            delivered: funnel.delivered + n(&|one| has_answered(one) && !is_delivered(one)),
            read: funnel.read + n(&|one| has_answered(one) && !is_read(one)),
            replied: n(&has_answered),
            ordered: n(&|one| one.ordered),
        }
    }

    /// Each step with its name.
    pub fn named(&self) -> [(&'static str, u64); 5] {
        [
            ("accepted", self.accepted),
            ("delivered", self.delivered),
            ("read", self.read),
            ("replied", self.replied),
            ("ordered", self.ordered),
        ]
    }
}

/// How many did what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Responses {
    pub replied: u64,
    /// Of those who replied, by how that is known.
    pub quoted: u64,
    pub tag: u64,
    pub after: u64,
    pub asked_about_product: u64,
    pub ordered: u64,
    pub opted_out: u64,
}

impl Responses {
    pub fn of<'r>(responders: impl IntoIterator<Item = &'r Responders>) -> Self {
        let mut found = Self::default();
        for one in responders.into_iter().filter(|one| one.tie != Tie::HeldOut) {
            let n = |is: bool| if is { one.n } else { 0 };
            let has_answered = one.replied || one.ordered;
            found.replied += n(has_answered);
            found.quoted += n(has_answered && one.tie == Tie::Quoted);
            found.tag += n(has_answered && one.tie == Tie::Tag);
            found.after += n(has_answered && one.tie == Tie::After);
            found.asked_about_product += n(one.asked_about_product);
            found.ordered += n(one.ordered);
            found.opted_out += n(one.opted_out);
        }
        found
    }
}

/// An amount of a currency, to a millionth. Shows itself with two decimals or as many as it has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Amount(u128);

const MILLION: u128 = 1_000_000;

impl Amount {
    /// Reads `1299`, `1299.5`; none for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, decimals) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
        let is_plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty()
            || whole.len() > 15
            || decimals.len() > 6
            || !is_plain(whole)
            || !is_plain(decimals)
        {
            return None;
        }
        let millionths: u128 = format!("{decimals:0<6}").parse().ok()?;
        Some(Self(whole.parse::<u128>().ok()? * MILLION + millionths))
    }

    fn add(&mut self, price: Self, quantity: u64) {
        self.0 = self.0.saturating_add(price.0.saturating_mul(u128::from(quantity)));
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimals = format!("{:06}", self.0 % MILLION);
        let shown = decimals.trim_end_matches('0').len().max(2);
        write!(f, "{}.{}", self.0 / MILLION, &decimals[..shown])
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What was ordered. Amounts of different currencies are never added.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Sales {
    pub orders: u64,
    pub items: u64,
    /// Items that came without a price or a currency, and are in no value.
    pub items_without_price: u64,
    /// By currency.
    pub value: BTreeMap<String, Amount>,
}

impl Sales {
    /// Adds an order.
    pub fn add(&mut self, items: &[OrderItem]) {
        self.orders += 1;
        for item in items {
            self.items = self.items.saturating_add(item.quantity);
            let currency = item.currency.as_ref().map(|currency| currency.trim().to_uppercase());
            match (item.price.as_deref().and_then(Amount::parse), currency.filter(|name| !name.is_empty())) {
                (Some(price), Some(currency)) => {
                    self.value.entry(currency).or_default().add(price, item.quantity);
                }
                (_, _) => self.items_without_price = self.items_without_price.saturating_add(item.quantity),
            }
        }
    }
}

/// Some people, and how many of them answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Arm {
    pub n: u64,
    pub answered: u64,
}

impl Arm {
    #[expect(clippy::cast_precision_loss, reason = "a share of fewer than 2^52 people")]
    fn share(self) -> f64 {
        self.answered.min(self.n) as f64 / self.n as f64
    }

    /// The interval of the share (Wilson 1927, score method).
    fn interval(self) -> (f64, f64) {
        #[expect(clippy::cast_precision_loss, reason = "fewer than 2^52 people")]
        let n = self.n as f64;
        let (p, z2) = (self.share(), Z * Z);
        let middle = p + z2 / (2.0 * n);
        let spread = Z * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
        ((middle - spread) / (1.0 + z2 / n), (middle + spread) / (1.0 + z2 / n))
    }
}

/// Of the normal distribution, 95 % lie within so many standard deviations.
const Z: f64 = 1.959_963_984_540_054;

/// Those who were messaged beside those who were left out.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Comparison {
    pub messaged: Arm,
    pub held_out: Arm,
    /// By how much the share of those who answered is larger with a message, and between which two numbers that lies in 95 of 100
    /// such campaigns (Newcombe 1998, Interval estimation for the difference between independent proportions, method 10: the
    /// hybrid of two Wilson intervals).
    pub difference: f64,
    pub low: f64,
    pub high: f64,
}

impl Comparison {
    /// None where either are nobody.
    pub fn of(messaged: Arm, held_out: Arm) -> Option<Self> {
        if messaged.n == 0 || held_out.n == 0 {
            return None;
        }
        let (p1, p2) = (messaged.share(), held_out.share());
        let ((l1, u1), (l2, u2)) = (messaged.interval(), held_out.interval());
        let difference = p1 - p2;
        let low = difference - ((p1 - l1).powi(2) + (u2 - p2).powi(2)).sqrt();
        let high = difference + ((u1 - p1).powi(2) + (p2 - l2).powi(2)).sqrt();
        Some(Self { messaged, held_out, difference, low, high })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_responders() -> impl Strategy<Value = Responders> {
        let delivery = prop_oneof![
            Just(None),
            Just(Some(Delivery::Sent)),
            Just(Some(Delivery::Delivered)),
            Just(Some(Delivery::Read)),
            Just(Some(Delivery::Undelivered)),
        ];
        (0..9_u64, 0..4_usize, delivery, proptest::array::uniform5(any::<bool>())).prop_map(
            |(n, tie, delivery, [replied, asked_about_product, ordered, opted_out, answered])| Responders {
                n,
                tie: Tie::ALL[tie],
                delivery,
                replied,
                asked_about_product,
                ordered,
                opted_out,
                answered,
            },
        )
    }

    proptest! {
        #[test]
        fn each_step_is_a_part_of_the_one_before(
            responders in proptest::collection::vec(any_responders(), 0..12),
            others in proptest::array::uniform5(0..9_u64),
        ) {
            // The responders are accepted rows themselves, each with what receipts say of it.
            let furthest = |delivery: Delivery| {
                let silent = others[Delivery::ALL.iter().position(|one| *one == delivery).unwrap()];
                let of = responders.iter().filter(|one| one.tie != Tie::HeldOut && one.delivery == Some(delivery));
                silent + of.map(|one| one.n).sum::<u64>()
            };
            let responding = responders.iter().filter(|one| one.tie != Tie::HeldOut);
            let accepted = others.iter().sum::<u64>() + responding.map(|one| one.n).sum::<u64>();
            let steps = Steps::of(Funnel::of(accepted, furthest), &responders);
            let named = steps.named().map(|(_, n)| n);
            prop_assert!(named.is_sorted_by(|more, less| more >= less), "{:?}", named);
            let responses = Responses::of(&responders);
            prop_assert_eq!((steps.replied, steps.ordered), (responses.replied, responses.ordered));
            prop_assert_eq!(responses.quoted + responses.tag + responses.after, responses.replied);
        }

        #[test]
        fn the_interval_holds_the_difference_and_is_within_one(
            n1 in 1..5_000_u64, n2 in 1..5_000_u64, a1 in 0..5_000_u64, a2 in 0..5_000_u64
        ) {
            let arm = |n: u64, a: u64| Arm { n, answered: a.min(n) };
            let found = Comparison::of(arm(n1, a1), arm(n2, a2)).unwrap();
            prop_assert!(found.low <= found.difference + 1e-9 && found.difference <= found.high + 1e-9);
            prop_assert!(-1.0 - 1e-9 <= found.low && found.high <= 1.0 + 1e-9);
        }
    }

    #[test]
    fn the_interval_is_that_of_the_paper() {
        // Newcombe 1998, table II, method 10.
        for ([a1, n1, a2, n2], [low, high]) in [
            ([56, 70, 48, 80], [0.0524, 0.3339]),
            ([9, 10, 3, 10], [0.1705, 0.8090]),
            ([5, 56, 0, 29], [-0.0381, 0.1926]),
            ([0, 10, 0, 20], [-0.1611, 0.2775]),
            ([10, 10, 0, 20], [0.6791, 1.0]),
        ] {
            let found = Comparison::of(Arm { n: n1, answered: a1 }, Arm { n: n2, answered: a2 }).unwrap();
            assert!((found.low - low).abs() < 5e-5 && (found.high - high).abs() < 5e-5, "{found:?}");
        }
        assert_eq!(Comparison::of(Arm { n: 5, answered: 1 }, Arm::default()), None);
    }

    #[test]
    fn amounts_are_exact_and_currencies_are_never_added() {
        let item = |price: &str, currency: &str, quantity| OrderItem {
            product: "p".to_owned(),
            quantity,
            price: Some(price.to_owned()),
            currency: (!currency.is_empty()).then(|| currency.to_owned()),
        };
        let mut sales = Sales::default();
        sales.add(&[item("0.1", "INR", 3), item("1299", "inr", 1)]);
        sales.add(&[item("7.125", "KWD", 2), item("5", "", 1), item("a lot", "INR", 4)]);
        let value: Vec<_> = sales.value.iter().map(|(name, amount)| format!("{name} {amount}")).collect();
        assert_eq!(value, ["INR 1299.30", "KWD 14.25"]);
        assert_eq!((sales.orders, sales.items, sales.items_without_price), (2, 11, 5));
        for wrong in ["", "-1", "1,5", "1.2.3", "1e9", "9999999999999999"] {
            assert_eq!(Amount::parse(wrong), None, "{wrong}");
        }
    }
}
