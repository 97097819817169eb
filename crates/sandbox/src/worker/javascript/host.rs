//! The native side of `prelude.js`.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rquickjs::{Array, ArrayBuffer, Context, Ctx, Exception, Function, Object, Persistent};

use super::super::channel::Channel;
use crate::{FetchRequest, Level};

/// What the runner needs of the prepared context.
pub struct Hooks {
    /// Runs a due timer, tells when the next is.
    pub tick: Persistent<Function<'static>>,
    /// The running child's talk with the server; empty in the parent.
    pub talk: Rc<RefCell<Option<Talk>>>,
}

/// A child's socket and whether it may fetch.
pub struct Talk {
    pub channel: Channel,
    pub fetch: Cell<bool>,
}

type Shared = Rc<RefCell<Option<Talk>>>;

/// Evaluates the prelude.
pub fn prepare(context: &Context) -> Result<Hooks, String> {
    let talk: Shared = Rc::new(RefCell::new(None));
    let tick = context.with(|ctx| {
        let make = || -> rquickjs::Result<Persistent<Function<'static>>> {
            let host = natives(&ctx, &talk)?;
            let prelude: Function = ctx.eval(include_str!("prelude.js"))?;
            let hooks: Object = prelude.call((host,))?;
            Ok(Persistent::save(&ctx, hooks.get::<_, Function>("tick")?))
        };
        make().map_err(|error| format!("{error}: {:?}", ctx.catch()))
    })?;
    Ok(Hooks { tick, talk })
}

fn natives<'js>(ctx: &Ctx<'js>, talk: &Shared) -> rquickjs::Result<Object<'js>> {
    let host = Object::new(ctx.clone())?;
    let console = talk.clone();
    host.set(
        "log",
        Function::new(ctx.clone(), move |level: String, text: String| {
            let level = match level.as_str() {
                "w" => Level::Warn,
                "e" => Level::Error,
                _ => Level::Log,
            };
            if let Some(talk) = console.borrow_mut().as_mut() {
                talk.channel.log(level, &text);
            }
        })?,
    )?;
    host.set("encode", Function::new(ctx.clone(), |ctx: Ctx<'js>, text: String| ArrayBuffer::new(ctx, text.into_bytes()))?)?;
    host.set("decode", Function::new(ctx.clone(), |text: String| String::from_utf8_lossy(&bytes(&text)).into_owned())?)?;
    host.set("random", Function::new(ctx.clone(), random)?)?;
    let shared = talk.clone();
    host.set(
        "fetch",
        Function::new(ctx.clone(), move |ctx: Ctx<'js>, wish: String, body: Option<String>| fetch(&ctx, &shared, &wish, body))?,
    )?;
    Ok(host)
}

/// Bytes come as text whose characters are the bytes: reading a buffer of the script would be unsafe.
fn bytes(text: &str) -> Vec<u8> {
    text.chars().map(|c| c as u8).collect()
}

fn random(ctx: Ctx<'_>, length: usize) -> rquickjs::Result<ArrayBuffer<'_>> {
    if length > 65_536 {
        return Err(Exception::throw_range(&ctx, "getRandomValues gives up to 65536 bytes at once"));
    }
    let mut bytes = vec![0u8; length];
    getrandom::fill(&mut bytes).map_err(|e| Exception::throw_message(&ctx, &e.to_string()))?;
    ArrayBuffer::new(ctx, bytes)
}

/// The head of the answer as JSON, and its body.
fn fetch<'js>(ctx: &Ctx<'js>, talk: &Shared, wish: &str, body: Option<String>) -> rquickjs::Result<Array<'js>> {
    let refuse = |why: &str| Exception::throw_type(ctx, why);
    let mut request: FetchRequest = serde_json::from_str(wish).map_err(|e| refuse(&e.to_string()))?;
    request.body = body.map(|text| STANDARD.encode(bytes(&text)));
    let mut talk = talk.borrow_mut();
    let Some(talk) = talk.as_mut().filter(|t| t.fetch.get()) else {
        return Err(refuse("fetch: no network is granted to this code"));
    };
    let answer = talk.channel.fetch(&request).map_err(|why| refuse(&format!("fetch: {why}")))?;
    let bytes = STANDARD.decode(&answer.body).map_err(|e| refuse(&e.to_string()))?;
    let head = serde_json::json!({ "status": answer.status, "url": answer.url, "headers": answer.headers });
    let both = Array::new(ctx.clone())?;
    both.set(0, head.to_string())?;
    both.set(1, ArrayBuffer::new(ctx.clone(), bytes)?)?;
    Ok(both)
}
