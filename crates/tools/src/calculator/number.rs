//! Numbers: exact decimals while they fit, floats beyond.

use super::Error;

/// A value of the calculator.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Number {
    /// `mantissa / 10^scale`, without trailing zeros; `scale` ≤ 38.
    Exact {
        /// Signed digits.
        mantissa: i128,
        /// Digits after the point.
        scale: u32,
    },
    /// An approximation; always finite.
    Float(f64),
}

/// Most digits after the point, and the largest power of ten that `i128` holds.
const SCALE: u32 = 38;
/// Significant digits of a shown float.
const DIGITS: i32 = 12;

impl Number {
    /// 0.
    pub const ZERO: Self = Self::Exact { mantissa: 0, scale: 0 };

    /// An integer.
    pub const fn integer(mantissa: i128) -> Self {
        Self::Exact { mantissa, scale: 0 }
    }

    /// A decimal in lowest terms; `None` when it does not fit.
    pub fn exact(mut mantissa: i128, mut scale: u32) -> Option<Self> {
        while scale > 0 && mantissa % 10 == 0 {
            mantissa /= 10;
            scale -= 1;
        }
        (scale <= SCALE).then_some(Self::Exact { mantissa, scale })
    }

    /// A float, if it is a number.
    pub fn float(value: f64) -> Result<Self, Error> {
        if value.is_nan() {
            return Err(Error::Undefined("This".to_owned()));
        }
        if value.is_infinite() { Err(Error::Overflow) } else { Ok(Self::Float(value)) }
    }

    /// The nearest float.
    pub fn to_f64(self) -> f64 {
        match self {
            // Parsing its text rounds once; dividing the mantissa would round twice.
            Self::Exact { mantissa, scale } if scale > 0 => format!("{mantissa}e-{scale}").parse().unwrap_or(f64::NAN),
            Self::Exact { mantissa, .. } => mantissa as f64,
            Self::Float(value) => value,
        }
    }

    /// The integer, if it is one that is known exactly.
    pub fn as_integer(self) -> Option<i128> {
        match self {
            Self::Exact { mantissa, scale: 0 } => Some(mantissa),
            _ => None,
        }
    }

    /// Whether it is 0.
    pub fn is_zero(self) -> bool {
        match self {
            Self::Exact { mantissa, .. } => mantissa == 0,
            Self::Float(value) => value == 0.0,
        }
    }

    /// -x.
    pub fn negated(self) -> Self {
        match self {
            Self::Exact { mantissa, scale } => {
                mantissa.checked_neg().map_or_else(|| Self::Float(-self.to_f64()), |mantissa| Self::Exact { mantissa, scale })
            }
            Self::Float(value) => Self::Float(-value),
        }
    }

    /// a + b.
    pub fn plus(self, other: Self) -> Result<Self, Error> {
        let exact = aligned(self, other).and_then(|(a, b, scale)| Self::exact(a.checked_add(b)?, scale));
        exact.map_or_else(|| Self::float(self.to_f64() + other.to_f64()), Ok)
    }

    /// a − b.
    pub fn minus(self, other: Self) -> Result<Self, Error> {
        self.plus(other.negated())
    }

    /// a × b.
    pub fn times(self, other: Self) -> Result<Self, Error> {
        let exact = match (self, other) {
            (Self::Exact { mantissa: a, scale: s }, Self::Exact { mantissa: b, scale: t }) => {
                a.checked_mul(b).and_then(|product| Self::exact(product, s + t))
            }
            _ => None,
        };
        exact.map_or_else(|| Self::float(self.to_f64() * other.to_f64()), Ok)
    }

    /// a ÷ b.
    pub fn divided_by(self, other: Self) -> Result<Self, Error> {
        if other.is_zero() {
            return Err(Error::DivisionByZero);
        }
        let exact = aligned(self, other).and_then(|(a, b, _)| terminating(a, b));
        exact.map_or_else(|| Self::float(self.to_f64() / other.to_f64()), Ok)
    }

    /// The remainder of a ÷ b, with the sign of a.
    pub fn remainder(self, other: Self) -> Result<Self, Error> {
        if other.is_zero() {
            return Err(Error::DivisionByZero);
        }
        let exact = aligned(self, other).and_then(|(a, b, scale)| Self::exact(a.checked_rem(b)?, scale));
        exact.map_or_else(|| Self::float(self.to_f64() % other.to_f64()), Ok)
    }

    /// a to the power b.
    pub fn power(self, exponent: Self) -> Result<Self, Error> {
        if self.is_zero() && exponent.to_f64() < 0.0 {
            return Err(Error::DivisionByZero);
        }
        if let Some(exact) = self.exact_power(exponent) {
            return Ok(exact);
        }
        let value = self.to_f64().powf(exponent.to_f64());
        if value.is_nan() {
            return Err(Error::Undefined("A negative number to a fractional power".to_owned()));
        }
        Self::float(value)
    }

    fn exact_power(self, exponent: Self) -> Option<Self> {
        let Self::Exact { .. } = self else { return None };
        let exponent = exponent.as_integer()?;
        // |x| ≥ 2 overflows within 127 steps, and 0, 1, −1 are done in few squarings.
        let mut left = u32::try_from(exponent.unsigned_abs()).ok()?;
        let (mut result, mut square) = (Self::integer(1), self);
        loop {
            if left & 1 == 1 {
                result = exact_product(result, square)?;
            }
            left >>= 1;
            if left == 0 {
                break;
            }
            square = exact_product(square, square)?;
        }
        if exponent >= 0 {
            return Some(result);
        }
        aligned(Self::integer(1), result).and_then(|(a, b, _)| terminating(a, b))
    }

    /// Rounded to `digits` after the point (before it, if negative), halves away from zero.
    pub fn rounded(self, digits: i32) -> Result<Self, Error> {
        match self {
            Self::Exact { mantissa, scale } => {
                let drop = i64::from(scale) - i64::from(digits);
                if drop <= 0 {
                    return Ok(self);
                }
                let Some(unit) = u32::try_from(drop).ok().and_then(|d| 10i128.checked_pow(d)) else { return Ok(Self::ZERO) };
                let (quotient, rest) = (mantissa / unit, mantissa % unit);
                let up = rest.unsigned_abs() >= unit.unsigned_abs().div_ceil(2);
                let quotient = if up { quotient + mantissa.signum() } else { quotient };
                // Beyond the point on the left the digits that were dropped come back as zeros.
                let back = u32::try_from(-i64::from(digits)).ok().and_then(|d| 10i128.checked_pow(d));
                match back {
                    Some(zeros) => quotient.checked_mul(zeros).map_or_else(|| Self::float(self.to_f64()), |m| Ok(Self::integer(m))),
                    None => Ok(Self::exact(quotient, digits.unsigned_abs()).unwrap_or(self)),
                }
            }
            Self::Float(value) => {
                let unit = 10f64.powi(digits);
                let scaled = value * unit;
                if scaled.is_finite() && unit.is_normal() { whole_or_float(scaled.round(), unit) } else { Ok(self) }
            }
        }
    }

    /// The nearest integer below (`up`: above).
    pub fn whole(self, up: bool) -> Result<Self, Error> {
        match self {
            Self::Exact { mantissa, scale } => {
                let Some(unit) = 10i128.checked_pow(scale) else { return Ok(self) };
                let below = mantissa.div_euclid(unit);
                let inexact = mantissa.rem_euclid(unit) != 0;
                Ok(Self::integer(if up && inexact { below + 1 } else { below }))
            }
            Self::Float(value) => whole_or_float(if up { value.ceil() } else { value.floor() }, 1.0),
        }
    }

    /// |x|.
    pub fn absolute(self) -> Self {
        if self.to_f64() < 0.0 { self.negated() } else { self }
    }

    /// √x, exact for squares.
    pub fn root(self) -> Result<Self, Error> {
        if self.to_f64() < 0.0 {
            return Err(Error::Undefined("The square root of a negative number".to_owned()));
        }
        if let Self::Exact { mantissa, scale } = self {
            let even = if scale % 2 == 0 { Some((mantissa, scale)) } else { mantissa.checked_mul(10).map(|m| (m, scale + 1)) };
            if let Some((mantissa, scale)) = even {
                let root = mantissa.isqrt();
                if root * root == mantissa
                    && let Some(exact) = Self::exact(root, scale / 2)
                {
                    return Ok(exact);
                }
            }
        }
        Self::float(self.to_f64().sqrt())
    }

    /// Whether this is less than `other`.
    pub fn less_than(self, other: Self) -> bool {
        aligned(self, other).map_or_else(|| self.to_f64() < other.to_f64(), |(a, b, _)| a < b)
    }
}

/// `scaled / unit` where `scaled` is whole: exact again if it is small enough to be known exactly.
fn whole_or_float(scaled: f64, unit: f64) -> Result<Number, Error> {
    if unit.to_bits() == 1.0f64.to_bits() && scaled.abs() < 9e15 {
        return Ok(Number::integer(scaled as i128));
    }
    Number::float(scaled / unit)
}

/// Both mantissas over the larger scale.
fn aligned(a: Number, b: Number) -> Option<(i128, i128, u32)> {
    let (Number::Exact { mantissa: a, scale: s }, Number::Exact { mantissa: b, scale: t }) = (a, b) else { return None };
    let scale = s.max(t);
    let up = |mantissa: i128, from: u32| mantissa.checked_mul(10i128.checked_pow(scale - from)?);
    Some((up(a, s)?, up(b, t)?, scale))
}

fn exact_product(a: Number, b: Number) -> Option<Number> {
    let (Number::Exact { mantissa: a, scale: s }, Number::Exact { mantissa: b, scale: t }) = (a, b) else { return None };
    Number::exact(a.checked_mul(b)?, s + t)
}

/// a / b as a decimal, if it ends.
fn terminating(a: i128, b: i128) -> Option<Number> {
    let divisor = gcd(a.unsigned_abs(), b.unsigned_abs());
    let divisor = i128::try_from(divisor).ok()?;
    let (mut a, mut b) = (a.checked_div(divisor)?, b.checked_div(divisor)?);
    if b < 0 {
        (a, b) = (a.checked_neg()?, b.checked_neg()?);
    }
    let mut scale = 0;
    for (factor, other) in [(10, 1), (2, 5), (5, 2)] {
        while b % factor == 0 && b > 1 {
            b /= factor;
            a = a.checked_mul(other)?;
            scale += 1;
        }
    }
    if b == 1 { Number::exact(a, scale) } else { None }
}

fn gcd(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match *self {
            Self::Exact { mantissa, scale } => {
                let digits = format!("{:0>width$}", mantissa.unsigned_abs(), width = scale as usize + 1);
                let (whole, fraction) = digits.split_at(digits.len() - scale as usize);
                let sign = if mantissa < 0 { "-" } else { "" };
                let point = if fraction.is_empty() { "" } else { "." };
                write!(f, "{sign}{whole}{point}{fraction}")
            }
            Self::Float(value) => f.write_str(&shown(value)),
        }
    }
}

/// 12 significant digits; plain between 1e-7 and 1e21, scientific outside.
fn shown(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let scientific = format!("{value:.*e}", (DIGITS - 1) as usize);
    let Some((digits, exponent)) = scientific.split_once('e') else { return scientific };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if !(-7..21).contains(&exponent) {
        let digits = if digits.contains('.') { digits.trim_end_matches('0').trim_end_matches('.') } else { digits };
        return format!("{digits}e{exponent}");
    }
    let after_point = usize::try_from(DIGITS - 1 - exponent).unwrap_or(0);
    // The digits were rounded above; writing more of them would show noise.
    let rounded: f64 = scientific.parse().unwrap_or(value);
    let plain = format!("{rounded:.after_point$}");
    if plain.contains('.') { plain.trim_end_matches('0').trim_end_matches('.').to_owned() } else { plain }
}
