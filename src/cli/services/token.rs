//! `token`: which programs may use the HTTP API.

use std::time::Duration;

use clap::{Args, Subcommand};
use serde_json::json;

use super::serve::parse_role;
use crate::{
    app::tokens::{TokenError, digest, new_token},
    cli::{Context, Exit, Failure, terminal::words, upkeep::shell},
    domain::time::parse_duration,
    queue::{Queue, Role},
};

#[derive(Debug, Args)]
pub(crate) struct TokenArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Make a token for a program; it is printed once
    Add {
        /// The name of the program, as the audit log shows it
        name: String,
        /// viewer looks, sender sends, admin does all
        #[arg(long, default_value = "sender", value_parser = parse_role, add = shell::words(Role::ALL.map(Role::name).into()))]
        role: Role,
        /// How long the token is valid
        #[arg(long, value_name = "DUR", default_value = "90d", value_parser = parse_duration)]
        expires: Duration,
    },
    /// Print the tokens there are: role, expiry and last use
    List,
    /// Refuse a token from now on
    Remove {
        /// The name
        name: String,
    },
}

pub(crate) async fn token(args: TokenArgs, context: &Context) -> Result<Exit, Failure> {
    let queue = context.queue_or_create().await?;
    match args.action {
        Action::Add { name, role, expires } => add(&queue, name, role, expires, context).await?,
        Action::List => list(&queue, context).await?,
        Action::Remove { name } => {
            if !queue.remove_token(name.clone()).await? {
                return Err(Failure::new(format!("there is no token `{name}`")).hint("catalink token list"));
            }
            context.ui.done(format!("the token `{name}` is refused from now on"), &json!({ "token": name }));
        }
    }
    queue.close().await;
    Ok(Exit::Done)
}

async fn add(
    queue: &Queue,
    name: String,
    role: Role,
    expires: Duration,
    context: &Context,
) -> Result<(), Failure> {
    if expires.is_zero() {
        return Err(Failure::new("a token has to be valid for some time")
            .hint("--expires 90d")
            .exit(Exit::Usage));
    }
    let text = new_token(&name).map_err(|error| {
        let exit = if matches!(error, TokenError::Name { .. }) { Exit::Usage } else { Exit::Error };
        Failure::of(&error).exit(exit)
    })?;
    let now = context.clock.now();
    let expires_at = now.plus(expires);
    if !queue.add_token(name.clone(), role, digest(&text), now, expires_at).await? {
        return Err(Failure::new(format!("there is a token `{name}` already"))
            .hint(format!("catalink token remove {name}, or choose another name")));
    }
    let ui = context.ui;
    if ui.is_json() {
        ui.json(&json!({
            "token": name,
            "role": role.name(),
            "expires_at": expires_at.to_string(),
            "secret": text,
        }));
        return Ok(());
    }
    ui.line(text);
    ui.note(format!("it is shown this once; `{name}` may use the API as {} until {expires_at}", role.name()));
    Ok(())
}

async fn list(queue: &Queue, context: &Context) -> Result<(), Failure> {
    let (tokens, ui, now) = (queue.tokens().await?, context.ui, context.clock.now());
    if ui.is_json() {
        let facts = tokens.iter().map(|token| {
            json!({
                "token": token.name,
                "role": token.role.name(),
                "created_at": token.created_at.to_string(),
                "expires_at": token.expires_at.to_string(),
                "is_expired": token.is_expired(now),
                "used_at": token.used_at.map(|at| at.to_string()),
            })
        });
        ui.json(&facts.collect::<Vec<_>>());
        return Ok(());
    }
    for token in &tokens {
        let until = if token.is_expired(now) { "expired at" } else { "until" };
        let used = token.used_at.map_or_else(|| "never used".to_owned(), |at| format!("last used {at}"));
        ui.line(format!("{}  {}  {until} {}  {used}", token.name, token.role.name(), token.expires_at));
    }
    ui.note(words::counted(tokens.len() as u64, "token", "tokens"));
    Ok(())
}
