//! `hearth openapi`.

use crate::app::App;
use crate::config::{Origin, Settings, Sources};
use crate::data_dir::DataDir;

/// The document of a server with default settings. Nothing of the machine's own data is touched.
pub async fn document() -> anyhow::Result<String> {
    let directory = std::env::temp_dir().join(format!("hearth-openapi-{}-{}", std::process::id(), types::id::next_id()));
    let mut sources = Sources::default();
    sources.add(Origin::Flag, [("DATABASE_URL".to_owned(), "sqlite::memory:".to_owned())]);
    let settings = Settings::read(&sources)?;
    let built = App::build(&settings, &sources, DataDir::open(&directory)?).await;
    let document = built.and_then(|app| Ok(serde_json::from_slice::<serde_json::Value>(&app.openapi)?));
    std::fs::remove_dir_all(&directory)?;
    Ok(serde_json::to_string_pretty(&document?)? + "\n")
}
