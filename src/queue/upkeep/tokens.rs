//! Which programs may use the HTTP API.

use std::time::Duration;

use super::{audit, users::Role};
use crate::{
    domain::Timestamp,
    queue::{Queue, error::QueueError, rows},
};

/// The use of a token is written down at most this often: it is a commit to disk.
const USE_NOTED_EVERY: Duration = Duration::from_mins(1);

/// A token of a program. Its text is nowhere; the queue has its digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    pub name: String,
    /// What the program may do.
    pub role: Role,
    pub created_at: Timestamp,
    /// From this instant on it is refused.
    pub expires_at: Timestamp,
    /// When it was last used, to the minute; none where it never was.
    pub used_at: Option<Timestamp>,
}

struct Row {
    name: String,
    role: String,
    created_at: i64,
    expires_at: i64,
    used_at: Option<i64>,
}

impl TryFrom<Row> for Token {
    type Error = QueueError;

    fn try_from(row: Row) -> Result<Self, QueueError> {
        let role = Role::from_name(&row.role)
            .ok_or_else(|| rows::inconsistent("api_token", "role", row.created_at, &row.role))?;
        Ok(Self {
            name: row.name,
            role,
            created_at: Timestamp(row.created_at),
            expires_at: Timestamp(row.expires_at),
            used_at: rows::instant(row.used_at),
        })
    }
}

impl Token {
    /// Whether it is refused at that instant.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at <= now
    }
}

impl Queue {
    /// Adds a token, named by the digest of its text. Says whether it was added: a name that is in use stays as it is.
    pub async fn add_token(
        &self,
        name: String,
        role: Role,
        token_sha256: String,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<bool, QueueError> {
        let detail = format!("{name} as {}, until {expires_at}", role.name());
        let entry = self.audit_entry("token add", None, detail);
        in_commit!(self, |connection| {
            let role = role.name();
            let added = query!(
                "insert into api_token (token_sha256, name, role, created_at, expires_at) values ($1, $2, $3, $4, $5)
                on conflict (name) do nothing",
                token_sha256,
                name,
                role,
                now.0,
                expires_at.0,
            )
            .execute(&mut *connection)
            .await?;
            let is_added = added.rows_affected() > 0;
            if is_added {
                audit::record(connection, &entry).await?;
            }
            Ok(is_added)
        })
    }

    /// Removes a token, which is refused from now on. Says whether there was one.
    pub async fn remove_token(&self, name: String) -> Result<bool, QueueError> {
        let entry = self.audit_entry("token remove", None, name.clone());
        in_commit!(self, |connection| {
            let removed =
                query!("delete from api_token where name = $1", name).execute(&mut *connection).await?;
            let is_removed = removed.rows_affected() > 0;
            if is_removed {
                // Another program of that name has keys of its own.
                query!("delete from api_answer where owner = $1", name).execute(&mut *connection).await?;
                audit::record(connection, &entry).await?;
            }
            Ok(is_removed)
        })
    }

    /// Every token, by name.
    pub async fn tokens(&self) -> Result<Vec<Token>, QueueError> {
        let found =
            query_as!(Row, "select name, role, created_at, expires_at, used_at from api_token order by name")
                .fetch_all(&self.readers)
                .await?;
        found.into_iter().map(Token::try_from).collect()
    }

    /// True when some program has a token, also one that has expired.
    pub async fn has_tokens(&self) -> Result<bool, QueueError> {
        let has = query_scalar!(r#"select exists (select 1 from api_token) as "has!: bool""#)
            .fetch_one(&self.readers)
            .await?;
        Ok(has)
    }

    /// The token with that digest. The index compares digests, which say nothing about how much of a guess was right.
    pub async fn token(&self, token_sha256: &str) -> Result<Option<Token>, QueueError> {
        let found = query_as!(
            Row,
            "select name, role, created_at, expires_at, used_at from api_token where token_sha256 = $1",
            token_sha256,
        )
        .fetch_optional(&self.readers)
        .await?;
        found.map(Token::try_from).transpose()
    }

    /// Notes that a token was used, unless that was noted a moment ago.
    pub async fn note_use(&self, token: &Token, now: Timestamp) -> Result<(), QueueError> {
        let before = now.minus(USE_NOTED_EVERY);
        if token.used_at.is_some_and(|at| before < at) {
            return Ok(());
        }
        let name = token.name.clone();
        in_commit!(self, |connection| {
            query!(
                "update api_token set used_at = $2 where name = $1 and (used_at is null or used_at <= $3)",
                name,
                now.0,
                before.0,
            )
            .execute(connection)
            .await?;
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queue::tests::{NOW, World};

    #[tokio::test]
    async fn the_name_of_a_token_is_taken_until_it_is_removed() {
        let world = World::with(0).await;
        let queue = world.queue.acting_as("asha", || NOW);
        let later = NOW.plus(Duration::from_hours(1));
        assert!(queue.add_token("crm".to_owned(), Role::Viewer, "d1".to_owned(), NOW, later).await.unwrap());
        assert!(!queue.add_token("crm".to_owned(), Role::Admin, "d2".to_owned(), NOW, later).await.unwrap());
        assert_eq!(queue.token("d1").await.unwrap().unwrap().role, Role::Viewer);
        assert_eq!(queue.token("d2").await.unwrap(), None);
        assert!(queue.remove_token("crm".to_owned()).await.unwrap());
        assert!(!queue.remove_token("crm".to_owned()).await.unwrap());
        assert_eq!((queue.token("d1").await.unwrap(), queue.has_tokens().await.unwrap()), (None, false));
        let trail = queue.audit_trail(None, 9).await.unwrap();
        let commands: Vec<_> = trail.iter().map(|line| line.command.as_str()).collect();
        assert_eq!(commands[..2], ["token remove", "token add"], "what changed nothing is not written down");
    }

    #[tokio::test]
    async fn the_use_of_a_token_is_noted_to_the_minute() {
        let world = World::with(0).await;
        let later = NOW.plus(Duration::from_hours(1));
        let queue = &world.queue;
        queue.add_token("crm".to_owned(), Role::Viewer, "d".to_owned(), NOW, later).await.unwrap();
        for (after_s, noted_s) in [(0, 0), (59, 0), (61, 61)] {
            let token = queue.token("d").await.unwrap().unwrap();
            queue.note_use(&token, NOW.plus(Duration::from_secs(after_s))).await.unwrap();
            let used_at = queue.token("d").await.unwrap().unwrap().used_at;
            assert_eq!(used_at, Some(NOW.plus(Duration::from_secs(noted_s))), "{after_s}");
        }
    }
}
