//! What a question holds: a sum, a URL, the wish to know the time.

/// The longest arithmetic expression, with the operators of a calculator. Dates and
/// telephone numbers are not taken for one.
pub fn expression(text: &str) -> Option<String> {
    let plain: String = text.chars().map(plain).collect();
    let mut best: Option<&str> = None;
    for run in plain.split(|c: char| !(c.is_ascii_digit() || " .+-*/%^()".contains(c))) {
        let run = trim(run);
        if is_expression(run) && best.is_none_or(|best| run.len() > best.len()) {
            best = Some(run);
        }
    }
    best.map(str::to_owned)
}

fn plain(c: char) -> char {
    match c {
        '×' | '✕' | '＊' => '*',
        '÷' | '／' => '/',
        '＋' => '+',
        '－' | '−' => '-',
        '（' => '(',
        '）' => ')',
        '０'..='９' => char::from_u32(u32::from(c) - u32::from('０') + u32::from('0')).unwrap_or(c),
        _ => c,
    }
}

/// Takes off what belongs to the sentence: spaces, full stops, unmatched operators and brackets.
fn trim(mut run: &str) -> &str {
    loop {
        let before = run;
        run = run.trim().trim_end_matches(['.', '+', '-', '*', '/', '^', '(']).trim_start_matches(['.', '*', '/', '%', '^', '+', ')']);
        let (open, close) = (run.matches('(').count(), run.matches(')').count());
        if open > close {
            run = run.strip_prefix('(').unwrap_or(run);
        } else if close > open {
            run = run.strip_suffix(')').unwrap_or(run);
        }
        if run == before {
            return run;
        }
    }
}

fn is_expression(run: &str) -> bool {
    let numbers = run.split(|c: char| !(c.is_ascii_digit() || c == '.')).filter(|part| part.contains(|c: char| c.is_ascii_digit()));
    if numbers.count() < 2 || run.matches('(').count() != run.matches(')').count() {
        return false;
    }
    // "3 4" has no operator between its numbers.
    let mut after_number = false;
    let mut gap = false;
    let mut operators = 0;
    for c in run.chars() {
        match c {
            '0'..='9' | '.' => {
                if after_number && gap {
                    return false;
                }
                after_number = true;
                gap = false;
            }
            ' ' => gap = true,
            '(' | ')' => gap = false,
            _ => {
                operators += 1;
                after_number = false;
                gap = false;
            }
        }
    }
    operators > 0 && !is_date(run)
}

/// `2024-01-31`, `31/01/2024`, `010-1234-5678`: the same sign throughout, without spaces,
/// and more than one of it, or a leading zero.
fn is_date(run: &str) -> bool {
    let groups = |sign: char| run.split(sign).all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    let zero = |sign: char| run.split(sign).any(|part| part.len() > 1 && part.starts_with('0'));
    ['-', '/'].into_iter().any(|sign| groups(sign) && (run.matches(sign).count() == 2 && run.len() >= 8 || zero(sign)))
}

/// The first http(s) URL, without the punctuation of the sentence around it.
pub fn url(text: &str) -> Option<String> {
    let start = [text.find("http://"), text.find("https://")].into_iter().flatten().min()?;
    let rest = &text[start..];
    let end = rest.find(|c: char| c.is_whitespace() || "<>\"'`，。、；：？！（）《》「」”’".contains(c)).unwrap_or(rest.len());
    let found = rest[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '}']);
    url::Url::parse(found).is_ok_and(|url| url.host_str().is_some()).then(|| found.to_owned())
}

/// Whether somebody asks for the time or the date of now.
pub fn asks_time(text: &str) -> bool {
    let lower = text.to_lowercase();
    let words = [
        "what time",
        "current time",
        "time is it",
        "time now",
        "the time",
        "today's date",
        "what date",
        "what day",
        "current date",
        "date today",
        "几点",
        "时间",
        "几号",
        "日期",
        "星期几",
        "礼拜几",
        "周几",
    ];
    words.iter().any(|word| lower.contains(word))
}
