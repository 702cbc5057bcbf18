//! The program as a process of its own, its figures, and the campaign that it is given.

use std::{
    env,
    fs::{self, File},
    io::{BufWriter, Write},
    path::Path,
    process::Command,
    time::Duration,
};

/// The program, in a folder of its own, with an account at `address`.
pub(crate) fn catalink(folder: &Path, address: &str, args: &[&str]) -> Command {
    let mut command = Command::new(catalink_benches::program());
    command.args(args).current_dir(folder).env_clear();
    for (name, value) in [
        ("PATH", env::var_os("PATH").unwrap_or_default()),
        ("KALEYRA_SID", "BENCH".into()),
        ("KALEYRA_API_KEY", "bench".into()),
        ("KALEYRA_SENDER", "+911161197855".into()),
        ("KALEYRA_BASE_URL", address.into()),
    ] {
        command.env(name, value);
    }
    command
}

/// Writes a list of `n_rows` recipients.
pub(crate) fn write_list(path: &Path, n_rows: usize) {
    let mut list = BufWriter::new(File::create(path).unwrap());
    writeln!(list, "to,name,ref").unwrap();
    for n in 0..n_rows {
        writeln!(list, "+{},Asha {n},order-{n}", number(n)).unwrap();
    }
    list.flush().unwrap();
}

/// The number of the nth recipient, without its plus.
pub(crate) fn number(n: usize) -> String {
    format!("9198{:08}", 10_000_000 + n)
}

/// The user and system time of the process in that folder of `/proc`, to a hundredth of a second.
pub(crate) fn cpu(proc: &str) -> Option<Duration> {
    let fields = stat(proc)?;
    let ticks: u64 = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    Some(Duration::from_millis(ticks * 10))
}

/// The fields of `stat` after the process's name, which may itself hold spaces.
pub(crate) fn stat(proc: &str) -> Option<Vec<String>> {
    let stat = fs::read_to_string(format!("{proc}/stat")).ok()?;
    Some(stat.rsplit(')').next()?.split_whitespace().map(str::to_owned).collect())
}

/// The middle of some figures.
pub(crate) fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
