//! Reads from the provider's downloaded report when people wrote: its rows about messages that came in (Kaleyra, WhatsApp
//! tabular report: `MESSAGE_DIRECTION` true, `FROM`, `TO`, `CREATED_AT`).

use super::reconcile::{self, ReportError};
use crate::{
    domain::{
        Timestamp,
        reach::{Opening, WindowSource},
    },
    provider::kaleyra::callback::phone,
};

/// What a report says of messages that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    /// Rows about messages that came in.
    pub n_rows: u64,
    pub openings: Vec<Opening>,
    /// The lines of those rows that say no number or no time.
    pub unread: Vec<u64>,
}

/// Why a report says nothing of messages that came in.
#[derive(Debug, thiserror::Error)]
pub enum IncomingError {
    #[error(transparent)]
    Report(#[from] ReportError),
    #[error("the report has no column {column}; its columns are {columns}")]
    Column { column: &'static str, columns: String },
}

/// Reads a report. What is dated later than `now` was written now at the latest.
pub fn read(bytes: &[u8], now: Timestamp) -> Result<Incoming, IncomingError> {
    let text = reconcile::text(bytes)?;
    let mut table = reconcile::table(&text)?;
    let headers = table.headers().map_err(ReportError::Csv)?.clone();
    let column = |names: &[&str], column: &'static str| {
        let is_named = |header: &str| names.contains(&reconcile::plain(header).as_str());
        let columns = || headers.iter().collect::<Vec<_>>().join(", ");
        headers.iter().position(is_named).ok_or_else(|| IncomingError::Column { column, columns: columns() })
    };
    let direction = column(&["messagedirection", "direction"], "MESSAGE_DIRECTION")?;
    let from = column(&["from", "sender", "mobile"], "FROM")?;
    let to = column(&["to", "recipient", "wanumber"], "TO")?;
    let at = column(&["createdat", "receivedat", "senttime", "time"], "CREATED_AT")?;
    let format = column(&["format", "type", "messagetype"], "FORMAT").ok();
    let mut incoming = Incoming { n_rows: 0, openings: Vec::new(), unread: Vec::new() };
    for record in table.records() {
        let record = record.map_err(ReportError::Csv)?;
        let cell = |index: usize| record.get(index).unwrap_or_default();
        if !reconcile::is_incoming(cell(direction)) {
            continue;
        }
        incoming.n_rows += 1;
        match (phone(cell(from)), phone(cell(to)), reconcile::instant(cell(at))) {
            (Some(person), Some(sender), Some(at)) => incoming.openings.push(Opening {
                sender,
                person,
                at: at.min(now),
                kind: format.map(cell).filter(|kind| !kind.is_empty()).unwrap_or("report").to_lowercase(),
                source: WindowSource::Report,
                is_weak: false,
            }),
            _ => incoming.unread.push(record.position().map_or(0, csv::Position::line)),
        }
    }
    Ok(incoming)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_790_000_000_000);

    #[test]
    fn the_rows_that_came_in_say_who_wrote_and_when_and_the_others_nothing() {
        let report = "FROM;TO;MESSAGE_DIRECTION;FORMAT;CREATED_AT\n\
            919800000001;911161197855;true;Text;2026-09-20T10:00:00Z\n\
            911161197855;919800000001;false;text;2026-09-20T11:00:00Z\n\
            ;911161197855;true;text;2026-09-20T11:00:00Z\n\
            +91 98000 00002;911161197855;TRUE;;2036-09-20 11:00:00\n";
        let incoming = read(report.as_bytes(), NOW).unwrap();
        assert_eq!((incoming.n_rows, incoming.unread.as_slice()), (3, &[4][..]));
        let found: Vec<_> =
            incoming.openings.iter().map(|of| (of.person.digits(), of.kind.as_str())).collect();
        assert_eq!(found, [(919_800_000_001, "text"), (919_800_000_002, "report")]);
        assert_eq!(incoming.openings[0].at.to_string(), "2026-09-20T10:00:00.000Z");
        assert_eq!(incoming.openings[1].at, NOW);
    }

    #[test]
    fn a_report_without_the_columns_says_which_are_missing() {
        let error = read(b"FROM,TO,CREATED_AT\n1,2,3\n", NOW).unwrap_err().to_string();
        assert_eq!(error, "the report has no column MESSAGE_DIRECTION; its columns are FROM, TO, CREATED_AT");
        assert!(read(b"", NOW).is_err());
    }
}
