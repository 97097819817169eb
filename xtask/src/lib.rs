//! Tidy: the rules of the house that a compiler does not know, as tests (`cargo nextest run -p xtask`).

#[cfg(test)]
mod error_codes;
#[cfg(test)]
mod tidy;
