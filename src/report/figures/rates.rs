//! What the operator pays for a message: a price list of their own, by market. No price is built in.

use std::{
    collections::BTreeMap,
    fmt, io,
    path::{Path, PathBuf},
};

/// The category of a catalogue link text: free text, as Meta names it.
const CATEGORY: &str = "service";

/// Prices are whole numbers of these parts of a unit of the currency.
const PARTS: u128 = 1_000_000;
const DECIMALS_MAX: usize = 6;

/// An exact amount of money.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Amount(u128);

impl Amount {
    /// Reads `0.0123`: digits and at most six decimals.
    fn parse(text: &str) -> Option<Self> {
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || whole.len() > 12 || decimals.len() > DECIMALS_MAX || text.ends_with('.') {
            return None;
        }
        if !is_digits(whole) || !is_digits(decimals) {
            return None;
        }
        let parts: u128 = format!("{decimals:0<DECIMALS_MAX$}").parse().ok()?;
        Some(Self(whole.parse::<u128>().ok()?.checked_mul(PARTS)?.checked_add(parts)?))
    }

    /// So many times.
    #[must_use]
    pub fn times(self, n: u64) -> Self {
        Self(self.0.saturating_mul(u128::from(n)))
    }

    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl fmt::Display for Amount {
    /// Exactly, with two decimals at least.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimals = format!("{:0DECIMALS_MAX$}", self.0 % PARTS);
        let kept = decimals.trim_end_matches('0').len().max(2);
        write!(f, "{}.{}", self.0 / PARTS, &decimals[..kept])
    }
}

/// A price of one delivered message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Price {
    pub amount: Amount,
    /// ISO 4217.
    pub currency: String,
}

/// Whose price it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Market {
    /// A country (ISO 3166).
    Country(String),
    /// Numbers that begin with these digits.
    Digits(String),
    /// Everybody else.
    Others,
}

/// A price list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rates {
    prices: BTreeMap<Market, Price>,
}

/// Why a price list cannot be used: where, and what is wrong there.
#[derive(Debug, thiserror::Error)]
pub enum RatesError {
    #[error("cannot read the rates `{}`", path.display())]
    Read {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("cannot use the rates `{}`", path.display())]
    Csv {
        path: PathBuf,
        #[source]
        source: csv::Error,
    },
    #[error("`{}` has no column `{column}`; its columns are market, category, price, currency", path.display())]
    NoColumn { path: PathBuf, column: &'static str },
    #[error("`{}`, line {line}, column `{column}`: `{found}` {problem}", path.display())]
    Value { path: PathBuf, line: u64, column: &'static str, found: String, problem: &'static str },
}

impl Rates {
    /// Reads a CSV file with the columns `market`, `category` (may be missing), `price`, `currency`, in any order.
    pub fn read(path: &Path) -> Result<Self, RatesError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| RatesError::Read { path: path.to_owned(), source })?;
        let failed = |source| RatesError::Csv { path: path.to_owned(), source };
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        let header = reader.headers().map_err(failed)?.clone();
        let place = |column: &str| header.iter().position(|name| name.eq_ignore_ascii_case(column));
        let needed = |column: &'static str| {
            place(column).ok_or_else(|| RatesError::NoColumn { path: path.to_owned(), column })
        };
        let (market, price, currency) = (needed("market")?, needed("price")?, needed("currency")?);
        let category = place("category");
        let mut rates = Self::default();
        for record in reader.records() {
            let record = record.map_err(failed)?;
            let line = record.position().map_or(0, csv::Position::line);
            let cell = |index: usize| record.get(index).unwrap_or_default();
            let wrong = |column, found: &str, problem| {
                let (path, found) = (path.to_owned(), found.to_owned());
                RatesError::Value { path, line, column, found, problem }
            };
            let of = category.map(cell).unwrap_or_default();
            let key = read_market(cell(market)).ok_or_else(|| {
                wrong(
                    "market",
                    cell(market),
                    "is no country such as IN, no calling code such as +91, and no *",
                )
            })?;
            let amount = Amount::parse(cell(price)).ok_or_else(|| {
                wrong("price", cell(price), "is no price such as 0.0123, with at most six decimals")
            })?;
            let code = cell(currency).to_ascii_uppercase();
            if code.len() != 3 || !code.bytes().all(|byte| byte.is_ascii_uppercase()) {
                return Err(wrong("currency", cell(currency), "is no currency such as EUR"));
            }
            if !(of.is_empty() || of.eq_ignore_ascii_case(CATEGORY)) {
                continue;
            }
            if rates.prices.insert(key, Price { amount, currency: code }).is_some() {
                return Err(wrong("market", cell(market), "has a price already"));
            }
        }
        Ok(rates)
    }

    /// The price of a message to a number of that country: the country's, else that of the longest calling code that the
    /// number begins with, else that of everybody else.
    pub fn price(&self, country: &str, digits: &str) -> Option<&Price> {
        let by_digits = || {
            (1..=digits.len())
                .rev()
                .find_map(|n| self.prices.get(&Market::Digits(digits.get(..n)?.to_owned())))
        };
        self.prices
            .get(&Market::Country(country.to_owned()))
            .or_else(by_digits)
            .or_else(|| self.prices.get(&Market::Others))
    }
}

fn read_market(text: &str) -> Option<Market> {
    let digits = text.strip_prefix('+').unwrap_or(text);
    if text == "*" {
        Some(Market::Others)
    } else if (1..=7).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        Some(Market::Digits(digits.to_owned()))
    } else if text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        Some(Market::Country(text.to_ascii_uppercase()))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Rates, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rates.csv");
        std::fs::write(&path, text).unwrap();
        Rates::read(&path)
            .map_err(|error| error.to_string().replace(&format!("{}/", folder.path().display()), ""))
    }

    #[test]
    fn the_country_goes_before_the_longest_calling_code_and_that_before_everybody_else() {
        let rates = read(
            "market,category,price,currency\nIN,service,0.0014,usd\n+1,,0.02,USD\n1876,,0.5,USD\n*,service,0.1,EUR\nDE,marketing,9,EUR\n",
        )
        .unwrap();
        let price = |country: &str, digits: &str| {
            rates.price(country, digits).map(|price| format!("{} {}", price.amount, price.currency)).unwrap()
        };
        assert_eq!(price("IN", "919800000001"), "0.0014 USD");
        assert_eq!(price("US", "14155550123"), "0.02 USD");
        assert_eq!(price("JM", "18765550123"), "0.50 USD");
        assert_eq!(price("DE", "49171"), "0.10 EUR", "a marketing price is none of a free text");
        assert_eq!(Rates::default().price("IN", "91"), None);
    }

    #[test]
    fn amounts_are_exact() {
        let amount = |text: &str| Amount::parse(text).unwrap();
        let third = amount("0.1").plus(amount("0.2"));
        assert_eq!(third, amount("0.3"));
        assert_eq!(amount("0.000001").times(10_000_000).to_string(), "10.00");
        assert_eq!(amount("0.0123").times(3).to_string(), "0.0369");
        for text in ["", "1.", ".5", "-1", "1,5", "1e3", "0.1234567", "1.2.3", "9999999999999"] {
            assert_eq!(Amount::parse(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line_and_column() {
        let head = "market,category,price,currency\nIN,service,0.01,EUR\n";
        for (rest, said) in [
            ("India,,0.01,EUR\n", "`rates.csv`, line 3, column `market`: `India` is no country such as IN"),
            ("DE,,\"0,01\",EUR\n", "line 3, column `price`: `0,01` is no price"),
            ("DE,,0.01,Euro\n", "line 3, column `currency`: `Euro` is no currency"),
            ("in,,0.02,EUR\n", "line 3, column `market`: `in` has a price already"),
        ] {
            let error = read(&format!("{head}{rest}")).unwrap_err();
            assert!(error.contains(said), "{error}");
        }
        assert!(read("market,price\n").unwrap_err().contains("has no column `currency`"));
        assert!(read("market,price,currency\nIN,1\n").unwrap_err().contains("cannot use the rates"));
    }
}
