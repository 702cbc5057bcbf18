//! What a file is, by its first bytes rather than its name, and what comes out of an archive, with limits.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom, Write},
    path::Path,
};

use flate2::read::MultiGzDecoder;
use sha2::{Digest, Sha256};

use super::{
    error::{FileCode, FileError, listed},
    plan::Plan,
};

/// How much of a file is looked at to see what it is.
const HEAD_BYTES: usize = 64 << 10;

/// The most members that an archive of lists may have.
const MEMBERS_MAX: usize = 64;

/// The largest old workbook (.xls) that is read; it has to be held in memory.
const XLS_BYTES_MAX: u64 = 50 << 20;

/// The most bytes of the parts of a workbook that have to be held in memory (shared texts, styles).
const PARTS_BYTES_MAX: u64 = 256 << 20;

/// The endings of files that can hold a list.
const LIST_ENDINGS: [&str; 10] = ["csv", "tsv", "tab", "xlsx", "xlsm", "xlsb", "xls", "ods", "gz", "txt"];

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Text,
    Xlsx,
    Xlsb,
    Xls,
    Ods,
}

impl Format {
    pub(super) const fn name(self) -> &'static str {
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
pub(super) struct Source {
    pub(super) file: File,
    pub(super) format: Format,
    /// `zip` or `gz` where the table was packed.
    pub(super) archive: Option<&'static str>,
    pub(super) member: Option<String>,
    /// Of the file as it was given.
    pub(super) sha256: [u8; 32],
    /// Of the file as it was given.
    pub(super) n_bytes: u64,
    pub(super) notes: Vec<String>,
}

/// Opens the file at `path`.
pub(super) fn open(path: &Path, plan: &Plan) -> Result<Source, FileError> {
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
                source.format = ole(&mut source.file, path).map_err(unreadable)??;
                return Ok(source);
            }
            Kind::Gzip if source.archive.is_none() => {
                source.file = spool(MultiGzDecoder::new(&source.file), plan.size_max, path)?;
                source.archive = Some("gz");
            }
            Kind::Zip => match zipped(&source.file)? {
                Zipped::Workbook(format) => {
                    weigh(&source.file, plan.size_max)?;
                    source.format = format;
                    return Ok(source);
                }
                Zipped::Archive(members) if source.archive.is_none() => {
                    unpack(&mut source, &members, plan, path)?;
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
        (b"%PDF", "this is a PDF; export the list as CSV or XLSX from where it came from"),
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
    let n_controls = head.iter().filter(|byte| matches!(byte, 1..=8 | 14..=31)).count();
    let n_nuls = head.iter().filter(|byte| **byte == 0).count();
    let is_binary = head.len() < n_controls * 20 || (head.len() < n_nuls * 3 && head.len() < n_controls * 50);
    is_binary.then_some("this is not text and no kind of table that is known; export the list as CSV or XLSX")
}

/// What an OLE container holds: an old workbook, an encrypted new one, or another document.
fn ole(file: &mut File, path: &Path) -> io::Result<Result<Format, FileError>> {
    let n_bytes = file.metadata()?.len();
    let too_large = "this old workbook (.xls) is larger than 50 MB; save it as XLSX or CSV";
    let mut bytes = Vec::new();
    Read::by_ref(file).take(XLS_BYTES_MAX).read_to_end(&mut bytes)?;
    file.seek(SeekFrom::Start(0))?;
    let names = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.windows(wide.len()).any(|window| window == wide)
    };
    let is_new =
        path.extension().is_some_and(|ending| ending.to_string_lossy().to_lowercase().starts_with("xlsx"));
    if names("EncryptedPackage") || names("EncryptionInfo") {
        let text = "this workbook is protected by a password; open it, remove the password and save it again";
        return Ok(Err(FileError::refused(FileCode::Encrypted, text)));
    }
    if names("WordDocument") || names("PowerPoint Document") || names("__substg1.0") {
        let text = "this is a document, not a workbook; save the list as CSV or XLSX";
        return Ok(Err(FileError::refused(FileCode::Unsupported, text)));
    }
    Ok(if XLS_BYTES_MAX < n_bytes {
        Err(FileError::refused(FileCode::Unsupported, too_large))
    } else if names("Workbook") || names("Book") {
        Ok(Format::Xls)
    } else if is_new {
        let text = "this workbook is protected by a password; open it, remove the password and save it again";
        Err(FileError::refused(FileCode::Encrypted, text))
    } else {
        Err(FileError::refused(FileCode::Corrupt, "this workbook is damaged; download or export it again"))
    })
}

enum Zipped {
    Workbook(Format),
    /// The members that are files, each with its index.
    Archive(Vec<(usize, String)>),
}

fn corrupt_zip(_: zip::result::ZipError) -> FileError {
    let text = "the file is broken off or damaged (an unfinished download?); get it again";
    FileError::refused(FileCode::Corrupt, text)
}

fn zipped(file: &File) -> Result<Zipped, FileError> {
    let mut archive = zip::ZipArchive::new(file).map_err(corrupt_zip)?;
    let has = |name: &str| archive.index_for_name(name).is_some();
    let document = |kind: &str| {
        Err(FileError::refused(
            FileCode::Unsupported,
            format!("this is a {kind}, not a table; save the list as CSV or XLSX"),
        ))
    };
    if has("xl/workbook.xml") {
        return Ok(Zipped::Workbook(Format::Xlsx));
    }
    if has("xl/workbook.bin") {
        return Ok(Zipped::Workbook(Format::Xlsb));
    }
    if has("word/document.xml") {
        return document("Word document");
    }
    if has("ppt/presentation.xml") {
        return document("presentation");
    }
    if has("Index/Document.iwa") || has("Index.zip") {
        return document("document of Apple Numbers, Pages or Keynote");
    }
    if has("[Content_Types].xml") {
        return Err(corrupt_zip(zip::result::ZipError::FileNotFound));
    }
    if has("mimetype") {
        let mut mimetype = String::new();
        if let Ok(member) = archive.by_name("mimetype") {
            // One that cannot be read names no kind.
            drop(member.take(256).read_to_string(&mut mimetype));
        }
        if mimetype.contains("opendocument.spreadsheet") {
            return ods(&mut archive);
        }
        if mimetype.contains("opendocument") || mimetype.contains("epub") {
            return document("text document");
        }
    }
    let mut members = Vec::new();
    for index in 0..archive.len() {
        let member = archive.by_index_raw(index).map_err(corrupt_zip)?;
        let name = String::from_utf8_lossy(member.name_raw()).into_owned();
        if is_member(&name) {
            members.push((index, name));
        }
    }
    Ok(Zipped::Archive(members))
}

fn ods(archive: &mut zip::ZipArchive<&File>) -> Result<Zipped, FileError> {
    let mut manifest = String::new();
    if let Ok(member) = archive.by_name("META-INF/manifest.xml") {
        // A manifest that cannot be read says nothing about encryption.
        drop(member.take(1 << 20).read_to_string(&mut manifest));
    }
    if manifest.contains("encryption-data") {
        let text = "this workbook is protected by a password; open it, remove the password and save it again";
        return Err(FileError::refused(FileCode::Encrypted, text));
    }
    Ok(Zipped::Workbook(Format::Ods))
}

/// Leaves out folders and what macOS adds.
fn is_member(name: &str) -> bool {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    !last.is_empty() && !last.starts_with('.') && !name.starts_with("__MACOSX") && last != "Thumbs.db"
}

/// Refuses a workbook out of which too much would come, also where it lies about it.
fn weigh(file: &File, size_max: u64) -> Result<(), FileError> {
    let mut archive = zip::ZipArchive::new(file).map_err(corrupt_zip)?;
    let mut n_declared: u64 = 0;
    let mut n_held: u64 = 0;
    for index in 0..archive.len() {
        let part = archive.by_index_raw(index).map_err(corrupt_zip)?;
        n_declared = n_declared.saturating_add(part.size());
        let is_encrypted = part.encrypted();
        let name = String::from_utf8_lossy(part.name_raw()).into_owned();
        drop(part);
        if is_encrypted {
            return Err(FileError::refused(FileCode::Encrypted, "this workbook is protected by a password"));
        }
        // Sheets are streamed, so only the others have to fit into memory.
        let is_streamed = name.contains("worksheets/") || name == "content.xml" || name.contains("media/");
        if !is_streamed {
            let room = PARTS_BYTES_MAX.min(size_max).saturating_sub(n_held);
            let part = archive.by_index(index).map_err(corrupt_zip)?;
            n_held += io::copy(&mut part.take(room + 1), &mut io::sink()).map_err(|error| broken(&error))?;
        }
        if size_max < n_declared || PARTS_BYTES_MAX.min(size_max) < n_held {
            return Err(too_large(size_max));
        }
    }
    Ok(())
}

fn broken(_: &io::Error) -> FileError {
    corrupt_zip(zip::result::ZipError::FileNotFound)
}

fn too_large(size_max: u64) -> FileError {
    FileError::refused(
        FileCode::ZipTooLarge,
        format!(
            "more than {size_max} bytes would come out of this file; split it, or allow more with --max-size"
        ),
    )
}

/// Copies what comes out of a packed file to a temporary one, which ends with the process.
fn spool(packed: impl Read, size_max: u64, path: &Path) -> Result<File, FileError> {
    let unreadable = |source| FileError::Unreadable { path: path.to_owned(), source };
    let mut packed = packed.take(size_max.saturating_add(1));
    let mut file = tempfile::tempfile().map_err(unreadable)?;
    let mut block = vec![0; HEAD_BYTES];
    let mut n_bytes = 0;
    loop {
        let n_read = packed.read(&mut block).map_err(|error| broken(&error))?;
        if n_read == 0 {
            break;
        }
        n_bytes += n_read as u64;
        if size_max < n_bytes {
            return Err(too_large(size_max));
        }
        file.write_all(&block[..n_read]).map_err(unreadable)?;
    }
    file.seek(SeekFrom::Start(0)).map_err(unreadable)?;
    Ok(file)
}

/// Replaces the archive by the member that is meant.
fn unpack(
    source: &mut Source,
    members: &[(usize, String)],
    plan: &Plan,
    path: &Path,
) -> Result<(), FileError> {
    let names: Vec<String> = members.iter().map(|(_, name)| name.clone()).collect();
    let name = chosen(&names, plan.member.as_deref())?;
    let index = members.iter().find(|(_, known)| *known == name).map_or(0, |(index, _)| *index);
    let mut archive = zip::ZipArchive::new(&source.file).map_err(corrupt_zip)?;
    let raw = archive.by_index_raw(index).map_err(corrupt_zip)?;
    let (is_encrypted, n_declared) = (raw.encrypted(), raw.size());
    drop(raw);
    if is_encrypted {
        let text = "this archive is protected by a password; unpack it and import the list itself";
        return Err(FileError::refused(FileCode::Encrypted, text));
    }
    if plan.size_max < n_declared {
        return Err(too_large(plan.size_max));
    }
    let member = archive.by_index(index).map_err(|error| match error {
        zip::result::ZipError::UnsupportedArchive(_) => FileError::refused(
            FileCode::Unsupported,
            "this archive is packed in a way that is not known; unpack it and import the list itself",
        ),
        other => corrupt_zip(other),
    })?;
    let file = spool(member, plan.size_max, path)?;
    drop(archive);
    source.file = file;
    source.archive = Some("zip");
    if 1 < names.len() {
        source.notes.push(format!("of {} files in the archive, `{name}` is used", names.len()));
    }
    if is_of_unwilling(&name) {
        source.notes.push(format!(
            "WARNING: the name of `{name}` says that these people unsubscribed or cannot be reached; do not send to them"
        ));
    }
    source.member = Some(name);
    Ok(())
}

/// The member that is meant: the named one, or the only list.
fn chosen(names: &[String], member: Option<&str>) -> Result<String, FileError> {
    if let Some(wanted) = member {
        let last = |name: &str| name.rsplit('/').next().unwrap_or_default().to_lowercase();
        let found = names.iter().find(|name| *name == wanted);
        let found = found.or_else(|| names.iter().find(|name| last(name) == wanted.to_lowercase()));
        return found.cloned().ok_or_else(|| FileError::NoSuchPart {
            what: "member",
            found: wanted.to_owned(),
            choices: names.to_vec(),
        });
    }
    let ending =
        |name: &str| name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
    let tables: Vec<&String> =
        names.iter().filter(|name| LIST_ENDINGS[..9].contains(&ending(name).as_str())).collect();
    let texts: Vec<&String> =
        names.iter().filter(|name| LIST_ENDINGS.contains(&ending(name).as_str())).collect();
    let lists = [tables, texts, names.iter().collect()].into_iter().find(|lists| !lists.is_empty());
    match lists.as_deref() {
        None | Some([]) => Err(FileError::refused(FileCode::Empty, "there is no file in this archive")),
        Some([only]) => Ok((*only).clone()),
        Some(lists) => {
            let choices: Vec<String> = lists.iter().take(MEMBERS_MAX).map(|name| (*name).clone()).collect();
            let unwilling: Vec<String> =
                choices.iter().filter(|name| is_of_unwilling(name)).cloned().collect();
            let warning = if unwilling.is_empty() {
                String::new()
            } else {
                format!(
                    "; do NOT choose {}: these people unsubscribed or cannot be reached",
                    listed(&unwilling)
                )
            };
            let text = format!(
                "this archive holds {} files; say which one is meant: --member NAME{warning}",
                lists.len()
            );
            Err(FileError::Refused { code: FileCode::NeedsChoice, text, choices })
        }
    }
}

/// True for the parts of an audience export that must not be written to.
fn is_of_unwilling(name: &str) -> bool {
    let lower = name.to_lowercase();
    let words = [
        "unsubscribed",
        "cleaned",
        "nonsubscribed",
        "bounced",
        "optout",
        "opt-out",
        "opt_out",
        "suppress",
        "complain",
    ];
    words.iter().any(|word| lower.contains(word))
}
