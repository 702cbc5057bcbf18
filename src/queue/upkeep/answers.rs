//! What the API has answered: a request that comes again with the same key gets the same answer.

use std::time::Duration;

use crate::{
    domain::{CampaignId, Timestamp},
    queue::{Queue, engine::Connection, error::QueueError},
};

/// How long answers are kept.
pub const ANSWERS_KEPT_FOR: Duration = Duration::from_hours(7 * 24);

/// Whose request it is, and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The name of the token; a kind of work that has no key of a program has its own.
    pub owner: String,
    /// The key that the program gave.
    pub key: String,
    /// Stands for all that makes the request: another one with the same key is a mistake.
    pub fingerprint: String,
    /// The process that answers: what it has not answered when it is gone is never answered.
    pub server: String,
    /// The campaign that it is about: a purge wipes the answer too.
    pub campaign: Option<String>,
}

/// An answer as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status of HTTP.
    pub status: u16,
    pub content_type: String,
    pub location: Option<String>,
    pub body: String,
}

/// Where a request with that key stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Before {
    /// There was none: this one is carried out now.
    Fresh,
    Answered(Answer),
    /// The key belongs to another request.
    Other,
    /// This process is at it.
    InProgress,
    /// A process that is gone was at it: what came of it is not known.
    Interrupted,
}

struct Row {
    fingerprint: String,
    server: String,
    status: Option<i64>,
    content_type: Option<String>,
    location: Option<String>,
    body: Option<String>,
}

impl Row {
    fn before(self, asked: &Asked) -> Before {
        if self.fingerprint != asked.fingerprint {
            return Before::Other;
        }
        match (self.status, self.body) {
            (Some(status), Some(body)) => Before::Answered(Answer {
                status: u16::try_from(status).unwrap_or_default(),
                content_type: self.content_type.unwrap_or_default(),
                location: self.location,
                body,
            }),
            _ if self.server == asked.server => Before::InProgress,
            _ => Before::Interrupted,
        }
    }
}

impl Queue {
    /// Says where a request with that key stands. Where there was none, it is noted as one that is carried out now.
    pub async fn begin_answer(&self, asked: Asked, now: Timestamp) -> Result<Before, QueueError> {
        in_commit!(self, |connection| {
            let outdated = now.minus(ANSWERS_KEPT_FOR);
            query!("delete from api_answer where created_at < $1", outdated.0)
                .execute(&mut *connection)
                .await?;
            let begun = query!(
                "insert into api_answer (owner, answer_key, fingerprint, server, campaign_id, created_at)
                values ($1, $2, $3, $4, (select campaign_id from campaign where name = $5), $6)
                on conflict do nothing",
                asked.owner,
                asked.key,
                asked.fingerprint,
                asked.server,
                asked.campaign,
                now.0,
            )
            .execute(&mut *connection)
            .await?;
            if begun.rows_affected() > 0 {
                return Ok(Before::Fresh);
            }
            Ok(find(connection, &asked).await?.unwrap_or(Before::Fresh))
        })
    }

    /// Where a request with that key stands; none where there was none.
    pub async fn answer(&self, asked: &Asked) -> Result<Option<Before>, QueueError> {
        find(&mut *self.readers.acquire().await?, asked).await
    }

    /// Keeps the answer to a request that was begun.
    pub async fn keep_answer(&self, asked: &Asked, answer: Answer) -> Result<(), QueueError> {
        let (owner, key) = (asked.owner.clone(), asked.key.clone());
        in_commit!(self, |connection| {
            let status = i64::from(answer.status);
            query!(
                "update api_answer set status = $1, content_type = $2, location = $3, body = $4
                where owner = $5 and answer_key = $6",
                status,
                answer.content_type,
                answer.location,
                answer.body,
                owner,
                key,
            )
            .execute(connection)
            .await?;
            Ok(())
        })
    }

    /// Forgets a request that came to nothing, so that it can be made again.
    pub async fn forget_answer(&self, asked: &Asked) -> Result<(), QueueError> {
        let (owner, key) = (asked.owner.clone(), asked.key.clone());
        in_commit!(self, |connection| {
            query!("delete from api_answer where owner = $1 and answer_key = $2", owner, key)
                .execute(connection)
                .await?;
            Ok(())
        })
    }

    /// Forgets what was answered about a campaign: answers hold its people's data.
    pub(crate) async fn forget_answers_about(&self, campaign: CampaignId) -> Result<(), QueueError> {
        in_commit!(self, |connection| {
            query!("delete from api_answer where campaign_id = $1", campaign.0).execute(connection).await?;
            Ok(())
        })
    }
}

async fn find(connection: &mut Connection, asked: &Asked) -> Result<Option<Before>, QueueError> {
    let found = query_as!(
        Row,
        "select fingerprint, server, status, content_type, location, body from api_answer
        where owner = $1 and answer_key = $2",
        asked.owner,
        asked.key,
    )
    .fetch_optional(connection)
    .await?;
    Ok(found.map(|row| row.before(asked)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queue::tests::{NOW, World};

    fn asked() -> Asked {
        let text = str::to_owned;
        Asked {
            owner: text("crm"),
            key: text("k1"),
            fingerprint: text("f1"),
            server: text("s1"),
            campaign: Some(text("spring")),
        }
    }

    fn answer() -> Answer {
        let (content_type, body) = ("application/json".to_owned(), "{}".to_owned());
        Answer { status: 201, content_type, location: None, body }
    }

    #[tokio::test]
    async fn a_request_is_carried_out_once_and_answered_as_often_as_it_comes() {
        let world = World::with(1).await;
        let begin = async |asked, now| world.queue.begin_answer(asked, now).await.unwrap();
        assert_eq!(begin(asked(), NOW).await, Before::Fresh);
        assert_eq!(begin(asked(), NOW).await, Before::InProgress);
        let after_restart = Asked { server: "s2".to_owned(), ..asked() };
        assert_eq!(begin(after_restart.clone(), NOW).await, Before::Interrupted);
        world.queue.keep_answer(&asked(), answer()).await.unwrap();
        assert_eq!(begin(after_restart, NOW).await, Before::Answered(answer()));
        assert_eq!(begin(Asked { fingerprint: "f2".to_owned(), ..asked() }, NOW).await, Before::Other);
        assert_eq!(begin(Asked { owner: "shop".to_owned(), ..asked() }, NOW).await, Before::Fresh);
        let week = NOW.plus(ANSWERS_KEPT_FOR);
        assert_eq!(begin(asked(), week).await, Before::Answered(answer()));
        assert_eq!(begin(asked(), week.plus(Duration::from_millis(1))).await, Before::Fresh);
    }

    #[tokio::test]
    async fn what_was_answered_about_a_campaign_goes_with_its_data() {
        let world = World::with(1).await;
        world.queue.begin_answer(asked(), NOW).await.unwrap();
        world.queue.keep_answer(&asked(), answer()).await.unwrap();
        world.queue.cancel(world.campaign, NOW).await.unwrap();
        world.queue.purge(world.campaign, NOW).await.unwrap();
        assert_eq!(world.queue.answer(&asked()).await.unwrap(), None);
    }
}
