//! One row per recipient, streamed into CSV, a workbook or lines of JSON.
//!
//! The queue reads ahead by a page or two while a thread of its own writes, so memory stays the same however many rows
//! there are.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use bytes::Bytes;
use jiff::tz::TimeZone;
use tokio::sync::mpsc;

use super::columns::Columns;
use crate::{
    domain::Campaign,
    queue::{Filter, Import, Queue, ResultPage, ResultRow},
    report::{
        error::ReportError,
        file::{
            encode::{Cells, Encoder},
            output::NewFile,
            workbook::Sheets,
        },
    },
    trial,
};

/// How many rows are read at once.
const PAGE_ROWS: u32 = 1_000;

/// How many pages wait to be written while the next one is read.
const PAGES_AHEAD: usize = 1;

/// The formats of the results.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Format {
    /// UTF-8, RFC 4180.
    #[default]
    Csv,
    /// A workbook for people: dates, numbers, and text that nothing executes.
    Xlsx,
    /// One JSON object a line; what is not known is null.
    Jsonl,
}

impl Format {
    pub const ALL: [Self; 3] = [Self::Csv, Self::Xlsx, Self::Jsonl];

    /// The name on the command line, which is also the extension of its files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Jsonl => "jsonl",
        }
    }

    /// The media type.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Jsonl => "application/jsonl",
        }
    }

    /// The format of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }
}

/// Which rows, and how.
#[derive(Debug, Clone, Default)]
pub struct Order {
    pub filter: Filter,
    pub format: Format,
    /// Whether text that starts like a formula gets an apostrophe, in the formats that spreadsheets open.
    pub is_excel_safe: bool,
    /// In which the times of a workbook are told; the campaign's where none is said.
    pub zone: Option<TimeZone>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Written {
    /// Recipients.
    pub n_rows: u64,
    /// Cells of a workbook that held more text than a cell may, and were shortened and marked.
    pub n_shortened: u64,
}

/// Writes the results to `out`, and says what was written. [`ReportError::Closed`] when its reader went away.
pub async fn write<W: Write + Send + 'static>(
    queue: &Queue,
    campaign: &Campaign,
    order: &Order,
    out: W,
) -> Result<Written, ReportError> {
    Ok(stream(queue, campaign, order, out, None).await?.0)
}

/// Writes the results to a file, which appears whole or not at all, and says what was written. A file
/// that exists is refused with [`ReportError::Exists`], unless `overwrite`.
pub async fn write_file(
    queue: &Queue,
    campaign: &Campaign,
    order: &Order,
    path: &Path,
    overwrite: bool,
) -> Result<Written, ReportError> {
    let file = NewFile::begin(path, overwrite)?;
    let folder = file.folder();
    let (written, file) =
        stream(queue, campaign, order, file, folder).await.map_err(|error| NewFile::failed(path, error))?;
    on_own_thread(move || file.keep()).await?;
    Ok(written)
}

/// A download is handed over in pieces of this size.
const PIECE_BYTES: usize = 64 * 1024;

/// How many pieces wait for whoever takes them.
const PIECES_AHEAD: usize = 4;

/// The results piece by piece, written while they are taken. What fails is the last piece, so that half of the rows are
/// not taken for all of them.
pub fn pieces(queue: Queue, campaign: Campaign, order: Order) -> mpsc::Receiver<io::Result<Bytes>> {
    let (pieces, received) = mpsc::channel(PIECES_AHEAD);
    drop(tokio::spawn(async move {
        let pipe = Pipe { pieces: pieces.clone(), buffer: Vec::new() };
        match write(&queue, &campaign, &order, pipe).await {
            Ok(_) | Err(ReportError::Closed) => {}
            Err(error) => {
                tracing::error!(%error, "the results could not be written");
                drop(pieces.send(Err(io::Error::other(error))).await);
            }
        }
    }));
    received
}

/// Hands over what is written, piece by piece; waits while whoever takes them does.
struct Pipe {
    pieces: mpsc::Sender<io::Result<Bytes>>,
    buffer: Vec<u8>,
}

impl Pipe {
    fn send(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let piece = Bytes::from(std::mem::take(&mut self.buffer));
        self.pieces.blocking_send(Ok(piece)).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= PIECE_BYTES {
            self.send()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.send()
    }
}

impl Drop for Pipe {
    fn drop(&mut self) {
        // A reader that went away has what it wanted.
        drop(self.send());
    }
}

/// Rows of a campaign with these imports as the lines of an export in JSON have them.
pub fn as_json(imports: &[Import], rows: &[ResultRow]) -> Result<Vec<serde_json::Value>, ReportError> {
    let columns = Columns::new(imports);
    let cells = Cells { columns: &columns, is_safe: false };
    let mut encoder = Encoder::jsonl(Vec::new(), &columns);
    for row in rows {
        let id = row.recipient_id;
        let of = imports.iter().find(|it| (it.first_recipient_id..=it.last_recipient_id).contains(&id));
        encoder.row(&cells, of.map_or(0, |import| import.import_id), row)?;
    }
    let lines = encoder.finish()?;
    let values = serde_json::Deserializer::from_slice(&lines).into_iter();
    values.collect::<Result<_, _>>().map_err(|error| ReportError::output(error.into()))
}

/// What the reader of the queue hands to the writing thread. Its end is said in words: a channel that merely closes
/// means that the export was given up.
enum Part {
    Page { import_id: i64, page: ResultPage },
    End,
}

async fn stream<W: Write + Send + 'static>(
    queue: &Queue,
    campaign: &Campaign,
    order: &Order,
    out: W,
    folder: Option<PathBuf>,
) -> Result<(Written, W), ReportError> {
    let imports = queue.imports(campaign.id).await?;
    let (parts, received) = mpsc::channel(PAGES_AHEAD);
    let columns = Columns::new(&imports);
    let (format, is_excel_safe) = (order.format, order.is_excel_safe);
    // A zone that is not known any more is that of nobody.
    let of_campaign = || campaign.plan.zone().unwrap_or(TimeZone::UTC);
    let zone = order.zone.clone().unwrap_or_else(of_campaign);
    let writing = on_own_thread(move || {
        // The cells of a workbook are text, and JSON is read by programs: neither is executed.
        let is_safe = is_excel_safe && format == Format::Csv;
        let cells = Cells { columns: &columns, is_safe };
        let encoder = match format {
            Format::Csv => Encoder::csv(out, &cells)?,
            Format::Jsonl => Encoder::jsonl(out, &columns),
            Format::Xlsx => {
                let mut sheets = Sheets::new(folder.as_deref(), zone)?;
                sheets.add_sheet(&cells)?;
                Encoder::Xlsx(Box::new(sheets), out)
            }
        };
        drain(received, &cells, encoder)
    });
    let reading = read(queue, &imports, &order.filter, parts);
    let (read, written) = tokio::join!(reading, writing);
    // A reader that failed is why the writer gave up.
    read?;
    let (written, out) = written?;
    if order.filter.is_everyone() {
        let n_imported = imports.iter().map(Import::n_rows).sum();
        ReportError::unless_equal("the number of rows written", n_imported, written.n_rows)?;
    }
    Ok((written, out))
}

/// Reads page after page, for as long as somebody writes.
async fn read(
    queue: &Queue,
    imports: &[Import],
    filter: &Filter,
    parts: mpsc::Sender<Part>,
) -> Result<(), ReportError> {
    for import in imports {
        let mut first = import.first_recipient_id;
        while first <= import.last_recipient_id {
            // Rows are numbered in order, so the next page is known before this one was looked at.
            let last = import.last_recipient_id.min(first + i64::from(PAGE_ROWS) - 1);
            let page = queue.result_page(first..=last, filter, PAGE_ROWS).await?;
            first = last + 1;
            if parts.send(Part::Page { import_id: import.import_id, page }).await.is_err() {
                // The writing thread has ended; its own error says why.
                return Ok(());
            }
        }
    }
    // As above.
    drop(parts.send(Part::End).await);
    Ok(())
}

fn drain<W: Write + Send>(
    mut parts: mpsc::Receiver<Part>,
    cells: &Cells<'_>,
    mut encoder: Encoder<W>,
) -> Result<(Written, W), ReportError> {
    let mut n_rows = 0;
    loop {
        match parts.blocking_recv() {
            Some(Part::Page { import_id, page }) => {
                trial::crash_point("export:page");
                for row in page.rows()? {
                    encoder.row(cells, import_id, &row)?;
                    n_rows += 1;
                }
            }
            Some(Part::End) => {
                let written = Written { n_rows, n_shortened: encoder.n_shortened() };
                return Ok((written, encoder.finish()?));
            }
            None => return Err(ReportError::Broken),
        }
    }
}

/// Runs what blocks away from the threads that serve everybody.
async fn on_own_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ReportError> + Send + 'static,
) -> Result<T, ReportError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| ReportError::Broken)?
}
