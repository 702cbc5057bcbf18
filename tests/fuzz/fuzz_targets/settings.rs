//! Any text as the settings file: it is read or refused, and a key in it is never repeated.
#![no_main]

use catalink::config::{FILE_NAME, Settings};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(FILE_NAME), format!("{text}\napi_key = 'Averysecretkey'")).unwrap();
    if let Err(error) = Settings::load(folder.path(), &|_| None, None)
        && !text.contains("Averysecretkey")
    {
        assert!(!format!("{error:?}").contains("Averysecretkey"));
    }
    std::fs::write(folder.path().join(FILE_NAME), text).unwrap();
    drop(Settings::load(folder.path(), &|_| None, None));
});
