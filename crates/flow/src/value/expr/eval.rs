//! Runs an expression. Everything that takes time or memory by the size of a value is paid first.

use std::collections::HashMap;
use std::rc::Rc;

use chrono::DateTime;
use regex::Regex;
use serde_json::{Number, Value};
use types::Timestamp;

use super::node::{Loop, LoopKind, Node};
use super::val::{List, Map, Text, Val, type_named};
use super::{Fault, calls, ops, time, wrong};
use crate::value::{Values, render};

pub(super) struct Run<'a> {
    values: &'a Values,
    now: Timestamp,
    fuel: u64,
    variables: Vec<Val<'a>>,
    patterns: HashMap<String, Regex>,
}

impl<'a> Run<'a> {
    pub(super) fn new(values: &'a Values, now: Timestamp, fuel: u64) -> Self {
        Self { values, now, fuel, variables: Vec::new(), patterns: HashMap::new() }
    }

    pub(super) fn whole(&mut self, root: &'a Node) -> Result<Value, Fault> {
        let value = self.eval(root)?;
        self.json(&value)
    }

    /// What is left of the fuel.
    pub(super) const fn left(&self) -> u64 {
        self.fuel
    }

    /// Pays for so many steps.
    pub(super) fn pay(&mut self, steps: usize) -> Result<(), Fault> {
        self.fuel = self.fuel.checked_sub(steps as u64).ok_or(Fault::Spent)?;
        Ok(())
    }

    /// Pays for making or reading a text of so many bytes.
    pub(super) fn pay_text(&mut self, bytes: usize) -> Result<(), Fault> {
        self.pay(1 + bytes / 16)
    }

    fn eval(&mut self, node: &'a Node) -> Result<Val<'a>, Fault> {
        self.pay(1)?;
        Ok(match node {
            Node::Null => Val::Null,
            Node::Bool(b) => Val::Bool(*b),
            Node::Int(i) => Val::Int(*i),
            Node::Double(x) => Val::Double(*x),
            Node::Text(text) => Val::Text(Text::Lent(text)),
            Node::Input(name) => self.input(name),
            Node::Variable(which) => self.variables.get(*which).cloned().unwrap_or(Val::Null),
            Node::List(items) => Val::List(List::Own(self.each(items)?.into())),
            Node::Map(entries) => return self.map(entries),
            Node::Field(of, name) => return self.field(of, name),
            Node::Has(of, name) => match self.eval(of)? {
                Val::Map(map) => Val::Bool(self.found(&map, name)?.is_some()),
                Val::Null => Val::Bool(false),
                other => return wrong(format!("has(…) looks into a map, but found {}", other.kind())),
            },
            Node::Index(of, index) => return self.index(of, index),
            Node::Not(of) => Val::Bool(!self.truth(of)?),
            Node::Negative(of) => {
                let value = self.eval(of)?;
                return ops::negative(&value);
            }
            Node::And(terms) => return self.joined(terms, false),
            Node::Or(terms) => return self.joined(terms, true),
            Node::Choice(choices, last) => return self.choice(choices, last),
            Node::Binary(op, left, right) => {
                let left = self.eval(left)?;
                let right = self.eval(right)?;
                return ops::binary(self, *op, &left, &right);
            }
            Node::Call(function, arguments) => {
                let arguments = self.each(arguments)?;
                return calls::call(self, *function, &arguments);
            }
            Node::Matches(of, pattern) => {
                let text = self.eval(of)?;
                return calls::matches(self, &text, pattern);
            }
            Node::Loop(inner) => return self.looped(inner),
        })
    }

    fn each(&mut self, nodes: &'a [Node]) -> Result<Vec<Val<'a>>, Fault> {
        nodes.iter().map(|node| self.eval(node)).collect()
    }

    /// An input; what nobody gave is `null`.
    fn input(&self, name: &str) -> Val<'a> {
        if let Some(value) = self.values.get(name) {
            return Val::from(value);
        }
        if name == "now" {
            return DateTime::from_timestamp_millis(self.now.millis()).map_or(Val::Null, Val::Moment);
        }
        type_named(name).map_or(Val::Null, Val::Type)
    }

    fn map(&mut self, entries: &'a [(Node, Node)]) -> Result<Val<'a>, Fault> {
        let mut made: Vec<(Val<'a>, Val<'a>)> = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            let key = self.eval(key)?;
            if !matches!(key, Val::Bool(_) | Val::Int(_) | Val::Text(_)) {
                return wrong(format!("the keys of a map are texts, integers or booleans, not {}", key.kind()));
            }
            self.pay(made.len())?;
            if made.iter().any(|(other, _)| ops::same_scalar(other, &key)) {
                return wrong("a map has a key twice");
            }
            let value = self.eval(value)?;
            made.push((key, value));
        }
        Ok(Val::Map(Map::Own(made.into())))
    }

    fn field(&mut self, of: &'a Node, name: &str) -> Result<Val<'a>, Fault> {
        match self.eval(of)? {
            Val::Map(map) => match self.found(&map, name)? {
                Some(value) => Ok(value),
                None => wrong(format!("there is no key `{name}`; has(….{name}) tells whether there is")),
            },
            other => wrong(format!("`.{name}` looks into a map, but found {}", other.kind())),
        }
    }

    fn found(&mut self, map: &Map<'a>, name: &str) -> Result<Option<Val<'a>>, Fault> {
        self.pay(if matches!(map, Map::Own(_)) { map.len() } else { 1 })?;
        Ok(map.field(name))
    }

    fn index(&mut self, of: &'a Node, index: &'a Node) -> Result<Val<'a>, Fault> {
        let of = self.eval(of)?;
        let index = self.eval(index)?;
        match (&of, &index) {
            (Val::List(list), Val::Int(_) | Val::Double(_)) => {
                let at = ops::whole(&index).and_then(|at| usize::try_from(at).ok());
                match at.and_then(|at| list.get(at)) {
                    Some(value) => Ok(value),
                    None => wrong(format!("the index is out of range: the list has {} elements", list.len())),
                }
            }
            (Val::Map(map), _) => match ops::key(self, map, &index)? {
                Some(value) => Ok(value),
                None => wrong("there is no such key"),
            },
            _ => wrong(format!("{} cannot be indexed by {}", of.kind(), index.kind())),
        }
    }

    fn truth(&mut self, node: &'a Node) -> Result<bool, Fault> {
        match self.eval(node)? {
            Val::Bool(b) => Ok(b),
            other => wrong(format!("expected true or false, but found {}", other.kind())),
        }
    }

    /// `||` (decided by true) and `&&` (decided by false): a term that decides makes up for others that fail.
    fn joined(&mut self, terms: &'a [Node], decisive: bool) -> Result<Val<'a>, Fault> {
        let mut failed = None;
        for term in terms {
            match self.truth(term) {
                Ok(value) if value == decisive => return Ok(Val::Bool(decisive)),
                Ok(_) => {}
                Err(Fault::Spent) => return Err(Fault::Spent),
                Err(fault) => {
                    failed.get_or_insert(fault);
                }
            }
        }
        failed.map_or(Ok(Val::Bool(!decisive)), Err)
    }

    fn choice(&mut self, choices: &'a [(Node, Node)], last: &'a Node) -> Result<Val<'a>, Fault> {
        for (condition, value) in choices {
            if self.truth(condition)? {
                return self.eval(value);
            }
        }
        self.eval(last)
    }

    fn looped(&mut self, inner: &'a Loop) -> Result<Val<'a>, Fault> {
        let items = match self.eval(&inner.over)? {
            Val::List(list) => list,
            Val::Map(map) => {
                self.pay(map.len())?;
                List::Own(map.entries().into_iter().map(|(key, _)| key).collect::<Vec<_>>().into())
            }
            other => return wrong(format!("a loop goes over a list or the keys of a map, not {}", other.kind())),
        };
        self.variables.push(Val::Null);
        let result = match inner.kind {
            LoopKind::All => self.until(&items, &inner.body, false),
            LoopKind::Exists => self.until(&items, &inner.body, true),
            LoopKind::ExistsOne => self.exists_one(&items, &inner.body),
            LoopKind::Map => self.collect(&items, inner.filter.as_ref(), Some(&inner.body)),
            LoopKind::Filter => self.collect(&items, Some(&inner.body), None),
        };
        self.variables.pop();
        result
    }

    fn set_variable(&mut self, value: Val<'a>) {
        if let Some(variable) = self.variables.last_mut() {
            *variable = value;
        }
    }

    fn until(&mut self, items: &List<'a>, body: &'a Node, decisive: bool) -> Result<Val<'a>, Fault> {
        let mut failed = None;
        for item in items.iter() {
            self.set_variable(item);
            match self.truth(body) {
                Ok(value) if value == decisive => return Ok(Val::Bool(decisive)),
                Ok(_) => {}
                Err(Fault::Spent) => return Err(Fault::Spent),
                Err(fault) => {
                    failed.get_or_insert(fault);
                }
            }
        }
        failed.map_or(Ok(Val::Bool(!decisive)), Err)
    }

    fn exists_one(&mut self, items: &List<'a>, body: &'a Node) -> Result<Val<'a>, Fault> {
        let mut count = 0;
        for item in items.iter() {
            self.set_variable(item);
            count += usize::from(self.truth(body)?);
        }
        Ok(Val::Bool(count == 1))
    }

    /// What `body` gives for each element that passes the filter; without `body` the elements.
    fn collect(&mut self, items: &List<'a>, filter: Option<&'a Node>, body: Option<&'a Node>) -> Result<Val<'a>, Fault> {
        let mut made = Vec::new();
        for item in items.iter() {
            self.set_variable(item.clone());
            if let Some(filter) = filter
                && !self.truth(filter)?
            {
                continue;
            }
            made.push(match body {
                Some(body) => self.eval(body)?,
                None => item,
            });
        }
        Ok(Val::List(List::Own(made.into())))
    }

    /// The pattern, compiled once in a run.
    pub(super) fn pattern(&mut self, source: &str) -> Result<Regex, Fault> {
        if let Some(pattern) = self.patterns.get(source) {
            return Ok(pattern.clone());
        }
        self.pay(calls::PATTERN_COST)?;
        let pattern = calls::pattern(source).map_err(Fault::Wrong)?;
        self.patterns.insert(source.to_owned(), pattern.clone());
        Ok(pattern)
    }

    /// A result as JSON, paid by its size.
    pub(super) fn json(&mut self, value: &Val<'a>) -> Result<Value, Fault> {
        self.pay(1)?;
        Ok(match value {
            Val::Null => Value::Null,
            Val::Bool(b) => Value::Bool(*b),
            Val::Int(i) => Value::from(*i),
            Val::Double(x) => match Number::from_f64(*x) {
                Some(number) => Value::Number(number),
                None => return wrong("the result is no finite number"),
            },
            Val::Text(text) => {
                self.pay_text(text.len())?;
                Value::String((**text).to_owned())
            }
            Val::List(List::Lent(items)) => {
                self.pay_for(items)?;
                Value::Array(items.to_vec())
            }
            Val::List(List::Own(items)) => Value::Array(items.iter().map(|item| self.json(item)).collect::<Result<_, _>>()?),
            Val::Map(Map::Lent(map)) => {
                for (key, value) in *map {
                    self.pay_text(key.len())?;
                    self.pay_for(std::slice::from_ref(value))?;
                }
                Value::Object((*map).clone())
            }
            Val::Map(Map::Own(entries)) => {
                let mut made = Values::with_capacity(entries.len());
                for (key, value) in Rc::clone(entries).iter() {
                    let key = render::text(&self.json(key)?);
                    made.insert(key, self.json(value)?);
                }
                Value::Object(made)
            }
            Val::Moment(moment) => Value::String(time::moment_text(moment)),
            Val::Span(span) => Value::String(time::span_text(*span)),
            Val::Type(name) => Value::from(*name),
        })
    }

    /// Pays for a copy of these values.
    fn pay_for(&mut self, items: &[Value]) -> Result<(), Fault> {
        for item in items {
            match item {
                Value::String(text) => self.pay_text(text.len())?,
                Value::Array(items) => {
                    self.pay(1)?;
                    self.pay_for(items)?;
                }
                Value::Object(map) => {
                    self.pay(1)?;
                    for (key, value) in map {
                        self.pay_text(key.len())?;
                        self.pay_for(std::slice::from_ref(value))?;
                    }
                }
                Value::Null | Value::Bool(_) | Value::Number(_) => self.pay(1)?,
            }
        }
        Ok(())
    }
}
