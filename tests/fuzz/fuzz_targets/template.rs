//! Any text as a message, with any values: it is refused or rendered, within bounds of time and length.
#![no_main]

use catalink::domain::{Template, message::check_body};

libfuzzer_sys::fuzz_target!(|input: (&str, &str)| {
    let (text, value) = input;
    let Ok(template) = Template::parse(text) else { return };
    if let Ok(body) = template.render(|_| Some(value)) {
        drop(check_body(&body));
    }
});
