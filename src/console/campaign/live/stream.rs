//! Server-sent events of what has changed in campaigns. The first event about a campaign carries the whole of what its page
//! shows, so that a lost connection loses nothing. A browser has few connections to one server, so one stream can tell of
//! several campaigns. It ends as soon as whoever listens may no longer look.

use std::{collections::BTreeMap, convert::Infallible, sync::Arc, time::Duration};

use axum::{
    Extension,
    extract::{Path, Query, State},
    http::HeaderMap,
    response::sse::{Event, KeepAlive, Sse},
};
use futures_util::{StreamExt, stream, stream::BoxStream};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use super::fragments::Fragments;
use crate::{
    console::{
        access::middleware::is_still,
        page::{
            failure::Failure,
            frame::{Frame, Section, Visit, Visitor},
        },
        shared::Shared,
        workspace::snapshot::{LiveHtml, Snapshot},
    },
    language::Language,
    queue::QueueError,
};

/// How often a browser hears that the server is there, where nothing else is to be said.
const ALIVE_EVERY: Duration = Duration::from_secs(4);

/// How often it is looked whether somebody may still listen.
const ADMITS_EVERY: Duration = Duration::from_millis(400);

/// So many campaigns are told of in one stream; nobody has more pages open.
const CAMPAIGNS_MAX: usize = 40;

type Events = Sse<axum::response::sse::KeepAliveStream<BoxStream<'static, Result<Event, Infallible>>>>;

/// Of one campaign.
pub(crate) async fn of_one(
    State(shared): State<Arc<Shared>>,
    Extension(visitor): Extension<Visitor>,
    visit: Visit,
    headers: HeaderMap,
    Path(name): Path<String>,
) -> Result<Events, Failure> {
    let viewer = Viewer::of(&visit, &name).await?;
    Ok(events(vec![viewer], shared, visitor, headers))
}

#[derive(Debug, Deserialize)]
pub(crate) struct ManyQuery {
    /// The names of campaigns, with commas between them.
    of: String,
    /// The language of the page: a worker that listens for it is not told all that the page was.
    #[serde(default)]
    language: String,
}

/// Of all campaigns that a browser shows. One that is gone is not told of.
pub(crate) async fn of_many(
    State(shared): State<Arc<Shared>>,
    Extension(visitor): Extension<Visitor>,
    visit: Visit,
    headers: HeaderMap,
    Query(query): Query<ManyQuery>,
) -> Result<Events, Failure> {
    let language = Language::from_tag(&query.language).unwrap_or_else(Language::current);
    let mut viewers = Vec::new();
    for name in query.of.split(',').take(CAMPAIGNS_MAX) {
        match language.speak(Viewer::of(&visit, name)).await {
            Ok(viewer) => viewers.push(viewer),
            Err(QueueError::UnknownCampaign { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    if viewers.is_empty() {
        return Err(Failure::NotFound);
    }
    Ok(events(viewers, shared, visitor, headers))
}

fn events(viewers: Vec<Viewer>, shared: Arc<Shared>, visitor: Visitor, headers: HeaderMap) -> Events {
    let streams = viewers.into_iter().map(|viewer| stream::unfold(viewer, Viewer::next).boxed());
    let all = stream::select_all(streams).take_until(has_to_leave(shared, visitor, headers)).boxed();
    let alive = KeepAlive::new().interval(ALIVE_EVERY).event(Event::default().event("alive").data("yes"));
    Sse::new(all).keep_alive(alive)
}

/// Comes when the visitor is signed out, removed or somebody else, and when the server stops.
async fn has_to_leave(shared: Arc<Shared>, visitor: Visitor, headers: HeaderMap) {
    let mut stop = shared.stop.clone();
    loop {
        tokio::select! {
            () = tokio::time::sleep(ADMITS_EVERY) => {}
            // A stop signal whose sender is gone is a stop too.
            _ = stop.wait_for(|is_stopped| *is_stopped) => return,
        }
        if !is_still(&shared, &headers, &visitor).await {
            return;
        }
    }
}

/// One browser that follows a campaign.
struct Viewer {
    snapshots: watch::Receiver<Option<Arc<Snapshot>>>,
    f: Frame,
    name: String,
    path: String,
    /// What the browser was told last.
    last: Option<Arc<LiveHtml>>,
}

/// What has changed in a campaign.
#[derive(Serialize)]
struct News<'n> {
    of: &'n str,
    /// Its state, by which a browser knows that it has paused or ended.
    state: &'static str,
    parts: BTreeMap<&'static str, &'n String>,
}

impl Viewer {
    async fn of(visit: &Visit, name: &str) -> Result<Self, QueueError> {
        let campaign = visit.queue.campaign(name).await?.id;
        Ok(Self {
            snapshots: visit.workspace.watch(campaign, name),
            f: visit.frame(Section::Campaigns, name),
            name: name.to_owned(),
            path: visit.campaign_path(name),
            last: None,
        })
    }

    fn parts(&self, snapshot: &Snapshot) -> Option<Arc<LiveHtml>> {
        match Fragments::of(&self.f, snapshot, &self.path) {
            Ok(fragments) => Some(Arc::new(fragments.parts())),
            Err(error) => {
                tracing::error!(?error, "a campaign cannot be shown");
                None
            }
        }
    }

    /// What differs from the last event.
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        loop {
            self.snapshots.changed().await.ok()?;
            let snapshot = self.snapshots.borrow_and_update().clone();
            let Some(snapshot) = snapshot else { continue };
            let language = self.f.w.product.language();
            let parts = &snapshot.parts[language as usize][usize::from(self.f.may_send())];
            let parts = parts.get_or_init(|| language.say(|| self.parts(&snapshot)));
            let parts = Arc::clone(parts.as_ref()?);
            let last = self.last.take();
            let is_news =
                |name: &str, html: &String| last.as_ref().and_then(|last| last.get(name)) != Some(html);
            let changed = parts.iter().filter(|(name, html)| is_news(name, html));
            let news = News {
                of: &self.name,
                state: snapshot.overview.campaign.state.name(),
                parts: changed.map(|(name, html)| (*name, html)).collect(),
            };
            let json = (!news.parts.is_empty()).then(|| serde_json::to_string(&news)).transpose().ok()?;
            drop(news);
            self.last = Some(parts);
            if let Some(json) = json {
                return Some((Ok(Event::default().event("snapshot").data(json)), self));
            }
        }
    }
}
