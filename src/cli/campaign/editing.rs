//! `edit`, `rename`, `copy`, `delete`: campaigns are changed before they start.

use clap::Args;
use clap_complete::ArgValueCompleter;
use serde_json::json;

use super::plan::{PlanArgs, TakeBackArgs, check_way_out};
use crate::{
    app::{
        campaigns,
        campaigns::editing::{self, EditError},
    },
    cli::{
        Context, Exit, Failure,
        terminal::{question::ConsentArgs, words},
        upkeep::shell,
    },
    domain::Campaign,
};

#[derive(Debug, Args)]
pub(crate) struct RenameArgs {
    /// The campaign
    #[arg(add = ArgValueCompleter::new(shell::campaigns))]
    name: String,
    /// Its new name
    new: String,
}

#[derive(Debug, Args)]
pub(crate) struct CopyArgs {
    /// The campaign
    #[arg(add = ArgValueCompleter::new(shell::campaigns))]
    name: String,
    /// The copy's name
    new: String,
    /// Copy its lists too
    #[arg(long)]
    with_list: bool,
}

#[derive(Debug, Args)]
pub(crate) struct DeleteArgs {
    /// The campaign
    #[arg(add = ArgValueCompleter::new(shell::campaigns))]
    name: String,
    #[command(flatten)]
    consent: ConsentArgs,
}

#[derive(Debug, Args)]
pub(crate) struct EditArgs {
    /// The campaign
    #[arg(add = ArgValueCompleter::new(shell::campaigns))]
    name: String,
    #[command(flatten)]
    plan: PlanArgs,
    #[command(flatten)]
    taken_back: TakeBackArgs,
    /// Take a start that has passed without a question
    #[arg(long)]
    yes: bool,
}

pub(crate) async fn edit(args: EditArgs, context: &Context) -> Result<Exit, Failure> {
    let queue = context.queue().await?;
    let campaign = queue.campaign(&args.name).await?;
    let name = args.name.clone();
    let mut plan = campaign.plan.clone();
    args.taken_back.apply(&mut plan);
    args.plan.apply(&mut plan, args.yes, context)?;
    if plan.message != campaign.plan.message {
        check_way_out(&plan, context)?;
    }
    let outcome = editing::edit(&queue, &campaign, plan, context.clock.now())
        .await
        .map_err(|error| refused(error, &campaign))?;
    let text = match outcome.changed.as_slice() {
        [] => format!("`{name}` is as it was; catalink edit --help names what can be changed"),
        changed => format!("changed {} of `{name}`, which is {} now", changed.join(", "), outcome.state),
    };
    context
        .ui
        .done(text, &json!({ "campaign": name, "state": outcome.state.name(), "changed": outcome.changed }));
    queue.close().await;
    Ok(Exit::Done)
}

fn refused(error: EditError, campaign: &Campaign) -> Failure {
    let name = &campaign.plan.name;
    match error {
        EditError::Queue(error) => Failure::from(error),
        error @ EditError::NoColumn { .. } => Failure::of(&error).hint(format!(
            "give a default, {{{{variable | default(\"…\")}}}}, or import a list with the column: catalink import {name} FILE --replace"
        )),
        error @ EditError::Unsendable { .. } => {
            Failure::of(&error).hint("give a default: {{variable | default(\"…\")}}")
        }
        error @ EditError::TagsFilledIn { .. } => Failure::of(&error)
            .hint(format!("catalink import {name} --undo takes the last list out; import it again after the change")),
        error @ (EditError::Template(_) | EditError::Compose(_)) => Failure::of(&error),
    }
}

pub(crate) async fn rename(args: RenameArgs, context: &Context) -> Result<Exit, Failure> {
    let queue = context.queue().await?;
    let campaign = queue.campaign(&args.name).await?;
    queue.rename(campaign.id, args.new.clone()).await?;
    context.ui.done(
        format!("`{}` is called `{}` now", args.name, args.new),
        &json!({ "campaign": args.new, "was": args.name, "state": campaign.state.name() }),
    );
    queue.close().await;
    Ok(Exit::Done)
}

pub(crate) async fn copy(args: CopyArgs, context: &Context) -> Result<Exit, Failure> {
    let queue = context.queue().await?;
    let original = queue.campaign(&args.name).await?;
    let now = context.clock.now();
    let id = campaigns::copy(&queue, &original, args.new.clone(), args.with_list, now).await?;
    let (new, n_rows) = (&args.new, queue.counts(id).await?.total());
    let next = if n_rows == 0 { format!("import {new} FILE") } else { format!("preview {new}") };
    context.ui.done(
        format!(
            "copied `{}` to `{new}`, with {}; next: catalink {next}",
            args.name,
            words::counted(n_rows, "row", "rows")
        ),
        &json!({ "campaign": new, "copy_of": args.name, "state": "draft", "total": n_rows }),
    );
    queue.close().await;
    Ok(Exit::Done)
}

pub(crate) async fn delete(args: DeleteArgs, context: &Context) -> Result<Exit, Failure> {
    let queue = context.queue().await?;
    let campaign = queue.campaign(&args.name).await?;
    campaigns::check_deletable(&queue, &campaign).await?;
    let rows = words::counted(queue.counts(campaign.id).await?.total(), "row", "rows");
    let sentence = format!("This deletes `{}` and its {rows}. It cannot be undone.", args.name);
    if !args.consent.ask(&sentence, context)? {
        return Ok(Exit::Done);
    }
    let n_rows = campaigns::delete(&queue, &campaign).await?;
    context.ui.done(
        format!("deleted `{}` and its {rows}; nobody of them was messaged", args.name),
        &json!({ "campaign": args.name, "deleted": true, "rows": n_rows }),
    );
    queue.close().await;
    Ok(Exit::Done)
}
