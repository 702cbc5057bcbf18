//! Writing the database's file anew, so that no trace of what was wiped is left in it or its log.

use std::sync::Arc;

use crate::queue::{Queue, error::QueueError, handle::Store};

impl Queue {
    /// Writes the file anew, brings the log into it and cuts the log. Pages keep stale bytes of rows that were moved
    /// within them, also where what is deleted is overwritten, and the log keeps old pages. Waits a while for whoever
    /// reads an old state out of the log.
    ///
    /// A server writes a table anew only while nobody else can use it. There the room of what was wiped is made free, to be
    /// written over; its log and its backups keep it for as long as they are kept.
    pub(crate) async fn write_anew(&self) -> Result<(), QueueError> {
        let store = match &self.store {
            Store::File(store) => store,
            Store::Server(server) => return server.free_room().await,
        };
        let traces = |why, source| QueueError::Traces { path: store.path.clone(), why, source };
        let mut connection = crate::queue::connect(&store.path).await?;
        let written = async {
            sqlx::query("vacuum").execute(&mut connection).await?;
            let waits = sqlx::query_scalar::<_, i64>("pragma wal_checkpoint(truncate)");
            waits.fetch_one(&mut connection).await
        };
        let written = written.await;
        sqlx::Connection::close(connection).await?;
        match written {
            Ok(0) => Ok(()),
            Ok(_) => Err(traces("somebody reads an old state of it", None)),
            Err(error) => {
                let why = if is_full(&error) {
                    "there is no room to write the file anew, which takes as much as the file itself twice over"
                } else {
                    "the file could not be written anew"
                };
                Err(traces(why, Some(Arc::new(error))))
            }
        }
    }
}

/// SQLite's result code FULL.
fn is_full(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(sqlx::error::DatabaseError::code).is_some_and(|code| code == "13")
}
