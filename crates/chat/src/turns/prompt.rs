//! The system prompt: text with `{{variable}}` references, and nothing more (rule R6).
//!
//! A reference is a name in double braces. Known ones are replaced by their value, which is not
//! looked at again; everything else stays as it is written.

use std::collections::BTreeMap;

use flow::agent::Variable;

use super::Error;

/// Longest rendered prompt, bytes: a long value that is referred to many times ends here.
pub const LONGEST: usize = 1 << 20;
/// Longest name of a variable, bytes.
const NAME: usize = 128;

/// Renders. Request variables win over declared defaults and need no declaration.
pub fn render(prompt: &str, declared: &[Variable], given: &BTreeMap<String, String>) -> Result<String, Error> {
    let value = |name: &str| {
        let default = || declared.iter().find(|v| v.name == name).map(|v| v.default.as_str());
        given.get(name).map(String::as_str).or_else(default)
    };
    let mut out = String::with_capacity(prompt.len().min(LONGEST));
    let mut rest = prompt;
    while let Some(start) = rest.find("{{") {
        let (before, tail) = rest.split_at(start);
        out.push_str(before);
        let reference = name_at(tail).and_then(|(name, length)| Some((value(name)?, length)));
        let (text, length) = reference.unwrap_or(("{", 1));
        out.push_str(text);
        rest = &tail[length..];
        if out.len() > LONGEST {
            return Err(Error::PromptTooLong(LONGEST));
        }
    }
    out.push_str(rest);
    if out.len() > LONGEST { Err(Error::PromptTooLong(LONGEST)) } else { Ok(out) }
}

/// The name in the reference that `text` begins with, and the length of the whole reference.
fn name_at(text: &str) -> Option<(&str, usize)> {
    let inner = text.strip_prefix("{{")?;
    let window =
        inner.char_indices().take_while(|(i, c)| *i <= NAME + 64 && !matches!(c, '{' | '\n')).last().map_or(0, |(i, c)| i + c.len_utf8());
    let end = inner[..window].find("}}")?;
    let name = inner[..end].trim();
    let good = !name.is_empty() && name.len() <= NAME && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
    good.then_some((name, 2 + end + 2))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rendered(prompt: &str, given: &[(&str, &str)]) -> String {
        let declared = [Variable { name: "city".into(), description: String::new(), default: "Ulm".into() }];
        let given = given.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        render(prompt, &declared, &given).unwrap()
    }

    #[test]
    fn references_only() {
        assert_eq!(rendered("In {{city}}.", &[]), "In Ulm.");
        assert_eq!(rendered("In {{ city }}, {{land}}.", &[("city", "Bonn"), ("land", "DE")]), "In Bonn, DE.");
        assert_eq!(rendered("{{other}} {{1+1}} {{ }} {{city", &[]), "{{other}} {{1+1}} {{ }} {{city");
        assert_eq!(rendered("{{{city}}}", &[]), "{Ulm}");
        assert_eq!(rendered("{{城市}}", &[("城市", "乌尔姆")]), "乌尔姆");
        assert_eq!(rendered("{% for x in y %}{{ city|upper }}", &[]), "{% for x in y %}{{ city|upper }}");
    }

    #[test]
    fn values_are_not_looked_at_again() {
        assert_eq!(rendered("{{a}}", &[("a", "{{city}}"), ("b", "x")]), "{{city}}");
        assert_eq!(rendered("{{a}}city}}", &[("a", "{{")]), "{{city}}");
    }

    #[test]
    fn growth_has_an_end() {
        let given = BTreeMap::from([("a".to_owned(), "x".repeat(100_000))]);
        assert!(matches!(render(&"{{a}}".repeat(1000), &[], &given), Err(Error::PromptTooLong(_))));
    }

    proptest! {
        #[test]
        fn never_panics_and_without_values_changes_nothing(prompt in r"(\{|\}|[a-z]|\{\{|\}\}| |\n|é|城|%|\||\(){0,60}") {
            prop_assert_eq!(render(&prompt, &[], &BTreeMap::new()).unwrap(), prompt);
        }

        #[test]
        fn a_value_stands_there_as_it_was_given(before in "[^{}]{0,20}", value in ".{0,40}", after in "[^{}]{0,20}") {
            let given = BTreeMap::from([("v".to_owned(), value.clone())]);
            let out = render(&format!("{before}{{{{v}}}}{after}"), &[], &given).unwrap();
            prop_assert_eq!(out, format!("{before}{value}{after}"));
        }
    }
}
