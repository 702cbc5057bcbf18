//! Makes the message of one recipient: its text from the template and the row's values, its tags, its token.

use std::collections::HashMap;

use super::{
    Message, RenderError, Template, TemplateError, check_body,
    layout::{Layout, Place},
    token::token,
    value::Values,
};
use crate::domain::{campaign::Campaign, recipient::Recipient};

/// Everything about a campaign that goes into each of its messages.
#[derive(Debug, Clone)]
pub struct Composer {
    template: Template,
    /// For each import, where each variable of the template is found, and which texts are values.
    places: HashMap<i64, (Vec<Option<Place>>, Values)>,
    preview_url: bool,
    wa_source: String,
    /// The slot that carries the token, and the campaign's key in it.
    token: Option<(usize, String)>,
}

impl Composer {
    /// Prepares for the rows of these imports, each with its number.
    pub fn new<'l>(
        campaign: &Campaign,
        layouts: impl IntoIterator<Item = (i64, &'l Layout)>,
    ) -> Result<Self, TemplateError> {
        let template = Template::parse(&campaign.plan.message)?;
        let mut is_free = campaign.plan.refs.each_ref().map(Option::is_none);
        let mut places = HashMap::new();
        for (import_id, layout) in layouts {
            for (slot, used) in layout.refs.iter().enumerate() {
                is_free[slot] &= used.is_none();
            }
            let of_import = template.variables().iter().map(|variable| layout.place_of(variable)).collect();
            places.insert(import_id, (of_import, layout.values.clone()));
        }
        let slot = is_free.iter().position(|free| *free).filter(|_| campaign.plan.with_token);
        Ok(Self {
            template,
            places,
            preview_url: campaign.plan.preview_url,
            wa_source: campaign.plan.wa_source.clone(),
            token: slot.map(|slot| (slot, campaign.token_key.clone())),
        })
    }

    /// True when the rows of that import can be composed.
    pub fn knows(&self, import_id: i64) -> bool {
        self.places.contains_key(&import_id)
    }

    /// The message for one recipient.
    pub fn compose(&self, recipient: &Recipient) -> Result<Message, RenderError> {
        let known = self.places.get(&recipient.import_id);
        let to = recipient.to.e164();
        let place = |variable: usize| known?.0.get(variable).copied().flatten();
        let values = known.map(|(_, values)| values);
        let body = self.template.render(|variable| match place(variable)? {
            Place::To => Some(to.as_str()),
            Place::Ref(slot) => recipient.refs[slot].as_deref().map(|text| shown(values, text)),
            Place::Cell(index) => recipient.cells.get(index).map(|text| shown(values, text)),
        })?;
        check_body(&body)?;
        let mut refs = recipient.refs.clone();
        if let Some((slot, key)) = &self.token {
            refs[*slot].get_or_insert_with(|| token(key, recipient.id));
        }
        Ok(Message {
            to: recipient.to,
            body,
            preview_url: self.preview_url,
            refs,
            wa_source: self.wa_source.clone(),
        })
    }
}

fn shown<'t>(values: Option<&Values>, text: &'t str) -> &'t str {
    values.map_or(text, |values| values.shown(text))
}
