//! Whom a campaign is sent to, when, and until when, as its row has it.

use crate::{
    domain::{
        reach::{
            Cap, HoldOut, Reach, ReachPlan,
            hours::{HoursZone, LocalHours, WeekDays},
        },
        time::SendingHours,
    },
    queue::{error::QueueError, rows},
};

/// The columns of a campaign's row that say it.
#[derive(Debug, Clone)]
pub(crate) struct ReachRow {
    pub(crate) reach: Option<String>,
    pub(crate) window_margin_ms: i64,
    pub(crate) not_after: Option<i64>,
    pub(crate) finish_by: Option<i64>,
    pub(crate) local_hours: Option<String>,
    pub(crate) local_days: Option<String>,
    pub(crate) hours_zone: String,
    pub(crate) cap_n: Option<i64>,
    pub(crate) cap_within_ms: Option<i64>,
    pub(crate) hold_out: Option<f64>,
}

/// The columns of a queried row, whatever else it holds.
macro_rules! reach_row {
    ($row:ident) => {
        $crate::queue::reach::plans::ReachRow {
            reach: $row.reach,
            window_margin_ms: $row.window_margin_ms,
            not_after: $row.not_after,
            finish_by: $row.finish_by,
            local_hours: $row.local_hours,
            local_days: $row.local_days,
            hours_zone: $row.hours_zone,
            cap_n: $row.cap_n,
            cap_within_ms: $row.cap_within_ms,
            hold_out: $row.hold_out,
        }
    };
}
pub(crate) use reach_row;

impl ReachRow {
    /// The columns of a plan.
    pub(crate) fn of(plan: &ReachPlan) -> Self {
        Self {
            reach: plan.chosen.map(|reach| reach.name().to_owned()),
            window_margin_ms: rows::ms(plan.margin),
            not_after: plan.not_after.map(|at| at.0),
            finish_by: plan.finish_by.map(|at| at.0),
            local_hours: plan.local.hours.as_ref().map(ToString::to_string),
            local_days: plan.local.days.map(|days| days.to_string()),
            hours_zone: plan.local.zone.name().to_owned(),
            cap_n: plan.cap.map(|cap| i64::from(cap.n_max)),
            cap_within_ms: plan.cap.map(|cap| rows::ms(cap.within)),
            hold_out: plan.hold_out.map(HoldOut::share),
        }
    }

    /// The plan of that campaign's row.
    pub(crate) fn plan(self, campaign: i64) -> Result<ReachPlan, QueueError> {
        let bad = |column, found: &str| rows::inconsistent("campaign", column, campaign, found);
        let reach = |found: String| Reach::from_name(&found).ok_or_else(|| bad("reach", &found));
        let hours = |found: String| SendingHours::parse(&found).map_err(|_| bad("local_hours", &found));
        let days = |found: String| WeekDays::parse(&found).map_err(|_| bad("local_days", &found));
        let hold_out = |share: f64| HoldOut::of(share).ok_or_else(|| bad("hold_out", &share.to_string()));
        let cap = match (self.cap_n, self.cap_within_ms) {
            (Some(n), Some(within)) => Some(Cap {
                n_max: rows::limit("cap_n", campaign, n)?,
                within: rows::duration("cap_within_ms", campaign, within)?,
            }),
            _ => None,
        };
        Ok(ReachPlan {
            chosen: self.reach.map(reach).transpose()?,
            margin: rows::duration("window_margin_ms", campaign, self.window_margin_ms)?,
            not_after: rows::instant(self.not_after),
            finish_by: rows::instant(self.finish_by),
            local: LocalHours {
                hours: self.local_hours.map(hours).transpose()?,
                days: self.local_days.map(days).transpose()?,
                zone: HoursZone::from_name(&self.hours_zone)
                    .ok_or_else(|| bad("hours_zone", &self.hours_zone))?,
            },
            cap,
            hold_out: self.hold_out.map(hold_out).transpose()?,
        })
    }
}
