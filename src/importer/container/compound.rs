//! The container of old workbooks (.xls): a chain of sectors that forms a ring is found before a reader follows it.
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

/// Numbers from here on are no sectors: free, end of chain, and the tables' own marks.
const RESERVED: u32 = 0xFFFF_FFFA;

/// Whether some chain of sectors never ends. A file that is no such container has no chains. Leaves the file at its start.
pub(crate) fn has_ring(mut file: &File) -> io::Result<bool> {
    let is_ring = find_ring(file)?;
    file.rewind()?;
    Ok(is_ring)
}

fn find_ring(mut file: &File) -> io::Result<bool> {
    let n_bytes = file.seek(SeekFrom::End(0))?;
    let mut header = [0; HEADER_BYTES];
    file.rewind()?;
    if n_bytes < HEADER_BYTES as u64 {
        return Ok(false);
    }
    file.read_exact(&mut header)?;
    let sector_bytes = match header[SECTOR_SHIFT_AT] {
        9 => 512_usize,
        12 => 4_096,
        _ => return Ok(false),
    };
    let n_sectors = usize::try_from(n_bytes).unwrap_or(usize::MAX) / sector_bytes;
    let sector = |file: &mut &File, id: u32| -> io::Result<Vec<u32>> {
        file.seek(SeekFrom::Start((u64::from(id) + 1) * sector_bytes as u64))?;
        let mut bytes = Vec::with_capacity(sector_bytes);
        Read::take(file, sector_bytes as u64).read_to_end(&mut bytes)?;
        Ok(words(&bytes).collect())
    };
    let mut of_fat: Vec<u32> = words(&header[DIFAT_AT..]).collect();
    let mut next = word(&header[DIFAT_START_AT..]);
    let mut n_read = 0;
    while next < RESERVED {
        n_read += 1;
        if n_sectors < n_read {
            return Ok(true);
        }
        of_fat.extend(sector(&mut file, next)?);
        next = of_fat.pop().unwrap_or(RESERVED);
    }
    let mut fat = Vec::new();
    // The table cannot have more sectors than the file.
    for id in of_fat.into_iter().filter(|id| (*id as usize) < n_sectors).take(n_sectors) {
        fat.extend(sector(&mut file, id)?);
    }
    Ok(is_ring_in(&fat))
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
