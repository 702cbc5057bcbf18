//! How many delivery receipts a second the receiver takes in, each synced to disk before it is answered, and whether one
//! of them is lost: `cargo bench -p catalink-benches --bench receipts`.
//!
//! A campaign is sent to the simulator; then three receipts for each of its messages (sent, delivered, read) are posted
//! to `catalink receive` over a fixed number of connections, in the provider's own shape. At the end every message has
//! to be read. `CATALINK_MESSAGES` and `CATALINK_CONNECTIONS` change the size.

#![expect(clippy::cast_precision_loss, reason = "counts far below the limits of their types")]

use std::{
    error::Error,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

/// Messages of the campaign; each has three receipts.
const N_MESSAGES: usize = 20_000;

/// Connections of the provider at once.
const N_CONNECTIONS: usize = 128;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// A program that serves something until it is dropped.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start(folder: &Path, args: &[&str]) -> Result<Self> {
        let mut child = program(folder, args).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().ok_or("no output")?).read_line(&mut line)?;
        let address = line.split("http://").nth(1).and_then(|rest| rest.split(['/', ';']).next());
        let address = address.ok_or("no address in the first line")?.trim().to_owned();
        Ok(Self { child, address })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn program(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(catalink_benches::program());
    command.args(args).current_dir(folder).env("CATALINK_CALLBACK_TOKEN", TOKEN);
    command.env("KALEYRA_SID", "SIMULATED").env("KALEYRA_API_KEY", "any");
    command.env("KALEYRA_SENDER", "+911161197855").env_remove("CATALINK_DB");
    command
}

fn run(folder: &Path, args: &[&str], base: &str) -> Result<String> {
    let output = program(folder, args).env("KALEYRA_BASE_URL", format!("http://{base}")).output()?;
    if output.status.success() {
        Ok(String::from_utf8(output.stdout)?)
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned().into())
    }
}

fn size(name: &str, default: usize) -> usize {
    std::env::var_os(name).and_then(|text| text.to_str()?.parse().ok()).unwrap_or(default)
}

/// A request whose answer is read whole; its status and body.
async fn ask(stream: &mut TcpStream, head: &str, body: &str) -> Result<(u16, Vec<u8>)> {
    let request = format!("{head}\r\nhost: x\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    loop {
        if stream.read_buf(&mut answer).await? == 0 {
            return Err("the connection was closed".into());
        }
        let Some(at) = answer.windows(4).position(|part| part == b"\r\n\r\n") else { continue };
        let text = String::from_utf8_lossy(&answer[..at]).to_ascii_lowercase();
        let length = text.split("content-length: ").nth(1).and_then(|rest| rest.lines().next());
        let length: usize = length.ok_or("no length")?.trim().parse()?;
        if answer.len() >= at + 4 + length {
            return Ok((text[9..12].parse()?, answer.split_off(at + 4)));
        }
    }
}

/// The receipts of every message in the simulator's ledger, all of one kind after the other.
fn receipts(ledger: &Value) -> Vec<String> {
    let entries: Vec<&Value> =
        ledger["numbers"].as_object().into_iter().flat_map(|numbers| numbers.values()).collect();
    let messages = entries.iter().flat_map(|entry| entry["messages"].as_array().into_iter().flatten());
    let messages: Vec<&Value> = messages.collect();
    let receipt = |status: &'static str| {
        messages.iter().map(move |message| {
            let status_of_meta = json!({
                "id": "7c1f9c3207c549deb0b1d0acac299cfb", "status": status, "timestamp": "1790000000",
                "recipient_id": "919800000001", "conversation": { "id": "c", "origin": { "type": "service" } },
                "pricing": { "billable": false, "pricing_model": "PMP", "category": "service" },
            });
            json!({
                "meta_object": {
                    "value": {
                        "messaging_product": "whatsapp", "statuses": [status_of_meta],
                        "metadata": { "display_phone_number": "911161197855", "phone_number_id": "104000000000060" },
                    },
                    "field": "messages",
                },
                "extra_info": {
                    "trace_id": "8f14e45f-ceea-4c1a-9e77-1a5b2c3d4e5f", "waba_id": "123450000034512345",
                    "ref": message["ref"], "ref1": message["ref1"], "ref2": message["ref2"],
                },
                "status": status, "message_id": message["message_id"],
            })
            .to_string()
        })
    };
    ["sent", "delivered", "read"].into_iter().flat_map(receipt).collect()
}

/// Posts all receipts, and gives the time that each took.
async fn post(address: &str, receipts: Vec<String>, n_connections: usize) -> Result<Vec<Duration>> {
    let receipts = Arc::new(receipts);
    let next = Arc::new(AtomicUsize::new(0));
    let mut posting = Vec::new();
    for _ in 0..n_connections {
        let (receipts, next, address) = (Arc::clone(&receipts), Arc::clone(&next), address.to_owned());
        posting.push(tokio::spawn(async move {
            let mut took = Vec::new();
            let Ok(mut stream) = TcpStream::connect(&address).await else { return took };
            let head = format!("POST /callbacks/{TOKEN} HTTP/1.1");
            while let Some(body) = receipts.get(next.fetch_add(1, Ordering::Relaxed)) {
                let asked_at = Instant::now();
                match ask(&mut stream, &head, body).await {
                    Ok((200, _)) => took.push(asked_at.elapsed()),
                    Ok(_) | Err(_) => return took,
                }
            }
            took
        }));
    }
    let mut took = Vec::new();
    for posted in posting {
        took.extend(posted.await?);
    }
    Ok(took)
}

fn prepare(folder: &Path, n_messages: usize, base: &str) -> Result<()> {
    let mut list = String::from("to,ref\n");
    for n in 0..n_messages {
        list.push_str(&format!("+9198{:08},order-{n}\n", 10_000_000 + n));
    }
    std::fs::write(folder.join("list.csv"), list)?;
    run(folder, &["create", "spring", "--message", "Hi", "--mps", "20000"], base)?;
    run(folder, &["import", "spring", "list.csv"], base)?;
    run(folder, &["run", "spring"], base)?;
    Ok(())
}

fn main() -> Result<()> {
    let (n_messages, n_connections) =
        (size("CATALINK_MESSAGES", N_MESSAGES), size("CATALINK_CONNECTIONS", N_CONNECTIONS));
    let folder = tempfile::tempdir()?;
    let folder = folder.path();
    let simulator = Server::start(
        folder,
        &["simulate", "--listen", "127.0.0.1:0", "--latency", "1ms", "--jitter", "1ms"],
    )?;
    prepare(folder, n_messages, &simulator.address)?;
    let receiver = Server::start(folder, &["receive", "--listen", "127.0.0.1:0"])?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (mut took, elapsed) = runtime.block_on(async {
        let mut stream = TcpStream::connect(&simulator.address).await?;
        let (_, ledger) = ask(&mut stream, "GET /simulator/ledger HTTP/1.1", "").await?;
        let receipts = receipts(&serde_json::from_slice(&ledger)?);
        let began_at = Instant::now();
        let took = post(&receiver.address, receipts, n_connections).await?;
        Result::Ok((took, began_at.elapsed()))
    })?;
    let status = run(folder, &["status", "spring", "--json"], &simulator.address)?;
    let n_read = serde_json::from_str::<Value>(&status)?["delivery"]["read"].as_u64().unwrap_or_default();
    took.sort_unstable();
    let at = |share: usize| took[(took.len() * share / 100).min(took.len() - 1)].as_secs_f64() * 1_000.0;
    let line = format!(
        "{} receipts over {n_connections} connections: {:.0}/s, answered in {:.1} ms (half), {:.1} ms (99 of 100); \
         {} lost",
        took.len(),
        took.len() as f64 / elapsed.as_secs_f64(),
        at(50),
        at(99),
        n_messages as u64 - n_read,
    );
    std::io::Write::write_all(&mut std::io::stdout(), format!("{line}\n").as_bytes())?;
    if took.len() == 3 * n_messages && n_read == n_messages as u64 {
        Ok(())
    } else {
        Err("receipts were lost".into())
    }
}
