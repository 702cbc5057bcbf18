//! One PostgreSQL server for all tests of this process.

use std::sync::{
    OnceLock,
    atomic::{AtomicU32, Ordering},
};

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use super::postgres::Postgres;
use crate::queue::{Queue, ServerAddress};

/// A server that runs.
#[derive(Debug)]
pub(crate) struct Cluster {
    server: Postgres,
    n_databases: AtomicU32,
}

impl Cluster {
    /// The one of this process; none on a machine without PostgreSQL.
    pub(crate) fn get() -> Option<&'static Self> {
        static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
        CLUSTER.get_or_init(Self::start).as_ref()
    }

    fn start() -> Option<Self> {
        let cluster = Self { server: Postgres::begin()?, n_databases: AtomicU32::new(0) };
        // The schema, once: a database made after a template costs a tenth of the migrations.
        let prepare = || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                cluster.create("template_queue", "encoding 'UTF8' template template0").await;
                Queue::open_server(&cluster.address("template_queue")).await.unwrap().close().await;
            });
        };
        std::thread::scope(|scope| scope.spawn(prepare).join().unwrap());
        Some(cluster)
    }

    pub(crate) fn port(&self) -> u16 {
        self.server.port
    }

    pub(crate) fn url(&self, database: &str) -> String {
        Postgres::url(self.server.port, database)
    }

    fn address(&self, database: &str) -> ServerAddress {
        self.address_at(self.server.port, database)
    }

    /// A database by way of another port.
    #[expect(clippy::unused_self, reason = "an address of this server's")]
    pub(crate) fn address_at(&self, port: u16, database: &str) -> ServerAddress {
        let folder = std::env::temp_dir();
        ServerAddress::parse(&Postgres::url(port, database), &folder, None).unwrap()
    }

    /// A database of its own for a test, with an empty queue.
    pub(crate) async fn database(&self) -> ServerAddress {
        self.address(&self.new_database().await)
    }

    pub(crate) async fn new_database(&self) -> String {
        let name = self.name();
        self.create(&name, "template template_queue").await;
        let mut own = PgConnection::connect(&self.url(&name)).await.unwrap();
        // A copy of a template would have its identity.
        let identity = "update origin set database_id = replace(gen_random_uuid()::text, '-', '')";
        own.execute(identity).await.unwrap();
        name
    }

    /// A database without a schema.
    pub(crate) async fn empty_database(&self) -> String {
        let name = self.name();
        self.create(&name, "encoding 'UTF8' template template0").await;
        name
    }

    fn name(&self) -> String {
        format!("queue_{}", self.n_databases.fetch_add(1, Ordering::Relaxed))
    }

    async fn create(&self, name: &str, how: &str) {
        let mut connection = PgConnection::connect(&self.url("postgres")).await.unwrap();
        connection.execute(AssertSqlSafe(format!("create database {name} {how}"))).await.unwrap();
    }
}
