//! What is moved between a real file and a real server: equal on both sides, and sent from one of them.

use std::{collections::BTreeSet, num::NonZeroU32};

use super::*;
use crate::{
    domain::{State, Status},
    queue::{
        ClaimOrder, Lease, Queue, Withheld,
        server::tests::cluster::Cluster,
        tests::{NOW, World, good, is_on_server, new_queue, phone},
    },
};

/// A row or two of every table that a campaign alone does not fill.
const ROWS: [&str; 22] = [
    "update campaign set mps = 0.1, canary_share = 0.30000000000000004, hold_out = 0.333333333333333314829616256247, message = 'नमस्ते \"q\" \\ \n😀'",
    "update recipient set cells = '[\"O''Brien\",\"\",\"\\\\u0000 \\u00e9\"]' where line = 3",
    "insert into pace values (1, 29833333, 1, 2), (1, 29833334, 0, 9007199254740993)",
    "insert into audit (audit_id, at, who, command, campaign, detail) values (1, 5, 'asha', 'rate', 'spring', '5'), (2, 6, 'asha', 'rate', null, '6')",
    "update account set last_sent_at = 1790000000001, silent_until = 7",
    "insert into mended (recipient_id, campaign_id, import_id, by_recipient_id, line, cells) values (900, 1, 1, 2, 9, '[]')",
    "insert into attempt (attempt_id, recipient_id, number, ended_at, outcome, code, error) values (77, 2, null, 3, 'late', 'E1', 'x')",
    "insert into receipt (receipt_id, recipient_id, is_open, said, content, identity, received_at) values (5, null, 1, 'odd', '{}', 'i', 3)",
    "insert into receipt_name values ('n', 5)",
    "insert into alias values ('a', 2), ('Z', null), ('é', 1), ('z', 3), ('zz', 3)",
    "insert into verdict_run values (1, 'aab', 9)",
    "insert into suppression (canonical, number, reason, added_at, word) values (9223372036854775807, 5, 'r', 3, 'stop')",
    "insert into console_user (user_id, name, role, created_at) values (3, 'asha', 'admin', 3)",
    "insert into console_session values ('s', 3, 9)",
    "insert into api_token (token_sha256, name, role, created_at, expires_at) values ('t', 'till', 'sender', 3, 9)",
    "insert into api_answer (owner, answer_key, fingerprint, server, created_at) values ('till', 'k', 'f', 's', 3)",
    "insert into draft (campaign_id, upload, file_name, n_bytes, choices) values (1, 'u', 'list.csv', 3, '{}')",
    "insert into column_mapping values ('h', '{}', 3)",
    "insert into contact_window values (5, 6, 7, 'text', 'inbound', 0, null), (5, 5, 7, 'text', 'inbound', 0, 3)",
    "insert into inbound (inbound_id, identity, kind, is_reply, received_at, verdict, n_characters) values (8, 'i', 'text', 0, 3, 'no', 3)",
    "insert into notice_channel (name, kind, events) values ('ops', 'chat', '[]')",
    "update watch set beat_at = 3, backed_up_at = 2",
];

const NOTICES: [&str; 2] = [
    "insert into notice (notice_id, webhook_id, kind, at, facts) values (4, 'w', 'paused', 3, '{}')",
    "insert into notice_delivery (notice_id, channel, next_at) values (4, 'ops', 9)",
];

/// A file with a campaign of which somebody was messaged, and rows in every table.
async fn full() -> World {
    let folder = tempfile::tempdir().unwrap();
    let queue = Queue::open_or_create(&folder.path().join("q.db")).await.unwrap();
    let world = World::over(queue, folder, 8).await;
    for statement in ROWS.into_iter().chain(NOTICES) {
        world.execute(statement).await;
    }
    world
}

async fn server() -> Option<Queue> {
    let address = Cluster::get()?.database().await;
    Some(Queue::open_server(&address).await.unwrap())
}

async fn file(folder: &Path, name: &str) -> Queue {
    Queue::open_or_create(&folder.join(name)).await.unwrap()
}

/// What all of its tables hold that are moved.
async fn contents(queue: &Queue) -> Vec<(&'static str, Weight)> {
    let mut connection = queue.readers.acquire().await.unwrap();
    let mut other = queue.readers.acquire().await.unwrap();
    let mut contents = Vec::new();
    for table in TABLES {
        contents.push((table.name, weigh(&mut connection, &mut other, table).await.unwrap()));
    }
    contents
}

async fn claim(queue: &Queue, lease: &Lease, n: u32) -> BTreeSet<i64> {
    let order = ClaimOrder {
        campaign: CampaignId(1),
        limit: NonZeroU32::new(n).unwrap(),
        now: NOW,
        epoch: lease.epoch(),
    };
    let claimed = queue.claim(order).await.unwrap();
    claimed.claims.iter().map(|claim| claim.recipient.id.0).collect()
}

fn is_withheld(error: &QueueError, by: &Withheld) -> bool {
    matches!(error, QueueError::Restored { source, .. } if source == by)
}

#[tokio::test]
async fn no_table_and_no_column_is_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    for queue in [Some(file(folder.path(), "q.db").await), server().await].into_iter().flatten() {
        let mut connection = queue.readers.acquire().await.unwrap();
        let mut named = Text::default();
        named.push_either(
            "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' order by name",
            "select relname::text from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by relname",
        );
        let mut found: Vec<String> = named.fetch_scalars(&mut *connection).await.unwrap();
        found.retain(|name| name != "_sqlx_migrations");
        let mut known: Vec<_> = TABLES.iter().map(|table| table.name).chain(["lease", "origin"]).collect();
        known.sort_unstable();
        assert_eq!(found, known);
        for table in TABLES {
            let mut counted = Text::default();
            counted.push_either(
                "select count(*) from pragma_table_info($1)",
                "select count(*) from information_schema.columns where table_name = $1",
            );
            let n: i64 = counted.bind(table.name).fetch_scalar(&mut *connection).await.unwrap();
            assert_eq!(columns(&mut connection, table).await.unwrap().len(), usize::try_from(n).unwrap());
        }
        if let Ok(sqlite) = connection.sqlite() {
            for table in TABLES {
                let asked =
                    sqlx::query_scalar("select name from pragma_table_info(?) where pk > 0 order by pk");
                let key: Vec<String> = asked.bind(table.name).fetch_all(&mut *sqlite).await.unwrap();
                assert_eq!(key, table.key, "{}", table.name);
            }
        }
    }
}

#[tokio::test]
async fn what_was_moved_there_and_back_again_is_equal_in_every_table() {
    let world = full().await;
    let back = file(world.folder.path(), "back.db").await;
    let before = contents(&world.queue).await;
    assert!(before.iter().all(|(_, weight)| weight.n_rows > 0), "{before:?}");
    let Some(server) = server().await else { return };
    let moved = world.queue.move_to(&server, 1, NOW).await.unwrap();
    assert_eq!((moved.was_done, moved.n_drafts), (false, 1));
    assert_eq!(moved.n_rows, before.iter().map(|(_, weight)| weight.n_rows).sum::<u64>());
    assert_eq!(contents(&server).await, before);
    assert_eq!(
        world.queue.verify(world.campaign).await.unwrap(),
        server.verify(world.campaign).await.unwrap()
    );
    server.move_to(&back, 1, NOW).await.unwrap();
    assert_eq!(contents(&back).await, before);
    assert_eq!(contents(&world.queue).await, before);
}

#[tokio::test]
async fn nothing_is_sent_after_a_move_but_where_it_went_and_nobody_is_claimed_on_both() {
    let world = full().await;
    let Some(server) = server().await else { return };
    let lease = world.start().await;
    let mut asked = claim(&world.queue, &lease, 3).await;
    assert!(matches!(world.queue.move_to(&server, 1, NOW).await, Err(QueueError::Leased { .. })));
    assert_eq!(world.queue.withheld().await.unwrap(), None);
    drop(lease);
    let moved = world.queue.move_to(&server, 1, NOW).await.unwrap();
    assert_eq!(moved.recovered.in_doubt, [(world.campaign, 3)]);
    let to = server.name().display().to_string();
    let error = world.queue.take_lease(1, NOW).await.unwrap_err();
    assert!(is_withheld(&error, &Withheld::Moved { to: to.clone() }), "{error:?}");
    assert!(error.to_string().starts_with("nothing is sent from"), "{error}");
    let (lease, _) = server.take_lease(1, NOW).await.unwrap();
    for _ in 0..3 {
        for id in claim(&server, &lease, 9).await {
            assert!(asked.insert(id), "{id} was claimed twice");
        }
    }
    let counts = server.counts(world.campaign).await.unwrap();
    assert_eq!((counts.of(Status::Queued), counts.of(Status::InDoubt)), (0, 3));
    assert_eq!(counts.of(Status::Sending), asked.len() as u64 - 3);
    // And back again, where the new file may send at once.
    drop(lease);
    let back = file(world.folder.path(), "back.db").await;
    server.move_to(&back, 1, NOW).await.unwrap();
    let error = server.take_lease(1, NOW).await.unwrap_err();
    assert!(
        matches!(&error, QueueError::Restored { source: Withheld::Moved { to }, .. } if to.ends_with("back.db"))
    );
    let (lease, _) = back.take_lease(1, NOW).await.unwrap();
    assert_eq!(claim(&back, &lease, 9).await.len(), 0);
    let campaign = back.campaign("spring").await.unwrap();
    assert_eq!(campaign.state, State::Running);
    back.create(crate::domain::NewCampaign::new("autumn", "Hi https://wa.me/c/911161197855"), NOW)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_server_gives_ids_behind_those_that_were_moved_there() {
    let world = full().await;
    let Some(server) = server().await else { return };
    world.queue.move_to(&server, 1, NOW).await.unwrap();
    let there = World { queue: server, campaign: world.campaign, folder: tempfile::tempdir().unwrap() };
    there.execute("insert into inbound (identity, kind, is_reply, received_at, verdict, n_characters) values ('j', 'text', 0, 3, 'no', 3)").await;
    there.execute("insert into audit (at, who, command, detail) values (7, 'asha', 'rate', '7')").await;
    there.import(vec![good(20, 20)]).await.unwrap();
    assert_eq!(there.statuses().await.len(), 9);
}

#[tokio::test]
async fn a_database_that_holds_anything_is_refused_and_this_one_stays_what_it_was() {
    let world = World::with(2).await;
    let folder = tempfile::tempdir().unwrap();
    for (n, fills) in [(1, "campaign"), (0, "suppression")] {
        let filled = World::with(n).await;
        let other = if n > 0 { filled.queue } else { new_queue(folder.path()).await };
        if fills == "suppression" {
            other.suppress(vec![phone(1)], "asked".to_owned(), NOW).await.unwrap();
        }
        let error = world.queue.move_to(&other, 1, NOW).await.unwrap_err();
        assert!(matches!(&error, QueueError::NotMoved { what, .. } if what.contains(fills)), "{error:?}");
        assert_eq!(world.queue.withheld().await.unwrap(), None);
    }
    let error = world.queue.move_to(&world.queue, 1, NOW).await.unwrap_err();
    assert!(matches!(error, QueueError::NotMoved { .. }), "{error:?}");
    world.start().await;
}

#[tokio::test]
async fn what_does_not_arrive_as_it_left_is_not_moved_and_this_one_sends_on() {
    let folder = tempfile::tempdir().unwrap();
    let (world, to) = (World::with(4).await, file(folder.path(), "to.db").await);
    let there = World { queue: to, campaign: world.campaign, folder };
    there
        .execute("create trigger odd after insert on recipient when new.line = 3 begin update recipient set line = 30 where recipient_id = new.recipient_id; end")
        .await;
    let error = world.queue.move_to(&there.queue, 1, NOW).await.unwrap_err();
    assert!(matches!(&error, QueueError::NotMoved { what, .. } if what.contains("recipient")), "{error:?}");
    assert_eq!(there.queue.n_campaigns().await.unwrap(), 0);
    assert_eq!(world.queue.withheld().await.unwrap(), None);
    there.execute("drop trigger odd").await;
    world.execute("update counter set n = n + 1 where value = 'queued'").await;
    let error = world.queue.move_to(&there.queue, 1, NOW).await.unwrap_err();
    assert!(matches!(&error, QueueError::NotMoved { what, .. } if what.contains("figures")), "{error:?}");
    world.execute("update counter set n = n - 1 where value = 'queued'").await;
    world.queue.move_to(&there.queue, 1, NOW).await.unwrap();
}

/// The state that a process leaves that dies in the middle: before anything was copied, and before this side was told.
#[tokio::test]
async fn a_move_that_was_cut_off_sends_from_neither_side_until_it_goes_on() {
    for has_arrived in [false, true] {
        let (world, folder) = (World::with(4).await, tempfile::tempdir().unwrap());
        let Some(to) = other_engine(folder.path()).await else { return };
        let before = contents(&world.queue).await;
        let name = crate::queue::beside(&to.name(), "").display().to_string();
        if has_arrived {
            world.queue.move_to(&to, 1, NOW).await.unwrap();
            world.execute("update origin set moved_at = null").await;
        } else {
            world.queue.leave(&to, &name, 1, NOW).await.unwrap();
        }
        let moving = Withheld::Moving { to: name.clone() };
        let error = world.queue.take_lease(1, NOW).await.unwrap_err();
        assert!(is_withheld(&error, &moving), "{error:?}");
        let third = file(folder.path(), "third.db").await;
        let error = world.queue.move_to(&third, 1, NOW).await.unwrap_err();
        assert!(is_withheld(&error, &moving), "only there: {error:?}");
        let moved = world.queue.move_to(&to, 1, NOW).await.unwrap();
        assert_eq!((moved.was_done, moved.n_rows == 0), (false, has_arrived));
        assert_eq!(contents(&to).await, before);
        let again = world.queue.move_to(&to, 1, NOW).await.unwrap();
        assert_eq!((again.was_done, again.n_rows), (true, 0));
        assert_eq!(contents(&to).await, before);
        assert_eq!(world.queue.withheld().await.unwrap(), Some(Withheld::Moved { to: name }));
        to.take_lease(1, NOW).await.unwrap();
    }
}

#[tokio::test]
async fn the_operators_word_lets_a_moved_database_send_again() {
    let (world, folder) = (World::with(4).await, tempfile::tempdir().unwrap());
    let Some(to) = other_engine(folder.path()).await else { return };
    world.queue.move_to(&to, 1, NOW).await.unwrap();
    world.queue.accept_restored().await.unwrap();
    let lease = world.start().await;
    assert_eq!(world.claim(&lease, 9).await.claims.len(), 4);
    drop(lease);
    let error = world.queue.move_to(&to, 1, NOW).await.unwrap_err();
    assert!(matches!(error, QueueError::NotMoved { .. }), "it is another database now: {error:?}");
}

#[tokio::test]
async fn a_nul_in_a_text_does_not_keep_a_list_from_a_server() {
    let world = full().await;
    let Some(server) = server().await else { return };
    world
        .execute("update recipient set ref = 'a' || char(0) || 'b', cells = '[\"x\\u0000y\"]' where line = 2")
        .await;
    world.execute("insert into alias values ('z' || char(0), 3)").await;
    world.queue.move_to(&server, 1, NOW).await.unwrap();
    let row =
        server.results(&server.imports(world.campaign).await.unwrap()[0], 0, 1).await.unwrap().remove(0);
    assert_eq!(row.refs[0].as_deref(), Some("a\u{FFFD}b"));
    assert_eq!(row.cells.unwrap(), ["x\u{FFFD}y"]);
}

/// Of every sort that has been seen to be written otherwise by some program.
#[tokio::test]
async fn numbers_that_are_not_whole_arrive_to_the_last_bit() {
    let world = full().await;
    let Some(server) = server().await else { return };
    let mut connection = crate::queue::connect(&world.folder.path().join("q.db")).await.unwrap();
    sqlx::query("begin").execute(&mut connection).await.unwrap();
    let mut seed = 88_172_645_463_325_252_u64;
    for n in 2..400 {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        // All of a mantissa, with the exponents of 1e-9 to 1e9.
        let number = f64::from_bits((seed & ((1 << 52) - 1)) | ((993 + seed % 60) << 52));
        let copied = "insert into campaign (campaign_id, name, message, preview_url, mps, in_flight_max, attempts_max, retry_initial_ms,
            retry_interval_max_ms, on_unknown, wa_source, canary_wait_ms, canary_share, with_token, token_key, created_at)
            select $1, 'c' || $1, message, preview_url, $2, in_flight_max, attempts_max, retry_initial_ms, retry_interval_max_ms,
            on_unknown, wa_source, canary_wait_ms, canary_share, with_token, 'k' || $1, created_at from campaign where campaign_id = 1";
        sqlx::query(copied).bind(n).bind(number).execute(&mut connection).await.unwrap();
    }
    sqlx::query("commit").execute(&mut connection).await.unwrap();
    let back = file(world.folder.path(), "back.db").await;
    world.queue.move_to(&server, 1, NOW).await.unwrap();
    server.move_to(&back, 1, NOW).await.unwrap();
    assert_eq!(contents(&back).await, contents(&world.queue).await);
}

#[tokio::test]
async fn the_backup_of_a_server_opens_as_a_file_and_sends_nothing_until_told_to() {
    use std::os::unix::fs::PermissionsExt;
    let world = full().await;
    let Some(server) = server().await else { return };
    world.queue.move_to(&server, 1, NOW).await.unwrap();
    let (path, before) = (world.folder.path().join("backup.db"), contents(&server).await);
    assert_eq!(server.backup(&path).await.unwrap(), std::fs::metadata(&path).unwrap().len());
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let error = server.backup(&path).await.unwrap_err();
    assert!(matches!(error, QueueError::Backup { .. }), "a file that is there stays: {error:?}");
    let again = world.folder.path().join("restored.db");
    crate::queue::restore(&again, &path).await.unwrap();
    for path in [path, again] {
        let backup = Queue::open_to_read(&path).await.unwrap();
        assert_eq!(contents(&backup).await, before);
        assert_eq!(backup.withheld().await.unwrap(), Some(Withheld::Copy));
        let error = backup.take_lease(1, NOW).await.unwrap_err();
        assert!(is_withheld(&error, &Withheld::Copy), "{error:?}");
        backup.accept_restored().await.unwrap();
        backup.take_lease(1, NOW).await.unwrap();
    }
}

#[tokio::test]
async fn the_backup_of_a_server_is_of_one_moment() {
    let Some(server) = server().await else { return };
    let world = World::over(server, tempfile::tempdir().unwrap(), 40).await;
    let lease = world.start().await;
    let (path, queue) = (world.folder.path().join("backup.db"), world.queue.clone());
    let made = tokio::spawn(async move { queue.backup(&path).await.map(|_| path) });
    while !made.is_finished() {
        world.claim(&lease, 1).await;
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    let backup = Queue::open(&made.await.unwrap().unwrap()).await.unwrap();
    assert_eq!(backup.verify(world.campaign).await.unwrap().wrong, Vec::<String>::new());
}

#[tokio::test]
async fn a_rehearsal_of_what_a_server_keeps_is_that_of_the_same_in_a_file() {
    let world = full().await;
    let Some(server) = server().await else { return };
    let lease = world.start().await;
    claim(&world.queue, &lease, 2).await;
    drop(lease);
    world.queue.move_to(&server, 1, NOW).await.unwrap();
    let (lease, _) = server.take_lease(1, NOW).await.unwrap();
    claim(&server, &lease, 2).await;
    drop(lease);
    let back = file(world.folder.path(), "back.db").await;
    let mut copies = Vec::new();
    server.recover(1, NOW).await.unwrap();
    for name in ["of_server", "of_file"] {
        let rehearsal = file(world.folder.path(), name).await;
        for ends_at in [None, Some(NOW)] {
            let original = if name == "of_file" { &back } else { &server };
            let id = original.copy_to_rehearse(world.campaign, &rehearsal, Some(7.5), ends_at).await.unwrap();
            assert_eq!(rehearsal.verify(id).await.unwrap().wrong, Vec::<String>::new());
        }
        copies.push(
            contents(&rehearsal)
                .await
                .into_iter()
                .filter(|(name, _)| *name != "campaign")
                .collect::<Vec<_>>(),
        );
        if name == "of_server" {
            server.move_to(&back, 1, NOW).await.unwrap();
        }
    }
    assert_eq!(copies[0], copies[1]);
}

/// A file for a queue in a server, and a server for one in a file.
async fn other_engine(folder: &Path) -> Option<Queue> {
    if is_on_server() { Some(file(folder, "to.db").await) } else { server().await }
}
