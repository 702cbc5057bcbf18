//! A server's schema is that of a file.

use std::collections::BTreeSet;

use sqlx::{ConnectOptions, Row, sqlite::SqliteConnectOptions};

use super::Site;
use crate::queue::Queue;

/// What a server needs where a file has the lock of the operating system.
const OF_SERVERS: [&str; 3] = ["lease.n_ticks", "lease.holder", "lease.renewed_at"];

#[tokio::test]
async fn both_engines_have_the_same_tables_columns_constraints_and_indexes() {
    let Some(site) = Site::with(0).await else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("q.db");
    Queue::open_or_create(&path).await.unwrap().close().await;
    let mut file = SqliteConnectOptions::new().filename(&path).connect().await.unwrap();
    let mut server = site.connect().await;

    let in_file = "select m.name || '.' || c.name || case when c.\"notnull\" or c.pk > 0 then ' not null' else '' end
        from sqlite_schema as m join pragma_table_info(m.name) as c
        where m.type = 'table' and m.name not like '\\_sqlx%' escape '\\' and m.name not like 'sqlite\\_%' escape '\\'";
    let in_server =
        "select table_name || '.' || column_name || case is_nullable when 'NO' then ' not null' else '' end
        from information_schema.columns where table_schema = 'public' and table_name not like '\\_sqlx%'";
    let file_columns: BTreeSet<String> = names(sqlx::query(in_file).fetch_all(&mut file).await.unwrap());
    let mut server_columns: BTreeSet<String> =
        names_pg(sqlx::query(in_server).fetch_all(&mut server).await.unwrap());
    server_columns.retain(|column| !OF_SERVERS.iter().any(|own| column.starts_with(own)));
    assert_eq!(file_columns, server_columns);
    assert!(file_columns.len() > 200, "{}", file_columns.len());

    let in_file =
        "select name from sqlite_schema where type = 'index' and name not like 'sqlite\\_%' escape '\\'";
    let in_server = "select indexname::text from pg_indexes where schemaname = 'public'
        and indexname not in (select conname from pg_constraint) and indexname not like '\\_sqlx%'";
    let file_indexes: BTreeSet<String> = names(sqlx::query(in_file).fetch_all(&mut file).await.unwrap());
    let server_indexes: BTreeSet<String> =
        names_pg(sqlx::query(in_server).fetch_all(&mut server).await.unwrap());
    assert_eq!(file_indexes, server_indexes);

    let texts = "select coalesce(group_concat(sql, ' '), '') from sqlite_schema where type = 'table'";
    let text: String = sqlx::query_scalar(texts).fetch_one(&mut file).await.unwrap();
    let of_file: BTreeSet<String> = text
        .split_whitespace()
        .zip(text.split_whitespace().skip(1))
        .filter(|(word, _)| *word == "constraint")
        .map(|(_, name)| name.to_owned())
        .collect();
    let in_server = "select conname::text from pg_constraint join pg_class on pg_class.oid = conrelid
        where contype in ('c', 'u') and relnamespace = 'public'::regnamespace and relname not like '\\_sqlx%'";
    let of_server: BTreeSet<String> = names_pg(sqlx::query(in_server).fetch_all(&mut server).await.unwrap());
    let missing: Vec<_> = of_server.difference(&of_file).collect();
    assert!(missing.is_empty(), "a file has no {missing:?}");
    assert!(of_server.len() > 30, "{}", of_server.len());
}

fn names(rows: Vec<sqlx::sqlite::SqliteRow>) -> BTreeSet<String> {
    rows.into_iter().map(|row| row.get(0)).collect()
}

fn names_pg(rows: Vec<sqlx::postgres::PgRow>) -> BTreeSet<String> {
    rows.into_iter().map(|row| row.get(0)).collect()
}
