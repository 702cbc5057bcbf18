//! Style sheets and scripts, inside the binary.

use std::sync::LazyLock;

use axum::{
    extract::Path,
    http::{
        StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};

use crate::app::tokens::digest;

struct Asset {
    name: &'static str,
    kind: &'static str,
    text: &'static str,
}

const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

static ASSETS: [Asset; 6] = [
    Asset { name: "console.css", kind: CSS, text: include_str!("../assets/console.css") },
    Asset { name: "console.js", kind: JS, text: include_str!("../assets/console.js") },
    Asset { name: "live.js", kind: JS, text: include_str!("../assets/live.js") },
    Asset { name: "stream.js", kind: JS, text: include_str!("../assets/stream.js") },
    Asset { name: "draft.js", kind: JS, text: include_str!("../assets/draft.js") },
    Asset { name: "icon.svg", kind: SVG, text: include_str!("../assets/icon.svg") },
];

/// Changes when any asset does, and is a part of their addresses: a browser keeps them for good.
pub(crate) static VERSION: LazyLock<String> = LazyLock::new(|| {
    let all: String = ASSETS.iter().map(|asset| asset.text).collect();
    digest(&all)[..12].to_owned()
});

pub(crate) async fn asset(Path((_version, name)): Path<(String, String)>) -> Result<Response, StatusCode> {
    let asset = ASSETS.iter().find(|asset| asset.name == name).ok_or(StatusCode::NOT_FOUND)?;
    let headers = [(CONTENT_TYPE, asset.kind), (CACHE_CONTROL, "public, max-age=31536000, immutable")];
    Ok((headers, asset.text).into_response())
}
