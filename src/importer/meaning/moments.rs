//! When people wrote, and in which time zone they are, as columns of a list say it.

use jiff::{
    Span,
    civil::{self, date},
    tz::TimeZone,
};

use super::{columns::Columns, plan::Plan};
use crate::{
    domain::{
        Timestamp,
        days::{DayOrder, Days, Written},
        reach::WINDOW,
        time::parse_zone,
    },
    importer::{
        findings::{
            advice::Advice,
            error::{Choice, Question, Subject},
            note::{Cells, Note},
        },
        record::Record,
    },
};

/// How many values are shown that could be two days.
const SAMPLES_MAX: usize = 3;

/// How much of a cell is repeated in a message.
const SHOWN_CHARS_MAX: usize = 40;

/// The first day of Excel's calendar, as its numbers count since 1 March 1900.
const EXCEL_BEGINS: civil::Date = date(1899, 12, 30);

/// How a list's times are read.
#[derive(Debug, Clone)]
pub struct Times {
    /// The zone of times that name none.
    pub zone: TimeZone,
    /// Nobody has written later than that.
    pub now: Timestamp,
}

/// True where a column holds a time that can be read, or could be if it were known which number is the day.
pub(crate) fn holds_times<'c>(mut cells: impl Iterator<Item = &'c str>) -> bool {
    cells.any(|cell| Days::default().read(cell, &TimeZone::UTC) != Written::Unreadable)
}

/// True where a column holds the name of a time zone.
pub(crate) fn holds_zones<'c>(mut cells: impl Iterator<Item = &'c str>) -> bool {
    // `EST` and `UTC` are zones; a name with a place is what people write.
    cells.any(|cell| cell.contains('/') && parse_zone(cell.trim()).is_ok())
}

/// Cells that could not be used: how many, and the first of them.
#[derive(Debug, Clone, Default)]
struct Unused {
    n: u64,
    first: Option<(u64, String)>,
}

impl Unused {
    fn take(&mut self, line: u64, text: &str) {
        self.n += 1;
        let shown = || text.trim().chars().take(SHOWN_CHARS_MAX).collect();
        self.first.get_or_insert_with(|| (line, shown()));
    }

    fn cells(&self, column: &str) -> Option<Cells> {
        let (line, example) = self.first.clone()?;
        Some(Cells { column: column.to_owned(), n: self.n, line, example })
    }
}

/// The columns, and what they have said so far.
#[derive(Debug)]
pub(crate) struct Moments<'p> {
    columns: &'p Columns,
    times: Option<&'p Times>,
    is_order_said: bool,
    days: Days,
    /// Values that could be two days.
    doubtful: Vec<String>,
    n_doubtful: u64,
    n_written: u64,
    n_open: u64,
    unread: Unused,
    ahead: Unused,
    no_zone: Unused,
}

impl<'p> Moments<'p> {
    pub(crate) fn new(columns: &'p Columns, plan: &'p Plan) -> Self {
        let said = plan.options.dates;
        Self {
            columns,
            times: plan.times.as_ref(),
            is_order_said: said.is_some(),
            days: said.map(Days::of).unwrap_or_default(),
            doubtful: Vec::new(),
            n_doubtful: 0,
            n_written: 0,
            n_open: 0,
            unread: Unused::default(),
            ahead: Unused::default(),
            no_zone: Unused::default(),
        }
    }

    /// Whether all rows have to be seen before one is read: any of them may show which number is the day.
    pub(crate) fn has_to_see(&self) -> bool {
        self.columns.wrote_at.is_some() && self.times.is_some() && !self.is_order_said
    }

    /// The cell of a column, if it says something.
    fn cell<'r>(&self, record: &'r Record, column: Option<usize>) -> Option<&'r str> {
        let text = record.get(self.columns.physical[column?])?.trim();
        (!text.is_empty() && !record.is_unbalanced).then_some(text)
    }

    /// Takes note of how a record writes its day.
    pub(crate) fn see(&mut self, record: &Record) {
        let Some(text) = self.cell(record, self.columns.wrote_at) else { return };
        self.days.see(text);
        let is_doubtful = Days::default().read(text, &TimeZone::UTC) == Written::TwoDays;
        if is_doubtful && self.day_of_number(record).is_none() {
            self.n_doubtful += 1;
            if self.doubtful.len() < SAMPLES_MAX && !self.doubtful.iter().any(|known| known == text) {
                self.doubtful.push(text.chars().take(SHOWN_CHARS_MAX).collect());
            }
        }
    }

    /// What has to be said where no value of the column shows which number is the day.
    pub(crate) fn question(&self) -> Option<Question> {
        let first = self.doubtful.first()?;
        if self.days.read(first, &TimeZone::UTC) != Written::TwoDays {
            return None;
        }
        let choice = |order: DayOrder| {
            let read = |text: &String| match Days::of(order).read(text, &TimeZone::UTC) {
                Written::At(at) => Some(format!("{text} is {}", day(at)?)),
                Written::TwoDays | Written::Unreadable => None,
            };
            Choice {
                n_rows: Some(self.n_doubtful),
                samples: self.doubtful.iter().filter_map(read).collect(),
                ..Choice::new(order.name(), Advice::SetDates { order })
            }
        };
        let column = self.columns.shown(self.columns.wrote_at?);
        Some(Question { subject: Subject::Dates { column }, choices: DayOrder::ALL.map(choice).to_vec() })
    }

    /// When the person wrote, where that is within the last 24 hours; older times say nothing.
    pub(crate) fn wrote_at(&mut self, record: &Record) -> Option<Timestamp> {
        let (text, times) = (self.cell(record, self.columns.wrote_at)?, self.times?);
        let at = match self.days.read(text, &times.zone) {
            Written::At(at) => Some(at),
            Written::TwoDays => self.by_number(record, text, &times.zone),
            Written::Unreadable => None,
        };
        let Some(at) = at else {
            self.unread.take(record.line, text);
            return None;
        };
        // What is a little ahead is a matter of clocks and zones, what is far ahead is no time at which anybody wrote.
        if times.now.plus(WINDOW) < at {
            self.ahead.take(record.line, text);
            return None;
        }
        self.n_written += 1;
        let is_open = times.now < at.plus(WINDOW);
        self.n_open += u64::from(is_open);
        is_open.then(|| at.min(times.now))
    }

    /// The day of the number behind a date in a sheet.
    fn day_of_number(&self, record: &Record) -> Option<civil::Date> {
        let number: f64 = record.plain(self.columns.physical[self.columns.wrote_at?])?.parse().ok()?;
        #[expect(clippy::cast_possible_truncation, reason = "the whole days of a calendar that ends in 9999")]
        let days = number.floor().clamp(0.0, 2_958_465.0) as i64;
        EXCEL_BEGINS.checked_add(Span::new().days(days)).ok()
    }

    /// The reading of a doubtful text that agrees with the number behind it.
    fn by_number(&self, record: &Record, text: &str, zone: &TimeZone) -> Option<Timestamp> {
        let wanted = self.day_of_number(record)?;
        DayOrder::ALL.into_iter().find_map(|order| match Days::of(order).read(text, zone) {
            Written::At(at) => {
                let local = jiff::Timestamp::from_millisecond(at.0).ok()?.to_zoned(zone.clone());
                (local.date() == wanted).then_some(at)
            }
            Written::TwoDays | Written::Unreadable => None,
        })
    }

    /// The person's time zone, by its name in the database of zones.
    pub(crate) fn time_zone(&mut self, record: &Record) -> Option<String> {
        let text = self.cell(record, self.columns.time_zone)?;
        let zone = parse_zone(text).ok();
        let name = zone.as_ref().and_then(TimeZone::iana_name);
        if name.is_none() {
            self.no_zone.take(record.line, text);
        }
        name.map(str::to_owned)
    }

    /// What the operator should know about it.
    pub(crate) fn notes(&self) -> Vec<Note> {
        let mut notes = Vec::new();
        if let (Some(column), Some(times)) = (self.columns.wrote_at, self.times) {
            let column = self.columns.shown(column);
            let zone = times.zone.iana_name().unwrap_or("UTC").to_owned();
            let (n, n_open) = (self.n_written, self.n_open);
            notes.push(Note::WroteAt { column: column.clone(), n, n_open, zone });
            notes.extend(self.unread.cells(&column).map(Note::TimesUnread));
            notes.extend(self.ahead.cells(&column).map(Note::TimesAhead));
        }
        if let Some(column) = self.columns.time_zone {
            notes.extend(self.no_zone.cells(&self.columns.shown(column)).map(Note::NoTimeZone));
        }
        notes
    }
}

/// `3 April 2026`.
fn day(at: Timestamp) -> Option<String> {
    let at = jiff::Timestamp::from_millisecond(at.0).ok()?;
    Some(at.to_zoned(TimeZone::UTC).strftime("%-d %B %Y").to_string())
}
