//! `optouts`: people who may have asked to be left alone, of whom somebody has to decide.

use crate::{
    app::json::people,
    cli::{
        Context, Exit, Failure,
        terminal::{values, words},
    },
    domain::Phone,
    queue::OpenQuestion,
};
use clap::Args;

#[derive(Debug, Args)]
pub(crate) struct OptOutsArgs {
    /// This person asked to stop, and stays on the suppression list; may be given several times
    #[arg(long, value_name = "+NUMBER", conflicts_with = "not_asked", value_parser = values::phone)]
    asked: Vec<Phone>,
    /// This person did not ask to stop, and waits again where they waited; may be given several times
    #[arg(long, value_name = "+NUMBER", value_parser = values::phone)]
    not_asked: Vec<Phone>,
}

pub(crate) async fn optouts(args: &OptOutsArgs, context: &Context) -> Result<Exit, Failure> {
    let (has_asked, numbers) = match (args.asked.as_slice(), args.not_asked.as_slice()) {
        ([], []) => return list(context).await,
        ([], not_asked) => (false, not_asked),
        (asked, _) => (true, asked),
    };
    let queue = context.queue().await?;
    let n = queue.decide(numbers.to_vec(), has_asked).await?;
    queue.close().await;
    if n == 0 {
        return Err(Failure::new("nobody has to decide about these numbers")
            .hint("catalink optouts lists the open ones"));
    }
    let what = if has_asked { "stay on the suppression list" } else { "can be messaged again" };
    context
        .ui
        .done(format!("{} {what}", words::counted(n, "person", "people")), &people::decided(n, has_asked));
    Ok(Exit::Done)
}

async fn list(context: &Context) -> Result<Exit, Failure> {
    let queue = context.queue_to_read().await?;
    let open = queue.open_questions().await?;
    queue.close().await;
    if context.ui.is_json() {
        context.ui.json(&open.iter().map(people::open_question).collect::<Vec<_>>());
        return Ok(Exit::Done);
    }
    for OpenQuestion { number, word, asked_at } in &open {
        context.ui.line(format!("{}  {asked_at}  wrote something with “{word}”", number.e164()));
    }
    if open.is_empty() {
        context.ui.note("nobody has to be decided about");
    } else {
        context.ui.note(
            "not messaged until you decide; next: catalink optouts --asked +NUMBER, or --not-asked +NUMBER",
        );
    }
    Ok(Exit::Done)
}
