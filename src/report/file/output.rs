//! A file that appears whole or not at all.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use tempfile::{Builder, NamedTempFile};

use crate::{report::error::ReportError, trial};

/// A file under way: written beside its place, and put there by [`NewFile::keep`]. Dropped before, it leaves nothing.
#[derive(Debug)]
pub(crate) struct NewFile {
    path: PathBuf,
    overwrite: bool,
    place: Place,
}

#[derive(Debug)]
enum Place {
    Beside(NamedTempFile),
    /// A device or a pipe, which cannot be replaced and has nothing in it to lose.
    Direct(File),
}

impl NewFile {
    /// Begins a file. One that exists is refused before any work is done, unless it may be replaced.
    pub(crate) fn begin(path: &Path, overwrite: bool) -> Result<Self, ReportError> {
        let error = |source| ReportError::File { path: path.to_owned(), source };
        let mut target = path.to_owned();
        let place = match fs::metadata(path) {
            Ok(found) if !found.is_file() && !found.is_dir() => {
                Place::Direct(OpenOptions::new().write(true).open(path).map_err(error)?)
            }
            Ok(found) if found.is_dir() => {
                return Err(error(io::ErrorKind::IsADirectory.into()));
            }
            Ok(_) if !overwrite => return Err(ReportError::Exists { path: target }),
            Ok(found) => {
                // Through a link, the file that it points to is the one to replace.
                target = fs::canonicalize(path).map_err(error)?;
                let beside = beside(&target, Some(found.permissions())).map_err(error)?;
                Place::Beside(beside)
            }
            Err(found) if found.kind() == io::ErrorKind::NotFound => {
                Place::Beside(beside(&target, None).map_err(error)?)
            }
            Err(found) => return Err(error(found)),
        };
        Ok(Self { path: target, overwrite, place })
    }

    /// The folder, for whatever else needs room while the file is written.
    pub(crate) fn folder(&self) -> Option<PathBuf> {
        match &self.place {
            Place::Beside(file) => file.path().parent().map(Path::to_owned),
            Place::Direct(_) => None,
        }
    }

    /// Puts the file in its place, synced to disk. Whether it may be replaced is asked once more: another program may
    /// have made it meanwhile.
    pub(crate) fn keep(self) -> Result<(), ReportError> {
        let Self { path, overwrite, place } = self;
        let file = match place {
            Place::Direct(_) => return Ok(()),
            Place::Beside(file) => file,
        };
        trial::crash_point("export:keep");
        let kept = file.as_file().sync_all().and_then(|()| {
            let kept = if overwrite { file.persist(&path) } else { file.persist_noclobber(&path) };
            kept.map_err(|error| error.error)
        });
        match kept {
            Ok(_) => sync_folder(&path).map_err(|source| ReportError::File { path, source }),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(ReportError::Exists { path }),
            Err(source) => Err(ReportError::File { path, source }),
        }
    }

    /// What a failed write to this file means.
    pub(crate) fn failed(path: &Path, error: ReportError) -> ReportError {
        if let ReportError::Output(source) = error {
            ReportError::File { path: path.to_owned(), source }
        } else {
            error
        }
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.place {
            Place::Beside(file) => file.write(bytes),
            Place::Direct(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.place {
            Place::Beside(file) => file.flush(),
            Place::Direct(file) => file.flush(),
        }
    }
}

/// A temporary file in the same folder, so that putting it in its place is one rename. It gets the permissions of the
/// file it replaces, or those of any new file.
fn beside(path: &Path, permissions: Option<fs::Permissions>) -> io::Result<NamedTempFile> {
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let mut builder = Builder::new();
    builder.prefix(".catalink-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let file = builder.tempfile_in(folder)?;
    if let Some(permissions) = permissions {
        file.as_file().set_permissions(permissions)?;
    }
    Ok(file)
}

/// A rename is on disk when its folder is. Only Unix lets a folder be opened.
#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_path: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(path: &Path, overwrite: bool, text: &str) -> NewFile {
        let mut file = NewFile::begin(path, overwrite).unwrap();
        file.write_all(text.as_bytes()).unwrap();
        file
    }

    #[test]
    fn an_existing_file_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.csv");
        fs::write(&path, "precious").unwrap();
        assert!(matches!(NewFile::begin(&path, false), Err(ReportError::Exists { .. })));
        assert_eq!(fs::read_to_string(&path).unwrap(), "precious");
    }

    #[test]
    fn a_file_that_another_program_made_meanwhile_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.csv");
        let file = written(&path, false, "ours");
        fs::write(&path, "theirs").unwrap();
        assert!(matches!(file.keep(), Err(ReportError::Exists { .. })));
        assert_eq!(fs::read_to_string(&path).unwrap(), "theirs");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_given_up_half_way_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        drop(written(&folder.path().join("out.csv"), false, "half"));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_folder_is_no_file() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(NewFile::begin(folder.path(), true), Err(ReportError::File { .. })));
        let missing = folder.path().join("none/out.csv");
        assert!(matches!(NewFile::begin(&missing, true), Err(ReportError::File { .. })));
    }

    #[test]
    fn a_replaced_file_is_the_old_one_until_it_is_the_new_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.csv");
        fs::write(&path, "old").unwrap();
        let file = written(&path, true, "new");
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        file.keep().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link_and_permissions_stay() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("out.csv"), folder.path().join("link.csv"));
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        symlink(&path, &link).unwrap();
        written(&link, true, "new").keep().unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_written_to_without_being_replaced() {
        let path = Path::new("/dev/null");
        written(path, false, "into the void").keep().unwrap();
        assert!(!fs::metadata(path).unwrap().is_file());
    }
}
