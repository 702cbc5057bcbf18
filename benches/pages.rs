//! How long the console's pages take on a long list, and what ten open pages cost the sender:
//! `cargo bench -p catalink-benches --bench pages`.
//!
//! A list is imported, and each page is asked for while nothing is sent and while the campaign runs against the
//! simulator. Then the sender's messages a second are counted without and with ten browsers that follow the campaign by
//! server-sent events. `CATALINK_ROWS` changes the length of the list, `CATALINK_PROGRAM` the program.

#![expect(clippy::cast_precision_loss, reason = "counts far below the limits of their types")]
#![expect(clippy::print_stdout, reason = "a bench prints what it measured")]

use std::{
    error::Error,
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::sleep,
};

/// Rows of the list.
const N_ROWS: usize = 1_000_000;
/// How often each page is asked for.
const N_ASKED: usize = 21;
/// Browsers that look on.
const N_LOOKING: usize = 10;
/// The set rate, in messages per second: more than one account is allowed.
const PACED: u32 = 200;
/// How long messages are counted, each time.
const COUNTED_FOR: Duration = Duration::from_secs(8);

const PAGES: [(&str, &str); 16] = [
    ("campaigns", "/"),
    ("the campaign", "/campaigns/big"),
    ("all rows", "/campaigns/big/rows"),
    ("rows far behind", "/campaigns/big/rows?after=0-LATE"),
    ("waiting rows", "/campaigns/big/rows?status=queued"),
    ("accepted rows", "/campaigns/big/rows?status=accepted"),
    ("failed rows", "/campaigns/big/rows?status=failed"),
    ("read rows", "/campaigns/big/rows?delivery=read"),
    ("a number that is there", "/campaigns/big/rows?q=%2B919810000777"),
    ("what every number begins with", "/campaigns/big/rows?q=9198"),
    ("a tag or a name that is nowhere", "/campaigns/big/rows?q=nobody"),
    ("the end of a number", "/campaigns/big/rows?q=0777"),
    ("a search over everything", "/search?q=nobody"),
    ("a number that begins so, searched everywhere", "/search?q=98100007"),
    ("a person", "/people/919810000777"),
    ("a line", "/campaigns/big/rows?q=line+LATE"),
];

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// A program that serves something until it is dropped.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start(mut command: Command) -> Result<Self> {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().ok_or("no output")?).read_line(&mut line)?;
        let address = line.split("http://").nth(1).and_then(|rest| rest.split(['/', ';', ' ', '\n']).next());
        Ok(Self { child, address: address.ok_or("no address in the first line")?.to_owned() })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn program(folder: &Path, provider: &str, args: &[&str]) -> Command {
    let built = catalink_benches::program().into();
    let mut command = Command::new(std::env::var_os("CATALINK_PROGRAM").unwrap_or(built));
    command.args(args).current_dir(folder).env_remove("CATALINK_DB");
    command.env("KALEYRA_SID", "SIMULATED").env("KALEYRA_API_KEY", "any");
    command.env("KALEYRA_SENDER", "+911161197855").env("KALEYRA_BASE_URL", format!("http://{provider}"));
    command
}

async fn ask(address: &str, method: &str, path: &str, body: &str) -> Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let status = answer.split(' ').nth(1).unwrap_or_default().to_owned();
    if status == "200" || status == "303" { Ok(answer) } else { Err(format!("{status} for {path}").into()) }
}

/// Asks for every page, and prints the middle and the longest of its times.
async fn pages(address: &str, n_rows: usize, when: &str) -> Result<()> {
    println!("{when}\n  {:<32}{:>10}{:>10}", "page", "median", "longest");
    for (name, path) in PAGES {
        let path = path.replace("LATE", &(n_rows * 9 / 10).to_string());
        let mut times = Vec::new();
        for _ in 0..N_ASKED {
            let began = Instant::now();
            ask(address, "GET", &path, "").await?;
            times.push(began.elapsed());
        }
        times.sort_unstable();
        let ms = |time: Duration| format!("{:.1} ms", time.as_secs_f64() * 1_000.0);
        println!("  {name:<32}{:>10}{:>10}", ms(times[N_ASKED / 2]), ms(times[N_ASKED - 1]));
    }
    Ok(())
}

async fn n_accepted(address: &str) -> Result<u64> {
    let figures = ask(address, "GET", "/metrics", "").await?;
    let line = figures.lines().find(|line| line.contains("status=\"accepted\"")).ok_or("no figure")?;
    Ok(line.rsplit(' ').next().unwrap_or_default().parse()?)
}

async fn rate(address: &str) -> Result<f64> {
    let (before, began) = (n_accepted(address).await?, Instant::now());
    sleep(COUNTED_FOR).await;
    Ok((n_accepted(address).await? - before) as f64 / began.elapsed().as_secs_f64())
}

/// Follows the campaign as a browser does, and reads whatever comes.
async fn look_on(address: String) -> std::io::Result<()> {
    let mut stream = TcpStream::connect(&address).await?;
    let request = format!("GET /campaigns/big/events HTTP/1.1\r\nhost: {address}\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut piece = vec![0; 64 * 1024];
    while stream.read(&mut piece).await? > 0 {}
    Ok(())
}

#[tokio::main]
async fn main() -> Result<()> {
    let n_rows =
        std::env::var_os("CATALINK_ROWS").and_then(|text| text.to_str()?.parse().ok()).unwrap_or(N_ROWS);
    let folder = tempfile::tempdir()?;
    let folder = folder.path();
    let mut list = String::from("to,name,ref,ref1\n");
    for n in 0..n_rows {
        list.push_str(&format!("+9198{:08},Asha {n},order-{n},Pune\n", 10_000_000 + n));
    }
    fs::write(folder.join("list.csv"), list)?;
    let message = "Hi {{name}}, see https://wa.me/c/911161197855";
    for args in
        [&["create", "big", "--message", message, "--mps", "10000"][..], &["import", "big", "list.csv"]]
    {
        let status =
            program(folder, "127.0.0.1:9", args).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
        assert!(status.success(), "{args:?}: {status}");
    }
    let simulate =
        ["simulate", "--listen", "127.0.0.1:0", "--latency", "20ms", "--jitter", "0ms", "--wa400", "0.01"];
    let provider = Server::start(program(folder, "127.0.0.1:9", &simulate))?;
    let console = Server::start(program(folder, &provider.address, &["serve", "--listen", "127.0.0.1:0"]))?;
    let address = console.address.as_str();
    println!("{n_rows} rows");
    pages(address, n_rows, "while nothing is sent").await?;
    ask(address, "POST", "/campaigns/big/start", &format!("n={n_rows}")).await?;
    for (mps, when) in
        [(PACED, "while it is sent at a set rate"), (10_000, "while it is sent as fast as it goes")]
    {
        ask(address, "POST", "/campaigns/big/rate", &format!("mps={mps}")).await?;
        sleep(Duration::from_secs(3)).await;
        pages(address, n_rows, when).await?;
        println!("messages a second  {:>12}{:>18}", "nobody looks", format!("{N_LOOKING} pages open"));
        for _ in 0..2 {
            let alone = rate(address).await?;
            let looking: Vec<_> = (0..N_LOOKING).map(|_| tokio::spawn(look_on(address.to_owned()))).collect();
            let watched = rate(address).await?;
            for one in &looking {
                one.abort();
            }
            println!("{alone:>31.0}{watched:>18.0}{:>8.3}", watched / alone);
        }
    }
    Ok(())
}
