//! What is done once for every row, answer or receipt: a number read, a message made, an answer classified, a receipt
//! read. `cargo bench -p catalink-benches --bench small` prints what each takes.

#![expect(clippy::unwrap_used, reason = "a bench that cannot go on stops")]

use std::hint::black_box;

use catalink::{
    domain::{Message, OnUnknown, Phone, Template, ruling::rule},
    importer::{Rule, number},
    provider::kaleyra::{
        callback::{self, Callback},
        outcome, payload,
    },
};
use criterion::{Criterion, criterion_group, criterion_main};

fn numbers(criterion: &mut Criterion) {
    let rule = Rule { region: Some("IN".parse().unwrap()), ..Rule::default() };
    for (name, text) in [
        ("number with its country code", "+919876543210"),
        ("number without it", "098765 43210"),
        ("number refused", "call me"),
    ] {
        criterion.bench_function(name, |bencher| bencher.iter(|| number::read(black_box(text), rule)));
    }
}

fn messages(criterion: &mut Criterion) {
    let text = "Hi {{name}} in {{city|title}}, our catalogue: https://wa.me/c/911161197855";
    let template = Template::parse(text).unwrap();
    let values = ["Asha", "new delhi"];
    let to = Phone::parse("+919876543210").unwrap();
    criterion.bench_function("message and the body of its request", |bencher| {
        bencher.iter(|| {
            let body = template.render(|variable| black_box(&values).get(variable).copied()).unwrap();
            let refs = [Some("order-1".to_owned()), None, None];
            payload(&Message { to, body, preview_url: true, refs, wa_source: "api".to_owned() })
        });
    });
}

fn answers(criterion: &mut Criterion) {
    let key = "bench".to_owned().into();
    for (name, status, body) in [
        (
            "answer that accepts",
            202,
            r#"{"code":"WA202","message":"Request Accepted","data":{"message_id":"b2f0c7d8-9f1e-4c55"},"error":{}}"#,
        ),
        (
            "answer of a low balance",
            402,
            r#"{"code":"E110","message":"Insufficient balance","data":{},"error":{}}"#,
        ),
        ("answer of a proxy", 502, "<html><head><title>502 Bad Gateway</title></head><body></body></html>"),
    ] {
        criterion.bench_function(name, |bencher| {
            bencher.iter(|| rule(outcome(status, black_box(body.as_bytes()), &key), 1, 10, OnUnknown::Hold));
        });
    }
}

fn receipts(criterion: &mut Criterion) {
    let body = include_bytes!("../samples/callback-delivered.json");
    criterion.bench_function("receipt", |bencher| {
        bencher.iter(|| {
            let receipts = Callback::from_body(black_box(body)).unwrap().receipts().unwrap();
            receipts.iter().map(callback::meaning).collect::<Vec<_>>()
        });
    });
}

criterion_group!(benches, numbers, messages, answers, receipts);
criterion_main!(benches);
