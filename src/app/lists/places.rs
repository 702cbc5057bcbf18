//! `--line`: which row of which list is meant.

use std::{fmt, str::FromStr};

use crate::{
    domain::{Campaign, Status},
    queue::{Import, Queue, QueueError, ResultRow},
};

/// A line as an operator names it: `7`, or `spring.csv:7` where several lists have one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The name of the list.
    pub file_name: Option<String>,
    pub line: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.file_name {
            Some(file_name) => write!(f, "{file_name}:{}", self.line),
            None => write!(f, "{}", self.line),
        }
    }
}

/// Why a text names no line.
#[derive(Debug, thiserror::Error)]
#[error("give a line, such as 17, or a list and a line, such as spring.csv:17")]
pub struct NotAPlace;

impl FromStr for Place {
    type Err = NotAPlace;

    fn from_str(text: &str) -> Result<Self, NotAPlace> {
        let (file_name, line) = match text.trim().rsplit_once(':') {
            Some((file_name, line)) => (Some(file_name.to_owned()), line),
            None => (None, text.trim()),
        };
        let line = line.parse().ok().filter(|line| 1 <= *line).ok_or(NotAPlace)?;
        if file_name.as_deref() == Some("") { Err(NotAPlace) } else { Ok(Self { file_name, line }) }
    }
}

/// Why it is not known which line is meant.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    #[error(transparent)]
    Queue(#[from] QueueError),
    #[error("`{name}` has no list `{file_name}`; its lists are {}", quoted(lists))]
    NoList { name: String, file_name: String, lists: Vec<String> },
    #[error("several lists of `{name}` have a line {}: {}", places[0].line, quoted(places))]
    Ambiguous { name: String, places: Vec<Place> },
}

fn quoted<T: fmt::Display>(names: &[T]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// The lists of which the place may be a line, all of one name: one, or none or several where the same list came several
/// times.
async fn lists_of(queue: &Queue, campaign: &Campaign, place: &Place) -> Result<Vec<Import>, PlaceError> {
    let mut lists = queue.imports(campaign.id).await?;
    if let Some(file_name) = &place.file_name {
        let mut names: Vec<_> = lists.iter().map(|list| list.file_name.clone()).collect();
        names.dedup();
        lists.retain(|list| list.file_name == *file_name);
        if lists.is_empty() {
            let (name, file_name) = (campaign.plan.name.clone(), file_name.clone());
            return Err(PlaceError::NoList { name, file_name, lists: names });
        }
    }
    if lists.len() == 1 {
        return Ok(lists);
    }
    let mut with_line: Vec<Import> = Vec::new();
    for list in lists {
        if queue.find_line_in(&list, place.line).await?.is_some() {
            with_line.push(list);
        }
    }
    let mut names: Vec<_> = with_line.iter().map(|list| list.file_name.clone()).collect();
    names.sort();
    names.dedup();
    if 1 < names.len() {
        let line = place.line;
        let places = names.into_iter().map(|name| Place { file_name: Some(name), line }).collect();
        return Err(PlaceError::Ambiguous { name: campaign.plan.name.clone(), places });
    }
    Ok(with_line)
}

/// The rows at a line, by what they are called: several where the same list came several times.
pub async fn rows_at(
    queue: &Queue,
    campaign: &Campaign,
    place: &Place,
) -> Result<Vec<(ResultRow, Place)>, PlaceError> {
    let mut rows = Vec::new();
    for list in lists_of(queue, campaign, place).await? {
        let place = Place { file_name: Some(list.file_name.clone()), line: place.line };
        rows.extend(queue.find_line_in(&list, place.line).await?.map(|row| (row, place)));
    }
    Ok(rows)
}

/// The list in which the rows from a line on are meant: where the same list came several times, the one whose row at the
/// line is no duplicate. None where no list has the line.
pub async fn list_from(
    queue: &Queue,
    campaign: &Campaign,
    place: &Place,
) -> Result<Option<Import>, PlaceError> {
    let mut last = None;
    for list in lists_of(queue, campaign, place).await? {
        let row = queue.find_line_in(&list, place.line).await?;
        if row.is_some_and(|row| row.status != Status::Duplicate) {
            return Ok(Some(list));
        }
        last = Some(list);
    }
    Ok(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_line_or_a_list_and_a_line() {
        let place = |text: &str| text.parse::<Place>().map(|place| place.to_string());
        for text in ["17", "spring.csv:17", "C:\\lists\\a.csv:2", "a:b:3"] {
            assert_eq!(place(text).unwrap(), text);
        }
        for text in ["", "0", "-1", "spring.csv", "spring.csv:", ":7", "a:x"] {
            let refused = place(text).unwrap_err().to_string();
            assert!(refused.starts_with("give a line, such as 17"), "{text}: {refused}");
        }
    }
}
