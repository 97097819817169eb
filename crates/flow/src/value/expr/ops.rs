//! Operators.

use std::cmp::Ordering;

use super::eval::Run;
use super::node::Op;
use super::val::{List, Map, Text, Val};
use super::{Fault, wrong};

pub(super) fn binary<'a>(run: &mut Run<'a>, op: Op, left: &Val<'a>, right: &Val<'a>) -> Result<Val<'a>, Fault> {
    Ok(Val::Bool(match op {
        Op::Equal => equal(run, left, right)?,
        Op::NotEqual => !equal(run, left, right)?,
        Op::Less => ordered(run, op, left, right)?.is_some_and(Ordering::is_lt),
        Op::LessEqual => ordered(run, op, left, right)?.is_some_and(Ordering::is_le),
        Op::Greater => ordered(run, op, left, right)?.is_some_and(Ordering::is_gt),
        Op::GreaterEqual => ordered(run, op, left, right)?.is_some_and(Ordering::is_ge),
        Op::In => contained(run, left, right)?,
        Op::Add | Op::Subtract | Op::Multiply | Op::Divide | Op::Modulo => return arithmetic(run, op, left, right),
    }))
}

pub(super) fn negative<'a>(value: &Val<'a>) -> Result<Val<'a>, Fault> {
    match value {
        Val::Int(i) => i.checked_neg().map(Val::Int).ok_or_else(overflow),
        Val::Double(x) => Ok(Val::Double(-x)),
        Val::Span(span) => Ok(Val::Span(-*span)),
        other => wrong(format!("there is no negative of {}", other.kind())),
    }
}

fn overflow() -> Fault {
    Fault::Wrong("the result does not fit into 64 bits".to_owned())
}

fn misfit<T>(op: Op, left: &Val<'_>, right: &Val<'_>) -> Result<T, Fault> {
    wrong(format!("`{}` does not take {} and {}", op.sign(), left.kind(), right.kind()))
}

fn arithmetic<'a>(run: &mut Run<'a>, op: Op, left: &Val<'a>, right: &Val<'a>) -> Result<Val<'a>, Fault> {
    match (left, right) {
        (Val::Int(a), Val::Int(b)) => integers(op, *a, *b).map(Val::Int),
        (Val::Double(a), Val::Double(b)) => doubles(op, *a, *b),
        (Val::Int(a), Val::Double(b)) => doubles(op, *a as f64, *b),
        (Val::Double(a), Val::Int(b)) => doubles(op, *a, *b as f64),
        (Val::Text(a), Val::Text(b)) if op == Op::Add => {
            run.pay_text(a.len() + b.len())?;
            Ok(Val::Text(Text::Own([&**a, &**b].concat().into())))
        }
        (Val::List(a), Val::List(b)) if op == Op::Add => {
            run.pay(a.len() + b.len())?;
            Ok(Val::List(List::Own(a.iter().chain(b.iter()).collect::<Vec<_>>().into())))
        }
        (Val::Moment(a), Val::Span(b)) if op == Op::Add => a.checked_add_signed(*b).map(Val::Moment).ok_or_else(overflow),
        (Val::Span(a), Val::Moment(b)) if op == Op::Add => b.checked_add_signed(*a).map(Val::Moment).ok_or_else(overflow),
        (Val::Moment(a), Val::Span(b)) if op == Op::Subtract => a.checked_sub_signed(*b).map(Val::Moment).ok_or_else(overflow),
        (Val::Moment(a), Val::Moment(b)) if op == Op::Subtract => Ok(Val::Span(a.signed_duration_since(b))),
        (Val::Span(a), Val::Span(b)) if op == Op::Add => a.checked_add(b).map(Val::Span).ok_or_else(overflow),
        (Val::Span(a), Val::Span(b)) if op == Op::Subtract => a.checked_sub(b).map(Val::Span).ok_or_else(overflow),
        _ => misfit(op, left, right),
    }
}

fn integers(op: Op, a: i64, b: i64) -> Result<i64, Fault> {
    if b == 0 && matches!(op, Op::Divide | Op::Modulo) {
        return wrong("division by zero");
    }
    match op {
        Op::Add => a.checked_add(b),
        Op::Subtract => a.checked_sub(b),
        Op::Multiply => a.checked_mul(b),
        Op::Divide => a.checked_div(b),
        _ => a.checked_rem(b),
    }
    .ok_or_else(overflow)
}

fn doubles<'a>(op: Op, a: f64, b: f64) -> Result<Val<'a>, Fault> {
    Ok(Val::Double(match op {
        Op::Add => a + b,
        Op::Subtract => a - b,
        Op::Multiply => a * b,
        Op::Divide => a / b,
        _ => return wrong("`%` takes integers; int(…) makes one"),
    }))
}

/// Equality over types: numbers by value, lists and maps by their parts, values of different types never.
pub(super) fn equal(run: &mut Run<'_>, left: &Val<'_>, right: &Val<'_>) -> Result<bool, Fault> {
    run.pay(1)?;
    match (left, right) {
        (Val::Text(a), Val::Text(b)) => {
            run.pay(a.len().min(b.len()) / 64)?;
            Ok(**a == **b)
        }
        (Val::List(a), Val::List(b)) => {
            if a.len() != b.len() {
                return Ok(false);
            }
            for (a, b) in a.iter().zip(b.iter()) {
                if !equal(run, &a, &b)? {
                    return Ok(false);
                }
            }
            Ok(true)
        }
        (Val::Map(a), Val::Map(b)) => {
            if a.len() != b.len() {
                return Ok(false);
            }
            run.pay(a.len())?;
            for (key, a) in a.entries() {
                match self::key(run, b, &key)? {
                    Some(b) if equal(run, &a, &b)? => {}
                    _ => return Ok(false),
                }
            }
            Ok(true)
        }
        _ => Ok(same_scalar(left, right)),
    }
}

/// Equality of values without parts.
pub(super) fn same_scalar(left: &Val<'_>, right: &Val<'_>) -> bool {
    match (left, right) {
        (Val::Null, Val::Null) => true,
        (Val::Type(a), Val::Type(b)) => a == b,
        _ => compare(left, right) == Some(Ordering::Equal),
    }
}

fn compare(left: &Val<'_>, right: &Val<'_>) -> Option<Ordering> {
    match (left, right) {
        (Val::Bool(a), Val::Bool(b)) => Some(a.cmp(b)),
        (Val::Int(a), Val::Int(b)) => Some(a.cmp(b)),
        (Val::Double(a), Val::Double(b)) => a.partial_cmp(b),
        (Val::Int(a), Val::Double(b)) => compare_mixed(*a, *b),
        (Val::Double(a), Val::Int(b)) => compare_mixed(*b, *a).map(Ordering::reverse),
        (Val::Text(a), Val::Text(b)) => Some((**a).cmp(&**b)),
        (Val::Moment(a), Val::Moment(b)) => Some(a.cmp(b)),
        (Val::Span(a), Val::Span(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

/// Exact, also where a double cannot hold the integer.
fn compare_mixed(a: i64, b: f64) -> Option<Ordering> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if b.is_nan() {
        return None;
    }
    if b >= LIMIT {
        return Some(Ordering::Less);
    }
    if b < -LIMIT {
        return Some(Ordering::Greater);
    }
    let below = b.floor();
    Some(a.cmp(&(below as i64)).then(if b > below { Ordering::Less } else { Ordering::Equal }))
}

/// The order of two values; `None` with what is no number.
fn ordered(run: &mut Run<'_>, op: Op, left: &Val<'_>, right: &Val<'_>) -> Result<Option<Ordering>, Fault> {
    if let (Val::Text(a), Val::Text(b)) = (left, right) {
        run.pay(a.len().min(b.len()) / 64)?;
    }
    match compare(left, right) {
        None if !(is_number(left) && is_number(right)) => misfit(op, left, right),
        order => Ok(order),
    }
}

const fn is_number(value: &Val<'_>) -> bool {
    matches!(value, Val::Int(_) | Val::Double(_))
}

fn contained<'a>(run: &mut Run<'a>, item: &Val<'a>, of: &Val<'a>) -> Result<bool, Fault> {
    match of {
        Val::List(list) => {
            for other in list.iter() {
                if equal(run, item, &other)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        Val::Map(map) => Ok(key(run, map, item)?.is_some()),
        _ => misfit(Op::In, item, of),
    }
}

/// The value of a key.
pub(super) fn key<'a>(run: &mut Run<'_>, map: &Map<'a>, key: &Val<'_>) -> Result<Option<Val<'a>>, Fault> {
    match (map, key) {
        (Map::Lent(_), Val::Text(name)) => {
            run.pay(1)?;
            Ok(map.field(name))
        }
        (Map::Lent(_), _) => Ok(None),
        (Map::Own(entries), _) => {
            run.pay(entries.len())?;
            Ok(entries.iter().find(|(other, _)| same_scalar(other, key)).map(|(_, value)| value.clone()))
        }
    }
}

/// A whole number, also one written as a double.
pub(super) fn whole(value: &Val<'_>) -> Option<i64> {
    match value {
        Val::Int(i) => Some(*i),
        Val::Double(x) if x.fract() == 0.0 && x.abs() < 9e15 => Some(*x as i64),
        _ => None,
    }
}
