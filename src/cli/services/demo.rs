//! `demo`: a whole campaign on the built-in simulator, with a pause for low balance in it, and one that waits for people to write.

use std::{
    fmt::Write,
    path::{Path, PathBuf},
    time::Duration,
};

use clap::Args;

use crate::{
    app::rehearsal::Rehearsal,
    cli::{
        Context, Exit, Failure,
        campaign::run::{ResumeArgs, RunArgs, resume, run},
        lists::import::{self, ReadingArgs},
        results::{
            export,
            reconcile::{ReconcileArgs, reconcile},
            report::{self, ReportArgs},
            status,
        },
        terminal::words,
    },
    clock::Clock,
    config::Settings,
    domain::{
        NewCampaign, Phone,
        reach::{Reach, ReachPlan},
        ruling::RetrySchedule,
    },
    queue::Queue,
    report::Summary,
    simulator::{Callbacks, Entry, Faults, People},
};

/// Good rows in the list; two bad ones and a duplicate come on top.
const N_RECIPIENTS: u64 = 240;

/// What the balance pays for before it is used up.
const BALANCE: u64 = 150;

/// What is topped up.
const TOP_UP: u64 = 500;

const NAME: &str = "spring";

/// The campaign that waits for people to write.
const WAITING: &str = "welcome";

const N_WAITED_FOR: u64 = 60;

/// In how long those who write do so.
const WRITING: Duration = Duration::from_secs(4);

#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// Where the demo's files go [default: a new folder]
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

pub(crate) async fn demo(args: DemoArgs, context: &Context) -> Result<Exit, Failure> {
    let folder = folder(args.dir)?;
    let ui = context.ui;
    let queue = Queue::open_or_create(&folder.join("catalink.db")).await?;
    let rehearsal = Rehearsal::start(queue.clone(), faults(), receipts(), context.clock).await?;
    let simulator = rehearsal.simulator();
    ui.line("A provider is simulated on this machine. No account is needed, and nothing reaches a person.");
    let settings = settings(&folder, &rehearsal);
    let context = &Context { settings, ui, clock: context.clock, who: context.who.clone() };

    step(context, "1. A marketing team has a list and a message.");
    create(&folder, context).await?;

    step(context, "2. The campaign runs. Some answers are WA500, and the balance will not last.");
    let paused = run(&RunArgs::of(NAME), context).await?;
    if paused != Exit::Paused {
        return Err(Failure::new("the demo's balance should have run out, and did not"));
    }

    step(context, "3. Someone tops up the account and resumes. One message goes first, then the rest.");
    simulator.top_up(TOP_UP);
    let finished = resume(&ResumeArgs::of(RunArgs::of(NAME)), context).await?;

    step(context, "4. Accepted is not delivered. The provider's receipts tell what arrived; some got lost.");
    rehearsal.receive_receipts().await?;
    show_receipts(context).await?;

    step(context, "5. The provider's downloaded report has what was lost.");
    let report = folder.join("provider-report.csv");
    std::fs::write(&report, simulator.report())?;
    reconcile(&ReconcileArgs::of(NAME, report), context).await?;

    step(context, "6. Every row of the file has an answer.");
    let results = folder.join("results.csv");
    export::export_to(NAME, &results, context).await?;
    report::report(&ReportArgs::page(NAME, folder.join("report.html")), context).await?;
    let ledger = simulator.ledger();
    rehearsal.stop().await?;
    let waited = wait_for_people(&queue, &folder, context).await?;
    queue.close().await;
    let n_twice = ledger.numbers.values().filter(|entry| entry.messages.len() > 1).count();
    let n_arrived = ledger.numbers.values().filter(|entry| has_arrived(entry)).count();
    ui.line(format!(
        "The provider's own ledger: {} messages accepted, {n_arrived} delivered, {n_twice} people messaged twice.",
        ledger.accepted
    ));
    ui.line(waited);
    ui.line(format!("Results:  {}", results.display()));
    ui.line(format!("Report:   {} (open it in a browser)", folder.join("report.html").display()));
    ui.line(format!("Database: {} (look: catalink --db {0} status)", context.settings.db));
    Ok(finished)
}

/// A second campaign, to people of whom nobody has written yet: it waits for them, and whoever writes gets the link at once. Returns
/// what is to be said of it.
async fn wait_for_people(queue: &Queue, folder: &Path, context: &Context) -> Result<String, Failure> {
    step(
        context,
        "7. WhatsApp delivers a link only to people who wrote within the last 24 hours. A second campaign waits for them.",
    );
    let faults = Faults { latency: Duration::from_millis(60), seed: 7, ..Faults::default() };
    let people =
        People { has_windows: true, reply_rate: 0.2, order_rate: 0.2, reaction_rate: 0.1, stop_rate: 0.15 };
    let receipts =
        Callbacks { delay: Duration::from_millis(120), people, ..Callbacks::to("", || Clock.now()) };
    let rehearsal = Rehearsal::start(queue.clone(), faults, receipts, context.clock).await?;
    let inside = &Context {
        settings: settings(folder, &rehearsal),
        ui: context.ui,
        clock: context.clock,
        who: context.who.clone(),
    };
    let people: Vec<Phone> =
        (0..N_WAITED_FOR).filter_map(|n| Phone::from_digits(919_900_000_000 + n).ok()).collect();
    let writers = &people[..people.len() * 3 / 5];
    create_waiting(folder, &people, inside).await?;
    context.ui.line(format!(
        "{} of the {} people write in the next {}.",
        writers.len(),
        people.len(),
        words::duration(WRITING)
    ));
    let arguments = RunArgs::of(WAITING);
    let writing = async { rehearsal.people_write(writers, WRITING).await.map_err(Failure::from) };
    let (_, ()) = tokio::try_join!(run(&arguments, inside), writing)?;
    rehearsal.receive_receipts().await?;
    let ledger = rehearsal.simulator().ledger();
    rehearsal.stop().await?;
    let slowest_us = ledger.waits_us().into_iter().max().unwrap_or_default();
    let has_stopped = |entry: &&Entry| entry.wrote.iter().any(|wrote| wrote.kind == "stop");
    Ok(format!(
        "The campaign that waited: {} people wrote, and {} got the link, each within {} ms. Then {} asked to be left alone; {} \
         messages went to them afterwards.",
        writers.len(),
        ledger.accepted,
        slowest_us.div_ceil(1_000),
        ledger.numbers.values().filter(has_stopped).count(),
        ledger.n_after_stop(),
    ))
}

async fn create_waiting(folder: &Path, people: &[Phone], context: &Context) -> Result<(), Failure> {
    let list = folder.join("not-yet-written.csv");
    let rows: Vec<String> = people.iter().copied().map(Phone::e164).collect();
    std::fs::write(&list, format!("Mobile\n{}\n", rows.join("\n")))?;
    let queue = context.queue_or_create().await?;
    let now = context.clock.now();
    let reach = ReachPlan {
        chosen: Some(Reach::Wait),
        not_after: Some(now.plus(WRITING + Duration::from_secs(2))),
        ..ReachPlan::default()
    };
    let message =
        "Thank you for writing. Our catalogue: https://wa.me/c/911161197855. Reply STOP if you want no more.";
    queue.create(NewCampaign { reach, ..NewCampaign::new(WAITING, message) }, now).await?;
    let campaign = queue.campaign(WAITING).await?;
    let report = import::import_with(&queue, &campaign, &list, &ReadingArgs::default(), context)
        .await
        .map_err(|refused| refused.failure(&list))?;
    import::show(&list, &report, false, context);
    queue.close().await;
    Ok(())
}

/// What goes wrong on the provider's side.
fn faults() -> Faults {
    Faults {
        wa500_rate: 0.08,
        e110_after: Some(BALANCE),
        latency: Duration::from_millis(60),
        jitter: Duration::from_millis(60),
        seed: 7,
        ..Faults::default()
    }
}

/// What goes wrong with its receipts.
fn receipts() -> Callbacks {
    Callbacks {
        delay: Duration::from_millis(120),
        undelivered_rate: 0.05,
        not_sent_rate: 0.02,
        lost_rate: 0.05,
        repeated_rate: 0.05,
        reordered_rate: 0.3,
        ..Callbacks::to("", || Clock.now())
    }
}

async fn create(folder: &Path, context: &Context) -> Result<(), Failure> {
    let list = folder.join("recipients.csv");
    std::fs::write(&list, recipients())?;
    let queue = context.queue_or_create().await?;
    let plan = NewCampaign {
        mps: 40.0,
        in_flight_max: 16,
        retry: RetrySchedule { initial: Duration::from_millis(500), interval_max: Duration::from_secs(2) },
        ..NewCampaign::new(
            NAME,
            "Hello {{name | default(\"there\")}}, our spring catalogue is here: https://wa.me/c/911161197855",
        )
    };
    queue.create(plan, context.clock.now()).await?;
    let campaign = queue.campaign(NAME).await?;
    let report = import::import_with(&queue, &campaign, &list, &ReadingArgs::default(), context)
        .await
        .map_err(|refused| refused.failure(&list))?;
    import::show(&list, &report, false, context);
    queue.close().await;
    Ok(())
}

async fn show_receipts(context: &Context) -> Result<(), Failure> {
    let queue = context.queue().await?;
    let (_, figures) = Summary::named(&queue, NAME).await?;
    queue.close().await;
    for line in status::receipts(&figures) {
        context.ui.line(line);
    }
    Ok(())
}

fn has_arrived(entry: &Entry) -> bool {
    entry.messages.iter().any(|message| message.happens.contains(&"delivered"))
}

fn step(context: &Context, text: &str) {
    context.ui.line(format!("\n{text}"));
}

fn folder(dir: Option<PathBuf>) -> Result<PathBuf, Failure> {
    let Some(dir) = dir else {
        return Ok(tempfile::Builder::new().prefix("catalink-demo-").tempdir()?.keep());
    };
    std::fs::create_dir_all(&dir)
        .map_err(|error| Failure::from(error).while_doing(format!("cannot make `{}`", dir.display())))?;
    if dir.join("catalink.db").exists() {
        return Err(Failure::new(format!("`{}` has a database already", dir.display()))
            .hint("name a folder that is new or empty: catalink demo --dir DIR"));
    }
    Ok(dir)
}

fn settings(folder: &Path, rehearsal: &Rehearsal) -> Settings {
    Settings::simulated(folder.join("catalink.db"), rehearsal.account(None))
}

/// A list with what real ones have: a number that Excel has spoilt, a row without one, someone twice.
fn recipients() -> String {
    const NAMES: [&str; 8] = ["Asha", "Rahul", "Zoë", "José", "", "Siti", "محمد", "Łukasz"];
    let mut list = String::from("Mobile,Name,ref\n");
    for n in 0..N_RECIPIENTS {
        let name = NAMES[usize::try_from(n).unwrap_or_default() % NAMES.len()];
        // Writing to a String cannot fail.
        let _written = writeln!(list, "+9198{:08},{name},order-{n}", 10_000_000 + n);
    }
    list.push_str("9.19877E+11,Excel,order-900\n,Nobody,order-901\n+919810000003,José again,order-902\n");
    list
}
