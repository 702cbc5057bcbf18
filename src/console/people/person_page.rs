//! One person: whether they may be messaged, and what became of them in every campaign.

use askama::Template;
use axum::{extract::Path, response::Response};

use crate::{
    console::page::{
        failure::Failure,
        frame::{Frame, Moment, Section, Visit, page as render},
    },
    domain::Phone,
    importer::number,
    queue::{PersonRow, Suppression},
};

/// Campaigns on the page; nobody is in more.
const CAMPAIGNS_MAX: u32 = 500;

#[derive(Template)]
#[template(path = "people/person.html", config = ".askama.toml")]
struct PersonPage {
    f: Frame,
    person: Phone,
    country: &'static str,
    suppression: Option<(Suppression, bool)>,
    rows: Vec<PersonRow>,
}

impl PersonPage {
    fn added_at(entry: &Suppression) -> Moment {
        Moment::new(entry.added_at)
    }

    fn settled_at(row: &PersonRow) -> Option<Moment> {
        row.settled_at.map(Moment::new)
    }

    /// When they answered last, in whatever campaign.
    fn replied_at(&self) -> Option<Moment> {
        self.rows.iter().filter_map(|row| row.replied_at).max().map(Moment::new)
    }

    fn command(&self) -> String {
        format!("catalink suppress add {} --reason TEXT", self.f.seen(self.person.e164()))
    }
}

pub(crate) async fn page(visit: Visit, Path(digits): Path<String>) -> Result<Response, Failure> {
    let person = Phone::parse(&format!("+{digits}")).map_err(|_| Failure::NotFound)?;
    let suppression = visit.queue.suppression(person).await?;
    let rows = visit.queue.person_rows(person, CAMPAIGNS_MAX).await?;
    let f = visit.frame(Section::Campaigns, person.to_string());
    render(&PersonPage { f, person, country: number::country_of(person), suppression, rows })
}
