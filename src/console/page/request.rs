//! The request of one row, exactly as it goes to the provider.

use super::frame::Visit;
use crate::{
    domain::{Campaign, Composer, Layout, Phone, Recipient, RecipientId},
    provider::kaleyra,
    queue::ResultRow,
};

/// A request, without its key.
pub(crate) struct Request {
    pub(crate) url: String,
    pub(crate) body: String,
}

impl Request {
    /// The request of a row of that import; none for a row that cannot be sent to, and where no account is set.
    pub(crate) fn of(
        visit: &Visit,
        campaign: &Campaign,
        (import_id, layout): (i64, &Layout),
        row: &ResultRow,
    ) -> Option<Self> {
        let recipient = Recipient {
            id: RecipientId(row.recipient_id),
            line: row.line,
            import_id,
            to: Phone::from_digits(row.number?).ok()?,
            refs: row.refs.clone(),
            cells: row.cells.clone().unwrap_or_default(),
        };
        let account = (visit.workspace.accounts)(campaign.plan.sender).ok()?;
        let message = Composer::new(campaign, [(import_id, layout)]).ok()?.compose(&recipient).ok()?;
        Some(Self {
            url: kaleyra::messages_url(&account.base, &account.sid, account.sender).to_string(),
            body: kaleyra::payload(&message),
        })
    }
}
