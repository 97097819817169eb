//! Takes `<think>…</think>` at the start of an answer for what it is: reasoning.
//!
//! Servers without a reasoning parser pass it on as text. Only the very start of an answer
//! counts; text is held back only while it can still become a tag.

const OPEN: &str = "<think>";
const CLOSE: &str = "</think>";

/// What a piece of text turned out to be.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece {
    Text(String),
    Reasoning(String),
}

#[derive(Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Start,
    /// Behind the opening tag, before its first visible character.
    Opened,
    Inside,
    /// Between the closing tag and the answer: white space there belongs to neither.
    After,
    Plain,
}

/// The splitter.
#[derive(Debug, Default)]
pub struct Splitter {
    state: State,
    held: String,
}

impl Splitter {
    /// A splitter that lets everything pass.
    pub fn off() -> Self {
        Self { state: State::Plain, held: String::new() }
    }

    /// Takes text in and gives out what is certain.
    pub fn push(&mut self, text: &str, out: &mut impl FnMut(Piece)) {
        if self.state == State::Plain {
            out(Piece::Text(text.to_owned()));
            return;
        }
        self.held.push_str(text);
        loop {
            match self.state {
                State::Start => {
                    let rest = self.held.trim_start();
                    if let Some(inside) = rest.strip_prefix(OPEN) {
                        self.held = inside.to_owned();
                        self.state = State::Opened;
                    } else if OPEN.starts_with(rest) {
                        return;
                    } else {
                        self.state = State::Plain;
                    }
                }
                State::Opened => {
                    let rest = self.held.trim_start();
                    if rest.is_empty() {
                        return;
                    }
                    self.held = rest.to_owned();
                    self.state = State::Inside;
                }
                State::Inside => {
                    if let Some((before, after)) = self.held.split_once(CLOSE) {
                        emit(Piece::Reasoning, before, out);
                        self.held = after.to_owned();
                        self.state = State::After;
                    } else {
                        let certain = self.held.len() - tail_of_tag(&self.held);
                        let rest = self.held.split_off(certain);
                        emit(Piece::Reasoning, &self.held, out);
                        self.held = rest;
                        return;
                    }
                }
                State::After => {
                    let rest = self.held.trim_start();
                    if rest.is_empty() {
                        return;
                    }
                    self.held = rest.to_owned();
                    self.state = State::Plain;
                }
                State::Plain => {
                    emit(Piece::Text, &std::mem::take(&mut self.held), out);
                    return;
                }
            }
        }
    }

    /// Gives out what is still held, at the end of the answer.
    pub fn close(&mut self, out: &mut impl FnMut(Piece)) {
        let held = std::mem::take(&mut self.held);
        match self.state {
            State::Inside => emit(Piece::Reasoning, &held, out),
            State::Start | State::Plain => emit(Piece::Text, &held, out),
            State::Opened | State::After => {}
        }
    }
}

fn emit(kind: fn(String) -> Piece, text: &str, out: &mut impl FnMut(Piece)) {
    if !text.is_empty() {
        out(kind(text.to_owned()));
    }
}

/// Length of the longest end of `text` that is a beginning of the closing tag.
fn tail_of_tag(text: &str) -> usize {
    (1..CLOSE.len()).rev().find(|n| text.ends_with(&CLOSE[..*n])).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(input: &str, step: usize) -> (String, String) {
        let (mut reasoning, mut text) = (String::new(), String::new());
        let mut take = |piece| match piece {
            Piece::Text(t) => text.push_str(&t),
            Piece::Reasoning(t) => reasoning.push_str(&t),
        };
        let mut splitter = Splitter::default();
        let chars: Vec<char> = input.chars().collect();
        for piece in chars.chunks(step) {
            splitter.push(&piece.iter().collect::<String>(), &mut take);
        }
        splitter.close(&mut take);
        (reasoning, text)
    }

    #[test]
    fn tags_are_found_however_they_are_cut() {
        let cases = [
            ("<think>\n嗯 a < b</think>\n\nyes", ("嗯 a < b", "yes")),
            ("  <think></think>yes", ("", "yes")),
            ("<think>never closed </thi", ("never closed </thi", "")),
            ("<thin", ("", "<thin")),
            ("<b>bold</b>", ("", "<b>bold</b>")),
            ("say <think>x</think>", ("", "say <think>x</think>")),
            ("  plain ", ("", "  plain ")),
        ];
        for (input, (reasoning, text)) in cases {
            for step in 1..=input.chars().count() {
                assert_eq!(split(input, step), (reasoning.to_owned(), text.to_owned()), "{input} by {step}");
            }
        }
    }
}
