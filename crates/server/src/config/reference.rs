//! `docs/reference/configuration.md`, made from the structs.

use std::fmt::Write as _;

use super::definitions;

const HEAD: &str = "<!-- Made from crates/server/src/config by `make reference`; a test keeps it equal. -->
# Configuration

Hearth starts without any setting. Sources, weakest first: the defaults below, `hearth.toml`, `.env` (or
`.env.$APP_ENV`) in the working directory, the environment, flags of `hearth serve`. Names in `hearth.toml` are
the same in lower case, tables allowed: `[mysql] host = \"db\"` is `MYSQL_HOST`. A value that cannot be right stops
the start and says what is allowed. `hearth doctor` shows each setting in force and where it comes from.
";

const TAIL: &str = "
## Models from the environment

Blocks numbered from 0, as in Coze Studio; they appear read-only in the UI. A block without `MODEL_ID_N` is ignored.

| name | meaning |
|---|---|
| `MODEL_PROTOCOL_N` | vendor: `openai`, `azure_openai`, `ark`, `deepseek`, `qwen`, `ollama`, `gemini`, `claude`, `openai_compatible` |
| `MODEL_OPENCOZE_ID_N` | its id in the API (a number); made from N when absent |
| `MODEL_NAME_N` | name for people |
| `MODEL_ID_N` | the vendor's name of the model |
| `MODEL_API_KEY_N` | key |
| `MODEL_BASE_URL_N` | URL; empty: the vendor's own |
";

/// The document.
pub fn markdown() -> String {
    let mut text = HEAD.to_owned();
    let mut group = "";
    for (title, definition) in definitions() {
        if title != group {
            let _ = write!(text, "\n## {title}\n\n| name | default | allowed | meaning |\n|---|---|---|---|\n");
            group = title;
        }
        let default = if definition.default.is_empty() { "(empty)".to_owned() } else { format!("`{}`", definition.default) };
        let doc = definition.doc.trim().lines().map(str::trim).collect::<Vec<_>>().join(" ");
        let allowed = definition.allowed.replace('|', "\\|");
        let _ = writeln!(text, "| `{}` | {default} | {allowed} | {doc} |", definition.name);
    }
    text.push_str(TAIL);
    text
}
