//! Campaigns: create, find, and move from state to state.

use super::engine::Connection;

use super::{
    Queue, counters,
    error::{QueueError, name_taken},
    names,
    reach::plans::{ReachRow, reach_row},
    rows,
    upkeep::audit,
    views::overviews::{self, Overview},
};
use crate::domain::{
    Campaign, CampaignId, NewCampaign, OnUnknown, PauseCause, RecipientId, State, Timestamp,
    campaign::{Pause, check_rate},
    reach::Reach,
    ruling::RetrySchedule,
    time::SendingHours,
};

/// What may change under a running sender: it is looked at a few times a second.
#[derive(Debug, Clone, PartialEq)]
pub struct Pulse {
    /// Where the campaign stands.
    pub state: State,
    /// Its rate, in messages per second.
    pub mps: f64,
    /// Its limit on requests in flight.
    pub in_flight_max: u32,
    /// No message before this instant.
    pub start_at: Option<Timestamp>,
    /// Those of the recipients that were asked about who are on the suppression list.
    pub suppressed: Vec<RecipientId>,
}

struct BindAccountRow {
    name: String,
    account: Option<String>,
    has_sent: bool,
}

struct PulseRow {
    state: String,
    mps: f64,
    in_flight_max: i64,
    start_at: Option<i64>,
}

impl Queue {
    /// Creates a campaign in the state `draft`.
    pub async fn create(&self, plan: NewCampaign, now: Timestamp) -> Result<CampaignId, QueueError> {
        plan.check()?;
        let token_key = names::new_token_key()?;
        let entry = self.audit_entry("create", None, "");
        in_commit!(self, |connection| {
            let campaign = insert(connection, &plan, &token_key, now, entry.who()).await?;
            audit::record(connection, &entry.about(campaign)).await?;
            Ok(campaign)
        })
    }

    /// The campaign of that name.
    pub async fn campaign(&self, name: &str) -> Result<Campaign, QueueError> {
        find(&mut *self.readers.acquire().await?, name).await
    }

    /// Every campaign, in order of creation.
    pub async fn campaigns(&self) -> Result<Vec<Campaign>, QueueError> {
        let mut reader = self.readers.acquire().await?;
        let ids = overviews::all(&mut reader).await?;
        by_ids(&mut reader, &ids).await
    }

    /// A campaign with its figures.
    pub async fn overview(&self, name: &str) -> Result<Overview, QueueError> {
        let mut snapshot = self.readers.begin().await?;
        let campaign = find(&mut snapshot, name).await?;
        let counts = counters::read(&mut snapshot, campaign.id).await?;
        Ok(Overview { campaign, counts })
    }

    /// The campaigns in one of two states, in order of creation.
    pub async fn campaigns_in(&self, states: [State; 2]) -> Result<Vec<Campaign>, QueueError> {
        let mut reader = self.readers.acquire().await?;
        let [one, other] = states.map(State::name);
        let ids = query_scalar!(
            r#"select campaign_id as "campaign_id!" from campaign"# [" indexed by campaign_by_state" | ""] r#"
            where state in ($1, $2) order by campaign_id"#,
            one,
            other,
        )
        .fetch_all(&mut *reader)
        .await?;
        by_ids(&mut reader, &ids).await
    }

    /// The campaign of that id.
    pub async fn campaign_by_id(&self, id: CampaignId) -> Result<Campaign, QueueError> {
        let found = by_ids(&mut *self.readers.acquire().await?, &[id.0]).await?.pop();
        found.ok_or_else(|| QueueError::UnknownCampaign { name: id.0.to_string(), near: Vec::new() })
    }

    /// The names of all campaigns.
    pub async fn campaign_names(&self) -> Result<Vec<String>, QueueError> {
        all_names(&mut *self.readers.acquire().await?).await
    }

    /// What a running sender looks at while those recipients are about to be messaged.
    pub async fn pulse(&self, campaign: CampaignId, about: &[RecipientId]) -> Result<Pulse, QueueError> {
        self.check_place()?;
        let row = query_as!(
            PulseRow,
            "select state, mps, in_flight_max, start_at from campaign where campaign_id = $1",
            campaign.0
        )
        .fetch_one(&self.readers)
        .await?;
        let suppressed = if about.is_empty() { Vec::new() } else { self.suppressed_of(about).await? };
        Ok(Pulse {
            state: rows::state(campaign.0, &row.state)?,
            mps: row.mps,
            in_flight_max: rows::limit("in_flight_max", campaign.0, row.in_flight_max)?,
            start_at: rows::instant(row.start_at),
            suppressed,
        })
    }

    /// Removes a campaign that never had a recipient.
    pub async fn remove_empty(&self, campaign: CampaignId) -> Result<(), QueueError> {
        in_commit!(self, |connection| {
            query!("delete from counter where campaign_id = $1", campaign.0)
                .execute(&mut *connection)
                .await?;
            // An import still refers to its campaign, so a campaign with recipients stays.
            query!("delete from campaign where campaign_id = $1", campaign.0).execute(connection).await?;
            Ok(())
        })
    }

    /// Changes whom it is sent to; a running sender takes it up with its next claim.
    pub async fn set_reach(&self, campaign: CampaignId, reach: Reach) -> Result<(), QueueError> {
        let entry = self.audit_entry("reach", Some(campaign), reach.name());
        let name = reach.name();
        in_commit!(self, |connection| {
            let changed = query!(
                "update campaign set reach = $1 where campaign_id = $2 and reach is distinct from $1",
                name,
                campaign.0
            )
            .execute(&mut *connection)
            .await?;
            if changed.rows_affected() > 0 { audit::record(connection, &entry).await } else { Ok(()) }
        })
    }

    /// Changes the rate; a running sender takes it up within a second.
    pub async fn set_rate(&self, campaign: CampaignId, mps: f64) -> Result<(), QueueError> {
        check_rate(mps)?;
        let entry = self.audit_entry("rate", Some(campaign), mps.to_string());
        in_commit!(self, |connection| {
            let changed =
                query!("update campaign set mps = $1 where campaign_id = $2 and mps <> $1", mps, campaign.0)
                    .execute(&mut *connection)
                    .await?;
            if changed.rows_affected() > 0 { audit::record(connection, &entry).await } else { Ok(()) }
        })
    }

    /// Notes which account sends a campaign. A campaign of which another account has sent something is refused, unless
    /// `may_change` says that the operator wants it so.
    pub async fn bind_account(
        &self,
        campaign: CampaignId,
        account: &str,
        may_change: bool,
    ) -> Result<(), QueueError> {
        let account = account.to_owned();
        let entry = self.audit_entry("account", Some(campaign), account.clone());
        in_commit!(self, |connection| {
            // Where nothing came of the first account (a mistyped SID), nobody was messaged by it.
            let row = query_as!(
                BindAccountRow,
                r#"select name, account, exists (
                    select 1 from counter
                    where counter.campaign_id = campaign.campaign_id and axis = 'status' and n > 0
                        and value in ('sending', 'accepted', 'in_doubt')
                ) as "has_sent!: bool"
                from campaign where campaign_id = $1"#,
                campaign.0
            )
            .fetch_one(&mut *connection)
            .await?;
            match row.account {
                Some(bound) if bound == account => return Ok(()),
                Some(bound) if row.has_sent && !may_change => {
                    return Err(QueueError::OtherAccount { name: row.name, bound, account });
                }
                Some(_) => audit::record(connection, &entry).await?,
                None => {}
            }
            query!("update campaign set account = $1 where campaign_id = $2", account, campaign.0)
                .execute(connection)
                .await?;
            Ok(())
        })
    }

    /// Changes how many requests may be on the wire at once.
    pub async fn set_in_flight_max(&self, campaign: CampaignId, max: u32) -> Result<(), QueueError> {
        let entry = self.audit_entry("in flight", Some(campaign), max.to_string());
        in_commit!(self, |connection| {
            let changed = query!(
                "update campaign set in_flight_max = $1 where campaign_id = $2 and in_flight_max <> $1",
                i64::from(max),
                campaign.0
            )
            .execute(&mut *connection)
            .await?;
            if changed.rows_affected() > 0 { audit::record(connection, &entry).await } else { Ok(()) }
        })
    }
}

/// The campaign of that name.
pub(super) async fn find(connection: &mut Connection, name: &str) -> Result<Campaign, QueueError> {
    let id = query_scalar!(r#"select campaign_id as "id!" from campaign where name = $1"#, name)
        .fetch_optional(&mut *connection)
        .await?;
    if let Some(campaign) = by_ids(connection, id.as_slice()).await?.pop() {
        return Ok(campaign);
    }
    let near = names::near(name, &all_names(connection).await?);
    Err(QueueError::UnknownCampaign { name: name.to_owned(), near })
}

async fn all_names(connection: &mut Connection) -> Result<Vec<String>, QueueError> {
    let names = query_scalar!(r#"select json_group_array(name) as "names!: String" from campaign"#);
    let names = names.fetch_one(connection).await?;
    serde_json::from_str(&names).map_err(|_| rows::inconsistent("campaign", "name", 0, &names))
}

/// The campaigns with these ids, in order of creation.
pub(super) async fn by_ids(connection: &mut Connection, ids: &[i64]) -> Result<Vec<Campaign>, QueueError> {
    let ids = rows::to_json(&ids);
    let found = query_as!(
        CampaignRow,
        "select campaign_id, name, state, pause_cause, pause_detail, pause_line, is_probing, message, preview_url,
            sender, mps, in_flight_max, attempts_max, retry_initial_ms, retry_interval_max_ms, on_unknown,
            wa_source, ref_template, ref1_template, ref2_template, start_at, sending_hours, time_zone, canary,
            canary_wait_ms, canary_share, reach, window_margin_ms, not_after, finish_by, local_hours,
            local_days, hours_zone, cap_n, cap_within_ms, hold_out, with_token, token_key, account,
            interrupted_at, created_at, created_by, started_at, finished_at
        from campaign
        where campaign_id in (select cast(atom as bigint) from json_each($1)) order by campaign_id",
        ids,
    )
    .fetch_all(connection)
    .await?;
    found.into_iter().map(Campaign::try_from).collect()
}

async fn insert(
    connection: &mut Connection,
    plan: &NewCampaign,
    token_key: &str,
    now: Timestamp,
    who: Option<&str>,
) -> Result<CampaignId, QueueError> {
    // What a plan holds is written at one place: until then the row holds nothing of it but the name.
    let inserted = query_scalar!(
        r#"insert into campaign (
            name, token_key, created_at, message, preview_url, mps, in_flight_max, attempts_max, retry_initial_ms,
            retry_interval_max_ms, on_unknown, wa_source, canary_wait_ms, canary_share, with_token, created_by
        ) values ($1, $2, $3, '', 0, 1, 1, 1, 0, 0, 'hold', '', 0, 1, 0, $4)
        returning campaign_id as "id!""#,
        plan.name,
        token_key,
        now.0,
        who,
    )
    .fetch_one(&mut *connection)
    .await;
    let id = CampaignId(name_taken(inserted, &plan.name)?);
    write_plan(connection, id, plan).await?;
    counters::create(connection, id).await?;
    Ok(id)
}

/// Writes what the creator of a campaign decided into its row.
pub(super) async fn write_plan(
    connection: &mut Connection,
    campaign: CampaignId,
    plan: &NewCampaign,
) -> Result<(), QueueError> {
    let sender = plan.sender.map(|phone| rows::stored(phone.digits()));
    let canary_wait_ms = rows::ms(plan.canary_wait);
    let reach = ReachRow::of(&plan.reach);
    let (initial, max) = (rows::ms(plan.retry.initial), rows::ms(plan.retry.interval_max));
    let on_unknown = plan.on_unknown.name();
    let [ref0, ref1, ref2] = &plan.refs;
    let start_at = plan.start_at.map(|at| at.0);
    let hours = plan.hours.as_ref().map(ToString::to_string);
    let updated = query!(
        "update campaign set
            name = $1, message = $2, preview_url = $3, sender = $4, mps = $5, in_flight_max = $6, attempts_max = $7,
            retry_initial_ms = $8, retry_interval_max_ms = $9, on_unknown = $10, wa_source = $11, ref_template = $12,
            ref1_template = $13, ref2_template = $14, start_at = $15, sending_hours = $16, time_zone = $17, canary = $18,
            canary_wait_ms = $19, canary_share = $20, reach = $21, window_margin_ms = $22, not_after = $23, finish_by = $24, local_hours = $25,
            local_days = $26, hours_zone = $27, cap_n = $28, cap_within_ms = $29, hold_out = $30, with_token = $31
        where campaign_id = $32",
        plan.name,
        plan.message,
        i64::from(plan.preview_url),
        sender,
        plan.mps,
        i64::from(plan.in_flight_max),
        i64::from(plan.attempts_max),
        initial,
        max,
        on_unknown,
        plan.wa_source,
        ref0.as_deref(),
        ref1.as_deref(),
        ref2.as_deref(),
        start_at,
        hours,
        plan.time_zone,
        plan.canary.map(i64::from),
        canary_wait_ms,
        plan.canary_share,
        reach.reach,
        reach.window_margin_ms,
        reach.not_after,
        reach.finish_by,
        reach.local_hours,
        reach.local_days,
        reach.hours_zone,
        reach.cap_n,
        reach.cap_within_ms,
        reach.hold_out,
        i64::from(plan.with_token),
        campaign.0,
    )
    .execute(&mut *connection)
    .await;
    name_taken(updated, &plan.name)?;
    Ok(())
}

#[derive(Debug)]
struct CampaignRow {
    campaign_id: i64,
    name: String,
    state: String,
    pause_cause: Option<String>,
    pause_detail: Option<String>,
    pause_line: Option<i64>,
    is_probing: i64,
    message: String,
    preview_url: i64,
    sender: Option<i64>,
    mps: f64,
    in_flight_max: i64,
    attempts_max: i64,
    retry_initial_ms: i64,
    retry_interval_max_ms: i64,
    on_unknown: String,
    wa_source: String,
    ref_template: Option<String>,
    ref1_template: Option<String>,
    ref2_template: Option<String>,
    start_at: Option<i64>,
    sending_hours: Option<String>,
    time_zone: Option<String>,
    canary: Option<i64>,
    canary_wait_ms: i64,
    canary_share: f64,
    reach: Option<String>,
    window_margin_ms: i64,
    not_after: Option<i64>,
    finish_by: Option<i64>,
    local_hours: Option<String>,
    local_days: Option<String>,
    hours_zone: String,
    cap_n: Option<i64>,
    cap_within_ms: Option<i64>,
    hold_out: Option<f64>,
    with_token: i64,
    token_key: String,
    account: Option<String>,
    interrupted_at: Option<i64>,
    created_at: i64,
    created_by: Option<String>,
    started_at: Option<i64>,
    finished_at: Option<i64>,
}

impl TryFrom<CampaignRow> for Campaign {
    type Error = QueueError;

    fn try_from(row: CampaignRow) -> Result<Self, QueueError> {
        let id = row.campaign_id;
        let bad = |column, found: &str| rows::inconsistent("campaign", column, id, found);
        let pause = match row.pause_cause {
            None => None,
            Some(name) => Some(Pause {
                cause: PauseCause::from_name(&name).ok_or_else(|| bad("pause_cause", &name))?,
                detail: row.pause_detail,
                line: row.pause_line.map(rows::count),
            }),
        };
        let hours = row.sending_hours.as_deref();
        let plan = NewCampaign {
            name: row.name,
            message: row.message,
            preview_url: row.preview_url != 0,
            sender: row.sender.map(|digits| rows::phone("campaign", id, digits)).transpose()?,
            mps: row.mps,
            in_flight_max: rows::limit("in_flight_max", id, row.in_flight_max)?,
            attempts_max: rows::limit("attempts_max", id, row.attempts_max)?,
            retry: RetrySchedule {
                initial: rows::duration("retry_initial_ms", id, row.retry_initial_ms)?,
                interval_max: rows::duration("retry_interval_max_ms", id, row.retry_interval_max_ms)?,
            },
            on_unknown: OnUnknown::from_name(&row.on_unknown)
                .ok_or_else(|| bad("on_unknown", &row.on_unknown))?,
            wa_source: row.wa_source,
            refs: [row.ref_template, row.ref1_template, row.ref2_template],
            start_at: rows::instant(row.start_at),
            hours: hours
                .map(|text| SendingHours::parse(text).map_err(|_| bad("sending_hours", text)))
                .transpose()?,
            time_zone: row.time_zone,
            canary: row.canary.map(|n| rows::limit("canary", id, n)).transpose()?,
            canary_wait: rows::duration("canary_wait_ms", id, row.canary_wait_ms)?,
            canary_share: row.canary_share,
            reach: reach_row!(row).plan(id)?,
            with_token: row.with_token != 0,
        };
        Ok(Self {
            id: CampaignId(id),
            plan,
            state: rows::state(id, &row.state)?,
            pause,
            is_probing: row.is_probing != 0,
            token_key: row.token_key,
            account: row.account,
            interrupted_at: rows::instant(row.interrupted_at),
            created_at: Timestamp(row.created_at),
            created_by: row.created_by,
            started_at: rows::instant(row.started_at),
            finished_at: rows::instant(row.finished_at),
        })
    }
}
