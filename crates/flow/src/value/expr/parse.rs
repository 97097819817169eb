//! Tokens → nodes, by precedence climbing. Nesting is counted, and every node knows its depth, so
//! that neither this nor the evaluator can exhaust the stack.

use std::collections::HashSet;

use super::calls::{self, Function};
use super::lex::{At, Token, lex};
use super::node::{Loop, LoopKind, Node, Op};
use super::{Expression, MAX_DEPTH, MAX_LOOPS, MAX_NESTING, MAX_SOURCE, val};

pub(super) fn parse(source: &str) -> Result<Expression, At> {
    if source.len() > MAX_SOURCE {
        return At::new(MAX_SOURCE, format!("an expression has at most {MAX_SOURCE} bytes"));
    }
    let mut parser = Parser { tokens: lex(source)?, at: 0, nesting: 0, variables: Vec::new(), names: Vec::new(), known: HashSet::new() };
    let root = parser.expression()?;
    match parser.token() {
        Token::End => Ok(Expression { root: root.node, names: parser.names }),
        other => parser.fail(format!("unexpected {}", told(other))),
    }
}

/// A node and the operations inside each other below it.
struct Deep {
    node: Node,
    depth: usize,
}

struct Parser {
    tokens: Vec<(Token, usize)>,
    at: usize,
    nesting: usize,
    variables: Vec<String>,
    names: Vec<String>,
    known: HashSet<String>,
}

impl Parser {
    fn token(&self) -> &Token {
        self.tokens.get(self.at).map_or(&Token::End, |(token, _)| token)
    }

    fn offset(&self) -> usize {
        self.tokens.get(self.at).map_or(0, |(_, offset)| *offset)
    }

    fn fail<T>(&self, message: impl Into<String>) -> Result<T, At> {
        At::new(self.offset(), message)
    }

    /// Takes this sign, if it is next.
    fn take(&mut self, sign: &str) -> bool {
        let found = matches!(self.token(), Token::Sign(next) if *next == sign);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, sign: &str) -> Result<(), At> {
        if self.take(sign) {
            return Ok(());
        }
        self.fail(format!("expected `{sign}`, found {}", told(self.token())))
    }

    fn deep(&self, node: Node, below: usize) -> Result<Deep, At> {
        if below >= MAX_DEPTH {
            return self.fail(format!("more than {MAX_DEPTH} operations inside each other"));
        }
        Ok(Deep { node, depth: below + 1 })
    }

    /// `a ? b : c`, and everything that binds closer.
    fn expression(&mut self) -> Result<Deep, At> {
        self.nesting += 1;
        if self.nesting > MAX_NESTING {
            return self.fail(format!("more than {MAX_NESTING} brackets inside each other"));
        }
        let mut choices = Vec::new();
        let mut depth = 0;
        let last = loop {
            let condition = self.logic("||")?;
            depth = depth.max(condition.depth);
            if !self.take("?") {
                break condition.node;
            }
            let value = self.logic("||")?;
            depth = depth.max(value.depth);
            self.expect(":")?;
            choices.push((condition.node, value.node));
        };
        self.nesting -= 1;
        if choices.is_empty() {
            return Ok(Deep { node: last, depth });
        }
        self.deep(Node::Choice(choices, Box::new(last)), depth)
    }

    /// Terms joined by `||`, each of terms joined by `&&`.
    fn logic(&mut self, sign: &str) -> Result<Deep, At> {
        let mut terms = Vec::new();
        let mut depth = 0;
        loop {
            let term = if sign == "||" { self.logic("&&")? } else { self.binary(0)? };
            depth = depth.max(term.depth);
            terms.push(term.node);
            if !self.take(sign) {
                break;
            }
        }
        if terms.len() == 1 {
            return Ok(Deep { node: terms.remove(0), depth });
        }
        self.deep(if sign == "||" { Node::Or(terms) } else { Node::And(terms) }, depth)
    }

    /// Comparisons (level 0), sums (1), products (2): all from the left.
    fn binary(&mut self, level: u8) -> Result<Deep, At> {
        let next = |parser: &mut Self| if level == 2 { parser.unary() } else { parser.binary(level + 1) };
        let mut left = next(self)?;
        while let Some(op) = self.operator(level) {
            self.at += 1;
            let right = next(self)?;
            let depth = left.depth.max(right.depth);
            left = self.deep(Node::Binary(op, Box::new(left.node), Box::new(right.node)), depth)?;
        }
        Ok(left)
    }

    fn operator(&self, level: u8) -> Option<Op> {
        let sign = match self.token() {
            Token::Sign(sign) => *sign,
            Token::Name(name) if name == "in" => "in",
            _ => return None,
        };
        Some(match (level, sign) {
            (0, "==") => Op::Equal,
            (0, "!=") => Op::NotEqual,
            (0, "<") => Op::Less,
            (0, "<=") => Op::LessEqual,
            (0, ">") => Op::Greater,
            (0, ">=") => Op::GreaterEqual,
            (0, "in") => Op::In,
            (1, "+") => Op::Add,
            (1, "-") => Op::Subtract,
            (2, "*") => Op::Multiply,
            (2, "/") => Op::Divide,
            (2, "%") => Op::Modulo,
            _ => return None,
        })
    }

    fn unary(&mut self) -> Result<Deep, At> {
        // The signs before the operand; two of a kind undo each other.
        let mut signs: Vec<&'static str> = Vec::new();
        while let Token::Sign(sign @ ("!" | "-")) = *self.token() {
            self.at += 1;
            if signs.last() == Some(&sign) {
                signs.pop();
            } else {
                signs.push(sign);
            }
        }
        let mut operand = match *self.token() {
            // The smallest integer has no positive twin.
            Token::Int(magnitude) if signs.last() == Some(&"-") => {
                let Some(value) = 0_i64.checked_sub_unsigned(magnitude) else {
                    return self.fail("this number is no integer of 64 bits");
                };
                signs.pop();
                self.at += 1;
                self.member(Deep { node: Node::Int(value), depth: 1 })?
            }
            _ => {
                let operand = self.primary()?;
                self.member(operand)?
            }
        };
        while let Some(sign) = signs.pop() {
            let inner = Box::new(operand.node);
            operand = self.deep(if sign == "!" { Node::Not(inner) } else { Node::Negative(inner) }, operand.depth)?;
        }
        Ok(operand)
    }

    /// Fields, indexes and methods of an operand.
    fn member(&mut self, mut operand: Deep) -> Result<Deep, At> {
        loop {
            if self.take(".") {
                let offset = self.offset();
                let Token::Name(name) = self.token().clone() else {
                    return self.fail(format!("expected a name after `.`, found {}", told(self.token())));
                };
                self.at += 1;
                if self.take("(") {
                    operand = self.method(operand, &name, offset)?;
                } else {
                    operand = self.deep(Node::Field(Box::new(operand.node), name), operand.depth)?;
                }
            } else if self.take("[") {
                let index = self.expression()?;
                self.expect("]")?;
                let depth = operand.depth.max(index.depth);
                operand = self.deep(Node::Index(Box::new(operand.node), Box::new(index.node)), depth)?;
            } else {
                return Ok(operand);
            }
        }
    }

    fn method(&mut self, operand: Deep, name: &str, offset: usize) -> Result<Deep, At> {
        if let Some(kind) = LoopKind::named(name) {
            return self.looped(kind, operand);
        }
        match Function::named(name) {
            Some(function) => self.call(function, vec![operand.node], operand.depth, offset),
            None => At::new(offset, format!("there is no function `{name}`")),
        }
    }

    /// The arguments of a call, whose opening bracket was taken.
    fn call(&mut self, function: Function, mut arguments: Vec<Node>, mut depth: usize, offset: usize) -> Result<Deep, At> {
        for argument in self.expressions(")")? {
            depth = depth.max(argument.depth);
            arguments.push(argument.node);
        }
        let (least, most) = function.arguments();
        if arguments.len() < least || arguments.len() > most {
            return At::new(offset, format!("`{}` does not take {} arguments", function.name(), arguments.len()));
        }
        if function == Function::Matches
            && let [_, Node::Text(pattern)] = arguments.as_slice()
        {
            let pattern = calls::pattern(pattern).or_else(|message| At::new(offset, message))?;
            return self.deep(Node::Matches(Box::new(arguments.swap_remove(0)), Box::new(pattern)), depth);
        }
        self.deep(Node::Call(function, arguments), depth)
    }

    fn looped(&mut self, kind: LoopKind, over: Deep) -> Result<Deep, At> {
        let Token::Name(variable) = self.token().clone() else {
            return self.fail("expected the name of a variable");
        };
        if self.variables.len() >= MAX_LOOPS {
            return self.fail(format!("more than {MAX_LOOPS} loops inside each other"));
        }
        self.at += 1;
        self.expect(",")?;
        self.variables.push(variable);
        let mut parts = self.expressions(")")?;
        self.variables.pop();
        let most = if kind == LoopKind::Map { 2 } else { 1 };
        if parts.is_empty() || parts.len() > most {
            return self.fail("a loop takes a variable and an expression");
        }
        let depth = parts.iter().map(|part| part.depth).fold(over.depth, usize::max);
        let body = parts.pop().map_or(Node::Null, |part| part.node);
        let filter = parts.pop().map(|part| part.node);
        self.deep(Node::Loop(Box::new(Loop { kind, over: over.node, filter, body })), depth)
    }

    /// Expressions with commas between them, up to this sign; a last comma is allowed.
    fn expressions(&mut self, end: &str) -> Result<Vec<Deep>, At> {
        let mut all = Vec::new();
        while !self.take(end) {
            all.push(self.expression()?);
            if !self.take(",") {
                self.expect(end)?;
                break;
            }
        }
        Ok(all)
    }

    fn primary(&mut self) -> Result<Deep, At> {
        let offset = self.offset();
        let node = match self.token().clone() {
            Token::Int(magnitude) => match i64::try_from(magnitude) {
                Ok(value) => Node::Int(value),
                Err(_) => return self.fail("this number is no integer of 64 bits"),
            },
            Token::Double(value) => Node::Double(value),
            Token::Text(text) => Node::Text(text),
            Token::Name(name) => {
                self.at += 1;
                return self.named(&name, offset);
            }
            Token::Sign("(") => {
                self.at += 1;
                let inner = self.expression()?;
                self.expect(")")?;
                return Ok(inner);
            }
            Token::Sign("[") => {
                self.at += 1;
                let items = self.expressions("]")?;
                let depth = items.iter().map(|item| item.depth).max().unwrap_or(0);
                return self.deep(Node::List(items.into_iter().map(|item| item.node).collect()), depth);
            }
            Token::Sign("{") => {
                self.at += 1;
                return self.map();
            }
            other => return self.fail(format!("expected a value, found {}", told(&other))),
        };
        self.at += 1;
        Ok(Deep { node, depth: 1 })
    }

    fn map(&mut self) -> Result<Deep, At> {
        let mut entries = Vec::new();
        let mut depth = 0;
        while !self.take("}") {
            let key = self.expression()?;
            self.expect(":")?;
            let value = self.expression()?;
            depth = depth.max(key.depth).max(value.depth);
            entries.push((key.node, value.node));
            if !self.take(",") {
                self.expect("}")?;
                break;
            }
        }
        self.deep(Node::Map(entries), depth)
    }

    fn named(&mut self, name: &str, offset: usize) -> Result<Deep, At> {
        let constant = match name {
            "true" => Some(Node::Bool(true)),
            "false" => Some(Node::Bool(false)),
            "null" => Some(Node::Null),
            "in" => return At::new(offset, "expected a value, found `in`"),
            _ => None,
        };
        if let Some(node) = constant {
            return Ok(Deep { node, depth: 1 });
        }
        if self.take("(") {
            if name == "has" {
                return self.has(offset);
            }
            return match Function::named(name) {
                Some(function) => self.call(function, Vec::new(), 0, offset),
                None => At::new(offset, format!("there is no function `{name}`")),
            };
        }
        if let Some(function) = self.qualified(name) {
            self.at += 3;
            return self.call(function, Vec::new(), 0, offset);
        }
        if let Some(which) = self.variables.iter().rposition(|variable| variable == name) {
            return Ok(Deep { node: Node::Variable(which), depth: 1 });
        }
        if !val::is_builtin(name) && self.known.insert(name.to_owned()) {
            self.names.push(name.to_owned());
        }
        Ok(Deep { node: Node::Input(name.to_owned()), depth: 1 })
    }

    /// The function that `name.next(` means, if the tokens after a name are these.
    fn qualified(&self, name: &str) -> Option<Function> {
        match self.tokens.get(self.at..self.at + 3)? {
            [(Token::Sign("."), _), (Token::Name(next), _), (Token::Sign("("), _)] => Function::named(&format!("{name}.{next}")),
            _ => None,
        }
    }

    fn has(&mut self, offset: usize) -> Result<Deep, At> {
        let operand = self.expression()?;
        self.expect(")")?;
        match operand.node {
            Node::Field(of, name) => Ok(Deep { node: Node::Has(of, name), depth: operand.depth }),
            _ => At::new(offset, "`has` takes a field: `has(a.b)`"),
        }
    }
}

fn told(token: &Token) -> String {
    match token {
        Token::Name(name) => format!("`{name}`"),
        Token::Int(_) | Token::Double(_) => "a number".to_owned(),
        Token::Text(_) => "a text".to_owned(),
        Token::Sign(sign) => format!("`{sign}`"),
        Token::End => "the end".to_owned(),
    }
}
