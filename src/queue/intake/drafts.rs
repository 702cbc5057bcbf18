//! Campaigns in the making: the uploaded file, how it is to be read, and when to begin.

use crate::{
    domain::{CampaignId, NewCampaign, Timestamp},
    queue::{
        Queue, campaigns,
        engine::{Connection, Text},
        error::QueueError,
        rows,
        upkeep::audit,
    },
};

/// What is known of a campaign before its rows are imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    pub campaign: CampaignId,
    /// The name of the file in the folder of uploads.
    pub upload: String,
    /// What the operator calls the file.
    pub file_name: String,
    pub n_bytes: u64,
    /// How it is to be read; JSON that the queue does not look into.
    pub choices: String,
    /// What its last check found; JSON that the queue does not look into.
    pub checked: Option<String>,
    /// When to import it and begin; none while nobody has said so.
    pub starts_at: Option<Timestamp>,
    /// The user of the console who has said so; none where nobody had to sign in.
    pub pressed_by: Option<String>,
}

struct Row {
    campaign_id: i64,
    upload: String,
    file_name: String,
    n_bytes: i64,
    choices: String,
    checked: Option<String>,
    starts_at: Option<i64>,
    pressed_by: Option<String>,
}

impl From<Row> for Draft {
    fn from(row: Row) -> Self {
        Self {
            campaign: CampaignId(row.campaign_id),
            upload: row.upload,
            file_name: row.file_name,
            n_bytes: rows::count(row.n_bytes),
            choices: row.choices,
            checked: row.checked,
            starts_at: rows::instant(row.starts_at),
            pressed_by: row.pressed_by,
        }
    }
}

impl Queue {
    /// Keeps the draft of a campaign, in place of the one it had.
    pub async fn put_draft(&self, draft: Draft) -> Result<(), QueueError> {
        in_commit!(self, |connection| {
            let n_bytes = rows::stored(draft.n_bytes);
            let starts_at = draft.starts_at.map(|at| at.0);
            query!(
                "insert into draft (campaign_id, upload, file_name, n_bytes, choices, checked, starts_at, pressed_by)
                values ($1, $2, $3, $4, $5, $6, $7, $8)
                on conflict (campaign_id) do update set
                    upload = excluded.upload, file_name = excluded.file_name, n_bytes = excluded.n_bytes,
                    choices = excluded.choices, checked = excluded.checked, starts_at = excluded.starts_at,
                    pressed_by = excluded.pressed_by",
                draft.campaign.0,
                draft.upload,
                draft.file_name,
                n_bytes,
                draft.choices,
                draft.checked,
                starts_at,
                draft.pressed_by,
            )
            .execute(connection)
            .await?;
            Ok(())
        })
    }

    /// The draft of a campaign.
    pub async fn draft(&self, campaign: CampaignId) -> Result<Option<Draft>, QueueError> {
        let found = query_as!(
            Row,
            "select campaign_id, upload, file_name, n_bytes, choices, checked, starts_at, pressed_by
            from draft where campaign_id = $1",
            campaign.0,
        )
        .fetch_optional(&self.readers)
        .await?;
        Ok(found.map(Draft::from))
    }

    pub async fn drafts(&self) -> Result<Vec<Draft>, QueueError> {
        let found = query_as!(
            Row,
            "select campaign_id, upload, file_name, n_bytes, choices, checked, starts_at, pressed_by
            from draft order by campaign_id"
        )
        .fetch_all(&self.readers)
        .await?;
        Ok(found.into_iter().map(Draft::from).collect())
    }

    /// Keeps how the draft's file is to be read; what was found by reading it otherwise is forgotten.
    pub async fn choose(&self, campaign: CampaignId, choices: String) -> Result<(), QueueError> {
        in_commit!(self, |connection| {
            query!(
                "update draft set choices = $1, checked = null, starts_at = null, pressed_by = null where campaign_id = $2",
                choices,
                campaign.0,
            )
            .execute(connection)
            .await?;
            Ok(())
        })
    }

    /// Keeps what was typed of a message that cannot be the campaign's; nothing where it was kept as the campaign's.
    pub async fn keep_typed(&self, campaign: CampaignId, typed: Option<String>) -> Result<(), QueueError> {
        in_commit!(self, |connection| {
            query!("update draft set typed = $1 where campaign_id = $2", typed, campaign.0)
                .execute(connection)
                .await?;
            Ok(())
        })
    }

    /// What was typed of a message and could not be kept as the campaign's.
    pub async fn typed(&self, campaign: CampaignId) -> Result<Option<String>, QueueError> {
        let found = query_scalar!("select typed from draft where campaign_id = $1", campaign.0);
        Ok(found.fetch_optional(&self.readers).await?.flatten())
    }

    /// Keeps what a check found, unless the draft has been changed since it began. Says whether it was kept.
    pub async fn keep_check(
        &self,
        campaign: CampaignId,
        choices: String,
        checked: String,
    ) -> Result<bool, QueueError> {
        in_commit!(self, |connection| {
            let kept = query!(
                "update draft set checked = $1 where campaign_id = $2 and choices = $3",
                checked,
                campaign.0,
                choices,
            )
            .execute(connection)
            .await?;
            Ok(kept.rows_affected() > 0)
        })
    }

    /// Sets the instant at which a draft begins, and who asked for it. Says whether there was a draft.
    pub async fn schedule_draft(
        &self,
        campaign: CampaignId,
        starts_at: Timestamp,
        pressed_by: Option<String>,
    ) -> Result<bool, QueueError> {
        self.set_start(campaign, Some(starts_at), pressed_by).await
    }

    /// Takes back that a draft begins. Says whether there was a draft.
    pub async fn unschedule_draft(&self, campaign: CampaignId) -> Result<bool, QueueError> {
        self.set_start(campaign, None, None).await
    }

    async fn set_start(
        &self,
        campaign: CampaignId,
        starts_at: Option<Timestamp>,
        pressed_by: Option<String>,
    ) -> Result<bool, QueueError> {
        in_commit!(self, |connection| {
            let starts_at = starts_at.map(|at| at.0);
            let changed = query!(
                "update draft set starts_at = $1, pressed_by = $2 where campaign_id = $3",
                starts_at,
                pressed_by,
                campaign.0,
            )
            .execute(connection)
            .await?;
            Ok(changed.rows_affected() > 0)
        })
    }

    /// Forgets the draft of a campaign; its rows are imported now.
    pub async fn close_draft(&self, campaign: CampaignId) -> Result<(), QueueError> {
        in_commit!(self, |connection| {
            query!("delete from draft where campaign_id = $1", campaign.0).execute(connection).await?;
            Ok(())
        })
    }

    /// Forgets a campaign that has no recipients, and its draft. Says whether it could be.
    pub async fn discard(&self, campaign: CampaignId) -> Result<bool, QueueError> {
        let entry = self.audit_entry("discard", Some(campaign), "");
        in_commit!(self, |connection| {
            if has_recipients(connection, campaign).await? {
                return Ok(false);
            }
            audit::record(connection, &entry).await?;
            for statement in [
                "delete from draft where campaign_id = $1",
                "delete from pace where campaign_id = $1",
                "delete from counter where campaign_id = $1",
                "delete from campaign where campaign_id = $1",
            ] {
                Text::new(statement).bind(campaign.0).execute(&mut *connection).await?;
            }
            Ok(true)
        })
    }

    /// Replaces what the creator of a campaign decided, as long as it has no recipients. Says whether it was replaced.
    pub async fn replace_plan(&self, campaign: CampaignId, plan: NewCampaign) -> Result<bool, QueueError> {
        plan.check()?;
        in_commit!(self, |connection| {
            if has_recipients(connection, campaign).await? {
                return Ok(false);
            }
            campaigns::write_plan(connection, campaign, &plan).await?;
            Ok(true)
        })
    }

    /// What the columns of a header meant the last time; JSON that the queue does not look into.
    pub async fn column_mapping(&self, header_sha256: &str) -> Result<Option<String>, QueueError> {
        let found =
            query_scalar!("select choices from column_mapping where header_sha256 = $1", header_sha256)
                .fetch_optional(&self.readers)
                .await?;
        Ok(found)
    }

    /// Remembers what the columns of a header mean.
    pub async fn remember_columns(
        &self,
        header_sha256: String,
        choices: String,
        now: Timestamp,
    ) -> Result<(), QueueError> {
        in_commit!(self, |connection| {
            query!(
                "insert into column_mapping (header_sha256, choices, used_at) values ($1, $2, $3)
                on conflict (header_sha256) do update set choices = excluded.choices, used_at = excluded.used_at",
                header_sha256,
                choices,
                now.0,
            )
            .execute(connection)
            .await?;
            Ok(())
        })
    }
}

async fn has_recipients(connection: &mut Connection, campaign: CampaignId) -> Result<bool, QueueError> {
    let has = query_scalar!(
        r#"select exists (select 1 from import where campaign_id = $1) as "has!: bool""#,
        campaign.0
    )
    .fetch_one(connection)
    .await?;
    Ok(has)
}
