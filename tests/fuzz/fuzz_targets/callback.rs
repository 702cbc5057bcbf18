//! Any bytes as a callback, in its body and in its query.
#![no_main]

use catalink::provider::kaleyra::callback::Callback;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let query = std::str::from_utf8(bytes).ok().map(Callback::from_query);
    for callback in [Some(Callback::from_body(bytes)), query].into_iter().flatten().flatten() {
        drop(callback.receipts());
        callback.inbound();
    }
});
