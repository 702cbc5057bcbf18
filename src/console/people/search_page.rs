//! One search for everything: campaigns by name, people by number in any spelling, rows by tag or by a value of the list.

use askama::Template;
use axum::{
    extract::Query,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use crate::{
    console::{
        campaign::rows_page::spellings,
        page::{
            failure::Failure,
            frame::{Frame, Section, Visit, encoded, page as render},
            words::texts,
        },
    },
    domain::Phone,
    queue::{CampaignFilter, QueueError, RowFilter, Search},
};

/// How many of each kind are shown.
const SHOWN: u32 = 20;

/// In so many of the newest campaigns values of the lists are searched: it takes some hundredths of a second each.
const CAMPAIGNS_SEARCHED: u32 = 2;

/// A row that was found, and in which campaign.
struct FoundRow {
    campaign: String,
    id: i64,
    line: u64,
    /// What tells it from others.
    what: String,
}

#[derive(Template)]
#[template(path = "people/search.html", config = ".askama.toml")]
struct SearchPage {
    f: Frame,
    q: String,
    campaigns: Vec<String>,
    people: Vec<Phone>,
    rows: Vec<FoundRow>,
    /// Campaigns whose lists have not been searched to their end.
    others: Vec<String>,
}

impl SearchPage {
    fn is_empty(&self) -> bool {
        self.campaigns.is_empty() && self.people.is_empty() && self.rows.is_empty()
    }

    fn q_encoded(&self) -> String {
        encoded(&self.q)
    }
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct SearchQuery {
    #[serde(default)]
    q: String,
}

pub(crate) async fn page(visit: Visit, Query(query): Query<SearchQuery>) -> Result<Response, Failure> {
    let q = query.q.trim().to_owned();
    let f = visit.frame(Section::Campaigns, texts().search_title.to_string());
    let mut page =
        SearchPage { f, q, campaigns: Vec::new(), people: Vec::new(), rows: Vec::new(), others: Vec::new() };
    if page.q.is_empty() {
        return render(&page);
    }
    let filter = CampaignFilter { text: page.q.clone(), ..CampaignFilter::default() };
    let found = visit.queue.newest_overviews(&filter, SHOWN).await?;
    page.campaigns = found.into_iter().map(|overview| overview.campaign.plan.name).collect();
    let numbers = spellings(&page.q, (visit.workspace.accounts)(None).ok().map(|account| account.sender));
    if let Some(person) = known_person(&visit, &numbers).await?.filter(|_| page.campaigns.is_empty()) {
        let path = format!("{}/people/{}", visit.workspace.base, person.digits());
        return Ok(Redirect::to(&path).into_response());
    }
    if page.f.may_send() {
        search_rows(&visit, &numbers, &mut page).await?;
    }
    render(&page)
}

/// The one person whose whole number it is, if anything is known of them.
async fn known_person(visit: &Visit, numbers: &[String]) -> Result<Option<Phone>, QueueError> {
    for digits in numbers {
        let Ok(person) = Phone::parse(&format!("+{digits}")) else { continue };
        let is_known =
            visit.queue.is_suppressed(person).await? || !visit.queue.person_rows(person, 1).await?.is_empty();
        if is_known {
            return Ok(Some(person));
        }
    }
    Ok(None)
}

async fn search_rows(visit: &Visit, numbers: &[String], page: &mut SearchPage) -> Result<(), QueueError> {
    for digits in numbers {
        for person in visit.queue.numbers_beginning_with(digits, SHOWN).await? {
            if !page.people.contains(&person) {
                page.people.push(person);
            }
        }
    }
    for (campaign, id, line) in visit.queue.tagged_rows(&page.q, SHOWN).await? {
        page.rows.push(FoundRow { campaign, id, line, what: page.q.clone() });
    }
    let newest = visit.queue.newest_overviews(&CampaignFilter::default(), CAMPAIGNS_SEARCHED + SHOWN).await?;
    for (n, overview) in (0..).zip(newest) {
        let name = overview.campaign.plan.name;
        if n >= CAMPAIGNS_SEARCHED {
            page.others.push(name);
            continue;
        }
        let filter = RowFilter { search: Some(Search::Text(&page.q)), ..RowFilter::default() };
        let found = visit.queue.row_page(overview.campaign.id, &filter, SHOWN).await?;
        if found.next.is_some() {
            page.others.push(name.clone());
        }
        for row in found.rows {
            if page.rows.iter().any(|known| known.id == row.recipient_id) {
                continue;
            }
            let values: Vec<_> =
                row.to().into_iter().chain(row.cells.clone().into_iter().flatten().take(2)).collect();
            page.rows.push(FoundRow {
                campaign: name.clone(),
                id: row.recipient_id,
                line: row.line,
                what: values.join(" · "),
            });
        }
    }
    Ok(())
}
