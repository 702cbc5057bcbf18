//! What is around every page: who looks, at which workspace, and the words.

use std::{borrow::Borrow, sync::Arc};

use askama::Template;
use axum::{
    extract::FromRequestParts,
    http::request::Parts,
    response::{Html, IntoResponse, Response},
};
use jiff::tz::TimeZone;

use super::{
    assets::VERSION,
    failure::Failure,
    mask::masked,
    words::{AdminWords, Words, admin_texts, texts},
};
use crate::{
    clock::Clock,
    console::workspace::Workspace,
    domain::{Campaign, NewCampaign, Phone, Timestamp, time::Told},
    queue::{Queue, Role},
};

/// Who looks at a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Visitor {
    /// Their name; none while nobody has to sign in.
    pub(crate) name: Option<String>,
    pub(crate) role: Role,
}

/// A visitor at a workspace.
#[derive(Clone)]
pub(crate) struct Visit {
    pub(crate) workspace: Arc<Workspace>,
    /// The workspace's queue in the hands of the visitor: what they do is written down under their name.
    pub(crate) queue: Queue,
    pub(crate) visitor: Visitor,
    /// Somebody may have asked to be left alone, and nobody has decided yet.
    pub(crate) has_open_questions: bool,
}

impl<S: Send + Sync> FromRequestParts<S> for Visit {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Failure> {
        let workspace = parts.extensions.get::<Arc<Workspace>>().map(Arc::clone);
        let visitor = parts.extensions.get::<Visitor>().cloned();
        match (workspace, visitor) {
            (Some(workspace), Some(visitor)) => {
                let queue = match &visitor.name {
                    Some(name) => workspace.queue.acting_as(name.as_str(), || Clock.now()),
                    // Whoever runs the server answers for an open console.
                    None => workspace.queue.clone(),
                };
                // A link that is missing is no reason to show no page.
                let has_open_questions = queue.has_open_questions().await.unwrap_or_else(|error| {
                    tracing::warn!(%error, "it is not known whether somebody has to be decided about");
                    false
                });
                Ok(Self { workspace, queue, visitor, has_open_questions })
            }
            _ => Err(Failure::Broken("a page without its guards".to_owned())),
        }
    }
}

/// The parts of the console that the navigation names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    Campaigns,
    Suppressions,
    OptOuts,
    Settings,
    Audit,
    Users,
    Account,
}

/// What the layout needs.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    pub(crate) w: &'static Words,
    pub(crate) a: &'static AdminWords,
    /// What every address begins with.
    pub(crate) base: &'static str,
    pub(crate) version: &'static str,
    pub(crate) title: String,
    pub(crate) section: Section,
    pub(crate) is_rehearsal: bool,
    pub(crate) visitor: Visitor,
    /// The navigation names the page of opt-outs only where there is something to decide.
    pub(crate) has_open_questions: bool,
}

impl Visit {
    /// The frame of a page.
    pub(crate) fn frame(&self, section: Section, title: impl Into<String>) -> Frame {
        Frame {
            w: texts(),
            a: admin_texts(),
            base: self.workspace.base,
            version: &VERSION,
            title: title.into(),
            section,
            is_rehearsal: self.workspace.is_rehearsal,
            visitor: self.visitor.clone(),
            has_open_questions: self.has_open_questions,
        }
    }

    /// The address of a page of a campaign.
    pub(crate) fn campaign_path(&self, name: &str) -> String {
        format!("{}/campaigns/{name}", self.workspace.base)
    }

    /// The number that sends, where it is known.
    pub(crate) fn sender(&self, campaign: &Campaign) -> Option<Phone> {
        (self.workspace.accounts)(campaign.plan.sender).ok().map(|account| account.sender)
    }

    /// The link to the catalogue of the number that sends.
    pub(crate) fn catalogue_link(&self, campaign: &Campaign) -> Option<String> {
        self.sender(campaign).map(|sender| format!("https://wa.me/c/{}", sender.digits()))
    }
}

impl Frame {
    /// Whether the visitor may make and run campaigns.
    pub(crate) fn may_send(&self) -> bool {
        self.visitor.role.includes(Role::Sender)
    }

    /// Numbers, and texts that may hold some, as the visitor sees them: whole for those who send.
    pub(crate) fn seen(&self, text: impl AsRef<str>) -> String {
        if self.may_send() { text.as_ref().to_owned() } else { masked(text.as_ref()) }
    }

    /// Whether the visitor may say who the users are.
    pub(crate) fn may_admin(&self) -> bool {
        self.visitor.role.includes(Role::Admin)
    }

    /// The title of the tab.
    pub(crate) fn whole_title(&self) -> String {
        let rehearsal = if self.is_rehearsal { format!("{} · ", self.w.rehearsal) } else { String::new() };
        format!("{rehearsal}{} · {}", self.title, self.w.product)
    }

    /// `page` where the section is the one that is open, for `aria-current`.
    pub(crate) fn current(&self, section: impl Borrow<Section>) -> &'static str {
        if self.section == *section.borrow() { "page" } else { "false" }
    }
}

/// A text as a part of an address.
pub(crate) fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

/// Renders a page.
pub(crate) fn page(template: &impl Template) -> Result<Response, Failure> {
    Ok(Html(template.render()?).into_response())
}

/// An instant as a page shows it: in the zone of its campaign, with its name; without one in UTC, and in the visitor's own
/// zone where scripts run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Moment {
    at: Timestamp,
    zone: Option<TimeZone>,
}

impl Moment {
    /// One that is of no campaign.
    pub(crate) fn new(at: Timestamp) -> Self {
        Self { at, zone: None }
    }

    /// One of a campaign with this plan.
    pub(crate) fn of(at: Timestamp, plan: &NewCampaign) -> Self {
        let is_set = plan.time_zone.is_some();
        Self { at, zone: plan.zone().ok().filter(|_| is_set) }
    }

    /// For `datetime`.
    pub(crate) fn iso(&self) -> String {
        self.at.to_string()
    }

    /// For people: date, hour, minute and zone.
    pub(crate) fn text(&self) -> String {
        Told(self.at, self.zone.as_ref().unwrap_or(&TimeZone::UTC)).to_string()
    }

    /// Whether its zone is that of its campaign, which a script leaves alone.
    pub(crate) fn has_zone(&self) -> bool {
        self.zone.is_some()
    }
}
