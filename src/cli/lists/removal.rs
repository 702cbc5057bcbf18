//! `import --undo` and `import --replace`: which lists are taken out, and whether that is meant.

use serde_json::json;

use crate::{
    app::campaigns,
    cli::{
        Context, Exit, Failure,
        terminal::{question::ConsentArgs, words},
    },
    domain::Campaign,
    queue::{Import, Queue},
};

/// Takes the last list out.
pub(super) async fn undo(
    queue: &Queue,
    campaign: &Campaign,
    consent: &ConsentArgs,
    context: &Context,
) -> Result<Exit, Failure> {
    let name = &campaign.plan.name;
    let Some(last) = campaigns::removable(queue, campaign).await? else {
        return Err(Failure::new(format!("`{name}` has no list to take out"))
            .hint(format!("catalink import {name} FILE")));
    };
    if !consent.ask(&format!("This takes {} out of `{name}`.", with_rows(&last)), context)? {
        return Ok(Exit::Done);
    }
    let removed = campaigns::remove_last(queue, campaign, last.import_id).await?;
    let total = queue.counts(campaign.id).await?.total();
    context.ui.done(
        format!(
            "took `{}` ({}) out of `{name}`, which has {} now",
            removed.file_name,
            words::counted(removed.n_rows, "row", "rows"),
            words::counted(total, "row", "rows")
        ),
        &json!({
            "campaign": name,
            "removed": [{ "file": removed.file_name, "rows": removed.n_rows }],
            "total": total,
        }),
    );
    queue.clone().close().await;
    Ok(Exit::Done)
}

/// The name and the rows of each list that others are to take the place of. None where that is not meant.
pub(super) async fn to_replace(
    queue: &Queue,
    campaign: &Campaign,
    consent: &ConsentArgs,
    context: &Context,
) -> Result<Option<Vec<(String, u64)>>, Failure> {
    let imports = queue.imports(campaign.id).await?;
    campaigns::check_deletable(queue, campaign).await?;
    if !imports.is_empty() && !consent.dry_run {
        let lists: Vec<_> = imports.iter().map(with_rows).collect();
        let name = &campaign.plan.name;
        let sentence = format!("This takes {} out of `{name}` first.", lists.join(", "));
        if !consent.ask(&sentence, context)? {
            return Ok(None);
        }
    }
    Ok(Some(imports.iter().map(|import| (import.file_name.clone(), import.n_rows())).collect()))
}

fn with_rows(import: &Import) -> String {
    format!("`{}` ({})", import.file_name, words::counted(import.n_rows(), "row", "rows"))
}
