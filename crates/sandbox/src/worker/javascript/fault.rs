//! QuickJS' exceptions as faults with the user's own line.

use rquickjs::{CaughtError, Ctx, Value};

use super::run::FILE;
use crate::Code;
use crate::orders::{Fault, Job};

/// Of the running code.
pub fn of<'js>(ctx: &Ctx<'js>, error: &CaughtError<'js>, job: &Job) -> Fault {
    describe(ctx, error, job, Code::Exception)
}

/// Of the text, before anything ran.
pub fn of_text<'js>(ctx: &Ctx<'js>, error: &CaughtError<'js>, job: &Job) -> Fault {
    describe(ctx, error, job, Code::Syntax)
}

/// Of writing the answer as JSON.
pub fn of_answer<'js>(ctx: &Ctx<'js>, error: &CaughtError<'js>, job: &Job) -> Fault {
    let mut fault = describe(ctx, error, job, Code::OutputInvalid);
    if fault.code == Code::OutputInvalid.as_code() {
        fault.message = format!("The answer cannot be written as JSON: {}", fault.message);
    }
    fault
}

fn describe<'js>(ctx: &Ctx<'js>, error: &CaughtError<'js>, job: &Job, usual: Code) -> Fault {
    let (name, message, stack) = match error {
        CaughtError::Error(error) => (String::new(), error.to_string(), String::new()),
        CaughtError::Exception(exception) => (
            exception.as_object().get::<_, String>("name").unwrap_or_default(),
            exception.message().unwrap_or_default(),
            exception.stack().unwrap_or_default(),
        ),
        CaughtError::Value(value) => ("Uncaught".to_owned(), thrown(ctx, value), String::new()),
    };
    let code = if message == "out of memory" {
        Code::Memory
    } else if message.contains("could not load module") || message.starts_with("Import refused") {
        Code::ImportRefused
    } else {
        usual
    };
    let (line, column) = place(&stack, job).unzip();
    let message = match code {
        Code::Memory => format!("The code wants more than {} bytes of memory.", job.memory_bytes),
        Code::ImportRefused => format!("{message}. There are no modules here; `fetch` needs granted hosts."),
        _ if name.is_empty() => message,
        _ => format!("{name}: {message}"),
    };
    Fault { line, column, ..Fault::new(code, shorten(message)) }
}

/// Anything may be thrown; what has no text is shown as JSON.
fn thrown<'js>(ctx: &Ctx<'js>, value: &Value<'js>) -> String {
    if let Some(text) = value.as_string() {
        return text.to_string().unwrap_or_default();
    }
    ctx.json_stringify(value.clone()).ok().flatten().and_then(|s| s.to_string().ok()).unwrap_or_else(|| "a value without text".to_owned())
}

/// The topmost place in the user's text.
fn place(stack: &str, job: &Job) -> Option<(u32, u32)> {
    let after = stack.split_once(FILE)?.1.strip_prefix(':')?;
    let mut numbers = after.split(|c: char| !c.is_ascii_digit()).map_while(|n| n.parse::<u32>().ok());
    let last = u32::try_from(job.code.lines().count()).unwrap_or(u32::MAX).max(1);
    Some((numbers.next()?.min(last), numbers.next().unwrap_or(1)))
}

fn shorten(message: String) -> String {
    if message.chars().count() <= 2_000 { message } else { message.chars().take(2_000).chain(['…']).collect() }
}
