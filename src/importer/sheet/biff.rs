//! What the records of an old workbook (.xls) say beside the values of its cells ([MS-XLS]): which rows are hidden, and
//! how cells are shown.

use std::fs::File;

use super::visibility::Visibility;
use crate::importer::container::compound;

/// Records by their number.
const BOUND_SHEET: u16 = 0x0085;
const AUTO_FILTER: u16 = 0x009E;
const FORMAT: u16 = 0x041E;
const STYLE: u16 = 0x00E0;
const NUMBER: u16 = 0x0203;
const SHORT_NUMBER: u16 = 0x027E;
const SHORT_NUMBERS: u16 = 0x00BD;
const FORMULA: u16 = 0x0006;
const ROW: u16 = 0x0208;
const START: u16 = 0x0809;
const END: u16 = 0x000A;
/// Numbers, texts, truth values and errors, and formulas with their results.
const CELLS: [u16; 8] = [0x0203, 0x0204, 0x00D6, 0x0205, 0x027E, 0x00FD, 0x00BD, 0x0006];

/// Among a row's flags: its height is zero.
const ROW_FLAGS_AT: usize = 12;
const ROW_HIDDEN: u8 = 0x20;

/// The records of a workbook, in memory as the reader of its cells has them.
pub(crate) struct Biff {
    stream: Vec<u8>,
    /// Where each sheet starts, in the workbook's order.
    starts: Vec<usize>,
}

impl Biff {
    /// None where the file holds no such records.
    pub(crate) fn open(file: &File) -> Option<Self> {
        let stream = compound::stream(file, &["Workbook", "Book"]).ok()??;
        let sheets =
            records(&stream).take_while(|(kind, _)| *kind != END).filter(|(kind, _)| *kind == BOUND_SHEET);
        let starts =
            sheets.filter_map(|(_, data)| data.first_chunk().map(|at| u32::from_le_bytes(*at) as usize));
        let starts = starts.collect();
        Some(Self { stream, starts })
    }

    /// The rows of a sheet, by its place among all sheets; none where none is hidden.
    pub(crate) fn visibility(&self, sheet: usize) -> Option<Visibility> {
        let mut hidden = Visibility::default();
        let mut has_hidden = false;
        for (kind, data) in self.of_sheet(sheet) {
            match kind {
                ROW => {
                    let is_hidden = data.get(ROW_FLAGS_AT).is_some_and(|flags| flags & ROW_HIDDEN != 0);
                    if let Some(row) = half(data, 0).filter(|_| is_hidden) {
                        has_hidden = true;
                        hidden.mark(u64::from(row) + 1, true, false);
                    }
                }
                // The first column that is filtered may lie to the right of the first one.
                AUTO_FILTER => hidden.filtered.extend(half(data, 0).map(usize::from)),
                _ if CELLS.contains(&kind) => {
                    if let Some(row) = half(data, 0) {
                        hidden.mark(u64::from(row) + 1, false, true);
                    }
                }
                _ => {}
            }
        }
        has_hidden.then_some(hidden)
    }

    /// The format of each style, by its number and its code.
    pub(crate) fn formats(&self) -> Vec<(Option<u32>, String)> {
        let mut codes = Vec::new();
        let mut styles = Vec::new();
        // [MS-XLS] 2.4.21: the version is the first field.
        let is_8 = records(&self.stream).next().is_some_and(|(_, data)| half(data, 0) == Some(0x0600));
        for (kind, data) in records(&self.stream).take_while(|(kind, _)| *kind != END) {
            match kind {
                FORMAT => codes.extend(half(data, 0).zip(data.get(2..).map(|data| text(data, is_8)))),
                STYLE => styles.extend(half(data, 2)),
                _ => {}
            }
        }
        let code_of = |id: u16| {
            let code = codes.iter().find(|(known, _)| *known == id).map(|(_, code)| code.clone());
            (Some(u32::from(id)), code.unwrap_or_default())
        };
        styles.into_iter().map(code_of).collect()
    }

    /// The styles of the numbers of a sheet, by its place among all sheets.
    pub(crate) fn styles(&self, sheet: usize) -> Styles {
        let mut styles = Vec::new();
        for (kind, data) in self.of_sheet(sheet) {
            let (Some(row), Some(column)) = (half(data, 0), half(data, 2)) else { continue };
            match kind {
                NUMBER | SHORT_NUMBER | FORMULA => {
                    styles.extend(half(data, 4).map(|style| (row, column, style)));
                }
                // Each with its style, and the last column at the end.
                SHORT_NUMBERS => {
                    let numbers =
                        data.get(4..data.len().saturating_sub(2)).unwrap_or_default().chunks_exact(6);
                    let each =
                        numbers.zip(column..).filter_map(|(number, column)| Some((column, half(number, 0)?)));
                    styles.extend(each.map(|(column, style)| (row, column, style)));
                }
                _ => {}
            }
        }
        styles.sort_unstable();
        Styles(styles)
    }

    /// The records of a sheet, without those of the charts in it.
    fn of_sheet(&self, sheet: usize) -> impl Iterator<Item = (u16, &[u8])> {
        let rest = self.starts.get(sheet).and_then(|start| self.stream.get(*start..)).unwrap_or_default();
        let mut depth = 0_usize;
        let followed = records(rest).map_while(move |(kind, data)| {
            match kind {
                START => depth += 1,
                END if depth <= 1 => return None,
                END => depth -= 1,
                _ => {}
            }
            Some((depth, kind, data))
        });
        followed.filter(|(depth, ..)| *depth == 1).map(|(_, kind, data)| (kind, data))
    }
}

/// Row, column and style of cells, in order.
#[derive(Debug, Default)]
pub(crate) struct Styles(Vec<(u16, u16, u16)>);

impl Styles {
    pub(crate) fn of(&self, (row, column): (u32, u32)) -> Option<usize> {
        let wanted = (u16::try_from(row).ok()?, u16::try_from(column).ok()?);
        let at = self.0.binary_search_by_key(&wanted, |(row, column, _)| (*row, *column)).ok()?;
        Some(usize::from(self.0[at].2))
    }
}

/// A text with its length in front ([MS-XLS] 2.5.294); before version 8 in bytes of an unknown code page.
fn text(data: &[u8], is_8: bool) -> String {
    if !is_8 {
        return data.iter().skip(1).map(|byte| char::from(*byte)).collect();
    }
    let n_chars = usize::from(half(data, 0).unwrap_or_default());
    let is_wide = data.get(2).is_some_and(|flags| flags & 1 != 0);
    let chars = data.get(3..).unwrap_or_default();
    if is_wide {
        let units: Vec<u16> = chars.chunks_exact(2).take(n_chars).filter_map(|unit| half(unit, 0)).collect();
        return String::from_utf16_lossy(&units);
    }
    chars.iter().take(n_chars).map(|byte| char::from(*byte)).collect()
}

/// Number and content of each record, as long as they are whole.
fn records(stream: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    let mut rest = stream;
    std::iter::from_fn(move || {
        let (kind, length) = (half(rest, 0)?, half(rest, 2)?);
        let data = rest.get(4..4 + usize::from(length))?;
        rest = &rest[4 + data.len()..];
        Some((kind, data))
    })
}

fn half(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|half| u16::from_le_bytes(*half))
}
