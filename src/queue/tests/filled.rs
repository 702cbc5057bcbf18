//! A queue with rows of chosen kinds, for the tests of what is read from it.

use sqlx::ConnectOptions;
use tempfile::TempDir;

use crate::domain::{Campaign, CampaignId, Layout, NewCampaign, NewRecipient, Status, Timestamp};
use crate::queue::{NewImport, Queue, ResultRow, handle::Store, options};

/// When everything in the queue happened, where a test says nothing else.
pub(crate) const NOW: Timestamp = Timestamp(1_790_000_000_000);

/// A recipient that waits, at line 2.
pub(crate) fn row() -> ResultRow {
    ResultRow {
        recipient_id: 1,
        line: 2,
        number: Some(919_800_000_001),
        input_to: None,
        status: Status::Queued,
        due_at: 0,
        message_id: None,
        code: None,
        error: None,
        attempts: 0,
        settled_at: None,
        delivery: None,
        delivery_at: None,
        delivered_at: None,
        read_at: None,
        replied_at: None,
        reply_kind: None,
        delivery_error: None,
        closes_at: None,
        refs: [None, None, None],
        cells: None,
    }
}

/// A queue in a folder of its own, with one campaign.
pub(crate) struct Filled {
    pub(crate) queue: Queue,
    pub(crate) campaign: Campaign,
    pub(crate) folder: TempDir,
}

impl Filled {
    /// A campaign without recipients.
    pub(crate) async fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let queue = super::new_queue(folder.path()).await;
        queue.create(NewCampaign::new("spring", "Hi https://wa.me/c/911161197855"), NOW).await.unwrap();
        let campaign = queue.campaign("spring").await.unwrap();
        Self { queue, campaign, folder }
    }

    pub(crate) fn id(&self) -> CampaignId {
        self.campaign.id
    }

    /// Imports rows of a file with that layout.
    pub(crate) async fn import(&self, layout: Layout, rows: Vec<NewRecipient>) {
        let new = NewImport {
            campaign: self.id(),
            file_name: "list.csv".to_owned(),
            sha256: "00".to_owned(),
            layout,
            sender: None,
            is_dry_run: false,
        };
        let mut importing = self.queue.import(new).unwrap();
        let add = move || {
            importing.add(rows).and_then(|_| importing.add(Vec::new())).and_then(|_| importing.finish(NOW))
        };
        tokio::task::spawn_blocking(add).await.unwrap().unwrap();
    }

    /// Runs SQL that the schema would not allow, as damage to the file or another program could have it. A server allows it
    /// nobody; false there.
    pub(crate) async fn break_rules(&self, sql: &'static str) -> bool {
        if super::is_on_server() {
            return false;
        }
        let options = options(&self.queue.files()).pragma("ignore_check_constraints", "on");
        let mut connection = options.connect().await.unwrap();
        sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
        true
    }

    /// Runs SQL that puts rows where sending and receipts would put them, and brings the counters along.
    pub(crate) async fn alter(&self, sql: &'static str) {
        let recounted = "update counter set n = (
            select count(*) from recipient
            where recipient.campaign_id = counter.campaign_id
                and case axis when 'status' then status when 'delivery' then delivery end = value
        )";
        match &self.queue.store {
            Store::File(store) => {
                let mut connection = options(&store.path).foreign_keys(false).connect().await.unwrap();
                sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
                sqlx::raw_sql(recounted).execute(&mut connection).await.unwrap();
            }
            Store::Server(server) => {
                let mut connection = server.connect().await.unwrap();
                // Neither foreign keys nor triggers mind.
                sqlx::raw_sql("set session_replication_role = replica")
                    .execute(&mut connection)
                    .await
                    .unwrap();
                sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
                sqlx::raw_sql(recounted).execute(&mut connection).await.unwrap();
            }
        }
    }
}
