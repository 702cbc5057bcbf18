//! The campaign that the program is given, with its list.

use std::{path::Path, process::Stdio};

use crate::process::{catalink, write_list};

/// Makes a campaign by that command and imports a list of `n_rows` into it.
pub(crate) fn import(folder: &Path, n_rows: usize, create: &[&str]) {
    write_list(&folder.join("list.csv"), n_rows);
    for args in [create, &["import", create[1], "list.csv"]] {
        let mut command = catalink(folder, "http://127.0.0.1:9", args);
        let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
        assert!(status.success(), "{args:?}: {status}");
    }
}
