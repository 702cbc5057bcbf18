//! The page of users.

use askama::Template;
use axum::{
    Form,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::passwords::{PASSWORD_CHARS_MIN, hash_password};
use crate::{
    console::page::{
        failure::Failure,
        frame::{Frame, Moment, Section, Visit, page as render},
        words::{ADMIN, EN},
    },
    queue::{Role, User},
};

#[derive(Template)]
#[template(path = "admin/users.html", config = ".askama.toml")]
struct UsersPage {
    f: Frame,
    users: Vec<User>,
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

    fn min() -> usize {
        PASSWORD_CHARS_MIN
    }

    fn since(user: &User) -> Moment {
        Moment::new(user.created_at)
    }
}

pub(crate) async fn list(visit: Visit) -> Result<Response, Failure> {
    let users = visit.queue.users().await?;
    render(&UsersPage { f: visit.frame(Section::Users, EN.users.to_string()), users })
}

#[derive(Deserialize)]
pub(crate) struct NewUser {
    name: String,
    role: String,
    password: String,
}

pub(crate) async fn add(visit: Visit, Form(form): Form<NewUser>) -> Result<Response, Failure> {
    let queue = &visit.queue;
    let name = form.name.trim().to_owned();
    if !(1..=64).contains(&name.chars().count()) {
        return Err(Failure::Refused(ADMIN.user_name_bad.to_string()));
    }
    let role = Role::from_name(&form.role).ok_or(Failure::NotFound)?;
    let users = queue.users().await?;
    if role != Role::Admin && !has_other_admin(&users, &name) {
        return Err(Failure::Refused(ADMIN.user_last_admin.to_string()));
    }
    let hashed = tokio::task::spawn_blocking(move || hash_password(&form.password)).await;
    let hash = match hashed {
        Ok(Ok(hash)) => hash,
        Ok(Err(_)) => return Err(Failure::Refused(ADMIN.user_password_short.with(PASSWORD_CHARS_MIN))),
        Err(error) => return Err(Failure::broken(&error)),
    };
    queue.add_user(name, role, hash, visit.workspace.clock.now()).await?;
    Ok(Redirect::to("/users").into_response())
}

#[derive(Deserialize)]
pub(crate) struct RemoveUser {
    name: String,
}

pub(crate) async fn remove(visit: Visit, Form(form): Form<RemoveUser>) -> Result<Response, Failure> {
    let queue = &visit.queue;
    let users = queue.users().await?;
    if users.len() > 1 && !has_other_admin(&users, &form.name) {
        return Err(Failure::Refused(ADMIN.user_last_admin.to_string()));
    }
    queue.remove_user(form.name).await?;
    Ok(Redirect::to("/users").into_response())
}

fn has_other_admin(users: &[User], name: &str) -> bool {
    users.iter().any(|user| user.role == Role::Admin && user.name != name)
}
