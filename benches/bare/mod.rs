//! The limits: reqwest alone and hyper alone, with a body like ours, so many requests at once, nothing remembered.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use http_body_util::{BodyExt, Full};
use hyper::{Request, body::Bytes, client::conn::http1};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::process::number;

fn body(n: usize) -> String {
    let number = number(n);
    format!(
        r#"{{"messaging_object":{{"messaging_product":"whatsapp","recipient_type":"individual","to":"+{number}","type":"text","text":{{"preview_url":true,"body":"Hi Asha {n}, our catalogue: https://wa.me/c/911161197855"}}}},"extra_info":{{"ref":"order-{n}","wa_source":"api"}}}}"#
    )
}

const PATH: &str = "/v2/BENCH/whatsapp/+911161197855/messages";

/// Sends `n_messages` over `n_in_flight` lanes.
pub(crate) fn run(client: &str, address: &str, n_messages: usize, n_in_flight: usize) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let next = Arc::new(AtomicUsize::new(0));
    let turn = move || Some(next.fetch_add(1, Ordering::Relaxed)).filter(|n| *n < n_messages);
    match client {
        "reqwest" => runtime.block_on(reqwest_lanes(address, n_in_flight, turn)),
        "hyper" => runtime.block_on(hyper_lanes(address, n_in_flight, turn)),
        other => panic!("no such client: {other}"),
    }
}

async fn reqwest_lanes(address: &str, n_in_flight: usize, turn: impl Fn() -> Option<usize>) {
    rustls::crypto::ring::default_provider().install_default().unwrap();
    let client = reqwest::Client::builder().no_proxy().pool_max_idle_per_host(n_in_flight).build().unwrap();
    let url = reqwest::Url::parse(&format!("{address}{PATH}")).unwrap();
    let lane = || async {
        while let Some(n) = turn() {
            let request = client.post(url.clone()).header("content-type", "application/json");
            let answer = request.header("api-key", "bench").body(body(n)).send().await.unwrap();
            assert_eq!(answer.status(), 202);
            answer.bytes().await.unwrap();
        }
    };
    futures_util::future::join_all((0..n_in_flight).map(|_| lane())).await;
}

async fn hyper_lanes(address: &str, n_in_flight: usize, turn: impl Fn() -> Option<usize>) {
    let host = address.trim_start_matches("http://");
    let lane = || async {
        let stream = TcpStream::connect(host).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        while let Some(n) = turn() {
            let request = Request::post(PATH)
                .header("host", host)
                .header("content-type", "application/json")
                .header("api-key", "bench")
                .body(Full::new(Bytes::from(body(n))))
                .unwrap();
            let answer = sender.send_request(request).await.unwrap();
            assert_eq!(answer.status(), 202);
            answer.into_body().collect().await.unwrap();
        }
    };
    futures_util::future::join_all((0..n_in_flight).map(|_| lane())).await;
}
