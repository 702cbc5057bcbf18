//! Reads the provider's downloaded report as receipts, where callbacks were lost.
//!
//! One row is one message (Kaleyra, WhatsApp tabular report). Which of its columns are there, how they are called and
//! in which encoding depends on who downloaded it, so all of that is guessed; the numbers in it are never used, because
//! Meta may rewrite them.

use std::collections::BTreeMap;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use crate::{
    domain::{Delivery, Receipt, Said, Timestamp},
    provider::kaleyra::callback,
    queue::Heard,
};

/// What a report says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Its rows, those about messages that came in left out.
    pub n_rows: u64,
    /// What the rows say, as receipts.
    pub heard: Vec<Heard>,
}

/// Why a file is no report.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// There is nothing in it.
    #[error("the report is empty")]
    Empty,
    /// A workbook or an archive.
    #[error("the report is a workbook or an archive, not a table of text; save it as CSV")]
    Packed,
    /// Nothing in it says which message a row is about.
    #[error("the report has no column with a message's id or tag; its columns are {columns}")]
    NoIdentifier { columns: String },
    /// Nothing in it says what became of the messages.
    #[error("the report has no column with the messages' delivery; its columns are {columns}")]
    NoFacts { columns: String },
    /// It is not a table.
    #[error("the report cannot be read as a table")]
    Csv(#[source] csv::Error),
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Column {
    Id,
    Ref(usize),
    Status,
    SentAt,
    DeliveredAt,
    ReadAt,
    FailedAt,
    Reason,
    Code,
    Direction,
}

/// The names of columns, spelt without spaces, marks and capitals.
const NAMES: [(&str, Column); 35] = [
    ("whatsappid", Column::Id),
    ("messageid", Column::Id),
    ("id", Column::Id),
    ("wamid", Column::Id),
    ("metaid", Column::Id),
    ("traceid", Column::Id),
    ("uniqueid", Column::Id),
    ("ref", Column::Ref(0)),
    ("ref0", Column::Ref(0)),
    ("reference", Column::Ref(0)),
    ("ref1", Column::Ref(1)),
    ("ref2", Column::Ref(2)),
    ("status", Column::Status),
    ("messagestatus", Column::Status),
    ("deliverystatus", Column::Status),
    ("sentat", Column::SentAt),
    ("senttime", Column::SentAt),
    ("deliveredat", Column::DeliveredAt),
    ("deliverytime", Column::DeliveredAt),
    ("deliveredtime", Column::DeliveredAt),
    ("seenat", Column::ReadAt),
    ("seentime", Column::ReadAt),
    ("readat", Column::ReadAt),
    ("readtime", Column::ReadAt),
    ("failedat", Column::FailedAt),
    ("failedtime", Column::FailedAt),
    ("reasonforfailure", Column::Reason),
    ("failurereason", Column::Reason),
    ("reason", Column::Reason),
    ("error", Column::Reason),
    ("errormessage", Column::Reason),
    ("errordescription", Column::Reason),
    ("errorcode", Column::Code),
    ("code", Column::Code),
    ("messagedirection", Column::Direction),
];

/// How zip (xlsx and ods too), gzip, and the older workbooks begin.
const PACKED: [&[u8]; 3] = [b"PK\x03\x04", b"\x1f\x8b", b"\xd0\xcf\x11\xe0"];

/// Reads a report; what has no time in it is taken to be heard of at `now`.
pub fn read(bytes: &[u8], now: Timestamp) -> Result<Report, ReportError> {
    let text = text(bytes)?;
    let mut table = table(&text)?;
    let headers = table.headers().map_err(ReportError::Csv)?.clone();
    let columns = columns(&headers)?;
    let mut report = Report { n_rows: 0, heard: Vec::new() };
    for record in table.records() {
        let record = record.map_err(ReportError::Csv)?;
        let row = Row { columns: &columns, record: &record };
        if row.came_in() {
            continue;
        }
        report.n_rows += 1;
        let heard = |receipt: Receipt| Heard { meaning: callback::meaning(&receipt), receipt, at: now };
        report.heard.extend(row.receipts().into_iter().map(heard));
    }
    Ok(report)
}

/// The text of a report.
pub(super) fn text(bytes: &[u8]) -> Result<String, ReportError> {
    if PACKED.iter().any(|mark| bytes.starts_with(mark)) {
        return Err(ReportError::Packed);
    }
    Ok(decode(bytes))
}

/// The text as a table.
pub(super) fn table(text: &str) -> Result<csv::Reader<&[u8]>, ReportError> {
    let first = text.lines().find(|line| !line.trim().is_empty()).ok_or(ReportError::Empty)?;
    Ok(csv::ReaderBuilder::new()
        .delimiter(delimiter(first))
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes()))
}

/// A header without spaces, marks and capitals.
pub(super) fn plain(header: &str) -> String {
    header.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// Whether a row's direction says that somebody wrote to the sender.
pub(super) fn is_incoming(direction: &str) -> bool {
    matches!(direction.to_ascii_lowercase().as_str(), "true" | "incoming" | "inbound")
}

/// A byte order mark decides; without one it is UTF-8 where that fits, or else what Excel on Windows writes.
fn decode(bytes: &[u8]) -> String {
    let encoding = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None if std::str::from_utf8(bytes).is_ok() => UTF_8,
        None => WINDOWS_1252,
    };
    encoding.decode(bytes).0.into_owned()
}

/// The delimiter that the line of headers has most of.
fn delimiter(headers: &str) -> u8 {
    let count = |delimiter: &u8| headers.bytes().filter(|byte| byte == delimiter).count();
    // Of equals the last one wins; a comma is the likeliest.
    [b'|', b'\t', b';', b','].into_iter().max_by_key(count).unwrap_or(b',')
}

fn columns(headers: &csv::StringRecord) -> Result<BTreeMap<Column, Vec<usize>>, ReportError> {
    let mut columns: BTreeMap<Column, Vec<usize>> = BTreeMap::new();
    for (index, header) in headers.iter().enumerate() {
        let plain = plain(header);
        if let Some((_, column)) = NAMES.iter().find(|(name, _)| *name == plain) {
            columns.entry(*column).or_default().push(index);
        }
    }
    let has = |wanted: &[Column]| wanted.iter().any(|column| columns.contains_key(column));
    let all = || headers.iter().collect::<Vec<_>>().join(", ");
    if !has(&[Column::Id, Column::Ref(0), Column::Ref(1), Column::Ref(2)]) {
        return Err(ReportError::NoIdentifier { columns: all() });
    }
    if !has(&[Column::Status, Column::SentAt, Column::DeliveredAt, Column::ReadAt, Column::FailedAt]) {
        return Err(ReportError::NoFacts { columns: all() });
    }
    Ok(columns)
}

struct Row<'r> {
    columns: &'r BTreeMap<Column, Vec<usize>>,
    record: &'r csv::StringRecord,
}

impl Row<'_> {
    fn texts(&self, column: Column) -> impl Iterator<Item = &str> {
        let indices = self.columns.get(&column).map_or(&[][..], Vec::as_slice);
        indices.iter().filter_map(|index| self.record.get(*index)).filter(|text| !is_blank(text))
    }

    fn text(&self, column: Column) -> Option<&str> {
        self.texts(column).next()
    }

    /// Somebody wrote to the sender; that is no message of ours.
    fn came_in(&self) -> bool {
        self.text(Column::Direction).is_some_and(is_incoming)
    }

    fn receipts(&self) -> Vec<Receipt> {
        let (ids, refs) = (self.ids(), [0, 1, 2].map(|slot| self.text(Column::Ref(slot)).map(str::to_owned)));
        let mut facts = Vec::new();
        for (column, said) in [
            (Column::SentAt, Said::Sent),
            (Column::DeliveredAt, Said::Delivered),
            (Column::ReadAt, Said::Read),
        ] {
            if let Some(at) = self.text(column) {
                facts.push((said, instant(at)));
            }
        }
        match self.text(Column::Status).map(callback::said) {
            Some(Said::Unknown(_)) | None => {}
            Some(said) if facts.iter().any(|(known, _)| *known == said) => {}
            Some(said) => {
                let at =
                    self.text(Column::FailedAt).filter(|_| said.delivery() == Some(Delivery::Undelivered));
                facts.push((said, at.and_then(instant)));
            }
        }
        let reason = self.text(Column::Reason);
        let code = self.text(Column::Code).or_else(|| reason.and_then(code_in)).map(str::to_owned);
        let is_told = facts.iter().any(|(said, _)| said.delivery() == Some(Delivery::Undelivered));
        if let Some(at) = self.text(Column::FailedAt).filter(|_| !is_told) {
            // The provider's own codes are about what never left it; Meta's are numbers.
            let is_unsent = facts.is_empty() && code.as_deref().is_some_and(|code| code.starts_with("WAV"));
            facts.push((if is_unsent { Said::NotSent } else { Said::Undelivered }, instant(at)));
        }
        let receipt = |(report, at): (Said, Option<Timestamp>)| {
            let has_failed = report.delivery() == Some(Delivery::Undelivered);
            Receipt {
                ids: ids.clone(),
                refs: refs.clone(),
                report,
                at,
                code: code.clone().filter(|_| has_failed),
                error: reason.map(str::to_owned).filter(|_| has_failed),
            }
        };
        facts.into_iter().map(receipt).collect()
    }

    /// Every identifier; those of the provider's own (`…:0`) also without their index.
    fn ids(&self) -> Vec<String> {
        let mut ids = Vec::new();
        for id in self.texts(Column::Id) {
            let bare =
                id.rsplit_once(':').filter(|(_, index)| index.bytes().all(|byte| byte.is_ascii_digit()));
            for id in [Some(id), bare.map(|(id, _)| id)].into_iter().flatten() {
                if !ids.iter().any(|known| known == id) {
                    ids.push(id.to_owned());
                }
            }
        }
        ids
    }
}

fn is_blank(text: &str) -> bool {
    matches!(text.to_ascii_lowercase().as_str(), "" | "-" | "--" | "null" | "none" | "na" | "n/a" | "nan")
}

/// A time of a report: RFC 3339, Unix time, or a date and time that the report means in UTC.
pub(super) fn instant(text: &str) -> Option<Timestamp> {
    let with_zone = || {
        let bare = text.trim_end_matches(" UTC").trim_end_matches(" GMT");
        format!("{}Z", bare.replacen(' ', "T", 1))
    };
    callback::instant(text).or_else(|| callback::instant(&with_zone()))
}

/// The code in words such as `(#131047) Re-engagement message` or `WAV2101 - limit reached`.
fn code_in(reason: &str) -> Option<&str> {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    reason.split(|c: char| !c.is_ascii_alphanumeric()).find(|part| match part.strip_prefix("WAV") {
        Some(rest) => is_digits(rest),
        None => is_digits(part) && (3..=6).contains(&part.len()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_000);

    fn facts(csv: &str) -> Vec<(Said, Option<String>, Option<String>)> {
        let report = read(csv.as_bytes(), NOW).unwrap();
        let fact = |heard: Heard| {
            (heard.receipt.report, heard.receipt.at.map(|at| at.to_string()), heard.receipt.code)
        };
        report.heard.into_iter().map(fact).collect()
    }

    #[test]
    fn a_file_that_is_no_report_says_what_it_lacks() {
        let error = |text: &str| read(text.as_bytes(), NOW).unwrap_err().to_string();
        assert_eq!(error(" \n"), "the report is empty");
        assert!(error("PK\u{3}\u{4}…").contains("save it as CSV"));
        assert!(
            error("TO,SENT_AT\n1,2\n")
                .contains("no column with a message's id or tag; its columns are TO, SENT_AT")
        );
        assert!(error("WHATSAPP_ID,TO\n1,2\n").contains("the messages' delivery"));
    }

    #[test]
    fn a_row_of_the_tabular_report_becomes_receipts() {
        let csv = "\"WABA ID\",WHATSAPP_ID,FROM,TO,MESSAGE_DIRECTION,REASON_FOR_FAILURE,FAILED_AT,SENT_AT,DELIVERED_AT,SEEN_AT,REF\n\
            1,7c1f-x:0,91,919800000001,false,,,2024-08-05T05:11:05Z,2024-08-05 05:11:08,,catalink-k-1\n\
            1,7c1f-y:0,91,919800000002,true,,,2024-08-05T05:11:05Z,,,\n\
            1,7c1f-z:0,91,919800000003,false,(#131047) Re-engagement message,2024-08-05 05:11:09,2024-08-05T05:11:05Z,-,,\n\
            1,7c1f-w:0,91,919800000004,false,WAV2101 daily limit,2024-08-05 05:11:09,,,,\n";
        let at = |second: u32| Some(format!("2024-08-05T05:11:0{second}.000Z"));
        assert_eq!(
            facts(csv),
            [
                (Said::Sent, at(5), None),
                (Said::Delivered, at(8), None),
                (Said::Sent, at(5), None),
                (Said::Undelivered, at(9), Some("131047".to_owned())),
                (Said::NotSent, at(9), Some("WAV2101".to_owned())),
            ]
        );
        let report = read(csv.as_bytes(), NOW).unwrap();
        assert_eq!(report.n_rows, 3);
        assert_eq!(report.heard[0].receipt.ids, ["7c1f-x:0", "7c1f-x"]);
        assert_eq!(report.heard[0].receipt.refs[0].as_deref(), Some("catalink-k-1"));
    }

    #[test]
    fn other_names_delimiters_and_encodings_are_understood() {
        let text =
            "Message ID;Status;Error Code;Reason\nA1;SEEN;;\nA2;NOT-SENT;WAV2101;límite\nA3;queued;;\n";
        let expected = [(Said::Read, None, None), (Said::NotSent, None, Some("WAV2101".to_owned()))];
        assert_eq!(facts(text), expected);
        let (windows, _, _) = WINDOWS_1252.encode(text);
        let utf_16: Vec<u8> =
            [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        for bytes in [windows.into_owned(), utf_16, format!("\u{FEFF}{text}").into_bytes()] {
            let report = read(&bytes, NOW).unwrap();
            assert_eq!(report.heard.len(), 2);
            assert_eq!(report.heard[1].receipt.error.as_deref(), Some("límite"));
        }
    }
}
