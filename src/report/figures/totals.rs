//! Totals of a campaign by tag, code, hour or country. Each table adds up to the campaign, or is an error.

use std::{collections::BTreeMap, io::Write};

use jiff::tz::TimeZone;
use serde::{Serialize, Serializer};

use super::{country::country, responses::Outcome};
use crate::{
    domain::{
        CampaignId, Funnel, Phone, Status,
        response::{Amount, Responders, Responses, Sales},
    },
    queue::{Counts, GroupKey, Queue, Tallied},
    report::{error::ReportError, file::cell},
};

/// What a table is by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    Ref,
    Ref1,
    Ref2,
    /// The code of a failure or rejection, or of a delivery that failed.
    Code,
    /// The local hour in which the provider's answer came.
    Hour,
    /// The country of the number.
    Country,
}

impl By {
    /// Every kind of table.
    pub const ALL: [Self; 6] = [Self::Ref, Self::Ref1, Self::Ref2, Self::Code, Self::Hour, Self::Country];

    /// The name on the command line and above the table's first column.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ref => "ref",
            Self::Ref1 => "ref1",
            Self::Ref2 => "ref2",
            Self::Code => "code",
            Self::Hour => "hour",
            Self::Country => "country",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|by| by.name() == name)
    }

    const fn key(self) -> GroupKey {
        match self {
            Self::Ref => GroupKey::Tag(0),
            Self::Ref1 => GroupKey::Tag(1),
            Self::Ref2 => GroupKey::Tag(2),
            Self::Code => GroupKey::Code,
            Self::Hour => GroupKey::Slot,
            Self::Country => GroupKey::Prefix,
        }
    }
}

/// How many recipients of one group have each status, and what receipts say of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Group {
    /// What they have in common: the tag, the code, the beginning of the hour (RFC 3339 without seconds), the country
    /// (ISO 3166). None for those that have no such thing, and in the row of totals.
    pub key: Option<String>,
    #[serde(flatten)]
    pub figures: Figures,
    /// The value of what was ordered, by currency.
    pub value: BTreeMap<String, Amount>,
}

/// A total, how many of it have each status, and what receipts say of them. As JSON every name is a key, zero or not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Figures {
    /// How many they are.
    pub total: u64,
    /// How many of them have each status, in the order of [`Status::ALL`]. Plain arrays, because a table by tag may
    /// have a group for every recipient.
    #[serde(serialize_with = "by_status")]
    pub counts: [u64; Status::ALL.len()],
    /// What receipts say of the accepted ones, in the order of [`Funnel::RECEIPTS`]: each of sent, delivered and read
    /// includes those that got further.
    #[serde(serialize_with = "by_receipt")]
    pub delivery: [u64; Funnel::RECEIPTS.len()],
    /// What people did, in the order of [`RESPONSES`].
    #[serde(serialize_with = "by_response")]
    pub responses: [u64; RESPONSES.len()],
}

/// What people do after a message, as columns have it.
pub const RESPONSES: [&str; 6] =
    ["replied", "asked_about_product", "ordered", "opted_out", "orders", "items"];

fn by_response<S: Serializer>(counts: &[u64; RESPONSES.len()], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(RESPONSES.into_iter().zip(counts))
}

fn by_status<S: Serializer>(counts: &[u64; Status::ALL.len()], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(Status::ALL.map(Status::name).into_iter().zip(counts))
}

fn by_receipt<S: Serializer>(
    counts: &[u64; Funnel::RECEIPTS.len()],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(Funnel::RECEIPTS.into_iter().zip(counts))
}

impl Figures {
    fn add(&mut self, tallied: &Tallied) {
        self.total += tallied.n;
        for (n, status) in self.counts.iter_mut().zip(Status::ALL) {
            *n += if status == tallied.status { tallied.n } else { 0 };
        }
        let accepted = if tallied.status == Status::Accepted { tallied.n } else { 0 };
        let furthest = |delivery| if tallied.delivery == Some(delivery) { tallied.n } else { 0 };
        for (n, told) in self.delivery.iter_mut().zip(Funnel::of(accepted, furthest).receipts()) {
            *n += told;
        }
    }

    /// The total, then each status and what receipts say, in the order in which they are shown.
    fn in_order(&self) -> impl Iterator<Item = u64> {
        std::iter::once(self.total).chain(self.counts).chain(self.delivery).chain(self.responses)
    }
}

/// The figures of the whole campaign, from the counters and not from the rows that they are held against.
impl From<&Counts> for Figures {
    fn from(counts: &Counts) -> Self {
        Self {
            total: counts.total(),
            counts: Status::ALL.map(|status| counts.of(status)),
            delivery: counts.funnel().receipts(),
            responses: [0; RESPONSES.len()],
        }
    }
}

/// A table whose last row is the campaign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Table {
    /// What it is by.
    pub by: &'static str,
    /// The zone of its hours, in a table by hour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// The groups; hours in their order, otherwise the largest first.
    pub groups: Vec<Group>,
    pub total: Figures,
    /// The value of what was ordered, by currency.
    pub value: BTreeMap<String, Amount>,
}

impl Table {
    /// Reads the table of a campaign. Hours are those of `zone`.
    pub async fn of(
        queue: &Queue,
        campaign: CampaignId,
        by: By,
        zone: &TimeZone,
    ) -> Result<Self, ReportError> {
        let (counts, tallied) = queue.grouped(campaign, by.key()).await?;
        let mut groups: BTreeMap<Option<String>, Figures> = BTreeMap::new();
        for part in tallied {
            let key = part.key.as_deref().and_then(|key| shown_key(by, key, zone));
            groups.entry(key).or_default().add(&part);
        }
        let responded = queue.responded(campaign, Some(by.key())).await?;
        let mut sales: BTreeMap<Option<String>, Sales> = BTreeMap::new();
        let key_of = |key: &Option<String>| key.as_deref().and_then(|key| shown_key(by, key, zone));
        for (key, items) in &responded.orders {
            sales.entry(key_of(key)).or_default().add(items);
        }
        let mut responders: BTreeMap<Option<String>, Vec<Responders>> = BTreeMap::new();
        for (key, one) in &responded.responders {
            responders.entry(key_of(key)).or_default().push(*one);
        }
        let groups = groups.into_iter().map(|(key, mut figures)| {
            let sold = sales.remove(&key).unwrap_or_default();
            let did = Responses::of(responders.get(&key).into_iter().flatten());
            figures.responses = responses(did, &sold);
            Group { key, figures, value: sold.value }
        });
        let mut groups: Vec<Group> = groups.collect();
        match by {
            // Those without an hour last.
            By::Hour => groups.sort_by_key(|group| group.key.is_none()),
            By::Ref | By::Ref1 | By::Ref2 | By::Code | By::Country => {
                groups.sort_by_key(|group| std::cmp::Reverse(group.figures.total));
            }
        }
        let time_zone = (by == By::Hour).then(|| zone.iana_name().unwrap_or("UTC").to_owned());
        let all = Outcome::from(&responded);
        let mut total = Figures::from(&counts);
        total.responses = responses(all.responses, &all.sales);
        let table = Self { by: by.name(), time_zone, groups, total, value: all.sales.value };
        table.check()?;
        Ok(table)
    }

    /// Every column of the groups adds up to the counters.
    fn check(&self) -> Result<(), ReportError> {
        let mut sums = vec![0; self.total.in_order().count()];
        for group in &self.groups {
            for (sum, n) in sums.iter_mut().zip(group.figures.in_order()) {
                *sum += n;
            }
        }
        for ((what, expected), found) in figure_names().zip(self.total.in_order()).zip(sums) {
            ReportError::unless_equal(what, expected, found)?;
        }
        Ok(())
    }

    /// The table as text cells: a header, the groups, and the row of totals. Columns without any recipient are left
    /// out.
    pub fn cells(&self) -> Vec<Vec<String>> {
        let is_shown: Vec<bool> = self.total.in_order().map(|n| n > 0).collect();
        let shown = |figures: &mut dyn Iterator<Item = String>| -> Vec<String> {
            let kept = figures.zip(&is_shown).enumerate();
            // The total stays, also that of an empty campaign.
            kept.filter(|(index, (_, is_shown))| *index == 0 || **is_shown)
                .map(|(_, (text, _))| text)
                .collect()
        };
        let row = |name: &str, figures: &Figures, value: &BTreeMap<String, Amount>| {
            let mut cells = vec![name.to_owned()];
            cells.extend(shown(&mut figures.in_order().map(|n| n.to_string())));
            cells.extend(self.values(value));
            cells
        };
        let mut header = vec![self.by.to_owned()];
        header.extend(shown(&mut figure_names().map(str::to_owned)));
        header.extend(self.value_names());
        let mut rows = vec![header];
        rows.extend(
            self.groups
                .iter()
                .map(|group| row(group.key.as_deref().unwrap_or("(none)"), &group.figures, &group.value)),
        );
        rows.push(row("total", &self.total, &self.value));
        rows
    }

    /// A column for each currency of what was ordered.
    fn value_names(&self) -> impl Iterator<Item = String> {
        self.value.keys().map(|currency| format!("value_{currency}"))
    }

    fn values(&self, value: &BTreeMap<String, Amount>) -> impl Iterator<Item = String> {
        self.value.keys().map(|currency| value.get(currency).copied().unwrap_or_default().to_string())
    }

    /// Writes the groups as CSV with every column. The totals are left to whoever adds the columns up, so that no row
    /// has to be told apart from a tag that reads `total`.
    pub fn write_csv(&self, out: impl Write) -> Result<(), ReportError> {
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
        let header = std::iter::once(self.by).chain(figure_names()).map(str::to_owned);
        writer.write_record(header.chain(self.value_names())).map_err(ReportError::csv)?;
        for group in &self.groups {
            let key = cell::safe(group.key.as_deref().unwrap_or_default());
            let figures = group.figures.in_order().map(|n| n.to_string());
            writer
                .write_record(
                    std::iter::once(key.into_owned()).chain(figures).chain(self.values(&group.value)),
                )
                .map_err(ReportError::csv)?;
        }
        writer.flush().map_err(ReportError::output)
    }
}

/// Writes the figures of a campaign as a whole as CSV, in the columns of a table.
pub fn write_total_csv(
    name: &str,
    counts: &Counts,
    outcome: &Outcome,
    out: impl Write,
) -> Result<(), ReportError> {
    let responses = responses(outcome.responses, &outcome.sales);
    let value = outcome.sales.value.clone();
    let figures = Figures { responses, ..Figures::from(counts) };
    let group = Group { key: Some(name.to_owned()), figures, value: value.clone() };
    let table =
        Table { by: "campaign", time_zone: None, groups: vec![group], total: Figures::default(), value };
    table.write_csv(out)
}

/// The names of a group's figures, in their order.
fn figure_names() -> impl Iterator<Item = &'static str> {
    std::iter::once("total").chain(Status::ALL.map(Status::name)).chain(Funnel::RECEIPTS).chain(RESPONSES)
}

/// What people did, in the order of [`RESPONSES`].
fn responses(did: Responses, sold: &Sales) -> [u64; RESPONSES.len()] {
    [did.replied, did.asked_about_product, did.ordered, did.opted_out, sold.orders, sold.items]
}

/// The queue's key as people know it.
fn shown_key(by: By, key: &str, zone: &TimeZone) -> Option<String> {
    match by {
        By::Ref | By::Ref1 | By::Ref2 => Some(key.to_owned()),
        By::Code => code_of(key).map(str::to_owned),
        By::Hour => hour_of(key.parse().ok()?, zone),
        By::Country => {
            let (_, smallest) = key.split_once(',')?;
            Some(Phone::from_digits(smallest.parse().ok()?).map_or_else(|_| "ZZ".to_owned(), country))
        }
    }
}

/// The code in `131026: Message undeliverable`, or in a text that is nothing else; none in mere words.
pub(crate) fn code_of(said: &str) -> Option<&str> {
    let code = said.split_once(": ").map_or(said, |(code, _)| code);
    (!code.is_empty() && !code.contains(char::is_whitespace)).then_some(code)
}

/// The beginning of the local hour, with its offset, so that the hour that clocks repeat in autumn is two.
pub(crate) fn hour_of(ms: i64, zone: &TimeZone) -> Option<String> {
    let local = jiff::Timestamp::from_millisecond(ms).ok()?.to_zoned(zone.clone());
    Some(local.strftime("%Y-%m-%dT%H:00%:z").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{Layout, NewRecipient, Rejection, RowCode, Standing, time::parse_zone},
        queue::tests::filled::Filled,
    };

    async fn filled() -> Filled {
        let filled = Filled::empty().await;
        let layout = Layout::new(vec!["to".to_owned()], vec![0], [None, None, None], BTreeMap::new());
        let row = |line: u64, digits: u64, tag: Option<&str>| NewRecipient {
            line,
            standing: Standing::Good(Phone::from_digits(digits).unwrap()),
            refs: [tag.map(str::to_owned), None, None],
            cells: Vec::new(),
            wrote_at: None,
            time_zone: None,
            mends: None,
        };
        let rejection = Rejection {
            code: RowCode::PhoneMissing,
            column: "to".to_owned(),
            found: String::new(),
            to: String::new(),
            text: "no number".to_owned(),
        };
        let rejected =
            NewRecipient { standing: Standing::Rejected(rejection), ..row(6, 919_800_000_001, None) };
        let rows = vec![
            row(2, 919_800_000_001, Some("=pune")),
            row(3, 919_800_000_002, Some("=pune")),
            row(4, 14_155_552_671, Some("goa")),
            row(5, 16_135_550_123, None),
            rejected,
            row(7, 919_800_000_001, Some("goa")),
        ];
        filled.import(layout, rows).await;
        filled
            .alter(
                "update recipient set status = 'accepted', message_id = 'M', settled_at = 1790000100000,
                    delivery = 'undelivered', delivery_error = '131026: Message undeliverable' where line = 2;
                update recipient set status = 'failed', code = 'WA400', error = 'no', settled_at = 1790001900000
                    where line = 3;
                update recipient set status = 'accepted', message_id = 'M', settled_at = 1790003700000 where line = 4;",
            )
            .await;
        filled
    }

    async fn table(filled: &Filled, by: By) -> Result<Table, ReportError> {
        Table::of(&filled.queue, filled.id(), by, &parse_zone("Asia/Kolkata").unwrap()).await
    }

    fn keys(table: &Table) -> Vec<(Option<&str>, u64)> {
        table.groups.iter().map(|group| (group.key.as_deref(), group.figures.total)).collect()
    }

    #[tokio::test]
    async fn a_table_that_does_not_add_up_to_the_campaign_is_an_error() {
        let filled = filled().await;
        let mut good = table(&filled, By::Ref).await.unwrap();
        assert!(good.check().is_ok());
        good.groups[0].figures.counts[0] += 9;
        assert!(matches!(good.check(), Err(ReportError::DoesNotAddUp { what: "queued", .. })));
    }

    #[tokio::test]
    async fn every_table_has_the_whole_campaign_in_its_last_row() {
        let filled = filled().await;
        for by in By::ALL {
            let table = table(&filled, by).await.unwrap();
            let cells = table.cells();
            assert_eq!(cells.last().unwrap()[..2], ["total", "6"], "{by:?}");
            assert_eq!(table.groups.iter().map(|group| group.figures.total).sum::<u64>(), 6, "{by:?}");
        }
    }

    #[tokio::test]
    async fn groups_are_named_by_tag_code_hour_and_country() {
        let filled = filled().await;
        let by = async |by| table(&filled, by).await.unwrap();
        assert_eq!(keys(&by(By::Ref).await), [(None, 2), (Some("=pune"), 2), (Some("goa"), 2)]);
        assert_eq!(
            keys(&by(By::Code).await),
            [(None, 3), (Some("131026"), 1), (Some("PHONE_MISSING"), 1), (Some("WA400"), 1)]
        );
        assert_eq!(
            keys(&by(By::Country).await),
            [(Some("IN"), 3), (None, 1), (Some("CA"), 1), (Some("US"), 1)]
        );
        // 14:15, 14:45 and 15:15 in UTC lie in two hours there and in two others in India.
        assert_eq!(
            keys(&by(By::Hour).await),
            [(Some("2026-09-21T19:00+05:30"), 1), (Some("2026-09-21T20:00+05:30"), 2), (None, 3)]
        );
    }

    #[tokio::test]
    async fn the_text_table_leaves_out_what_nobody_has() {
        let cells = table(&filled().await, By::Country).await.unwrap().cells();
        assert_eq!(
            cells[0].join(","),
            "country,total,queued,accepted,failed,rejected,duplicate,undelivered,no_receipt"
        );
        assert_eq!(cells[1].join(","), "IN,3,0,1,1,0,1,1,0");
    }

    #[tokio::test]
    async fn the_csv_has_every_column_and_no_formula() {
        let mut out = Vec::new();
        table(&filled().await, By::Ref).await.unwrap().write_csv(&mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(
            lines[0],
            "ref,total,queued,sending,accepted,failed,in_doubt,rejected,duplicate,suppressed,cancelled,skipped,sent,delivered,read,undelivered,no_receipt,replied,asked_about_product,ordered,opted_out,orders,items"
        );
        assert_eq!(lines[2], "'=pune,2,0,0,1,1,0,0,0,0,0,0,0,0,0,1,0,0,0,0,0,0,0");
        assert_eq!(lines.len(), 4);
    }

    #[tokio::test]
    async fn as_json_every_status_and_receipt_is_a_key() {
        let json = serde_json::to_value(table(&filled().await, By::Ref).await.unwrap()).unwrap();
        assert_eq!((&json["by"], &json["total"]["total"]), (&"ref".into(), &6.into()));
        let counts = json["groups"][1]["counts"].as_object().unwrap();
        assert_eq!((counts.len(), &counts["accepted"], &counts["queued"]), (10, &1.into(), &0.into()));
        let receipts =
            serde_json::json!({ "sent": 0, "delivered": 0, "read": 0, "undelivered": 1, "no_receipt": 0 });
        assert_eq!(json["groups"][1]["delivery"], receipts);
        assert_eq!(json["groups"][0]["key"], serde_json::Value::Null);
    }

    #[test]
    fn a_code_is_told_from_words() {
        assert_eq!(code_of("131026: Message undeliverable"), Some("131026"));
        assert_eq!(code_of("WAV2101"), Some("WAV2101"));
        assert_eq!(code_of("The number is unknown"), None);
        assert_eq!(code_of("Not sent: opted out"), None);
    }
}
