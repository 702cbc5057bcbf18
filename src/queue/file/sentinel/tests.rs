//! Copies, crashes and power cuts: what is noticed, and what goes on without anybody's word.

use super::*;
use crate::queue::tests::{NOW, World, accepted, settled};

impl World {
    /// Sends one message, and gives the lease up.
    async fn send_one(&self) {
        let lease = self.start().await;
        let claim = self.claim(&lease, 1).await.claims.pop().unwrap();
        self.queue.settle(vec![settled(claim, accepted())]).await.unwrap();
    }

    async fn put_in_place(&self, copy: &Path) -> Queue {
        let path = self.folder.path().join("q.db");
        self.queue.clone().close().await;
        std::fs::copy(copy, &path).unwrap();
        Queue::open(&path).await.unwrap()
    }
}

async fn withheld(queue: &Queue) -> Option<Withheld> {
    match queue.take_lease(1, NOW).await {
        Ok(_) => None,
        Err(QueueError::Restored { source, .. }) => Some(source),
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn a_database_that_goes_on_is_not_taken_for_a_copy() {
    let world = World::with(3).await;
    world.send_one().await;
    world.send_one().await;
    world.queue.clone().close().await;
    let again = Queue::open(&world.folder.path().join("q.db")).await.unwrap();
    assert_eq!(withheld(&again).await, None);
}

#[tokio::test]
async fn a_backup_that_is_put_back_sends_nothing_until_the_operator_says_so() {
    let world = World::with(3).await;
    world.send_one().await;
    let copy = world.folder.path().join("copy.db");
    world.queue.backup(&copy).await.unwrap();
    world.send_one().await;
    let restored = world.put_in_place(&copy).await;
    assert_eq!(withheld(&restored).await, Some(Withheld::Older));
    restored.recover(1, NOW).await.unwrap();
    restored.accept_restored().await.unwrap();
    assert_eq!(withheld(&restored).await, None);
    assert_eq!(withheld(&restored).await, None);
}

#[tokio::test]
async fn a_copy_at_another_place_sends_nothing_whether_it_has_sent_before_or_not() {
    let world = World::with(3).await;
    let path = |name: &str| world.folder.path().join(name);
    world.queue.backup(&path("early.db")).await.unwrap();
    world.send_one().await;
    world.queue.backup(&path("late.db")).await.unwrap();
    let early = Queue::open(&path("early.db")).await.unwrap();
    assert_eq!(withheld(&early).await, Some(Withheld::Copy));
    let late = Queue::open(&path("late.db")).await.unwrap();
    assert_eq!(withheld(&late).await, Some(Withheld::Elsewhere));
    early.accept_restored().await.unwrap();
    assert_eq!(withheld(&early).await, None);
}

/// Everything of a queue that is closed, as it lies in its folder, copied into another one.
fn copied(world: &World) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(world.folder.path()).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
    }
    let path = folder.path().join("q.db");
    (folder, path)
}

#[tokio::test]
async fn a_whole_folder_that_was_copied_sends_nothing_and_the_original_goes_on() {
    for n_sent in [0, 1] {
        let world = World::with(3).await;
        for _ in 0..n_sent {
            world.send_one().await;
        }
        world.queue.clone().close().await;
        let (_folder, path) = copied(&world);
        let copy = Queue::open(&path).await.unwrap();
        assert_eq!(withheld(&copy).await, Some(Withheld::Copy));
        assert_eq!(copy.withheld().await.unwrap(), Some(Withheld::Copy));
        let original = Queue::open(&world.folder.path().join("q.db")).await.unwrap();
        assert_eq!(withheld(&original).await, None);
    }
}

#[tokio::test]
async fn a_copy_that_may_send_is_a_database_of_its_own() {
    let world = World::with(3).await;
    world.send_one().await;
    world.queue.clone().close().await;
    let (folder, path) = copied(&world);
    let copy = Queue::open(&path).await.unwrap();
    copy.accept_restored().await.unwrap();
    assert_eq!(withheld(&copy).await, None);
    copy.close().await;
    // In the place of the original it is another one, though its file is the very same.
    let place = world.folder.path().join("q.db");
    if std::fs::rename(folder.path().join("q.db"), &place).is_ok() {
        let moved = Queue::open(&place).await.unwrap();
        assert_eq!(withheld(&moved).await, Some(Withheld::Other));
    }
}

#[tokio::test]
async fn a_database_that_is_renamed_with_its_files_goes_on() {
    let world = World::with(3).await;
    world.send_one().await;
    world.queue.clone().close().await;
    for ending in ["", "-sentinel"] {
        let name = |name: &str| world.folder.path().join(format!("{name}{ending}"));
        std::fs::rename(name("q.db"), name("other.db")).unwrap();
    }
    let moved = Queue::open(&world.folder.path().join("other.db")).await.unwrap();
    assert_eq!(withheld(&moved).await, None);
}

#[tokio::test]
async fn another_hard_link_has_the_same_lock_and_does_not_send_what_the_first_one_sent() {
    let world = World::with(3).await;
    let link = world.folder.path().join("link.db");
    std::fs::hard_link(world.folder.path().join("q.db"), &link).unwrap();
    let lease = world.start().await;
    let other = Queue::open(&link).await.unwrap();
    let refused = other.take_lease(7, NOW).await;
    assert!(matches!(refused, Err(QueueError::Leased { .. })), "{refused:?}");
    drop(lease);
    assert_eq!(withheld(&other).await, Some(Withheld::Elsewhere));
}

/// A queue as kill -9 leaves it.
struct Killed {
    folder: tempfile::TempDir,
}

impl Killed {
    /// Sends one, claims another one under a second lease, and dies.
    async fn in_use() -> Self {
        let world = World::with(5).await;
        world.send_one().await;
        let lease = world.start().await;
        let _claim = world.claim(&lease, 1).await;
        let path = |ending: &str| world.folder.path().join(format!("q.db{ending}"));
        let files =
            ["", "-wal", "-sentinel"].map(|ending| (path(ending), std::fs::read(path(ending)).unwrap()));
        drop(lease);
        world.queue.clone().close().await;
        // Into the very same files.
        for (path, bytes) in files {
            std::fs::write(path, bytes).unwrap();
        }
        let World { folder, .. } = world;
        Self { folder }
    }

    fn path(&self, ending: &str) -> PathBuf {
        self.folder.path().join(format!("q.db{ending}"))
    }

    /// The last start of the machine was another one.
    fn power_cut(&self) {
        let text = std::fs::read_to_string(self.path("-sentinel")).unwrap();
        let boot = lock::boot().unwrap();
        assert!(text.contains(&boot), "{text}");
        std::fs::write(self.path("-sentinel"), text.replace(&boot, &"0".repeat(boot.len()))).unwrap();
    }

    async fn open(&self) -> Queue {
        Queue::open(&self.path("")).await.unwrap()
    }
}

#[tokio::test]
async fn a_process_that_was_killed_goes_on_without_anybody_s_word() {
    let killed = Killed::in_use().await;
    killed.open().await.close().await;
    assert_eq!(withheld(&killed.open().await).await, None);
}

#[tokio::test]
async fn after_a_kill_a_log_that_was_removed_is_missed() {
    let killed = Killed::in_use().await;
    std::fs::remove_file(killed.path("-wal")).unwrap();
    let queue = killed.open().await;
    assert_eq!(withheld(&queue).await, Some(Withheld::Older));
    queue.accept_restored().await.unwrap();
    assert_eq!(withheld(&queue).await, None);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn after_a_power_cut_the_log_has_to_be_there_once_and_whoever_looks_first_notes_it() {
    let killed = Killed::in_use().await;
    killed.power_cut();
    // Anybody's look may bring the log into the file and remove it.
    killed.open().await.close().await;
    let queue = killed.open().await;
    assert_eq!(withheld(&queue).await, None);
    queue.close().await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn after_a_power_cut_without_the_log_nothing_is_sent_even_if_the_sentinel_is_behind() {
    let killed = Killed::in_use().await;
    killed.power_cut();
    let text = std::fs::read_to_string(killed.path("-sentinel")).unwrap();
    let (behind, now) = (format!("{:020}", 0), format!("{:020}", 2));
    let words: Vec<_> = text.split(' ').collect();
    assert_eq!(words[3], now, "{text}");
    let text = [&words[..3], &[behind.as_str()], &words[4..]].concat().join(" ");
    std::fs::write(killed.path("-sentinel"), text).unwrap();
    std::fs::remove_file(killed.path("-wal")).unwrap();
    for _ in 0..2 {
        let queue = killed.open().await;
        let why = withheld(&queue).await;
        assert_eq!(why, Some(Withheld::LogMissing));
        queue.close().await;
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_database_that_was_closed_needs_no_log_after_the_machine_went_down() {
    let world = World::with(3).await;
    world.send_one().await;
    world.queue.clone().close().await;
    let path = world.folder.path().join("q.db");
    let sentinel = world.folder.path().join("q.db-sentinel");
    let text = std::fs::read_to_string(&sentinel).unwrap();
    assert!(text.ends_with(" left \n"), "{text}");
    let boot = lock::boot().unwrap();
    std::fs::write(&sentinel, text.replace(&boot, &"0".repeat(boot.len()))).unwrap();
    assert_eq!(withheld(&Queue::open(&path).await.unwrap()).await, None);
}

#[tokio::test]
async fn a_backup_beside_the_log_of_another_state_is_not_opened_and_nothing_is_damaged() {
    let killed = Killed::in_use().await;
    let other = World::with(2).await;
    let backup = other.folder.path().join("copy.db");
    other.queue.backup(&backup).await.unwrap();
    let bytes = std::fs::read(&backup).unwrap();
    std::fs::copy(&backup, killed.path("")).unwrap();
    let refused = Queue::open(&killed.path("")).await;
    assert!(matches!(refused, Err(QueueError::ForeignLog { .. })), "{refused:?}");
    assert_eq!(std::fs::read(killed.path("")).unwrap(), bytes);
}

#[tokio::test]
async fn an_older_state_beside_the_log_of_a_later_lease_is_not_opened() {
    let world = World::with(3).await;
    world.send_one().await;
    world.queue.clone().close().await;
    let place = world.folder.path().join("q.db");
    let old = std::fs::read(&place).unwrap();
    let queue = Queue::open(&place).await.unwrap();
    let lease = queue.take_lease(1, NOW).await.unwrap();
    let log = std::fs::read(world.folder.path().join("q.db-wal")).unwrap();
    drop(lease);
    queue.close().await;
    std::fs::write(&place, old).unwrap();
    std::fs::write(world.folder.path().join("q.db-wal"), log).unwrap();
    let refused = Queue::open(&place).await;
    assert!(matches!(refused, Err(QueueError::ForeignLog { .. })), "{refused:?}");
}

#[tokio::test]
async fn another_database_in_the_same_place_sends_nothing() {
    let world = World::with(1).await;
    world.send_one().await;
    let other = World::with(1).await;
    let copy = other.folder.path().join("copy.db");
    other.queue.backup(&copy).await.unwrap();
    let put = world.put_in_place(&copy).await;
    assert_eq!(withheld(&put).await, Some(Withheld::Other));
}

#[tokio::test]
async fn a_sentinel_that_makes_no_sense_withholds() {
    let world = World::with(1).await;
    std::fs::write(&world.queue.file().unwrap().sentinel.path, "something else").unwrap();
    assert_eq!(withheld(&world.queue).await, Some(Withheld::Unreadable));
}

/// What a power cut may leave of the very first sentinel: a name alone, or a length without what was written.
const NOTHING_WRITTEN: [&[u8]; 2] = [b"", &[0; 171]];

#[tokio::test]
async fn a_sentinel_that_a_power_cut_left_empty_withholds_nothing_where_nothing_was_sent() {
    for left in NOTHING_WRITTEN {
        let world = World::with(3).await;
        std::fs::write(&world.queue.file().unwrap().sentinel.path, left).unwrap();
        assert_eq!(world.queue.withheld().await.unwrap(), None);
        assert_eq!(withheld(&world.queue).await, None);
        assert_eq!(world.queue.file().unwrap().sentinel.read().unwrap().unwrap().n_leases, 1);
    }
}

#[tokio::test]
async fn a_sentinel_that_is_empty_withholds_where_something_was_sent() {
    for left in NOTHING_WRITTEN {
        let world = World::with(3).await;
        world.send_one().await;
        std::fs::write(&world.queue.file().unwrap().sentinel.path, left).unwrap();
        assert_eq!(withheld(&world.queue).await, Some(Withheld::Elsewhere));
    }
}

#[tokio::test]
async fn the_sentinel_knows_of_a_claim_before_anybody_has_it() {
    let world = World::with(3).await;
    let lease = world.start().await;
    let written = || world.queue.file().unwrap().sentinel.read().unwrap().unwrap();
    assert_eq!((written().n_claims, written().is), (0, Use::Sending));
    for n in 1..3 {
        let _claim = world.claim(&lease, 1).await;
        assert_eq!(written().n_claims, n);
    }
}

#[tokio::test]
async fn a_backup_replaces_nothing_and_is_private() {
    let world = World::with(3).await;
    let copy = world.folder.path().join("copy.db");
    std::fs::write(&copy, "mine").unwrap();
    assert!(matches!(world.queue.backup(&copy).await, Err(QueueError::Backup { .. })));
    assert_eq!(std::fs::read_to_string(&copy).unwrap(), "mine");
    std::fs::remove_file(&copy).unwrap();
    let n_bytes = world.queue.backup(&copy).await.unwrap();
    let metadata = std::fs::metadata(&copy).unwrap();
    assert_eq!(metadata.len(), n_bytes);
    #[cfg(unix)]
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o777, 0o600);
}
