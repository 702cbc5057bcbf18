//! Any bytes as a callback, in its body and in its query.
#![no_main]

use catalink::provider::kaleyra::callback;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    drop(callback::parse(bytes));
    if let Ok(text) = std::str::from_utf8(bytes) {
        drop(callback::parse_query(text));
    }
});
