//! What a file is, by its first bytes rather than its name, and what comes out of an archive, with limits.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    path::Path,
};

use flate2::read::MultiGzDecoder;
use sha2::{Digest, Sha256};

use super::archive::{self, Zipped};
use crate::importer::{
    findings::{
        error::{FileCode, FileError},
        note::Note,
    },
    meaning::plan::Plan,
    text::decode,
};

/// How much of a file is looked at to see what it is.
const HEAD_BYTES: usize = 64 << 10;

/// The largest old workbook (.xls) that is read; it has to be held in memory.
const XLS_BYTES_MAX: u64 = 50 << 20;

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Text,
    Xlsx,
    Xlsb,
    Xls,
    Ods,
}

impl Format {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Text => "csv",
            Self::Xlsx => "xlsx",
            Self::Xlsb => "xlsb",
            Self::Xls => "xls",
            Self::Ods => "ods",
        }
    }
}

/// A table's bytes, out of whatever they were packed in.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) file: File,
    pub(crate) format: Format,
    /// `zip` or `gz` where the table was packed.
    pub(crate) archive: Option<&'static str>,
    pub(crate) member: Option<String>,
    /// Of the file as it was given.
    pub(crate) sha256: [u8; 32],
    /// Of the file as it was given.
    pub(crate) n_bytes: u64,
    pub(crate) notes: Vec<Note>,
}

/// Opens the file at `path`.
pub(crate) fn open(path: &Path, plan: &Plan) -> Result<Source, FileError> {
    let unreadable = |source| FileError::Unreadable { path: path.to_owned(), source };
    let mut file = File::open(path).map_err(unreadable)?;
    if file.metadata().map_err(unreadable)?.is_dir() {
        return Err(unreadable(io::ErrorKind::IsADirectory.into()));
    }
    let (sha256, n_bytes) = hash(&mut file).map_err(unreadable)?;
    let mut source = Source {
        file,
        format: Format::Text,
        archive: None,
        member: None,
        sha256,
        n_bytes,
        notes: Vec::new(),
    };
    loop {
        let head = head(&mut source.file).map_err(unreadable)?;
        if head.is_empty() {
            return Err(FileError::refused(FileCode::Empty, "the file is empty"));
        }
        match kind(&head) {
            Kind::Text => return Ok(source),
            Kind::Refused(text) => return Err(FileError::refused(FileCode::Unsupported, text)),
            Kind::Ole => {
                source.format = ole(&mut source.file, path)?;
                return Ok(source);
            }
            Kind::Gzip if source.archive.is_none() => {
                source.file =
                    archive::spool(MultiGzDecoder::new(&source.file), plan.options.size_max(), path)?;
                source.archive = Some("gz");
            }
            Kind::Zip => match archive::zipped(&source.file)? {
                Zipped::Workbook(format) => {
                    archive::weigh(&source.file, plan.options.size_max())?;
                    source.format = format;
                    return Ok(source);
                }
                Zipped::Archive(members) if source.archive.is_none() => {
                    archive::unpack(&mut source, &members, plan, path)?;
                }
                Zipped::Archive(_) => return Err(nested()),
            },
            Kind::Gzip => return Err(nested()),
        }
    }
}

fn nested() -> FileError {
    FileError::refused(FileCode::Unsupported, "this is an archive within an archive; unpack it first")
}

fn hash(file: &mut File) -> io::Result<([u8; 32], u64)> {
    let mut digest = Sha256::new();
    let mut n_bytes = 0;
    let mut block = vec![0; HEAD_BYTES];
    loop {
        let n_read = file.read(&mut block)?;
        if n_read == 0 {
            return Ok((digest.finalize().into(), n_bytes));
        }
        digest.update(&block[..n_read]);
        n_bytes += n_read as u64;
    }
}

fn head(file: &mut File) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(0))?;
    let mut head = Vec::new();
    Read::by_ref(file).take(HEAD_BYTES as u64).read_to_end(&mut head)?;
    file.seek(SeekFrom::Start(0))?;
    Ok(head)
}

#[derive(Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Zip,
    Gzip,
    Ole,
    Refused(&'static str),
}

/// What the first bytes say.
fn kind(head: &[u8]) -> Kind {
    const SIGNATURES: [(&[u8], &str); 16] = [
        (b"%PDF", "this is a PDF; export the list as CSV or XLSX from its source"),
        (b"{\\rtf", "this is a text document (RTF), not a table; save the list as CSV or XLSX"),
        (b"\x89PNG", "this is a picture, not a table"),
        (b"\xFF\xD8\xFF", "this is a picture, not a table"),
        (b"GIF8", "this is a picture, not a table"),
        (b"Rar!", "this is a RAR archive; unpack it, or pack the list as ZIP"),
        (b"7z\xBC\xAF", "this is a 7-Zip archive; unpack it, or pack the list as ZIP"),
        (b"\xFD7zXZ", "this is an XZ archive; unpack it first"),
        (b"BZh", "this is a BZIP2 archive; unpack it first"),
        (b"\x28\xB5\x2F\xFD", "this is a Zstandard archive; unpack it first"),
        (b"SQLite format 3", "this is a SQLite database; export the list as CSV"),
        (b"PAR1", "this is a Parquet file; export the list as CSV"),
        (b"BEGIN:VCARD", "these are contact cards (vCard); export the contacts as CSV"),
        (
            b"MIME-Version:",
            "this is a web page saved as an archive; open it in a spreadsheet and save it as XLSX or CSV",
        ),
        (b"\x7FELF", "this is a program"),
        (b"\xFF\xFE\x00\x00", "this text is in UTF-32; save it as UTF-8"),
    ];
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return Kind::Zip;
    }
    if head.starts_with(b"\x1F\x8B") {
        return Kind::Gzip;
    }
    if head.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return Kind::Ole;
    }
    if let Some((_, text)) = SIGNATURES.iter().find(|(signature, _)| head.starts_with(signature)) {
        return Kind::Refused(text);
    }
    markup(head).map_or(Kind::Text, Kind::Refused)
}

/// Text that is no table, and bytes that are no text.
fn markup(head: &[u8]) -> Option<&'static str> {
    // UTF-16 with a mark is looked at without its NULs.
    let start: Vec<u8> = head.iter().copied().take(4_096).filter(|byte| *byte != 0).collect();
    let start =
        start.strip_prefix(b"\xEF\xBB\xBF").or_else(|| start.strip_prefix(b"\xFF\xFE")).unwrap_or(&start);
    let text = String::from_utf8_lossy(start.trim_ascii_start()).to_ascii_lowercase();
    let text = text.trim_start();
    if text.starts_with("<?xml") && text.contains("office:spreadsheet") {
        return Some("this is an Excel 2003 XML spreadsheet; open it and save it as XLSX or CSV");
    }
    let is_page =
        ["<!doctype html", "<html", "<table", "<head", "<meta", "<body", "<div", "<style", "<script"];
    if is_page.iter().any(|tag| text.starts_with(tag)) || (text.starts_with('<') && text.contains("<html")) {
        return Some(
            "this is a web page, whatever its name says; open it in a spreadsheet and save it as XLSX or CSV",
        );
    }
    if text.starts_with("<?xml") || (text.starts_with('<') && text.contains("</")) {
        return Some("this is XML, not a table; export the list as CSV or XLSX");
    }
    let after = |open: char| text.strip_prefix(open).map(str::trim_start);
    let is_json = after('{').is_some_and(|rest| rest.starts_with('"') || rest.starts_with('}'))
        || after('[').is_some_and(|rest| rest.starts_with(['{', '[', '"', ']']));
    if is_json {
        return Some("this is JSON, not a table; export the list as CSV or XLSX");
    }
    // The high bytes of Arabic, Greek or Cyrillic letters are no control characters.
    let is_binary = if let Some(encoding) = decode::wide(head) {
        let (text, _) = encoding.decode_without_bom_handling(head);
        let n_controls = text.chars().filter(|c| matches!(c, '\u{1}'..='\u{8}' | '\u{e}'..='\u{1f}')).count();
        text.chars().count() < n_controls * 20
    } else {
        let n_controls = head.iter().filter(|byte| matches!(byte, 1..=8 | 14..=31)).count();
        head.len() < n_controls * 20
    };
    is_binary.then_some("this is not text and no kind of table that is known; export the list as CSV or XLSX")
}

/// What an OLE container holds: an old workbook, an encrypted new one, or another document.
fn ole(file: &mut File, path: &Path) -> Result<Format, FileError> {
    let unreadable = |source| FileError::Unreadable { path: path.to_owned(), source };
    let n_bytes = file.metadata().map_err(unreadable)?.len();
    let too_large = "this old workbook (.xls) is larger than 50 MB; save it as XLSX or CSV";
    let mut bytes = Vec::new();
    Read::by_ref(file).take(XLS_BYTES_MAX).read_to_end(&mut bytes).map_err(unreadable)?;
    file.seek(SeekFrom::Start(0)).map_err(unreadable)?;
    let names = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.windows(wide.len()).any(|window| window == wide)
    };
    let is_new =
        path.extension().is_some_and(|ending| ending.to_string_lossy().to_lowercase().starts_with("xlsx"));
    if names("EncryptedPackage") || names("EncryptionInfo") {
        return Err(FileError::protected_workbook());
    }
    if names("WordDocument") || names("PowerPoint Document") || names("__substg1.0") {
        let text = "this is a document, not a workbook; save the list as CSV or XLSX";
        return Err(FileError::refused(FileCode::Unsupported, text));
    }
    if XLS_BYTES_MAX < n_bytes {
        Err(FileError::refused(FileCode::Unsupported, too_large))
    } else if names("Workbook") || names("Book") {
        Ok(Format::Xls)
    } else if is_new {
        Err(FileError::protected_workbook())
    } else {
        Err(FileError::refused(FileCode::Corrupt, "this workbook is damaged; download or export it again"))
    }
}
