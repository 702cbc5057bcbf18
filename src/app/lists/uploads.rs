//! A file that arrives over HTTP: written to disk piece by piece, up to a limit.

use std::{io, path::Path};

use tokio::io::AsyncWriteExt;

/// The longest file name that is kept.
const FILE_NAME_CHARS_MAX: usize = 120;

/// A file that arrives. Until it is kept it vanishes with its value: also when whoever sends it goes away.
#[derive(Debug)]
pub struct Upload {
    file: tempfile::NamedTempFile,
    out: tokio::fs::File,
    n_bytes: u64,
    n_bytes_max: u64,
}

/// A file that has arrived.
#[derive(Debug)]
pub struct Uploaded {
    pub file: tempfile::NamedTempFile,
    pub n_bytes: u64,
}

/// Why a file does not arrive.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    #[error("the file has more than {n_bytes_max} bytes")]
    TooLarge { n_bytes_max: u64 },
    #[error("the upload cannot be written")]
    Write(#[from] io::Error),
}

impl Upload {
    /// A file in that folder, of so many bytes at most.
    pub fn begin(folder: &Path, n_bytes_max: u64) -> Result<Self, UploadError> {
        let file = tempfile::NamedTempFile::new_in(folder)?;
        let out = tokio::fs::File::from_std(file.reopen()?);
        Ok(Self { file, out, n_bytes: 0, n_bytes_max })
    }

    /// Writes what has arrived.
    pub async fn write(&mut self, piece: &[u8]) -> Result<(), UploadError> {
        self.n_bytes += piece.len() as u64;
        if self.n_bytes > self.n_bytes_max {
            return Err(UploadError::TooLarge { n_bytes_max: self.n_bytes_max });
        }
        Ok(self.out.write_all(piece).await?)
    }

    /// The whole file.
    pub async fn finish(mut self) -> Result<Uploaded, UploadError> {
        self.out.flush().await?;
        Ok(Uploaded { file: self.file, n_bytes: self.n_bytes })
    }
}

/// What somebody calls a file: shown, and never used as a path.
pub fn display_name(given: &str) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = last.chars().filter(|c| !c.is_control()).take(FILE_NAME_CHARS_MAX).collect();
    if name.trim().is_empty() { "list".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_is_only_its_last_part() {
        assert_eq!(display_name("../../etc/passwd"), "passwd");
        assert_eq!(display_name(r"C:\lists\a b.csv"), "a b.csv");
        assert_eq!(display_name("\u{0}/"), "list");
        assert_eq!(display_name(&"x".repeat(500)).len(), 120);
    }

    #[tokio::test]
    async fn a_file_that_is_too_large_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut upload = Upload::begin(folder.path(), 5).unwrap();
        upload.write(b"12345").await.unwrap();
        assert!(matches!(upload.write(b"6").await, Err(UploadError::TooLarge { n_bytes_max: 5 })));
        drop(upload);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
