//! The program that the benches measure, built from this checkout.

use std::{env, path::PathBuf, process::Command, sync::OnceLock};

/// The program's path, built first as a release where it is not.
///
/// # Panics
/// Where it cannot be built.
pub fn program() -> &'static PathBuf {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");
        let status = Command::new(env!("CARGO"))
            .args(["build", "--release", "--locked", "--quiet", "--manifest-path", manifest])
            .status();
        assert!(status.is_ok_and(|status| status.success()), "catalink does not build");
        // A bench is target/release/deps/NAME-HASH; the program is target/release/catalink.
        let bench = env::current_exe().unwrap_or_default();
        let folder = bench.ancestors().nth(2).map(PathBuf::from).unwrap_or_default();
        folder.join(format!("catalink{}", env::consts::EXE_SUFFIX))
    })
}
