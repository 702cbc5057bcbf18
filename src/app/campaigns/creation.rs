//! A new campaign: what follows from the settings, and whether it can be made.

use crate::{
    app::{lists::zones, wording::error::Explained},
    domain::{
        NewCampaign, Phone,
        campaign::CampaignError,
        inbound::optout::OptOutWords,
        message::lint::{Lint, of_way_out},
    },
};

/// What of the settings a campaign without a word of its own has.
#[derive(Debug, Clone, Default)]
pub struct Defaults {
    /// The sender's own business number.
    pub sender: Option<Phone>,
    /// By what people ask to be left alone.
    pub opt_out_words: OptOutWords,
}

/// A campaign that can be made.
#[derive(Debug)]
pub struct Planned {
    pub plan: NewCampaign,
    /// The zone of its sending hours and the country of the sender, where it follows from the number.
    pub zone: Option<(&'static str, &'static str)>,
    /// What a person should look at before sending.
    pub findings: Vec<Lint>,
}

/// Why a campaign cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    #[error("the catalogue's link needs the sender's number")]
    NoSender,
    #[error("the window needs the time zone in which it is meant")]
    NoZone,
    /// A message that promises a word that stops nothing.
    #[error("{}", Lint::UnknownWord { word: word.clone() })]
    UnknownWord { word: String },
    #[error(transparent)]
    Campaign(#[from] CampaignError),
}

/// Completes a plan with the settings, and says whether the campaign can be made.
pub fn complete(
    mut plan: NewCampaign,
    has_catalogue: bool,
    defaults: &Defaults,
) -> Result<Planned, PlanError> {
    let sender = plan.sender.or(defaults.sender);
    if has_catalogue {
        let number = sender.ok_or(PlanError::NoSender)?;
        plan.message = with_link(&plan.message, number);
    }
    let mut zone = None;
    if plan.hours.is_some() && plan.time_zone.is_none() {
        let found = zone_of_sender(sender)?;
        plan.time_zone = Some(found.0.to_owned());
        zone = Some(found);
    }
    plan.check()?;
    let findings = way_out(&plan, defaults)?;
    Ok(Planned { plan, zone, findings })
}

/// The message, and the link of that number's catalogue below it.
pub fn with_link(message: &str, number: Phone) -> String {
    format!("{}\nhttps://wa.me/c/{}", message.trim_end(), number.digits())
}

/// The zone of the sender's country, and the country: hours in the wrong zone send at night.
pub fn zone_of_sender(sender: Option<Phone>) -> Result<(&'static str, &'static str), PlanError> {
    sender.and_then(zones::of_number).ok_or(PlanError::NoZone)
}

/// Refuses a message that promises a word that stops nothing, and says where it names no way out.
pub fn way_out(plan: &NewCampaign, defaults: &Defaults) -> Result<Vec<Lint>, PlanError> {
    let sender = plan.sender.or(defaults.sender);
    let found = of_way_out(&plan.message, sender, &defaults.opt_out_words);
    match found.iter().find(|finding| finding.is_error()) {
        Some(Lint::UnknownWord { word }) => Err(PlanError::UnknownWord { word: word.clone() }),
        Some(_) | None => Ok(found),
    }
}

impl From<&PlanError> for Explained {
    fn from(error: &PlanError) -> Self {
        let explained = Self::of(error);
        match error {
            PlanError::NoSender => explained.hint("--sender +NUMBER, or KALEYRA_SENDER"),
            PlanError::NoZone => explained.hint("--time-zone Asia/Kolkata, or another of the IANA names"),
            PlanError::UnknownWord { word } => explained.hint(format!(
                "promise a word that is, such as STOP, or add it in catalink.toml: [opt_out] words = [\"{word}\"]"
            )),
            PlanError::Campaign(_) => explained,
        }
    }
}
