//! Lists into a campaign: the file is taken in and looked at while the program waits, and its rows are read afterwards.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::{
    Json,
    extract::{FromRequest, Multipart, Request, State as Extracted, multipart::MultipartError},
    http::{
        StatusCode,
        header::{CONTENT_TYPE, LOCATION},
    },
    response::{IntoResponse, Response},
};
use futures_util::StreamExt;
use serde_json::{Value, json};

use super::{
    campaigns::encoded,
    reading::{Reading, ReadingQuery},
};
use crate::api::{
    description::{Key, Problems},
    requests::{
        access::Program,
        idempotency::{self, SERVER},
        input::{Params, Place, invalid},
        problem::Problem,
    },
    routes::ROOT,
    shared::Shared,
};
use crate::{
    app::{
        json::list::Printed,
        lists::{
            import::{self, ImportError, Into, ListSet},
            uploads::{Upload, UploadError, Uploaded, display_name},
        },
        wording::{Face, error::Explained, list, question},
    },
    domain::Campaign,
    importer::{Advice, FileCode, FileError, Note, Plan, RecipientList},
    queue::{Answer, Asked, Before, Queue},
    random,
};

/// The owner of what came of imports, among the answers that are kept. No token has such a name.
const OWNER: &str = "import:";

/// The random characters of an import's name.
const KEY_CHARS: usize = 20;

/// How far the imports of this process are.
#[derive(Debug, Default)]
pub(crate) struct Progress(Mutex<HashMap<String, (Arc<AtomicU64>, u64)>>);

impl Progress {
    fn begin(&self, key: &str, n_bytes: u64) -> Arc<AtomicU64> {
        let n_read = Arc::<AtomicU64>::default();
        self.lock().insert(key.to_owned(), (Arc::clone(&n_read), n_bytes));
        n_read
    }

    fn of(&self, key: &str) -> Option<(u64, u64)> {
        self.lock().get(key).map(|(n_read, n_bytes)| (n_read.load(Ordering::Relaxed), *n_bytes))
    }

    fn end(&self, key: &str) {
        self.lock().remove(key);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, (Arc<AtomicU64>, u64)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A list that was taken in, looked at, and can be read.
struct Opened {
    file: tempfile::NamedTempFile,
    n_bytes: u64,
    file_name: String,
    list: RecipientList,
    plan: Arc<Plan>,
    /// What was found before the rows were read.
    notes: Vec<Note>,
}

/// Takes a list in: the file as the body, or as the field `file` of a form.
#[utoipa::path(
    post,
    path = "/campaigns/{name}/imports",
    tag = "lists",
    params(("name" = String, Path, description = "The campaign"), ReadingQuery, Key),
    request_body(
        description = "The file; or a form with the file as its field `file`",
        content_type = "application/octet-stream",
    ),
    responses(
        (status = 202, description = "The import: `id`, `state`, `bytes_read`, `bytes`", body = Value, content_type = "application/json"),
        Problems,
    ),
)]
pub(crate) async fn begin(
    Extracted(options): Extracted<Arc<Shared>>,
    program: Program,
    Place(name): Place<String>,
    Params(params): Params<Vec<(String, String)>>,
    request: Request,
) -> Result<Response, Problem> {
    let campaign = program.queue.campaign(&name).await?;
    let reading = Reading::of(params)?;
    let key = idempotency::key(request.headers())?;
    let (uploaded, file_name) = take_in(&options, &program, request).await?;
    let file_name = reading.file_name.clone().map_or(file_name, |name| display_name(&name));
    if uploaded.n_bytes == 0 {
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "FILE_EMPTY", "the body has no bytes")
            .hint("curl --data-binary @list.csv, or -F file=@list.csv"));
    }
    let Some(key) = key else {
        return Ok(accept(options, program, campaign, reading, uploaded, file_name).await.into_response());
    };
    let sha256 = digest_of(uploaded.file.path().to_owned()).await?;
    let fingerprint = idempotency::fingerprint(&["import", &name, &reading.told, &file_name, &sha256]);
    let asked = idempotency::asked(&program, key, fingerprint, Some(name));
    let work = Box::pin(accept(options, program.clone(), campaign, reading, uploaded, file_name));
    idempotency::once(program.queue, asked, async move { work.await.into_response() }).await
}

/// The SHA-256 of a file, on a thread of its own.
async fn digest_of(path: PathBuf) -> Result<String, Problem> {
    let digest = move || {
        let (mut file, mut digest) = (std::fs::File::open(path)?, <sha2::Sha256 as sha2::Digest>::new());
        std::io::copy(&mut file, &mut digest)?;
        Ok::<_, std::io::Error>(data_encoding::HEXLOWER.encode(&sha2::Digest::finalize(digest)))
    };
    match tokio::task::spawn_blocking(digest).await {
        Ok(Ok(sha256)) => Ok(sha256),
        Ok(Err(error)) => Err(Problem::broken(&error)),
        Err(error) => Err(Problem::broken(&error)),
    }
}

/// Writes the file that a request brings to disk, piece by piece; with its name, where the request gives one.
async fn take_in(
    options: &Shared,
    program: &Program,
    request: Request,
) -> Result<(Uploaded, String), Problem> {
    let mut upload = Upload::begin(&program.queue.uploads(), options.upload_bytes_max)?;
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("multipart/form-data") {
        let mut pieces = request.into_body().into_data_stream();
        while let Some(piece) = pieces.next().await {
            upload.write(&piece.map_err(|_| cut_off())?).await?;
        }
        return Ok((upload.finish().await?, display_name("")));
    }
    let mut form = Multipart::from_request(request, &())
        .await
        .map_err(|error| Problem::new(error.status(), "BODY", error.body_text()))?;
    while let Some(mut field) = form.next_field().await.map_err(|error| of_form(&error))? {
        if field.name() != Some("file") {
            continue;
        }
        let file_name = display_name(field.file_name().unwrap_or_default());
        while let Some(piece) = field.chunk().await.map_err(|error| of_form(&error))? {
            upload.write(&piece).await?;
        }
        return Ok((upload.finish().await?, file_name));
    }
    Err(invalid("the form has no field `file`").hint("curl -F file=@list.csv"))
}

fn cut_off() -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "BODY", "the file did not arrive whole; nothing was kept")
}

fn of_form(error: &MultipartError) -> Problem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Problem::new(
            error.status(),
            "TOO_LARGE",
            "the form is larger than the largest file that is taken",
        );
    }
    cut_off()
}

impl From<UploadError> for Problem {
    fn from(error: UploadError) -> Self {
        match error {
            UploadError::TooLarge { .. } => {
                Self::new(StatusCode::PAYLOAD_TOO_LARGE, "TOO_LARGE", error.to_string())
                    .hint("split it, or catalink serve --max-upload SIZE")
            }
            UploadError::Write(_) => Self::broken(&error),
        }
    }
}

/// Looks at a list that has arrived, and begins to read its rows.
async fn accept(
    options: Arc<Shared>,
    program: Program,
    mut campaign: Campaign,
    reading: Reading,
    uploaded: Uploaded,
    file_name: String,
) -> Result<Response, Problem> {
    let queue = program.queue;
    if reading.replaces_tags {
        let plan = plan(&options, &campaign, &reading, &file_name)?;
        import::replace_tags(&queue, &mut campaign, uploaded.file.path().to_owned(), plan, false).await?;
    }
    let opened = open(&options, &queue, &campaign, &reading, uploaded, file_name).await?;
    let key = random::text(random::LEGIBLE, KEY_CHARS).map_err(|_| Problem::no_randomness())?;
    let asked = asked(&campaign.plan.name, &key);
    // An import is noted before it begins: whoever asks for it later is told what came of it.
    queue.begin_answer(asked.clone(), options.clock.now()).await?;
    let n_read = options.progress.begin(&key, opened.n_bytes);
    let place = format!("{ROOT}/campaigns/{}/imports/{key}", encoded(&campaign.plan.name));
    let facts = in_progress(&key, (0, opened.n_bytes));
    drop(tokio::spawn(async move {
        let answer = match read(&options, &queue, &campaign, opened, n_read).await {
            Ok(report) => done(&key, report),
            Err(problem) => idempotency::of_problem(&problem),
        };
        if let Err(error) = queue.keep_answer(&asked, answer).await {
            tracing::error!(%error, "what came of an import cannot be kept");
        }
        options.progress.end(&key);
    }));
    Ok((StatusCode::ACCEPTED, [(LOCATION, place)], Json(facts)).into_response())
}

async fn open(
    options: &Shared,
    queue: &Queue,
    campaign: &Campaign,
    reading: &Reading,
    uploaded: Uploaded,
    file_name: String,
) -> Result<Opened, Problem> {
    let plan = plan(options, campaign, reading, &file_name)?;
    let path = uploaded.file.path().to_owned();
    let (list, plan, answered) = if reading.asks_again {
        let plan = Arc::new(plan);
        (import::open(path, Arc::clone(&plan)).await?, plan, None)
    } else {
        import::open_as_before(queue, path, plan).await?
    };
    let known = ListSet::adding().known(queue, campaign.id, &list).await?;
    let known = known.map(|file_name| Note::ImportedBefore { file_name });
    let notes = known.into_iter().chain(answered).collect();
    Ok(Opened { file: uploaded.file, n_bytes: uploaded.n_bytes, file_name, list, plan, notes })
}

/// How a campaign's list is read.
fn plan(options: &Shared, campaign: &Campaign, reading: &Reading, file_name: &str) -> Result<Plan, Problem> {
    let sender = campaign.plan.sender.or(options.defaults.sender);
    let plan = Plan::new(reading.options.clone(), &campaign.plan.message, &campaign.plan.refs)
        .map_err(|error| Problem::broken(&error))?;
    let times = Some(import::times(&campaign.plan, sender, options.clock.now()));
    Ok(Plan { file_name: Some(file_name.to_owned()), times, ..plan })
}

/// Reads the rows into the campaign, in one transaction, and tells of them as `import --json` does.
async fn read(
    options: &Shared,
    queue: &Queue,
    campaign: &Campaign,
    opened: Opened,
    n_read: Arc<AtomicU64>,
) -> Result<Value, Problem> {
    let Opened { file, file_name, list, plan, notes, .. } = opened;
    let sender = campaign.plan.sender.or(options.defaults.sender);
    let into = Into { campaign: campaign.id, file_name, sender, is_dry_run: false };
    let on_bytes = move |n_bytes| n_read.store(n_bytes, Ordering::Relaxed);
    let mut report = import::read(queue, into, list, plan, on_bytes, options.clock.now()).await?;
    drop(file);
    report.notes.splice(0..0, notes);
    Ok(json!(Printed::of(&report)))
}

fn asked(campaign: &str, key: &str) -> Asked {
    Asked {
        owner: OWNER.to_owned(),
        key: key.to_owned(),
        fingerprint: campaign.to_owned(),
        server: SERVER.clone(),
        campaign: Some(campaign.to_owned()),
    }
}

fn done(key: &str, mut report: Value) -> Answer {
    report["id"] = json!(key);
    report["state"] = json!("done");
    idempotency::of_json(StatusCode::OK, &report)
}

fn in_progress(key: &str, (n_read, n_bytes): (u64, u64)) -> Value {
    json!({ "id": key, "state": "reading", "bytes_read": n_read, "bytes": n_bytes })
}

/// What came of an import, as `import --json` has it, or how far it is.
#[utoipa::path(
    get,
    path = "/campaigns/{name}/imports/{import}",
    tag = "lists",
    params(
        ("name" = String, Path, description = "The campaign"),
        ("import" = String, Path, description = "Its `id`"),
    ),
    responses(
        (status = 200, description = "How far it is (`state` is `reading`), or what `import --json` prints (`done`)", body = Value, content_type = "application/json"),
        Problems,
    ),
)]
pub(crate) async fn one(
    Extracted(options): Extracted<Arc<Shared>>,
    program: Program,
    Place((name, key)): Place<(String, String)>,
) -> Result<Response, Problem> {
    program.queue.campaign(&name).await?;
    match program.queue.answer(&asked(&name, &key)).await? {
        Some(Before::Answered(answer)) => Ok(idempotency::given(answer)),
        Some(Before::InProgress) => {
            let progress = options.progress.of(&key).unwrap_or_default();
            Ok(Json(in_progress(&key, progress)).into_response())
        }
        Some(Before::Interrupted) => Err(Problem::new(
            StatusCode::CONFLICT,
            "INTERRUPTED",
            "the server was stopped while it read the list, which is in the campaign whole or not at all",
        )
        .hint("send the same file again: it adds nobody twice")),
        Some(Before::Other | Before::Fresh) | None => Err(Problem::not_found()),
    }
}

impl From<ImportError> for Problem {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::File(error) => error.into(),
            ImportError::Queue(error) => error.into(),
            error @ ImportError::MessageInUse { .. } => {
                Self::new(StatusCode::CONFLICT, "WRONG_STATE", error.to_string())
                    .hint(import::MESSAGE_IN_USE_HINT)
            }
            error @ (ImportError::Rejects(_) | ImportError::Reading(_)) => Self::broken(&error),
        }
    }
}

/// An answer as it goes into the query of an import; empty where no option says it.
fn in_query(advice: &Advice) -> String {
    let one = |(name, value): (&str, String)| {
        let value = if value.is_empty() { "true".to_owned() } else { encoded(&value) };
        format!("{}={value}", name.replace('-', "_"))
    };
    question::settings(advice).into_iter().map(one).collect::<Vec<_>>().join("&")
}

impl From<FileError> for Problem {
    fn from(error: FileError) -> Self {
        let FileError::Refused(_) = &error else { return Self::broken(&error) };
        let code = error.code().map_or("INVALID", FileCode::name);
        let detail = list::file_error(&error, Face::Terminal).join(": ");
        let status = match error.question() {
            Some(_) => StatusCode::CONFLICT,
            None => StatusCode::UNPROCESSABLE_ENTITY,
        };
        let explained = Explained { code, words: vec![detail], note: None, hint: None };
        let options = error.question().map(|asked| {
            let choices = asked.choices.iter();
            choices.map(|choice| in_query(&choice.advice)).collect::<Vec<_>>()
        });
        let problem = Self::explained(status, code, explained).choices(error.choices(), options);
        match error.question() {
            Some(_) => {
                problem.hint("send the file again with one of the options in the query, such as ?region=IN")
            }
            None => problem,
        }
    }
}
