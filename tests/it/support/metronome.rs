//! How late this machine is. A thread that wants to wake every few milliseconds writes down when it could not, so that
//! a test with a deadline knows what the machine, and not the program, has added to it.

use std::{
    sync::{Mutex, OnceLock},
    thread,
    time::{Duration, Instant},
};

const BEAT: Duration = Duration::from_millis(4);

/// Less than this is not worth a note.
const NOTED: Duration = Duration::from_millis(6);

static LATE: OnceLock<Mutex<Vec<(Instant, Duration)>>> = OnceLock::new();

/// Starts the metronome, once for the whole program.
pub fn start() {
    LATE.get_or_init(|| {
        thread::spawn(|| {
            loop {
                let asked_at = Instant::now();
                thread::sleep(BEAT);
                let late = asked_at.elapsed().saturating_sub(BEAT);
                if late >= NOTED {
                    LATE.get().unwrap().lock().unwrap().push((asked_at, late));
                }
            }
        });
        Mutex::default()
    });
}

/// The longest time that the machine kept somebody waiting between two instants.
pub fn lateness(from: Instant, to: Instant) -> Duration {
    let Some(notes) = LATE.get() else { return Duration::ZERO };
    let notes = notes.lock().unwrap();
    let first = notes.partition_point(|(at, late)| *at + *late < from);
    let there = notes[first..].iter().take_while(|(at, _)| *at <= to);
    there.map(|(_, late)| *late).max().unwrap_or_default()
}
