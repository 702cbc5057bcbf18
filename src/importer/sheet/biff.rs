//! What the records of an old workbook (.xls) say beside the values of its cells ([MS-XLS]): which rows are hidden.

use std::fs::File;

use super::visibility::Visibility;
use crate::importer::container::compound;

/// Records by their number.
const BOUND_SHEET: u16 = 0x0085;
const AUTO_FILTER: u16 = 0x009E;
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
