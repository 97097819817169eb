//! The expression language: parsed and evaluated in one pass.
//!
//! ```text
//! sum     = product (("+" | "-") product)*
//! product = signed (("*" | "/" | "%") signed)*
//! signed  = ("+" | "-") signed | power
//! power   = atom ("^" signed)?             right-associative; -2^2 is -(2^2), 2^-1 is 0.5
//! atom    = number | constant | function "(" sum ("," sum)* ")" | "(" sum ")"
//! ```

use super::number::Number;
use super::{Error, LENGTH};

/// Deepest nesting.
const DEPTH: usize = 64;
/// Most arguments of a function.
const ARGUMENTS: usize = 100;

/// The value of an expression.
pub fn evaluate(expression: &str) -> Result<Number, Error> {
    let chars: Vec<char> = expression.chars().take(LENGTH + 1).collect();
    if chars.len() > LENGTH {
        return Err(Error::TooLarge(format!("The expression is longer than {LENGTH} characters. Calculate it in parts.")));
    }
    let mut parser = Parser { chars, at: 0, depth: 0 };
    let value = parser.sum()?;
    match parser.peek() {
        None => Ok(value),
        Some(',') => Err(parser.wrong("`,` is only for separating arguments; write numbers without thousands separators")),
        Some(c) => Err(parser.wrong(format!("an operator is expected before `{c}`"))),
    }
}

struct Parser {
    chars: Vec<char>,
    at: usize,
    depth: usize,
}

impl Parser {
    /// The next character that is no space.
    fn peek(&mut self) -> Option<char> {
        while self.chars.get(self.at).is_some_and(|c| c.is_whitespace()) {
            self.at += 1;
        }
        self.chars.get(self.at).copied()
    }

    fn take(&mut self, any: &[char]) -> Option<char> {
        let c = self.peek().filter(|c| any.contains(c))?;
        self.at += 1;
        Some(c)
    }

    fn wrong(&self, message: impl Into<String>) -> Error {
        Error::Syntax { at: self.at + 1, message: message.into() }
    }

    /// One level deeper; also signs and powers, which recurse without parentheses.
    fn deeper<T>(&mut self, inner: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        if self.depth >= DEPTH {
            return Err(Error::TooLarge(format!("The expression is nested deeper than {DEPTH} levels. Calculate it in parts.")));
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        result
    }

    fn sum(&mut self) -> Result<Number, Error> {
        let mut value = self.product()?;
        while let Some(operator) = self.take(&['+', '-', '−', '–']) {
            let right = self.product()?;
            value = if operator == '+' { value.plus(right)? } else { value.minus(right)? };
        }
        Ok(value)
    }

    fn product(&mut self) -> Result<Number, Error> {
        let mut value = self.signed()?;
        while let Some(operator) = self.take(&['*', '×', '·', '/', '÷', '%']) {
            let right = self.signed()?;
            value = match operator {
                '*' | '×' | '·' => value.times(right)?,
                '%' => value.remainder(right)?,
                _ => value.divided_by(right)?,
            };
        }
        Ok(value)
    }

    fn signed(&mut self) -> Result<Number, Error> {
        match self.take(&['+', '-', '−', '–']) {
            Some('+') => self.deeper(Self::signed),
            Some(_) => self.deeper(Self::signed).map(Number::negated),
            None => self.power(),
        }
    }

    fn power(&mut self) -> Result<Number, Error> {
        let base = self.atom()?;
        // Models also write powers as Python does.
        let stars = self.peek() == Some('*') && self.chars.get(self.at + 1) == Some(&'*');
        if stars {
            self.at += 2;
        } else if self.take(&['^']).is_none() {
            return Ok(base);
        }
        let exponent = self.deeper(Self::signed)?;
        base.power(exponent)
    }

    fn atom(&mut self) -> Result<Number, Error> {
        match self.peek() {
            Some('(') => {
                self.at += 1;
                let value = self.deeper(Self::sum)?;
                self.close()?;
                Ok(value)
            }
            Some(c) if c.is_ascii_digit() || c == '.' => self.number(),
            Some('π') => {
                self.at += 1;
                Number::float(std::f64::consts::PI)
            }
            Some(c) if c.is_alphabetic() => self.named(),
            Some(c) => Err(self.wrong(format!("a number is expected, not `{c}`"))),
            None => Err(self.wrong("the expression ends where a number is expected")),
        }
    }

    fn close(&mut self) -> Result<(), Error> {
        if self.take(&[')']).is_some() {
            return Ok(());
        }
        Err(self.wrong("`)` is missing"))
    }

    fn number(&mut self) -> Result<Number, Error> {
        let begin = self.at;
        let mut digits = String::new();
        let mut scale = 0u32;
        let mut point = false;
        while let Some(&c) = self.chars.get(self.at) {
            match c {
                '0'..='9' => {
                    digits.push(c);
                    scale += u32::from(point);
                }
                '.' if !point => point = true,
                _ => break,
            }
            self.at += 1;
        }
        if digits.is_empty() {
            self.at = begin;
            return Err(self.wrong("`.` alone is no number"));
        }
        let exponent = self.exponent();
        if self.chars.get(self.at).is_some_and(|c| c.is_alphanumeric() || matches!(c, '.' | '_')) {
            return Err(self.wrong("a number ends here; write `*` to multiply, and no separators within numbers"));
        }
        let exact = digits.parse::<i128>().ok().and_then(|mantissa| {
            let scale = i64::from(scale) - i64::from(exponent);
            match u32::try_from(scale) {
                Ok(scale) => Number::exact(mantissa, scale),
                Err(_) => mantissa.checked_mul(10i128.checked_pow(u32::try_from(-scale).ok()?)?).map(Number::integer),
            }
        });
        match exact {
            Some(number) => Ok(number),
            None => Number::float(format!("{digits}e{}", i64::from(exponent) - i64::from(scale)).parse().unwrap_or(f64::INFINITY)),
        }
    }

    /// `e3`, `E-3` right after the digits; anything else is left alone.
    fn exponent(&mut self) -> i32 {
        if !matches!(self.chars.get(self.at), Some('e' | 'E')) {
            return 0;
        }
        let mut at = self.at + 1;
        let negative = self.chars.get(at) == Some(&'-');
        if matches!(self.chars.get(at), Some('+' | '-')) {
            at += 1;
        }
        let digits: String = self.chars[at.min(self.chars.len())..].iter().take_while(|c| c.is_ascii_digit()).collect();
        if digits.is_empty() {
            return 0;
        }
        self.at = at + digits.len();
        let value = digits.parse::<i32>().unwrap_or(i32::MAX).min(100_000);
        if negative { -value } else { value }
    }

    fn named(&mut self) -> Result<Number, Error> {
        let begin = self.at;
        while self.chars.get(self.at).is_some_and(|c| c.is_alphanumeric() || *c == '_') {
            self.at += 1;
        }
        let name: String = self.chars[begin..self.at].iter().take(32).collect::<String>().to_ascii_lowercase();
        if self.peek() != Some('(') {
            return match name.as_str() {
                "pi" => Number::float(std::f64::consts::PI),
                "e" => Number::float(std::f64::consts::E),
                _ => {
                    self.at = begin;
                    Err(self.wrong(format!("`{name}` is not known; there are no variables, only pi and e")))
                }
            };
        }
        self.at += 1;
        let mut values = Vec::new();
        if self.take(&[')']).is_none() {
            loop {
                values.push(self.deeper(Self::sum)?);
                if values.len() > ARGUMENTS {
                    return Err(Error::TooLarge(format!("A function takes at most {ARGUMENTS} arguments.")));
                }
                if self.take(&[',']).is_none() {
                    break;
                }
            }
            self.close()?;
        }
        call(&name, &values).unwrap_or_else(|message| Err(Error::Syntax { at: begin + 1, message }))
    }
}

/// The value of a function; `Err`: there is no such function of so many arguments.
fn call(name: &str, values: &[Number]) -> Result<Result<Number, Error>, String> {
    let one = || match values {
        [x] => Ok(*x),
        _ => Err(format!("`{name}` takes one argument")),
    };
    let float = |f: fn(f64) -> f64| one().map(|x| Number::float(f(x.to_f64())));
    // π is not exact: without rounding, sin(pi) would be 1.2e-16.
    let circular = |f: fn(f64) -> f64| {
        one().map(|x| {
            let value = f(x.to_f64());
            Number::float(if value.abs() < 1e-15 { 0.0 } else { value })
        })
    };
    let logarithm = |f: fn(f64) -> f64| {
        one().map(|x| {
            let value = x.to_f64();
            if value > 0.0 {
                Number::float(f(value))
            } else {
                Err(Error::Undefined("The logarithm of a number that is not positive".to_owned()))
            }
        })
    };
    match name {
        "sqrt" => one().map(Number::root),
        "abs" => one().map(|x| Ok(x.absolute())),
        "floor" => one().map(|x| x.whole(false)),
        "ceil" => one().map(|x| x.whole(true)),
        "round" => match values {
            [x] => Ok(x.rounded(0)),
            [x, digits] => match digits.as_integer().and_then(|d| i32::try_from(d).ok()).filter(|d| d.abs() <= 300) {
                Some(digits) => Ok(x.rounded(digits)),
                None => Err("the digits of `round` are a whole number".to_owned()),
            },
            _ => Err("`round` takes a number and, if wanted, the digits to keep".to_owned()),
        },
        "min" | "max" => {
            let better = |a: Number, b: Number| if b.less_than(a) == (name == "min") && a != b { b } else { a };
            values.iter().copied().reduce(better).map(Ok).ok_or_else(|| format!("`{name}` takes at least one argument"))
        }
        "ln" => logarithm(f64::ln),
        "log10" => logarithm(f64::log10),
        "log2" => logarithm(f64::log2),
        "exp" => float(f64::exp),
        "sin" => circular(f64::sin),
        "cos" => circular(f64::cos),
        "tan" => circular(f64::tan),
        "log" => Err("`log` is ambiguous; write ln, log10 or log2".to_owned()),
        _ => Err(format!("there is no function `{name}`")),
    }
}
