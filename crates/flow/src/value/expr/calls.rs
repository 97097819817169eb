//! Functions, called as `f(a, b)` or `a.f(b)`.

use regex::{Regex, RegexBuilder};

use super::eval::Run;
use super::val::{List, Text, Val};
use super::{Fault, ops, time, wrong};
use crate::value::render;

/// Bytes of a pattern.
const MAX_PATTERN: usize = 1024;
/// Steps that compiling a pattern costs.
pub(super) const PATTERN_COST: usize = 50_000;

/// Names and numbers of arguments, the operand of a method counted.
macro_rules! functions {
    ($($variant:ident $name:literal $least:literal $most:literal),* $(,)?) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Function { $($variant),* }

        impl Function {
            pub(super) fn named(name: &str) -> Option<Self> {
                Some(match name { $($name => Self::$variant,)* _ => return None })
            }

            pub(super) const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            pub(super) const fn arguments(self) -> (usize, usize) {
                match self { $(Self::$variant => ($least, $most)),* }
            }
        }
    };
}

functions! {
    Size "size" 1 1, Type "type" 1 1, Dyn "dyn" 1 1,
    Int "int" 1 1, Uint "uint" 1 1, Double "double" 1 1, Text "string" 1 1, Bool "bool" 1 1,
    Contains "contains" 2 2, StartsWith "startsWith" 2 2, EndsWith "endsWith" 2 2, Matches "matches" 2 2,
    CharAt "charAt" 2 2, IndexOf "indexOf" 2 2, LastIndexOf "lastIndexOf" 2 2, Substring "substring" 2 3,
    Lower "lowerAscii" 1 1, Upper "upperAscii" 1 1, Trim "trim" 1 1,
    Replace "replace" 3 3, Split "split" 2 2, Join "join" 1 2,
    Timestamp "timestamp" 1 1, Duration "duration" 1 1,
    FullYear "getFullYear" 1 2, Month "getMonth" 1 2, Date "getDate" 1 2, DayOfMonth "getDayOfMonth" 1 2,
    DayOfYear "getDayOfYear" 1 2, DayOfWeek "getDayOfWeek" 1 2,
    Hours "getHours" 1 2, Minutes "getMinutes" 1 2, Seconds "getSeconds" 1 2, Milliseconds "getMilliseconds" 1 2,
    Greatest "math.greatest" 1 100, Least "math.least" 1 100, Abs "math.abs" 1 1,
    Ceil "math.ceil" 1 1, Floor "math.floor" 1 1, Round "math.round" 1 1, Trunc "math.trunc" 1 1,
}

pub(super) fn call<'a>(run: &mut Run<'a>, function: Function, arguments: &[Val<'a>]) -> Result<Val<'a>, Fault> {
    match (function, arguments) {
        (Function::Size, [of]) => size(run, of),
        (Function::Type, [of]) => Ok(Val::Type(of.kind())),
        (Function::Dyn, [of]) => Ok(of.clone()),
        (Function::Int | Function::Uint, [of]) => integer(function, of),
        (Function::Double, [of]) => double(of),
        (Function::Text, [of]) => string(run, of),
        (Function::Bool, [of]) => boolean(of),
        (Function::Matches, [text, Val::Text(pattern)]) => {
            let pattern = run.pattern(pattern)?;
            matches(run, text, &pattern)
        }
        (Function::Timestamp, [of]) => time::timestamp(of),
        (Function::Duration, [of]) => time::duration(of),
        (Function::Join, [Val::List(list)]) => join(run, list, ""),
        (Function::Join, [Val::List(list), Val::Text(between)]) => join(run, list, between),
        (Function::Greatest | Function::Least, _) => extreme(run, function, arguments),
        (Function::Abs | Function::Ceil | Function::Floor | Function::Round | Function::Trunc, [of]) => rounded(function, of),
        (_, [Val::Moment(_) | Val::Span(_), ..]) => time::part(function, arguments),
        (_, [Val::Text(text), rest @ ..]) => text_function(run, function, text, rest),
        _ => misfit(function, arguments),
    }
}

pub(super) fn misfit<'a>(function: Function, arguments: &[Val<'_>]) -> Result<Val<'a>, Fault> {
    let kinds: Vec<_> = arguments.iter().map(Val::kind).collect();
    wrong(format!("`{}` does not take {}", function.name(), kinds.join(", ")))
}

fn size<'a>(run: &mut Run<'a>, of: &Val<'a>) -> Result<Val<'a>, Fault> {
    let size = match of {
        Val::Text(text) => {
            run.pay_text(text.len() / 4)?;
            text.chars().count()
        }
        Val::List(list) => list.len(),
        Val::Map(map) => map.len(),
        other => return misfit(Function::Size, std::slice::from_ref(other)),
    };
    Ok(Val::Int(size as i64))
}

fn integer<'a>(function: Function, of: &Val<'a>) -> Result<Val<'a>, Fault> {
    let made = match of {
        Val::Int(i) => Some(*i),
        // 2^63 is a double; the largest integer is not.
        Val::Double(x) if (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(x) => Some(*x as i64),
        Val::Double(_) => None,
        Val::Text(text) => text.parse().ok(),
        Val::Moment(moment) => Some(moment.timestamp()),
        other => return misfit(function, std::slice::from_ref(other)),
    };
    match made {
        Some(i) if function == Function::Int || i >= 0 => Ok(Val::Int(i)),
        _ => wrong(format!("`{}` cannot make an integer of this {}", function.name(), of.kind())),
    }
}

fn double<'a>(of: &Val<'a>) -> Result<Val<'a>, Fault> {
    match of {
        Val::Int(i) => Ok(Val::Double(*i as f64)),
        Val::Double(x) => Ok(Val::Double(*x)),
        Val::Text(text) => text.parse().map(Val::Double).or_else(|_| wrong("`double` cannot read this text as a number")),
        other => misfit(Function::Double, std::slice::from_ref(other)),
    }
}

fn string<'a>(run: &mut Run<'a>, of: &Val<'a>) -> Result<Val<'a>, Fault> {
    Ok(match of {
        Val::Text(text) => Val::Text(text.clone()),
        Val::Bool(b) => Val::Text(Text::Lent(if *b { "true" } else { "false" })),
        Val::Int(i) => Val::own(&i.to_string()),
        Val::Double(x) => Val::own(&serde_json::Number::from_f64(*x).map_or_else(|| x.to_string(), |n| render::text(&n.into()))),
        Val::Moment(moment) => Val::own(&time::moment_text(moment)),
        Val::Span(span) => Val::own(&time::span_text(*span)),
        Val::Type(name) => Val::Text(Text::Lent(name)),
        // Beyond the standard: as it would read in a template.
        Val::Null => Val::Text(Text::Lent("")),
        Val::List(_) | Val::Map(_) => Val::own(&render::json(&run.json(of)?)),
    })
}

fn boolean<'a>(of: &Val<'a>) -> Result<Val<'a>, Fault> {
    match of {
        Val::Bool(b) => Ok(Val::Bool(*b)),
        Val::Text(text) => match &**text {
            "1" | "t" | "T" | "TRUE" | "true" | "True" => Ok(Val::Bool(true)),
            "0" | "f" | "F" | "FALSE" | "false" | "False" => Ok(Val::Bool(false)),
            _ => wrong("`bool` cannot read this text"),
        },
        other => misfit(Function::Bool, std::slice::from_ref(other)),
    }
}

/// Compiles a pattern; or says in a sentence why not. Matching is linear in the text.
pub(super) fn pattern(source: &str) -> Result<Regex, String> {
    if source.len() > MAX_PATTERN {
        return Err(format!("a pattern has at most {MAX_PATTERN} bytes"));
    }
    RegexBuilder::new(source)
        .size_limit(256 * 1024)
        .dfa_size_limit(256 * 1024)
        .nest_limit(32)
        .build()
        .map_err(|_| "this is no pattern, or one that is too large".to_owned())
}

pub(super) fn matches<'a>(run: &mut Run<'a>, text: &Val<'a>, pattern: &Regex) -> Result<Val<'a>, Fault> {
    let Val::Text(text) = text else {
        return misfit(Function::Matches, &[text.clone(), Val::Text(Text::Lent(""))]);
    };
    // A byte can cost as many steps as the pattern has states.
    run.pay(16 + text.len() * 4)?;
    Ok(Val::Bool(pattern.is_match(text)))
}

fn join<'a>(run: &mut Run<'a>, list: &List<'a>, between: &str) -> Result<Val<'a>, Fault> {
    let mut joined = String::new();
    for (index, item) in list.iter().enumerate() {
        let Val::Text(item) = item else {
            return wrong(format!("`join` takes texts, but element {index} is {}", item.kind()));
        };
        run.pay_text(item.len() + between.len())?;
        if index > 0 {
            joined.push_str(between);
        }
        joined.push_str(&item);
    }
    Ok(Val::own(&joined))
}

fn extreme<'a>(run: &mut Run<'a>, function: Function, arguments: &[Val<'a>]) -> Result<Val<'a>, Fault> {
    let all: Vec<_> = match arguments {
        [Val::List(list)] => {
            run.pay(list.len())?;
            list.iter().collect()
        }
        several => several.to_vec(),
    };
    let sign = if function == Function::Greatest { super::node::Op::Greater } else { super::node::Op::Less };
    let mut best: Option<Val<'a>> = None;
    for one in all {
        if !matches!(one, Val::Int(_) | Val::Double(_)) {
            return misfit(function, &[one]);
        }
        let better = match &best {
            Some(best) => matches!(ops::binary(run, sign, &one, best)?, Val::Bool(true)),
            None => true,
        };
        if better {
            best = Some(one);
        }
    }
    best.map_or_else(|| wrong(format!("`{}` takes at least one number", function.name())), Ok)
}

fn rounded<'a>(function: Function, of: &Val<'a>) -> Result<Val<'a>, Fault> {
    match (function, of) {
        (Function::Abs, Val::Int(i)) => {
            i.checked_abs().map(Val::Int).ok_or_else(|| Fault::Wrong("the result does not fit into 64 bits".to_owned()))
        }
        (_, Val::Int(i)) => Ok(Val::Int(*i)),
        (Function::Abs, Val::Double(x)) => Ok(Val::Double(x.abs())),
        (Function::Ceil, Val::Double(x)) => Ok(Val::Double(x.ceil())),
        (Function::Floor, Val::Double(x)) => Ok(Val::Double(x.floor())),
        (Function::Round, Val::Double(x)) => Ok(Val::Double(x.round())),
        (_, Val::Double(x)) => Ok(Val::Double(x.trunc())),
        (_, other) => misfit(function, std::slice::from_ref(other)),
    }
}

fn text_function<'a>(run: &mut Run<'a>, function: Function, text: &Text<'a>, rest: &[Val<'a>]) -> Result<Val<'a>, Fault> {
    run.pay_text(text.len())?;
    Ok(match (function, rest) {
        (Function::Contains, [Val::Text(part)]) => Val::Bool(text.contains(&**part)),
        (Function::StartsWith, [Val::Text(part)]) => Val::Bool(text.starts_with(&**part)),
        (Function::EndsWith, [Val::Text(part)]) => Val::Bool(text.ends_with(&**part)),
        (Function::CharAt, [at]) => {
            let from = bytes_of(text, at)?;
            let length = text[from..].chars().next().map_or(0, char::len_utf8);
            Val::own(&text[from..from + length])
        }
        (Function::IndexOf, [Val::Text(part)]) => position(text, text.find(&**part)),
        (Function::LastIndexOf, [Val::Text(part)]) => position(text, text.rfind(&**part)),
        (Function::Substring, [from]) => Val::own(&text[bytes_of(text, from)?..]),
        (Function::Substring, [from, to]) => {
            let (from, to) = (bytes_of(text, from)?, bytes_of(text, to)?);
            match text.get(from..to) {
                Some(part) => Val::own(part),
                None => return wrong("`substring` ends before it begins"),
            }
        }
        (Function::Lower, []) => Val::own(&text.to_ascii_lowercase()),
        (Function::Upper, []) => Val::own(&text.to_ascii_uppercase()),
        (Function::Trim, []) => Val::own(text.trim()),
        (Function::Replace, [Val::Text(old), Val::Text(new)]) => {
            // Known before it is made: a short text can become a very long one.
            let places = text.matches(&**old).count();
            run.pay_text(text.len().saturating_add(places.saturating_mul(new.len())))?;
            Val::own(&text.replace(&**old, new))
        }
        (Function::Split, [Val::Text(between)]) => {
            let mut parts = Vec::new();
            // An empty separator splits into characters.
            let found: Box<dyn Iterator<Item = &str>> =
                if between.is_empty() { Box::new(text.split_inclusive(|_| true)) } else { Box::new(text.split(&**between)) };
            for part in found {
                run.pay_text(part.len())?;
                parts.push(Val::own(part));
            }
            Val::List(List::Own(parts.into()))
        }
        _ => {
            let mut arguments = vec![Val::Text(text.clone())];
            arguments.extend_from_slice(rest);
            return misfit(function, &arguments);
        }
    })
}

/// Where the character of this number begins; the number after the last is the end.
fn bytes_of(text: &str, at: &Val<'_>) -> Result<usize, Fault> {
    let found = ops::whole(at)
        .and_then(|at| usize::try_from(at).ok())
        .and_then(|at| text.char_indices().map(|(byte, _)| byte).chain(std::iter::once(text.len())).nth(at));
    found.map_or_else(|| wrong("the position lies outside the text"), Ok)
}

/// Characters before a byte; -1 for none.
fn position<'a>(text: &str, byte: Option<usize>) -> Val<'a> {
    Val::Int(byte.map_or(-1, |byte| text[..byte].chars().count() as i64))
}
