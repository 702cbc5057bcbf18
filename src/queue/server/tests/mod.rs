//! The right to send and its commits, on a PostgreSQL server of the tests' own. Where there is none these tests say so and
//! end.

pub(crate) mod cluster;
mod commits;
mod holders;
mod opening;
mod plans;
#[path = "../../../../tests/it/support/postgres.rs"]
#[expect(unreachable_pub, reason = "also a part of the tests of the program")]
#[allow(dead_code, clippy::allow_attributes, reason = "some of it is for the tests of the program alone")]
mod postgres;
#[path = "../../../../tests/it/support/proxy.rs"]
#[expect(unreachable_pub, reason = "also a part of the tests of the program")]
#[allow(dead_code, clippy::allow_attributes, reason = "some of it is for the tests of the program alone")]
mod proxy;
mod schema;

use std::num::NonZeroU32;

use sqlx::{AssertSqlSafe, Connection, PgConnection};

use self::{cluster::Cluster, proxy::Proxy};
use crate::{
    domain::{CampaignId, Layout, NewCampaign, Status, Timestamp},
    queue::{
        Claim, ClaimOrder, End, Lease, NewImport, Queue, QueueError, ServerAddress, Settlement,
        tests::{NOW, good},
    },
};

/// A database, and a process that uses it by a way of its own.
struct Site {
    cluster: &'static Cluster,
    database: String,
    proxy: Proxy,
    queue: Queue,
    campaign: CampaignId,
}

impl Site {
    /// A running campaign of `n` recipients.
    async fn with(n: u64) -> Option<Self> {
        let cluster = Cluster::get()?;
        let database = cluster.new_database().await;
        let proxy = Proxy::to(cluster.port()).await;
        let queue = Queue::open_server(&cluster.address_at(proxy.port, &database)).await.unwrap();
        let campaign = queue.create(NewCampaign::new("spring", "Hi {{name}}"), NOW).await.unwrap();
        let site = Self { cluster, database, proxy, queue, campaign };
        site.import(&site.queue, 0, n).await.unwrap();
        site.queue.start(campaign, NOW).await.unwrap();
        Some(site)
    }

    fn address(&self) -> ServerAddress {
        self.cluster.address_at(self.cluster.port(), &self.database)
    }

    /// Another process.
    async fn other(&self) -> Queue {
        Queue::open_server(&self.address()).await.unwrap()
    }

    /// Runs a statement that no queue would.
    async fn execute(&self, sql: &str) {
        let mut connection = self.connect().await;
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await.unwrap();
    }

    async fn connect(&self) -> PgConnection {
        PgConnection::connect(&self.cluster.url(&self.database)).await.unwrap()
    }

    async fn ask<T>(&self, sql: &str) -> T
    where
        T: for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres> + Send + Unpin,
    {
        let mut connection = self.connect().await;
        sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_one(&mut connection).await.unwrap()
    }

    async fn import(&self, queue: &Queue, first: u64, n: u64) -> Result<(), QueueError> {
        let mut importing = queue.import(list(self.campaign)).unwrap();
        let batch = (first..first + n).map(|n| good(n + 2, n)).collect();
        tokio::task::spawn_blocking(move || {
            importing.add(batch)?;
            importing.finish(NOW)
        })
        .await
        .unwrap()
    }

    async fn claim(&self, queue: &Queue, lease: &Lease, n: u32) -> Result<Vec<Claim>, QueueError> {
        let limit = NonZeroU32::new(n).unwrap();
        let order = ClaimOrder { campaign: self.campaign, limit, now: NOW, epoch: lease.epoch() };
        queue.claim(order).await.map(|claimed| claimed.claims)
    }

    /// Status and attempts of every row, after a check that the counters agree with the rows, and that nothing is on its way
    /// under a right that nobody has.
    async fn rows(&self) -> Vec<(Status, u64)> {
        let strays =
            "select count(*) from recipient where status = 'sending' and epoch <> (select epoch from lease)";
        assert_eq!(self.ask::<i64>(strays).await, 0);
        let queue = self.other().await;
        assert_eq!(queue.verify(self.campaign).await.unwrap().wrong, Vec::<String>::new());
        let counted = queue.verify(self.campaign).await.unwrap().counted;
        assert_eq!(queue.counts(self.campaign).await.unwrap(), counted);
        let mut rows = Vec::new();
        for import in queue.imports(self.campaign).await.unwrap() {
            rows.extend(queue.results(&import, 0, 1_000).await.unwrap());
        }
        queue.close().await;
        rows.into_iter().map(|row| (row.status, row.attempts)).collect()
    }
}

fn list(campaign: CampaignId) -> NewImport {
    let headers = ["to", "ref", "name", "city"].map(str::to_owned).to_vec();
    NewImport {
        campaign,
        file_name: "list.csv".to_owned(),
        sha256: "00".to_owned(),
        layout: Layout::new(headers, vec![0], [Some(1), None, None], std::collections::BTreeMap::default()),
        sender: None,
        is_dry_run: false,
    }
}

fn accepted(claim: Claim) -> Settlement {
    let end = End::Accepted { message_id: Some("A1".to_owned()), note: None };
    Settlement::new(claim, end, Timestamp(NOW.0 + 1))
}
