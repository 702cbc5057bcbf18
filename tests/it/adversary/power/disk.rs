//! A disk that loses its power. What was synced is there; of everything else any part may be there: writes by sectors
//! of 512 bytes, changes of the folder up to some point.

use std::{collections::BTreeMap, fs, path::Path};

use super::trace::{Event, What};
use crate::support::crash::Dice;

const SECTOR: usize = 512;

/// What a cut does to what was not synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Luck {
    /// All of it is lost.
    Lost,
    /// All of it is there.
    Kept,
    /// Each write is there or not.
    Some,
    /// Each sector is there or not.
    Torn,
    /// The writes are there up to some point, and that one is torn.
    UpTo,
}

impl Luck {
    pub const ALL: [Self; 5] = [Self::Lost, Self::Kept, Self::Some, Self::Torn, Self::UpTo];
}

#[derive(Debug, Clone)]
enum Change {
    Write { at: usize, data: Vec<u8> },
    Cut { len: usize },
}

#[derive(Debug, Clone, Default)]
struct Inode {
    synced: Vec<u8>,
    /// With the lines of the trace between which they were asked for.
    pending: Vec<(usize, Change)>,
}

#[derive(Debug, Clone)]
enum Entry {
    Link(String, usize),
    Gone(String),
    Moved(String, String),
}

/// Files by name, and what of it all is on the platter.
#[derive(Debug, Clone, Default)]
pub struct Disk {
    inodes: Vec<Inode>,
    /// What programs see.
    seen: BTreeMap<String, usize>,
    synced: BTreeMap<String, usize>,
    pending: Vec<(usize, Entry)>,
    /// Syncs that have begun and not ended: what they end at, of what, and from where on they promise nothing.
    syncing: Vec<(usize, String, usize)>,
}

/// What is on the platter when the power is back.
pub type Files = BTreeMap<String, Vec<u8>>;

impl Disk {
    /// Lets something happen. Events come in the order in which they begin.
    pub fn happen(&mut self, event: &Event) {
        self.end_syncs(event.begins);
        match &event.what {
            What::Create(file) => drop(self.inode(file, event)),
            What::Write { file, at, data } => {
                let inode = self.inode(file, event);
                let write = Change::Write { at: *at, data: data.clone() };
                self.inodes[inode].pending.push((event.ends, write));
            }
            What::Cut { file, len } => {
                let inode = self.inode(file, event);
                self.inodes[inode].pending.push((event.ends, Change::Cut { len: *len }));
            }
            What::Unlink(file) => {
                if self.seen.remove(file).is_some() {
                    self.pending.push((event.ends, Entry::Gone(file.clone())));
                }
            }
            What::Rename(from, to) => {
                if let Some(inode) = self.seen.remove(from) {
                    self.seen.insert(to.clone(), inode);
                    self.pending.push((event.ends, Entry::Moved(from.clone(), to.clone())));
                }
            }
            What::Sync(file) => self.syncing.push((event.ends, file.clone(), event.begins)),
            What::Request { .. } | What::Done { .. } | What::Begun { .. } => {}
        }
    }

    fn inode(&mut self, file: &str, event: &Event) -> usize {
        if let Some(inode) = self.seen.get(file) {
            return *inode;
        }
        self.inodes.push(Inode::default());
        let inode = self.inodes.len() - 1;
        self.seen.insert(file.to_owned(), inode);
        self.pending.push((event.ends, Entry::Link(file.to_owned(), inode)));
        inode
    }

    /// Syncs that have returned by then: what had been asked for before they began is on the platter.
    fn end_syncs(&mut self, now: usize) {
        let (ended, syncing) =
            std::mem::take(&mut self.syncing).into_iter().partition(|(ends, ..)| *ends < now);
        self.syncing = syncing;
        let ended: Vec<(usize, String, usize)> = ended;
        for (_, file, from) in ended {
            if file.is_empty() {
                for (_, entry) in self.pending.extract_if(.., |(ends, _)| *ends <= from) {
                    apply_entry(&mut self.synced, &entry);
                }
            } else if let Some(inode) = self.seen.get(&file) {
                let inode = &mut self.inodes[*inode];
                for (_, change) in inode.pending.extract_if(.., |(ends, _)| *ends <= from) {
                    apply(&mut inode.synced, &change);
                }
            }
        }
    }

    /// The power goes at that line of the trace.
    pub fn cut(&self, at: usize, luck: Luck, dice: &mut Dice) -> Files {
        let mut left = self.clone();
        left.end_syncs(at);
        let mut names = left.synced.clone();
        // The journal of a file system keeps the order of names.
        let n = left.pending.len() as u64;
        let n_kept = match luck {
            Luck::Lost => 0,
            Luck::Kept => n,
            Luck::Some | Luck::Torn | Luck::UpTo => dice.below(n + 1),
        };
        for (_, entry) in left.pending.iter().take(usize::try_from(n_kept).unwrap()) {
            apply_entry(&mut names, entry);
        }
        let mut files = Files::new();
        for (name, inode) in names {
            let inode = &left.inodes[inode];
            let mut content = inode.synced.clone();
            let point = dice.below(inode.pending.len() as u64 + 1);
            for (nth, (_, change)) in inode.pending.iter().enumerate() {
                let nth = nth as u64;
                match luck {
                    Luck::Lost => {}
                    Luck::Kept => apply(&mut content, change),
                    Luck::Some if dice.below(2) == 0 => apply(&mut content, change),
                    Luck::UpTo if nth < point => apply(&mut content, change),
                    Luck::Torn => apply_torn(&mut content, change, dice),
                    Luck::UpTo if nth == point => apply_torn(&mut content, change, dice),
                    Luck::Some | Luck::UpTo => {}
                }
            }
            files.insert(name, content);
        }
        files
    }
}

fn apply_entry(names: &mut BTreeMap<String, usize>, entry: &Entry) {
    match entry {
        Entry::Link(name, inode) => drop(names.insert(name.clone(), *inode)),
        Entry::Gone(name) => drop(names.remove(name)),
        Entry::Moved(from, to) => {
            if let Some(inode) = names.remove(from) {
                names.insert(to.clone(), inode);
            }
        }
    }
}

fn apply(content: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Write { at, data } => {
            if content.len() < at + data.len() {
                content.resize(at + data.len(), 0);
            }
            content[*at..at + data.len()].copy_from_slice(data);
        }
        Change::Cut { len } => content.resize(*len, 0),
    }
}

fn apply_torn(content: &mut Vec<u8>, change: &Change, dice: &mut Dice) {
    let Change::Write { at, data } = change else {
        if dice.below(2) == 0 {
            apply(content, change);
        }
        return;
    };
    let mut from = 0;
    while from < data.len() {
        // A sector is there whole or not at all.
        let until = ((at + from) / SECTOR + 1) * SECTOR - at;
        let until = until.min(data.len());
        if dice.below(2) == 0 {
            apply(content, &Change::Write { at: at + from, data: data[from..until].to_vec() });
        }
        from = until;
    }
}

/// Puts the files into the folder. The database is the same file to the system each time, with another content, also
/// where it was not there for a while.
pub fn put(files: &Files, folder: &Path) {
    const DATABASE: &str = "catalink.db";
    let (database, kept) = (folder.join(DATABASE), folder.join("kept.db"));
    // Where it is kept already, what is in its place is another one.
    if !kept.exists() {
        fs::rename(&database, &kept).unwrap();
    }
    for entry in fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name.starts_with(DATABASE) {
            fs::remove_file(folder.join(name)).unwrap();
        }
    }
    if files.contains_key(DATABASE) {
        fs::rename(&kept, &database).unwrap();
    }
    for (name, content) in files {
        // Truncates and writes: the inode stays.
        fs::write(folder.join(name), content).unwrap();
    }
}
