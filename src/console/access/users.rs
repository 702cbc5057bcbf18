//! The page of users. An admin invites; nobody but its user knows a password.

use std::sync::Arc;

use askama::Template;
use axum::{
    Form,
    extract::State,
    http::{HeaderMap, header::HOST},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{invitation::INVITATION_LASTS, passwords::new_token};
use crate::{
    app::tokens::digest,
    console::{
        page::{
            failure::Failure,
            frame::{Frame, Moment, Section, Visit, page as render},
            words::{admin_texts, texts},
        },
        setup::Reach,
        shared::Shared,
    },
    queue::{Role, User},
};

#[derive(Template)]
#[template(path = "admin/users.html", config = ".askama.toml")]
struct UsersPage {
    f: Frame,
    users: Vec<User>,
    /// Who was just invited, and the link for them.
    invited: Option<(String, String)>,
}

impl UsersPage {
    fn roles(&self) -> Vec<(&'static str, String)> {
        let a = self.f.a;
        let roles =
            [(Role::Viewer, a.role_viewer), (Role::Sender, a.role_sender), (Role::Admin, a.role_admin)];
        roles
            .into_iter()
            // Without an admin nobody could add the next user.
            .filter(|(role, _)| !self.users.is_empty() || *role == Role::Admin)
            .map(|(role, words)| (role.name(), words.to_string()))
            .collect()
    }

    fn since(user: &User) -> Moment {
        Moment::new(user.created_at)
    }
}

pub(crate) async fn list(visit: Visit) -> Result<Response, Failure> {
    show(&visit, None).await
}

async fn show(visit: &Visit, invited: Option<(String, String)>) -> Result<Response, Failure> {
    let users = visit.queue.users().await?;
    render(&UsersPage { f: visit.frame(Section::Users, texts().users.to_string()), users, invited })
}

#[derive(Deserialize)]
pub(crate) struct NewUser {
    name: String,
    role: String,
}

/// Invites somebody, and shows the link this once: whoever has it can set the password.
pub(crate) async fn invite(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    headers: HeaderMap,
    Form(form): Form<NewUser>,
) -> Result<Response, Failure> {
    let queue = &visit.queue;
    let name = form.name.trim().to_owned();
    if !(1..=64).contains(&name.chars().count()) {
        return Err(Failure::Refused(admin_texts().user_name_bad.to_string()));
    }
    let role = Role::from_name(&form.role).ok_or(Failure::NotFound)?;
    let users = queue.users().await?;
    if role != Role::Admin && !has_other_admin(&users, &name) {
        return Err(Failure::Refused(admin_texts().user_last_admin.to_string()));
    }
    let token = new_token().ok_or_else(|| Failure::Broken("no randomness for an invitation".to_owned()))?;
    let now = visit.workspace.clock.now();
    queue.invite_user(name.clone(), role, digest(&token), now.plus(INVITATION_LASTS), now).await?;
    let scheme = if shared.options.reach == Reach::BehindTls { "https" } else { "http" };
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    show(&visit, Some((name, format!("{scheme}://{host}/invitation/{token}")))).await
}

#[derive(Deserialize)]
pub(crate) struct RemoveUser {
    name: String,
}

pub(crate) async fn remove(visit: Visit, Form(form): Form<RemoveUser>) -> Result<Response, Failure> {
    let queue = &visit.queue;
    let users = queue.users().await?;
    if users.len() > 1 && !has_other_admin(&users, &form.name) {
        return Err(Failure::Refused(admin_texts().user_last_admin.to_string()));
    }
    queue.remove_user(form.name).await?;
    Ok(Redirect::to("/users").into_response())
}

/// An invitation may never be used, so it counts only where nobody has come in yet.
fn has_other_admin(users: &[User], name: &str) -> bool {
    let is_alone = users.iter().all(|user| user.is_invited || user.name == name);
    users.iter().any(|user| user.role == Role::Admin && user.name != name && (is_alone || !user.is_invited))
}
