//! Some rows of a table, as a JSON text: an array of arrays of numbers, texts and nulls.

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{Column, Kind, Table};
use crate::{
    domain::CampaignId,
    queue::{
        engine::{Argument, Connection, Text},
        error::QueueError,
    },
};

/// How many rows a page holds.
pub(super) const PAGE_ROWS: usize = if cfg!(test) { 3 } else { 2_000 };

/// Rows that follow each other. A number that is not whole is a text, because no two programs write one alike.
#[derive(Debug)]
pub(super) struct Page {
    text: String,
    rows: Vec<Vec<Value>>,
}

impl Page {
    /// The rows behind those with the key `after`.
    pub(super) async fn read(
        connection: &mut Connection,
        table: Table,
        columns: &[Column],
        only: Option<CampaignId>,
        after: Option<&[Argument]>,
    ) -> Result<Self, QueueError> {
        let mut asked = Text::new("select ");
        asked.push_either("json_group_array(json_array(", "coalesce(json_agg(json_build_array(");
        for (n, Column { name, kind }) in columns.iter().enumerate() {
            asked.push(if n == 0 { "" } else { ", " });
            match kind {
                Kind::Integer | Kind::Text => asked.push(name),
                Kind::Real => asked.push_either(
                    &format!("iif({name} is null, null, printf('%!.17g', {name}))"),
                    &format!("{name}::text"),
                ),
            };
        }
        asked.push_either("))", "))::text, '[]')");
        asked.push(format_args!(" from (select * from {} where true", table.name));
        if let Some(campaign) = only {
            asked.push(" and campaign_id = ").push_bind(campaign.0);
        }
        let key = table.key.join(", ");
        if let Some(after) = after {
            asked.push(format_args!(" and ({key}) > ("));
            for (n, value) in after.iter().enumerate() {
                asked.push(if n == 0 { "" } else { ", " }).push_bind(value.clone());
            }
            asked.push(")");
        }
        asked.push(format_args!(" order by {key} limit {PAGE_ROWS}) as page"));
        let text: String = asked.fetch_scalar(connection).await?;
        let rows = serde_json::from_str(&text).map_err(|error| QueueError::Inconsistent {
            table: table.name,
            column: "*",
            row: 0,
            found: error.to_string(),
        })?;
        Ok(Self { text, rows })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }

    /// The key of the last row.
    pub(super) fn last_key(&self, table: Table, columns: &[Column]) -> Option<Vec<Argument>> {
        let last = self.rows.last()?;
        let value = |name: &&str| {
            let value = last.get(columns.iter().position(|column| column.name == **name)?)?;
            if let Value::String(text) = value {
                return Some(Argument::from(text.as_str()));
            }
            value.as_i64().map(Argument::from)
        };
        table.key.iter().map(value).collect()
    }

    /// PostgreSQL has no texts with U+0000, and its JSON none that speak of one: U+FFFD takes its place.
    pub(super) fn forget_nul(&mut self) {
        if !self.text.contains(r"\u0000") {
            return;
        }
        for value in self.rows.iter_mut().flatten() {
            if let Value::String(text) = value
                && let Some(other) = without_nul(text)
            {
                *text = other;
            }
        }
        self.text = Value::from(self.rows.iter().cloned().map(Value::from).collect::<Vec<_>>()).to_string();
    }
}

/// The text without U+0000; none where it has none.
fn without_nul(text: &str) -> Option<String> {
    let plain = text.contains('\0').then(|| text.replace('\0', "\u{FFFD}"));
    let now = plain.as_deref().unwrap_or(text);
    let is_json =
        || now.starts_with(['{', '[']) && serde_json::from_str::<serde::de::IgnoredAny>(now).is_ok();
    if !now.contains(r"\u0000") || !is_json() {
        return plain;
    }
    let (mut without, mut rest) = (String::with_capacity(now.len()), now);
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        without.push_str(before);
        if let Some(behind) = escape.strip_prefix(r"\u0000") {
            without.push_str(r"\ufffd");
            rest = behind;
        } else {
            // A backslash and what it escapes, which may be a backslash.
            let end = escape.char_indices().nth(2).map_or(escape.len(), |(end, _)| end);
            let (whole, behind) = escape.split_at(end);
            without.push_str(whole);
            rest = behind;
        }
    }
    without.push_str(rest);
    Some(without)
}

/// How many rows there are, and a digest of them: the SHA-256 of each, added up. Their order does not matter, which two
/// databases could see differently; no two rows of a table are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::queue) struct Weight {
    pub(super) n_rows: u64,
    digest: [u64; 4],
}

impl Weight {
    pub(super) fn add(&mut self, page: &Page, columns: &[Column]) {
        for row in &page.rows {
            self.n_rows += 1;
            let digest = of_row(row, columns);
            for (sum, part) in self.digest.iter_mut().zip(digest.chunks_exact(8)) {
                let part = part.try_into().map_or(0, u64::from_be_bytes);
                *sum = sum.wrapping_add(part);
            }
        }
    }
}

/// The digest of a row: each value with what tells it from any other.
fn of_row(row: &[Value], columns: &[Column]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for (value, column) in row.iter().zip(columns) {
        match (value, column.kind) {
            (Value::String(text), Kind::Real) => {
                let number: f64 = text.parse().unwrap_or(f64::NAN);
                hash.update(b"r");
                hash.update(number.to_bits().to_be_bytes());
            }
            (Value::String(text), _) => {
                hash.update(b"t");
                hash.update((text.len() as u64).to_be_bytes());
                hash.update(text);
            }
            (Value::Null, _) => hash.update(b"n"),
            (other, _) => {
                hash.update(b"i");
                hash.update(other.to_string());
                hash.update(b";");
            }
        }
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nul_and_what_stands_for_one_in_json_become_another_character() {
        assert_eq!(without_nul("Pune"), None);
        assert_eq!(without_nul("Pu\0ne").as_deref(), Some("Pu\u{FFFD}ne"));
        assert_eq!(
            without_nul(r#"["a\u0000b","\\u0000","\\\u0000"]"#).as_deref(),
            Some(r#"["a\ufffdb","\\u0000","\\\ufffd"]"#)
        );
        // Somebody's text that only looks like it.
        assert_eq!(without_nul(r"type \u0000 here"), None);
    }
}
