//! People who may have asked to be left alone, and the two answers.

use askama::Template;
use axum::{
    Form,
    extract::Query,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use crate::{
    config::parse_number,
    console::page::{
        failure::Failure,
        frame::{Frame, Moment, Section, Visit, page as render},
        words::admin_texts,
    },
    queue::OpenQuestion,
};

/// People on a page; the next ones follow when these are decided.
const SHOWN_MAX: usize = 200;

#[derive(Template)]
#[template(path = "admin/opt-outs.html", config = ".askama.toml")]
struct OptOutsPage {
    f: Frame,
    open: Vec<OpenQuestion>,
    /// How many more there are.
    n_more: u64,
    notice: Option<String>,
}

impl OptOutsPage {
    fn since(question: &OpenQuestion) -> Moment {
        Moment::new(question.asked_at)
    }
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct OptOutsQuery {
    /// What was decided last: 1 where the person had asked, 0 where not.
    decided: Option<u8>,
    /// Somebody else was faster.
    #[serde(default)]
    gone: u8,
}

pub(crate) async fn page(visit: Visit, Query(query): Query<OptOutsQuery>) -> Result<Response, Failure> {
    let mut open = visit.queue.open_questions().await?;
    let n_more = open.len().saturating_sub(SHOWN_MAX) as u64;
    open.truncate(SHOWN_MAX);
    let notice = match (query.decided, query.gone) {
        (Some(1), _) => Some(admin_texts().opt_outs_asked.to_string()),
        (Some(_), _) => Some(admin_texts().opt_outs_not_asked.to_string()),
        (None, 1) => Some(admin_texts().opt_outs_gone.to_string()),
        (None, _) => None,
    };
    let f = visit.frame(Section::OptOuts, admin_texts().opt_outs.to_string());
    render(&OptOutsPage { f, open, n_more, notice })
}

/// One of the two answers about a person.
#[derive(Debug, Deserialize)]
pub(crate) struct Decision {
    number: String,
    /// `yes` or `no`.
    asked: String,
}

pub(crate) async fn decide(visit: Visit, Form(decision): Form<Decision>) -> Result<Response, Failure> {
    let number =
        parse_number("number", &decision.number).map_err(|error| Failure::Refused(error.to_string()))?;
    let has_asked = match decision.asked.as_str() {
        "yes" => true,
        "no" => false,
        _ => return Err(Failure::Refused(admin_texts().opt_outs_no_answer.to_string())),
    };
    let said = match visit.queue.decide(vec![number], has_asked).await? {
        0 => "gone=1".to_owned(),
        _ => format!("decided={}", u8::from(has_asked)),
    };
    Ok(Redirect::to(&format!("{}/optouts?{said}", visit.workspace.base)).into_response())
}
