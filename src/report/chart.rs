//! Bars over time, as the plain geometry that the report and the console draw.

use jiff::{Span, ToSpan, Unit, ZonedRound, tz::TimeZone};

use super::{texts::ReportWords, words};
use crate::{domain::Timestamp, queue::Slot};

/// The fewest bars that a chart has room for, so that a campaign of a minute is not one wall of colour.
const BARS_MIN: usize = 16;

/// The most bars of a chart; what takes longer gets wider bars.
const BARS_MAX: i64 = 120;

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

/// How high the drawing is, in its own units.
const HEIGHT: f64 = 100.0;

/// One series of a chart: its name, its place in the style sheet, and how much of it there is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Series {
    pub(crate) name: String,
    pub(crate) class: &'static str,
    pub(crate) n: u64,
}

/// A part of a bar.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Part {
    pub(crate) class: &'static str,
    pub(crate) y: f64,
    pub(crate) height: f64,
}

/// A bar and what it says when pointed at.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Bar {
    pub(crate) x: usize,
    pub(crate) parts: Vec<Part>,
    pub(crate) title: String,
}

/// Bars over time, stacked.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Chart {
    /// What it is, for whoever cannot see it: its name, and each series with how much of it there is.
    pub(crate) label: String,
    pub(crate) series: Vec<Series>,
    pub(crate) bars: Vec<Bar>,
    /// How many bars there is room for.
    pub(crate) n_places: usize,
    /// The largest bar, and what a bar stands for: `412 in 15 minutes`.
    pub(crate) peak: String,
    /// The left end of the axis, its middle and its right end.
    pub(crate) ticks: [String; 3],
}

impl Chart {
    /// Bars of what is counted in `slots`, one series for each of `kinds`; none where there is nothing to draw.
    pub(crate) fn over_time<K: Copy + PartialEq>(
        slots: &[Slot<K>],
        kinds: &[(K, String, &'static str)],
        zone: &TimeZone,
    ) -> Option<Self> {
        let first = slots.iter().map(|slot| slot.from).min()?;
        let last = slots.iter().map(|slot| slot.from).max()?;
        let step = Step::for_range(last.0 - first.0);
        let edges = step.edges(first, last, zone)?;
        let n_places = edges.len() - 1;
        let mut bars = vec![vec![0_u64; kinds.len()]; n_places];
        for slot in slots {
            let place = edges.partition_point(|edge| *edge <= slot.from).saturating_sub(1);
            let kind = kinds.iter().position(|(kind, ..)| *kind == slot.kind);
            if let (Some(bar), Some(kind)) = (bars.get_mut(place), kind) {
                bar[kind] += slot.n;
            }
        }
        let n_max = bars.iter().map(|bar| bar.iter().sum::<u64>()).max().filter(|n| *n > 0)?;
        let series = kinds.iter().enumerate().map(|(index, (_, name, class))| Series {
            name: name.clone(),
            class,
            n: bars.iter().map(|bar| bar[index]).sum(),
        });
        let series: Vec<_> = series.collect();
        let date = |at| words::local(at, zone).map(|local| local.date());
        let is_one_day = date(edges[0]) == date(last);
        let tick = |place: usize| {
            let at = edges[place];
            match (&step, is_one_day) {
                (Step::Days(_), _) => words::day(at, zone),
                (Step::Minutes(_), true) => words::time_of_day(at, zone),
                (Step::Minutes(_), false) => {
                    format!("{}, {}", words::day(at, zone), words::time_of_day(at, zone))
                }
            }
        };
        let drawn = bars.iter().enumerate().filter(|(_, bar)| bar.iter().any(|n| *n > 0));
        let drawn = drawn.map(|(x, bar)| Bar {
            x,
            parts: parts(bar, n_max, &series),
            title: title(&tick(x), bar, &series),
        });
        Some(Self {
            bars: drawn.collect(),
            n_places,
            peak: step.peak(n_max),
            ticks: [tick(0), tick(n_places / 2), tick(n_places)],
            label: label(&series),
            series: series.into_iter().filter(|series| series.n > 0).collect(),
        })
    }
}

/// What one bar stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Minutes(i64),
    Days(i64),
}

impl Step {
    fn for_range(range_ms: i64) -> Self {
        match range_ms {
            range if range < 45 * MINUTE_MS => Self::Minutes(1),
            range if range < 3 * 60 * MINUTE_MS => Self::Minutes(5),
            range if range < 12 * 60 * MINUTE_MS => Self::Minutes(15),
            range if range < 4 * DAY_MS => Self::Minutes(60),
            // So many days to a bar that the bars are few enough, rounded up.
            range => Self::Days((range / DAY_MS + BARS_MAX) / BARS_MAX),
        }
    }

    /// So many in what a bar stands for.
    fn peak(self, n_max: u64) -> String {
        let (words, count) = (ReportWords::current(), words::count(n_max));
        match self {
            Self::Minutes(1) => words.peak_minute.with(count),
            Self::Minutes(60) => words.peak_hour.with(count),
            Self::Minutes(n) => words.peak_minutes.n_with(n.unsigned_abs(), count),
            Self::Days(1) => words.peak_day.with(count),
            Self::Days(n) => words.peak_days.n_with(n.unsigned_abs(), count),
        }
    }

    fn span(self) -> Span {
        match self {
            Self::Minutes(n) => n.minutes(),
            Self::Days(n) => n.days(),
        }
    }

    /// Where the bars begin and end, in the zone's own hours and days.
    fn edges(self, first: Timestamp, last: Timestamp, zone: &TimeZone) -> Option<Vec<Timestamp>> {
        let first = jiff::Timestamp::from_millisecond(first.0).ok()?.to_zoned(zone.clone());
        let mut edge = match self {
            Self::Minutes(n @ 1..60) => {
                let minutes = ZonedRound::new().smallest(Unit::Minute).increment(n);
                first.round(minutes.mode(jiff::RoundMode::Floor)).ok()?
            }
            Self::Minutes(_) => {
                let hour = ZonedRound::new().smallest(Unit::Hour).mode(jiff::RoundMode::Floor);
                first.round(hour).ok()?
            }
            Self::Days(_) => first.start_of_day().ok()?,
        };
        let mut edges = Vec::new();
        while edges.len() <= BARS_MIN || edges.last().is_some_and(|edge: &Timestamp| *edge <= last) {
            edges.push(Timestamp(edge.timestamp().as_millisecond()));
            edge = edge.checked_add(self.span()).ok()?;
        }
        Some(edges)
    }
}

#[expect(clippy::cast_precision_loss, reason = "a share of the height of a drawing needs no more")]
fn parts(bar: &[u64], n_max: u64, series: &[Series]) -> Vec<Part> {
    let mut y = HEIGHT;
    let mut parts = Vec::new();
    for (n, series) in bar.iter().zip(series).filter(|(n, _)| **n > 0) {
        let height = HEIGHT * *n as f64 / n_max as f64;
        y -= height;
        parts.push(Part { class: series.class, y, height });
    }
    parts
}

fn label(series: &[Series]) -> String {
    let parts = series.iter().filter(|series| series.n > 0);
    let parts = parts.map(|series| format!(", {} {}", series.n, series.name));
    format!("{}{}", ReportWords::current().bars, parts.collect::<String>())
}

fn title(from: &str, bar: &[u64], series: &[Series]) -> String {
    let parts = bar.iter().zip(series).filter(|(n, _)| **n > 0);
    let parts: Vec<_> = parts.map(|(n, series)| format!("{} {}", words::count(*n), series.name)).collect();
    format!("{from}: {}", parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::parse_zone;

    fn slot(at: &str, kind: char, n: u64) -> Slot<char> {
        Slot { from: Timestamp::parse(at).unwrap(), kind, n }
    }

    fn chart(slots: &[Slot<char>]) -> Option<Chart> {
        let kinds = [('a', "accepted".to_owned(), "one"), ('f', "failed".to_owned(), "two")];
        Chart::over_time(slots, &kinds, &parse_zone("Europe/Berlin").unwrap())
    }

    #[test]
    fn nothing_is_drawn_where_nothing_happened() {
        assert_eq!(chart(&[]), None);
        assert_eq!(chart(&[slot("2026-11-23T09:00:00Z", 'a', 0)]), None);
    }

    #[test]
    fn bars_are_stacked_and_the_largest_fills_the_height() {
        let slots = [
            slot("2026-11-23T09:00:00Z", 'a', 30),
            slot("2026-11-23T09:00:00Z", 'f', 10),
            slot("2026-11-23T12:00:00Z", 'a', 20),
        ];
        let chart = chart(&slots).unwrap();
        assert_eq!((chart.n_places, chart.peak.as_str()), (16, "40 in 15 minutes"));
        assert_eq!(chart.ticks, ["10:00", "12:00", "14:00"]);
        let [first, second] = chart.bars.as_slice() else { panic!("{chart:?}") };
        assert_eq!(first.parts[1], Part { class: "two", y: 0.0, height: 25.0 });
        assert_eq!((second.x, second.parts[0].y), (12, 50.0));
        assert_eq!(first.title, "10:00: 30 accepted, 10 failed");
    }

    #[test]
    fn a_longer_campaign_has_wider_bars_and_never_too_many() {
        for (last, peak) in [
            ("2026-11-23T12:07:00Z", "1 in a minute"),
            ("2026-11-23T13:30:00Z", "1 in 5 minutes"),
            ("2026-11-23T18:00:00Z", "1 in 15 minutes"),
            ("2026-11-24T12:00:00Z", "1 in an hour"),
            ("2026-12-23T12:00:00Z", "1 in a day"),
            ("2028-11-23T12:00:00Z", "1 in 7 days"),
        ] {
            let chart = chart(&[slot("2026-11-23T12:00:00Z", 'a', 1), slot(last, 'a', 1)]).unwrap();
            assert_eq!(chart.peak, peak);
            assert_eq!(chart.bars.len(), 2);
            assert!(chart.n_places <= 121, "{}", chart.n_places);
        }
    }

    #[test]
    fn a_day_on_which_clocks_change_is_one_bar() {
        let slots: Vec<_> = (20..31).map(|day| slot(&format!("2026-10-{day}T22:30:00Z"), 'a', 1)).collect();
        let chart = chart(&slots).unwrap();
        // Summer time ends on the 25th: 22:30 in UTC is the next day before it, and the same day after it.
        let places: Vec<_> = chart.bars.iter().map(|bar| bar.x).collect();
        assert_eq!(places, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        assert_eq!(chart.series[0].n, 11);
    }
}
