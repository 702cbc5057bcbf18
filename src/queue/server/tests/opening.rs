//! What a server has to promise.

use super::{Cluster, Site};
use crate::queue::{Queue, QueueError};

#[tokio::test]
async fn a_server_that_may_forget_what_it_acknowledges_is_refused() {
    let Some(site) = Site::with(0).await else { return };
    for value in ["off", "local"] {
        site.execute(&format!("alter database {} set synchronous_commit = {value}", site.database)).await;
        let refused = Queue::open_server(&site.address()).await.unwrap_err();
        assert!(matches!(&refused, QueueError::Unfit { what, .. } if what.contains(value)), "{refused:?}");
    }
    site.execute(&format!("alter database {} reset synchronous_commit", site.database)).await;
    site.other().await.close().await;
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused_and_one_that_was_edited_too() {
    let Some(site) = Site::with(0).await else { return };
    site.execute("update _sqlx_migrations set checksum = 'x' where version = 3").await;
    let refused = Queue::open_server(&site.address()).await.unwrap_err();
    assert!(matches!(refused, QueueError::Migrate { .. }), "{refused:?}");
    site.execute(
        "delete from _sqlx_migrations where version = 3;
        insert into _sqlx_migrations (version, description, success, checksum, execution_time)
        values (9999, 'from the future', true, 'x', 0)",
    )
    .await;
    let refused = Queue::open_server(&site.address()).await.unwrap_err();
    assert!(matches!(refused, QueueError::NewerVersion { found: 9999, .. }), "{refused:?}");
}

#[tokio::test]
async fn many_processes_that_open_a_new_database_at_once_make_its_schema_once() {
    let Some(cluster) = Cluster::get() else { return };
    let database = cluster.empty_database().await;
    let address = cluster.address_at(cluster.port(), &database);
    let opened = futures_util::future::join_all((0..6).map(|_| Queue::open_server(&address))).await;
    for queue in opened {
        queue.unwrap().close().await;
    }
}

#[tokio::test]
async fn a_role_that_may_only_use_the_tables_opens_sends_and_changes_no_trail() {
    let Some(site) = Site::with(2).await else { return };
    let role = format!("plain_{}", site.database);
    site.execute(&format!(
        "create role {role} login; grant select, insert, update, delete on all tables in schema public to {role};
        revoke update, delete on audit from {role}; grant usage on all sequences in schema public to {role}"
    ))
    .await;
    let address = site.cluster.url(&site.database).replace("catalink@", &format!("{role}@"));
    let address = crate::queue::ServerAddress::parse(&address, std::path::Path::new("."), None).unwrap();
    let queue = Queue::open_server(&address).await.unwrap();
    let (lease, _) = queue.take_lease(1, crate::queue::tests::NOW).await.unwrap();
    assert_eq!(site.claim(&queue, &lease, 5).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_one_error_within_seconds() {
    let address = crate::queue::ServerAddress::parse(
        "postgres://catalink@127.0.0.1:1/queue",
        std::path::Path::new("."),
        None,
    );
    let refused = Queue::open_server(&address.unwrap()).await.unwrap_err();
    assert!(refused.is_unreachable(), "{refused:?}");
}
