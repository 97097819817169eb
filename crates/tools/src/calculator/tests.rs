//! Examples, and agreement with floats on random expressions.

use proptest::prelude::*;

use super::{Error, evaluate};

fn check(expression: &str, expected: &str) {
    let shown = match evaluate(expression) {
        Ok(number) => number.to_string(),
        Err(error) => format!("{error}"),
    };
    assert_eq!(shown, expected, "{expression}");
}

#[test]
fn arithmetic_is_exact_where_decimals_are() {
    check("0.1+0.2", "0.3");
    check("1 + 2 * 3", "7");
    check("(1+2)*3", "9");
    check("268.5*1.1/3", "98.45");
    check("1/8", "0.125");
    check("10/4", "2.5");
    check("6/3", "2");
    check("1/3", "0.333333333333");
    check("1/3*3", "1");
    check("-7 % 3", "-1");
    check("5.5 % 2", "1.5");
    check("2^10", "1024");
    check("2^100", "1267650600228229401496703205376");
    check("1.1^2", "1.21");
    check("2^-2", "0.25");
    check("-2^2", "-4");
    check("(-2)^2", "4");
    check("2^3^2", "512");
    check("2**3", "8");
    check("9007199254740993 + 0", "9007199254740993");
    check("99999999999999999999 * 99999999999999999999", "1e40");
    check("0 * -1", "0");
    check("1e3 + .5", "1000.5");
    check("1.50", "1.5");
    check("2 × 3 ÷ 4 − 1", "0.5");
    check("--5", "5");
    check("0.1^30", "0.000000000000000000000000000001");
}

#[test]
fn functions_and_constants() {
    check("sqrt(16)", "4");
    check("sqrt(2.25)", "1.5");
    check("sqrt(2)", "1.41421356237");
    check("abs(-3.5)", "3.5");
    check("round(2.5)", "3");
    check("round(-2.5)", "-3");
    check("round(2.345, 2)", "2.35");
    check("round(1234, -2)", "1200");
    check("round(1250, -2)", "1300");
    check("round(pi, 4)", "3.1416");
    check("round(0.4)", "0");
    check("floor(-1.5)", "-2");
    check("ceil(-1.5)", "-1");
    check("floor(2.5) + ceil(2.5)", "5");
    check("min(3, 1.5, 2)", "1.5");
    check("max(3, 1, 2)", "3");
    check("ln(e)", "1");
    check("log10(1000)", "3");
    check("log2(8)", "3");
    check("exp(0)", "1");
    check("sin(pi)", "0");
    check("cos(pi)", "-1");
    check("tan(pi/4)", "1");
    check("SQRT(4) * π", "6.28318530718");
    check("1e30*1.5", "1500000000000000000000000000000");
    check("exp(100)", "2.68811714182e43");
    check("exp(-100)", "3.72007597602e-44");
}

#[test]
fn mistakes_are_told_so_that_they_can_be_mended() {
    check("1/0", "Division by zero.");
    check("5 % (1-1)", "Division by zero.");
    check("0^-1", "Division by zero.");
    check("sqrt(-1)", "The square root of a negative number has no real result.");
    check("ln(0)", "The logarithm of a number that is not positive has no real result.");
    check("(-8)^(1/3)", "A negative number to a fractional power has no real result.");
    check("exp(1000)", "The result is too large to be calculated.");
    check("10^400", "The result is too large to be calculated.");
    check("", "At character 1: the expression ends where a number is expected.");
    check("2 +", "At character 4: the expression ends where a number is expected.");
    check("2 3", "At character 3: an operator is expected before `3`.");
    check("2pi", "At character 2: a number ends here; write `*` to multiply, and no separators within numbers.");
    check("1,000 + 1", "At character 2: `,` is only for separating arguments; write numbers without thousands separators.");
    check("(1+2", "At character 5: `)` is missing.");
    check("x + 1", "At character 1: `x` is not known; there are no variables, only pi and e.");
    check("log(10)", "At character 1: `log` is ambiguous; write ln, log10 or log2.");
    check("system(1)", "At character 1: there is no function `system`.");
    check("sqrt(1,2)", "At character 1: `sqrt` takes one argument.");
    check("1.2.3", "At character 4: a number ends here; write `*` to multiply, and no separators within numbers.");
}

#[test]
fn size_is_bounded() {
    for hostile in ["(".repeat(500), "-".repeat(999) + "1", "2^".repeat(400) + "2", "sqrt(".repeat(190)] {
        assert!(matches!(evaluate(&hostile), Err(Error::TooLarge(_))), "{hostile}");
    }
    assert!(matches!(evaluate(&"1".repeat(1001)), Err(Error::TooLarge(_))));
    assert!(evaluate(&"1+".repeat(499)).is_err());
    assert_eq!(evaluate(&("1+".repeat(499) + "1")).unwrap().to_string(), "500");
    check("9^9^9", "The result is too large to be calculated.");
    check("1e999999999999", "The result is too large to be calculated.");
    check("1e-999999999999", "0");
    check("1^99999999999999", "1");
}

/// A random expression and its value by floats; `None` where floats have no value.
fn expressions() -> impl Strategy<Value = (String, Option<f64>)> {
    let leaf = prop_oneof![
        (0u32..10_000).prop_map(|n| (n.to_string(), Some(f64::from(n)))),
        (0u32..100_000).prop_map(|n| (format!("{}.{:03}", n / 1000, n % 1000), Some(f64::from(n) / 1000.0))),
    ];
    leaf.prop_recursive(5, 40, 2, |inner| {
        let both = |a: Option<f64>, b: Option<f64>, f: fn(f64, f64) -> f64| a.zip(b).map(|(a, b)| f(a, b)).filter(|v| v.is_finite());
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(move |((a, x), (b, y))| (format!("({a} + {b})"), both(x, y, |x, y| x + y))),
            (inner.clone(), inner.clone()).prop_map(move |((a, x), (b, y))| (format!("({a}-{b})"), both(x, y, |x, y| x - y))),
            (inner.clone(), inner.clone())
                .prop_map(move |((a, x), (b, y))| (format!("{a}*{b}"), both(x, y, |x, y| x * y)))
                .prop_map(|(t, v)| (format!("({t})"), v)),
            (inner.clone(), inner.clone()).prop_map(move |((a, x), (b, y))| (format!("({a}/{b})"), both(x, y, |x, y| x / y))),
            inner.clone().prop_map(|(a, x)| (format!("(-{a})"), x.map(|x| -x))),
            inner.clone().prop_map(|(a, x)| (format!("abs({a})"), x.map(f64::abs))),
            inner.prop_map(|(a, x)| (format!("sqrt(abs({a}))"), x.map(|x| x.abs().sqrt()))),
        ]
    })
}

proptest! {
    #[test]
    fn agrees_with_floats((expression, expected) in expressions()) {
        prop_assume!(expression.chars().count() <= 1000);
        // Where floats cancel to almost nothing they are wrong, not we: compare only well-conditioned values.
        if let (Some(expected), Ok(found)) = (expected.filter(|v| v.abs() > 1e-3 && v.abs() < 1e15), evaluate(&expression)) {
            let off = (found.to_f64() - expected).abs() / expected.abs();
            prop_assert!(off < 1e-6, "{expression} = {found}, floats say {expected}");
        }
    }

    #[test]
    fn never_panics(expression in "[-+*/%^(). ,0-9eπa-z]{0,60}") {
        let _ = evaluate(&expression);
    }

    #[test]
    fn never_panics_on_anything(expression in any::<String>()) {
        let _ = evaluate(&expression);
    }

    #[test]
    fn never_panics_on_huge_numbers(a in any::<i128>(), b in any::<i128>(), s in 0u32..40, op in "[-+*/%^]") {
        let digits = |n: i128| { let t = n.unsigned_abs().to_string(); let cut = t.len().saturating_sub(s as usize).max(1); format!("{}.{}0", &t[..cut], &t[cut..]) };
        let _ = evaluate(&format!("(-{}){op}{}", digits(a), digits(b))).map(|n| n.to_string());
        let _ = evaluate(&format!("round(-{}, {s}) + floor({}) + sqrt({})", digits(a), digits(b), digits(b)));
    }

    #[test]
    fn what_is_shown_reads_back(a in -1_000_000_000_000i64..1_000_000_000_000, s in 0u32..12) {
        let number = super::Number::exact(i128::from(a), s).unwrap();
        prop_assert_eq!(evaluate(&number.to_string()).unwrap(), number);
    }
}
