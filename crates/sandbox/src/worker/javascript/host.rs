//! The native side of `prelude.js`.

use std::cell::RefCell;
use std::rc::Rc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rquickjs::{Array, ArrayBuffer, Context, Ctx, Exception, Function, Module, Object, Persistent, Runtime, WriteOptions};

use super::super::channel::Channel;
use crate::{FetchRequest, Level};

/// The running execution's talk with the server; empty in the parent and between executions.
pub type Talk = Rc<RefCell<Option<Channel>>>;

/// Runs a due timer, tells when the next is.
pub type Tick = Persistent<Function<'static>>;

/// `prelude.js`, compiled. Every context begins with it; reading the text takes longer than all else of a short execution.
#[derive(Clone, Copy)]
pub struct Prelude(&'static [u8]);

impl Prelude {
    /// Once in the life of a worker.
    pub fn compile() -> Result<Self, String> {
        let context = Runtime::new().and_then(|runtime| Context::full(&runtime)).map_err(|e| e.to_string())?;
        let bytes = context.with(|ctx| {
            let module = Module::declare(ctx.clone(), "prelude.js", include_str!("prelude.js"));
            let written = module.and_then(|module| module.write(WriteOptions { strip_source: true, ..WriteOptions::default() }));
            written.map_err(|error| format!("{error}: {:?}", ctx.catch()))
        })?;
        Ok(Self(bytes.leak()))
    }

    /// Reviewed exception to "no unsafe": QuickJS trusts the bytecode that it loads.
    #[allow(unsafe_code, reason = "only our own bytecode, see below")]
    fn load<'js>(self, ctx: &Ctx<'js>) -> rquickjs::Result<Module<'js>> {
        // SAFETY: `compile` is the only maker: the bytes were written by this same QuickJS in this process or the one it was
        // forked from, and live as long as the process.
        unsafe { Module::load(ctx.clone(), self.0) }
    }
}

/// Evaluates the prelude.
pub fn prepare(context: &Context, talk: &Talk, prelude: Prelude) -> Result<Tick, String> {
    context.with(|ctx| {
        let make = || -> rquickjs::Result<Tick> {
            let (module, _) = prelude.load(&ctx)?.eval()?;
            let install: Function = module.get("default")?;
            let hooks: Object = install.call((natives(&ctx, talk)?,))?;
            Ok(Persistent::save(&ctx, hooks.get::<_, Function>("tick")?))
        };
        make().map_err(|error| format!("{error}: {:?}", ctx.catch()))
    })
}

fn natives<'js>(ctx: &Ctx<'js>, talk: &Talk) -> rquickjs::Result<Object<'js>> {
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
            if let Some(channel) = console.borrow_mut().as_mut() {
                channel.log(level, &text);
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
fn fetch<'js>(ctx: &Ctx<'js>, talk: &Talk, wish: &str, body: Option<String>) -> rquickjs::Result<Array<'js>> {
    let refuse = |why: &str| Exception::throw_type(ctx, why);
    let mut request: FetchRequest = serde_json::from_str(wish).map_err(|e| refuse(&e.to_string()))?;
    request.body = body.map(|text| STANDARD.encode(bytes(&text)));
    let mut talk = talk.borrow_mut();
    let Some(channel) = talk.as_mut().filter(|channel| channel.may_fetch()) else {
        return Err(refuse("fetch: no network is granted to this code"));
    };
    let answer = channel.fetch(&request).map_err(|why| refuse(&format!("fetch: {why}")))?;
    let bytes = STANDARD.decode(&answer.body).map_err(|e| refuse(&e.to_string()))?;
    let head = serde_json::json!({ "status": answer.status, "url": answer.url, "headers": answer.headers });
    let both = Array::new(ctx.clone())?;
    both.set(0, head.to_string())?;
    both.set(1, ArrayBuffer::new(ctx.clone(), bytes)?)?;
    Ok(both)
}
