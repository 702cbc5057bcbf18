//! What a list costs: a million rows imported beside a bare loop of prepared inserts into the same tables, and exported
//! beside `sqlite3 -csv` of the same columns, in one run.
//!
//! `cargo bench -p catalink-benches --bench lists` prints medians of five alternating rounds and their ratios; `cargo bench -p catalink-benches --bench lists --
//! 100000` takes fewer rows. Each client is a process of its own, so that its time and memory are its own. The shell
//! `sqlite3` has to be installed.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench that cannot go on stops, and its result is print"
)]
#![expect(clippy::cast_precision_loss, reason = "counts far below the limits of their types")]

use std::{
    env,
    fmt::Write as _,
    fs::{self, File},
    io::{BufWriter, Write},
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

const ROUNDS: usize = 5;
const N_ROWS: usize = 1_000_000;

/// The page cache that SQLite has by itself, and the one that an import of ours has.
const CACHE_KIB: i64 = 2_000;
const IMPORT_CACHE_KIB: i64 = 49_152;

/// One row in so many repeats the number of the one before.
const DUPLICATE_EVERY: usize = 100;

/// What one run came to.
#[derive(Clone, Copy, Debug)]
struct Figures {
    seconds: f64,
    rss_mib: f64,
}

fn main() {
    let args: Vec<String> = env::args().collect();
    if args.get(1).is_some_and(|arg| arg == "bare") {
        bare(&args[2], args[3].parse().unwrap(), args[4].parse().unwrap());
        return;
    }
    let n_rows = args.iter().skip(1).find_map(|arg| arg.parse().ok()).unwrap_or(N_ROWS);
    let folder = tempfile::tempdir().unwrap();
    write_list(&folder.path().join("list.csv"), n_rows);
    let (mut bares, mut roomy) = (Vec::new(), Vec::new());
    let (mut tables, mut imports) = (Vec::new(), Vec::new());
    let (mut selects, mut exports) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        fresh(folder.path());
        bares.push(measure(bare_loop(folder.path(), n_rows, CACHE_KIB)));
        fresh(folder.path());
        roomy.push(measure(bare_loop(folder.path(), n_rows, IMPORT_CACHE_KIB)));
        fs::remove_file(folder.path().join("plain.db")).ok();
        tables.push(measure(sqlite_import(folder.path())));
        fresh(folder.path());
        imports.push(measure(catalink(folder.path(), &["import", "x", "list.csv"])));
        settle(folder.path(), n_rows);
        selects.push(measure(sqlite_select(folder.path())));
        let export = ["export", "x", "-o", "results.csv", "--overwrite"];
        exports.push(measure(catalink(folder.path(), &export)));
        compare(folder.path(), n_rows);
    }
    println!("| work | client | rows/s | seconds | resident MiB |");
    println!("| --- | --- | --- | --- | --- |");
    for (work, client, runs) in [
        ("import", "bare rusqlite loop, same tables", &bares),
        ("import", "the same with the cache of an import", &roomy),
        ("import", "sqlite3 .import, a plain table", &tables),
        ("import", "catalink", &imports),
        ("export", "sqlite3 -csv", &selects),
        ("export", "catalink", &exports),
    ] {
        let Figures { seconds, rss_mib } = medians(runs);
        println!("| {work} | {client} | {:.0} | {seconds:.2} | {rss_mib:.0} |", n_rows as f64 / seconds);
    }
    let seconds = |runs| medians(runs).seconds;
    println!("\nimport: {:.2} of the bare loop's speed", seconds(&bares) / seconds(&imports));
    println!("import: {:.2} of its speed with the same cache", seconds(&roomy) / seconds(&imports));
    println!("import: {:.2} of the speed of sqlite3 .import", seconds(&tables) / seconds(&imports));
    println!("export: {:.2} times what sqlite3 -csv takes", seconds(&exports) / seconds(&selects));
}

fn medians(runs: &[Figures]) -> Figures {
    let median = |of: &dyn Fn(&Figures) -> f64| {
        let mut all: Vec<f64> = runs.iter().map(of).collect();
        all.sort_by(f64::total_cmp);
        all[all.len() / 2]
    };
    Figures { seconds: median(&|run| run.seconds), rss_mib: median(&|run| run.rss_mib) }
}

/// Runs one client and reads its figures off the clock and the operating system.
fn measure(mut command: Command) -> Figures {
    let started = Instant::now();
    let mut child = command.stderr(Stdio::null()).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut rss_kib = 0;
    let ended = loop {
        if let Some(ended) = child.try_wait().unwrap() {
            break ended;
        }
        rss_kib = peak_kib(&status).unwrap_or(rss_kib);
        thread::sleep(Duration::from_millis(5));
    };
    assert!(ended.success(), "{command:?} failed");
    Figures { seconds: started.elapsed().as_secs_f64(), rss_mib: f64::from(rss_kib) / 1024.0 }
}

fn peak_kib(status: &str) -> Option<u32> {
    let status = fs::read_to_string(status).ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok())
}

fn catalink(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(catalink_benches::program());
    command.args(args).current_dir(folder).stdout(Stdio::null());
    command
}

/// An empty database that has one campaign.
fn fresh(folder: &Path) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.file_name().to_string_lossy().starts_with("catalink.db") {
            fs::remove_file(entry.path()).unwrap();
        }
    }
    let message = "Hi {{name}}, our catalogue: https://wa.me/c/911161197855";
    assert!(measure(catalink(folder, &["create", "x", "--message", message])).seconds > 0.0);
}

/// The number of a row, in no order. Valid Indian mobiles; one in [`DUPLICATE_EVERY`] repeats the one before.
fn number(row: usize) -> usize {
    let row = if row % DUPLICATE_EVERY == DUPLICATE_EVERY - 1 { row - 1 } else { row };
    // The factor has no divisor in common with the modulus, so that no two rows meet.
    919_800_000_000 + (row * 61_803_399) % 99_999_989
}

fn write_list(path: &Path, n_rows: usize) {
    let mut list = BufWriter::new(File::create(path).unwrap());
    writeln!(list, "to,name,ref,ref1,ref2,city,plan").unwrap();
    for row in 0..n_rows {
        let number = number(row);
        writeln!(list, "+{number},Asha {row},order-{row},shop-{},autumn,Pune {},gold", row % 97, row % 1_000)
            .unwrap();
    }
    list.flush().unwrap();
}

/// The limit: values made up and bound, one statement for all rows, one transaction; no file is read, no number is
/// checked, nothing is said about duplicates.
fn bare(path: &str, n_rows: usize, cache_kib: i64) {
    let mut connection = rusqlite::Connection::open(path).unwrap();
    connection.pragma_update(None, "journal_mode", "wal").unwrap();
    connection.pragma_update(None, "synchronous", "full").unwrap();
    connection.pragma_update(None, "cache_size", -cache_kib).unwrap();
    let transaction = connection.transaction().unwrap();
    let mut insert = transaction
        .prepare(
            "insert or ignore into recipient
                (recipient_id, campaign_id, import_id, line, number, status, ref, ref1, ref2, cells)
            values (?, 1, 1, ?, ?, 'queued', ?, ?, ?, ?)",
        )
        .unwrap();
    let (mut reference, mut shop, mut cells) = (String::new(), String::new(), String::new());
    for (id, row) in (1_i64..).zip(0..n_rows) {
        for text in [&mut reference, &mut shop, &mut cells] {
            text.clear();
        }
        write!(reference, "order-{row}").unwrap();
        write!(shop, "shop-{}", row % 97).unwrap();
        write!(cells, r#"["Asha {row}","Pune {}","gold"]"#, row % 1_000).unwrap();
        insert
            .execute((id, id + 1, i64::try_from(number(row)).unwrap(), &reference, &shop, "autumn", &cells))
            .unwrap();
    }
    drop(insert);
    transaction.commit().unwrap();
}

fn bare_loop(folder: &Path, n_rows: usize, cache_kib: i64) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    let args = ["bare", "catalink.db", &n_rows.to_string(), &cache_kib.to_string()];
    command.args(args).current_dir(folder);
    command
}

fn sqlite3(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new("sqlite3");
    command.args(args).current_dir(folder).stdout(Stdio::null());
    command
}

fn sqlite_import(folder: &Path) -> Command {
    sqlite3(folder, &["plain.db", ".import --csv list.csv list"])
}

/// What a campaign looks like when everybody was reached.
fn settle(folder: &Path, n_rows: usize) {
    let settled = "update recipient set status = 'accepted', attempts = 1, settled_at = 1795000000000 + recipient_id,
        message_id = 'b2f0c7d8-9f1e-4c55-' || recipient_id, delivery = 'delivered', delivery_at = 1795000060000
        where status = 'queued'; select count(*) from recipient; pragma wal_checkpoint(truncate)";
    let output = sqlite3(folder, &["catalink.db", settled]).stdout(Stdio::piped()).output().unwrap();
    assert!(
        String::from_utf8_lossy(&output.stdout).starts_with(&n_rows.to_string()),
        "not every row is there"
    );
}

fn sqlite_select(folder: &Path) -> Command {
    let select = "select line, iif(number is null, input_to, '+' || number) as \"to\", status, message_id, code, error,
            attempts, strftime('%Y-%m-%dT%H:%M:%fZ', settled_at / 1000.0, 'unixepoch') as accepted_at, delivery,
            strftime('%Y-%m-%dT%H:%M:%fZ', delivery_at / 1000.0, 'unixepoch') as delivery_at, delivery_error,
            ref, ref1, ref2, file_name as file,
            strftime('%Y-%m-%dT%H:%M:%fZ', delivered_at / 1000.0, 'unixepoch') as delivered_at,
            strftime('%Y-%m-%dT%H:%M:%fZ', read_at / 1000.0, 'unixepoch') as read_at,
            strftime('%Y-%m-%dT%H:%M:%fZ', closes_at / 1000.0, 'unixepoch') as window_until,
            strftime('%Y-%m-%dT%H:%M:%fZ', replied_at / 1000.0, 'unixepoch') as replied_at, reply_kind,
            cells ->> 0 as name, cells ->> 1 as city, cells ->> 2 as plan
        from recipient cross join import using (import_id) order by recipient_id";
    let mut command = sqlite3(folder, &["-csv", "-header", "catalink.db", select]);
    command.stdout(File::create(folder.join("select.csv")).unwrap());
    command
}

/// The two files must say the same, or the comparison is none.
fn compare(folder: &Path, n_rows: usize) {
    let rows = |name: &str| {
        let mut reader = csv::Reader::from_path(folder.join(name)).unwrap();
        reader
            .records()
            .map(|row| row.unwrap().iter().map(str::to_owned).collect::<Vec<_>>())
            .step_by(997)
            .collect()
    };
    let (ours, theirs): (Vec<_>, Vec<_>) = (rows("results.csv"), rows("select.csv"));
    assert_eq!(ours.len(), n_rows.div_ceil(997));
    for (ours, theirs) in ours.iter().zip(&theirs) {
        assert_eq!(ours, theirs);
    }
}
