//! apalis over its SQLite storage, as its README sets it up, with WAL, `synchronous=NORMAL` and as many tasks at once as
//! requests.

use std::{
    env,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use apalis::{layers::WorkerBuilderExt, prelude::*};
use apalis_sqlite::{Config, SqliteConnectOptions, SqlitePool, SqliteStorage};
use futures_util::stream;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Row {
    to: String,
    name: String,
    r#ref: String,
}

#[derive(Clone)]
struct Sender {
    client: reqwest::Client,
    url: Arc<str>,
    n_left: Arc<AtomicUsize>,
}

async fn send(row: Row, sender: Data<Sender>, worker: WorkerContext) -> Result<String, BoxDynError> {
    let text = format!("Hi {}, our catalogue: https://wa.me/c/911161197855", row.name);
    let body = json!({
        "messaging_object": {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": row.to,
            "type": "text",
            "text": { "preview_url": true, "body": text },
        },
        "extra_info": { "ref": row.r#ref, "wa_source": "api" },
    });
    let request = sender.client.post(&*sender.url).header("api-key", "bench").json(&body);
    let answer: Value = request.send().await?.json().await?;
    if sender.n_left.fetch_sub(1, Ordering::SeqCst) == 1 {
        worker.stop()?;
    }
    Ok(answer["data"]["message_id"].as_str().unwrap_or_default().to_owned())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BoxDynError> {
    let args: Vec<String> = env::args().skip(1).collect();
    let [address, n_messages, n_in_flight, folder] = args.as_slice() else { panic!("four arguments") };
    let (n_messages, n_in_flight): (usize, usize) = (n_messages.parse()?, n_in_flight.parse()?);
    let options: SqliteConnectOptions = format!("sqlite://{folder}/tasks.db?mode=rwc").parse()?;
    let options = options.pragma("journal_mode", "wal").pragma("synchronous", "normal");
    let pool = SqlitePool::connect_with(options).await?;
    SqliteStorage::setup(&pool).await?;
    let config = Config::default().queue("send").batch_size(n_in_flight);
    let mut backend = SqliteStorage::new(&pool).with_config(config);
    let rows = (0..n_messages).map(|n| Row {
        to: format!("+9198{}", 10_000_000 + n),
        name: format!("Asha {n}"),
        r#ref: format!("order-{n}"),
    });
    backend.push_stream(&mut stream::iter(rows)).await?;
    let sender = Sender {
        client: reqwest::Client::builder().no_proxy().pool_max_idle_per_host(n_in_flight).build()?,
        url: format!("{address}/v2/BENCH/whatsapp/+911161197855/messages").into(),
        n_left: Arc::new(AtomicUsize::new(n_messages)),
    };
    let worker = WorkerBuilder::new("sender").backend(backend.poll_with_interval(Duration::from_millis(10))).data(sender).concurrency(n_in_flight);
    worker.build(send).run().await?;
    Ok(())
}
