//! `--rates`: what a campaign costs, by the operator's price list.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use crate::{
    cli::{Context, Failure},
    domain::CampaignId,
    queue::Queue,
    report::{Costs, Rates},
};

#[derive(Debug, Clone, Default, Args)]
pub(crate) struct RatesArgs {
    /// Estimate the cost by this price list, a CSV with market, category, price, currency [default: `[cost] rates` in
    /// catalink.toml]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    rates: Option<PathBuf>,
}

impl RatesArgs {
    /// What the campaign costs; none without a price list.
    pub(crate) async fn costs(
        &self,
        queue: &Queue,
        campaign: CampaignId,
        context: &Context,
    ) -> Result<Option<Costs>, Failure> {
        let Some(path) = self.rates.as_ref().or(context.settings.rates.as_ref()) else { return Ok(None) };
        let rates = Rates::read(path)?;
        Ok(Some(Costs::of(queue, campaign, &rates).await?))
    }
}
