//! What comes out of a zip: the parts of a workbook weighed, or the one list that is meant, with limits on both.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom, Write},
    path::Path,
};

use super::source::{Format, Source};
use crate::importer::{
    findings::{
        advice::Advice,
        error::{Choice, FileCode, FileError, Question, Refusal, Subject},
        note::Note,
    },
    meaning::plan::Plan,
};

/// The most members that are listed for a choice.
const MEMBERS_MAX: usize = 64;

/// The most bytes of the parts of a workbook that have to be held in memory (shared texts, styles).
const PARTS_BYTES_MAX: u64 = 256 << 20;

/// The longest text between two tags of a sheet.
const TEXT_BYTES_MAX: u64 = 16 << 20;

/// Parts packed as densely as that are looked through for longer ones; tables are packed to a tenth or so.
const DENSITY_MIN: u64 = 100;

/// How much is copied at once.
const BLOCK_BYTES: usize = 64 << 10;

/// The endings of files that hold a list for certain.
const LIST_ENDINGS: [&str; 9] = ["csv", "tsv", "tab", "xlsx", "xlsm", "xlsb", "xls", "ods", "gz"];

pub(crate) enum Zipped {
    Workbook(Format),
    /// The members that are files, each with its index.
    Archive(Vec<(usize, String)>),
}

fn corrupt_zip(_: zip::result::ZipError) -> FileError {
    let text = "the file is broken off or damaged (an unfinished download?); get it again";
    FileError::refused(FileCode::Corrupt, text)
}

pub(crate) fn zipped(file: &File) -> Result<Zipped, FileError> {
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
        return Err(FileError::protected_workbook());
    }
    Ok(Zipped::Workbook(Format::Ods))
}

/// Leaves out folders and what macOS adds.
fn is_member(name: &str) -> bool {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    !last.is_empty() && !last.starts_with('.') && !name.starts_with("__MACOSX") && last != "Thumbs.db"
}

/// Refuses a workbook out of which too much would come, also where it lies about it.
pub(crate) fn weigh(file: &File, size_max: u64) -> Result<(), FileError> {
    let mut archive = zip::ZipArchive::new(file).map_err(corrupt_zip)?;
    let mut n_declared: u64 = 0;
    let mut n_held: u64 = 0;
    for index in 0..archive.len() {
        let part = archive.by_index_raw(index).map_err(corrupt_zip)?;
        n_declared = n_declared.saturating_add(part.size());
        let is_encrypted = part.encrypted();
        let is_dense = TEXT_BYTES_MAX < part.size() && part.compressed_size() * DENSITY_MIN < part.size();
        let name = String::from_utf8_lossy(part.name_raw()).into_owned();
        drop(part);
        if is_encrypted {
            return Err(FileError::protected_workbook());
        }
        // Sheets are streamed, so only the others have to fit into memory.
        let is_streamed = name.contains("worksheets/") || name == "content.xml" || name.contains("media/");
        if !is_streamed {
            let room = PARTS_BYTES_MAX.min(size_max).saturating_sub(n_held);
            let part = archive.by_index(index).map_err(corrupt_zip)?;
            n_held += io::copy(&mut part.take(room + 1), &mut io::sink()).map_err(|error| broken(&error))?;
        }
        if is_streamed && is_dense && size_max >= n_declared {
            refuse_endless_text(archive.by_index(index).map_err(corrupt_zip)?)?;
        }
        if size_max < n_declared || PARTS_BYTES_MAX.min(size_max) < n_held {
            return Err(too_large(size_max));
        }
    }
    Ok(())
}

/// A streamed part is read tag by tag, so a text without any would have to fit into memory.
fn refuse_endless_text(mut part: impl Read) -> Result<(), FileError> {
    let mut block = vec![0; BLOCK_BYTES];
    let mut n_bytes = 0;
    loop {
        let n_read = part.read(&mut block).map_err(|error| broken(&error))?;
        if n_read == 0 {
            return Ok(());
        }
        n_bytes = match block[..n_read].iter().rposition(|byte| *byte == b'<') {
            Some(at) => (n_read - at) as u64,
            None => n_bytes + n_read as u64,
        };
        if TEXT_BYTES_MAX < n_bytes {
            let text = "a cell of this workbook holds more than any spreadsheet can; it is refused unread";
            return Err(FileError::refused(FileCode::ZipTooLarge, text));
        }
    }
}

fn broken(_: &io::Error) -> FileError {
    corrupt_zip(zip::result::ZipError::FileNotFound)
}

fn too_large(bytes_max: u64) -> FileError {
    Refusal::TooLarge { bytes_max }.into()
}

/// Copies what comes out of a packed file to a temporary one, which ends with the process.
pub(crate) fn spool(packed: impl Read, size_max: u64, path: &Path) -> Result<File, FileError> {
    let unreadable = |source| FileError::Unreadable { path: path.to_owned(), source };
    let mut packed = packed.take(size_max.saturating_add(1));
    let mut file = tempfile::tempfile().map_err(unreadable)?;
    let mut block = vec![0; BLOCK_BYTES];
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
pub(crate) fn unpack(
    source: &mut Source,
    members: &[(usize, String)],
    plan: &Plan,
    path: &Path,
) -> Result<(), FileError> {
    let names: Vec<String> = members.iter().map(|(_, name)| name.clone()).collect();
    let name = chosen(&names, plan.options.member.as_deref())?;
    let index = members.iter().find(|(_, known)| *known == name).map_or(0, |(index, _)| *index);
    let mut archive = zip::ZipArchive::new(&source.file).map_err(corrupt_zip)?;
    let raw = archive.by_index_raw(index).map_err(corrupt_zip)?;
    let (is_encrypted, n_declared) = (raw.encrypted(), raw.size());
    drop(raw);
    if is_encrypted {
        let text = "this archive is protected by a password; unpack it and import the list itself";
        return Err(FileError::refused(FileCode::Encrypted, text));
    }
    if plan.options.size_max() < n_declared {
        return Err(too_large(plan.options.size_max()));
    }
    let member = archive.by_index(index).map_err(|error| {
        if matches!(error, zip::result::ZipError::UnsupportedArchive(_)) {
            let text =
                "this archive is packed in a way that is not known; unpack it and import the list itself";
            return FileError::refused(FileCode::Unsupported, text);
        }
        corrupt_zip(error)
    })?;
    let file = spool(member, plan.options.size_max(), path)?;
    drop(archive);
    source.file = file;
    source.archive = Some("zip");
    if 1 < names.len() {
        source.notes.push(Note::OneMember { n_members: names.len(), member: name.clone() });
    }
    if is_of_unwilling(&name) {
        source.notes.push(Note::UnwillingMember { member: name.clone() });
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
        return found.cloned().ok_or_else(|| {
            let question = which_member(names.len(), names.iter());
            Refusal::NoSuchPart { found: wanted.to_owned(), question }.into()
        });
    }
    let ending =
        |name: &str| name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
    let tables: Vec<&String> =
        names.iter().filter(|name| LIST_ENDINGS.contains(&ending(name).as_str())).collect();
    let texts: Vec<&String> = names.iter().filter(|name| ending(name) == "txt").collect();
    let lists = [tables, texts, names.iter().collect()].into_iter().find(|lists| !lists.is_empty());
    match lists.as_deref() {
        None | Some([]) => Err(FileError::refused(FileCode::Empty, "there is no file in this archive")),
        Some([only]) => Ok((*only).clone()),
        Some(lists) => {
            let question = which_member(lists.len(), lists.iter().copied().take(MEMBERS_MAX));
            Err(Refusal::NeedsChoice(question).into())
        }
    }
}

fn which_member<'m>(n_members: usize, members: impl Iterator<Item = &'m String>) -> Question {
    let choice = |name: &String| Choice {
        is_harmful: is_of_unwilling(name),
        ..Choice::new(name, Advice::PickMember { name: name.clone() })
    };
    Question { subject: Subject::Member { n_members }, choices: members.map(choice).collect() }
}

/// True for the parts of an audience export that must not be written to.
pub(crate) fn is_of_unwilling(name: &str) -> bool {
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
