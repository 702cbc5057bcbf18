//! The container of old workbooks (.xls): a chain of sectors that forms a ring is found before a reader follows it, and
//! what a chain holds is read.
//!
//! [MS-CFB], 2.2 to 2.5: sectors of 512 or 4,096 bytes after a header; a table (FAT) names for each sector the next one
//! of its chain, and a table of tables (DIFAT) names the sectors that hold the FAT.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
};

/// The header, whose fields stand at the offsets below.
const HEADER_BYTES: usize = 512;
const SECTOR_SHIFT_AT: usize = 30;
const DIFAT_START_AT: usize = 68;
const DIFAT_AT: usize = 76;
const DIRECTORY_START_AT: usize = 48;
const SMALL_FAT_START_AT: usize = 60;

/// An entry of the directory, whose fields stand at the offsets below.
const ENTRY_BYTES: usize = 128;
const ENTRY_NAME_BYTES_AT: usize = 64;
const ENTRY_START_AT: usize = 116;
const ENTRY_SIZE_AT: usize = 120;

/// Streams with fewer bytes are kept in sectors of that size.
const SMALL_BYTES: usize = 4_096;
const SMALL_SECTOR_BYTES: usize = 64;

/// Numbers from here on are no sectors: free, end of chain, and the tables' own marks.
const RESERVED: u32 = 0xFFFF_FFFA;

/// Whether some chain of sectors never ends. A file that is no such container has no chains. Leaves the file at its start.
pub(crate) fn has_ring(mut file: &File) -> io::Result<bool> {
    let is_ring = find_ring(file)?;
    file.rewind()?;
    Ok(is_ring)
}

fn find_ring(file: &File) -> io::Result<bool> {
    Ok(match tables(file)? {
        Tables::None => false,
        Tables::Ring => true,
        Tables::Read { fat, .. } => is_ring_in(&fat),
    })
}

/// The tables of a file.
enum Tables {
    /// It is no such container.
    None,
    /// The table of tables is a ring.
    Ring,
    Read {
        sector_bytes: usize,
        header: Vec<u8>,
        fat: Vec<u32>,
    },
}

fn tables(mut file: &File) -> io::Result<Tables> {
    let n_bytes = file.seek(SeekFrom::End(0))?;
    let mut header = vec![0; HEADER_BYTES];
    file.rewind()?;
    if n_bytes < HEADER_BYTES as u64 {
        return Ok(Tables::None);
    }
    file.read_exact(&mut header)?;
    let sector_bytes = match header[SECTOR_SHIFT_AT] {
        9 => 512_usize,
        12 => 4_096,
        _ => return Ok(Tables::None),
    };
    let n_sectors = usize::try_from(n_bytes).unwrap_or(usize::MAX) / sector_bytes;
    let sector = |file: &mut &File, id: u32| -> io::Result<Vec<u32>> {
        Ok(words(&sector(file, id, sector_bytes)?).collect())
    };
    let mut of_fat: Vec<u32> = words(&header[DIFAT_AT..]).collect();
    let mut next = word(&header[DIFAT_START_AT..]);
    let mut n_read = 0;
    while next < RESERVED {
        n_read += 1;
        if n_sectors < n_read {
            return Ok(Tables::Ring);
        }
        of_fat.extend(sector(&mut file, next)?);
        next = of_fat.pop().unwrap_or(RESERVED);
    }
    let mut fat = Vec::new();
    // The table cannot have more sectors than the file.
    for id in of_fat.into_iter().filter(|id| (*id as usize) < n_sectors).take(n_sectors) {
        fat.extend(sector(&mut file, id)?);
    }
    Ok(Tables::Read { sector_bytes, header, fat })
}

fn sector(mut file: &File, id: u32, sector_bytes: usize) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start((u64::from(id) + 1) * sector_bytes as u64))?;
    let mut bytes = Vec::with_capacity(sector_bytes);
    Read::take(file, sector_bytes as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The content of the first of these streams that is there, of a container without rings. Leaves the file at its start.
pub(crate) fn stream(mut file: &File, names: &[&str]) -> io::Result<Option<Vec<u8>>> {
    let found = find_stream(file, names)?;
    file.rewind()?;
    Ok(found)
}

fn find_stream(file: &File, names: &[&str]) -> io::Result<Option<Vec<u8>>> {
    let Tables::Read { sector_bytes, header, fat } = tables(file)? else { return Ok(None) };
    let chain = |start: u32| -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        for id in chain(&fat, start) {
            bytes.extend(sector(file, id, sector_bytes)?);
        }
        Ok(bytes)
    };
    let directory = chain(word(&header[DIRECTORY_START_AT..]))?;
    let entries = || directory.chunks_exact(ENTRY_BYTES);
    let Some(entry) = names.iter().find_map(|name| entries().find(|entry| is_named(entry, name))) else {
        return Ok(None);
    };
    let (start, n_bytes) = (word(&entry[ENTRY_START_AT..]), word(&entry[ENTRY_SIZE_AT..]) as usize);
    let mut bytes = if n_bytes < SMALL_BYTES {
        // Small streams share the stream of the root, in sectors of 64 bytes with a table of their own.
        let root = entries().next().map_or(RESERVED, |root| word(&root[ENTRY_START_AT..]));
        let shared = chain(root)?;
        let small_fat: Vec<u32> = words(&chain(word(&header[SMALL_FAT_START_AT..]))?).collect();
        let part = |id: u32| shared.chunks(SMALL_SECTOR_BYTES).nth(id as usize).unwrap_or_default();
        self::chain(&small_fat, start).flat_map(part).copied().collect()
    } else {
        chain(start)?
    };
    bytes.truncate(n_bytes);
    Ok(Some(bytes))
}

/// The sectors of a chain; no chain has more than its table has.
fn chain(next: &[u32], start: u32) -> impl Iterator<Item = u32> + '_ {
    let followed = std::iter::successors(Some(start), |id| next.get(*id as usize).copied());
    followed.take_while(|id| *id < RESERVED && (*id as usize) < next.len()).take(next.len())
}

/// Whether a directory's entry is a stream of that name.
fn is_named(entry: &[u8], name: &str) -> bool {
    let wanted: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let n_bytes = usize::from(entry[ENTRY_NAME_BYTES_AT]);
    n_bytes == wanted.len() + 2 && entry.starts_with(&wanted)
}

/// Follows every chain once; one that comes back to itself is a ring.
fn is_ring_in(next: &[u32]) -> bool {
    // Which chain a sector was first met in: none yet is zero.
    let mut met_in = vec![0_usize; next.len()];
    (0..next.len()).any(|start| {
        let mut at = start;
        while met_in.get(at) == Some(&0) {
            met_in[at] = start + 1;
            at = next[at] as usize;
        }
        // A sector met in an earlier chain leads to that chain's end.
        met_in[start] == start + 1 && met_in.get(at) == Some(&(start + 1))
    })
}

fn words(bytes: &[u8]) -> impl Iterator<Item = u32> + '_ {
    bytes.chunks_exact(4).map(word)
}

fn word(bytes: &[u8]) -> u32 {
    bytes.first_chunk().map_or(RESERVED, |bytes| u32::from_le_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    const END: u32 = 0xFFFF_FFFE;
    const FREE: u32 = 0xFFFF_FFFF;

    #[test]
    fn chains_that_end_are_no_rings_wherever_they_begin() {
        assert!(!is_ring_in(&[1, 2, END, FREE, 1]));
        assert!(!is_ring_in(&[END, 0, 1, 900]));
        assert!(!is_ring_in(&[]));
    }

    #[test]
    fn a_chain_that_comes_back_is_a_ring() {
        assert!(is_ring_in(&[0]));
        assert!(is_ring_in(&[END, 2, 3, 1]));
        assert!(is_ring_in(&[3, END, 0, 4, 3]));
    }
}
