//! Which column is what: by the operator's word, by the header, by what the cells hold.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    domain::{Layout, RowCode, message::layout::fold},
    importer::{
        findings::{
            advice::{Advice, ColumnName},
            error::{Choice, FileError, Heading, Question, Refusal, Subject},
            note::Note,
        },
        number::{Habit, Numbers, Region, Rule, read_cell},
        record::Record,
        rejects::{self, OwnColumns},
    },
};

use super::{
    consent::{self, Polarity, Said, Tally, Willingness},
    lexicon::{self, RANK_OF_OTHERS, RANK_STRONG, RANK_TO},
    moments,
    plan::{Column, Field, Plan},
    role,
};

/// How many rows are looked at to see what a column holds.
const ROWS_MAX: usize = 300;

/// How the header of an export of ours begins, and which of its columns is the number.
const EXPORT_COLUMNS: [&str; 5] = ["line", "to", "status", "message_id", "code"];
const EXPORT_TO: usize = 1;

/// How many values are shown of a column that has to be named.
pub(super) const VALUES_SHOWN: usize = 3;

/// A text without the apostrophe that keeps spreadsheets from calculating with it.
pub(crate) fn unescaped(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) => {
            rest
        }
        _ => text,
    }
}

/// The columns of a file. Indexes are those of the layout, which lacks the columns that are our own.
#[derive(Debug, Clone)]
pub(crate) struct Columns {
    pub(crate) layout: Layout,
    /// For each column of the layout, its index in the file.
    pub(crate) physical: Vec<usize>,
    pub(crate) country: Option<usize>,
    /// When the person wrote last.
    pub(crate) wrote_at: Option<usize>,
    pub(crate) time_zone: Option<usize>,
    /// The columns that say who may be messaged.
    pub(crate) willingness: Vec<Willingness>,
    /// The columns that may say so, and were not named.
    pub(crate) may_say: Vec<Tally>,
    /// How many fields a record may have.
    pub(crate) n_fields: usize,
    /// The file is an export of ours, so an apostrophe before what starts like a formula is ours too, in any cell.
    pub(crate) is_export: bool,
    /// Where a file of rejected rows says which row is which.
    pub(crate) own: Option<OwnColumns>,
    pub(crate) notes: Vec<Note>,
}

impl Columns {
    /// True for a record that could belong to a footer: fewer fields than the header. A sheet's rows have no number
    /// of fields, so there it is a single cell beside the numbers, or a row of totals.
    pub(crate) fn is_footer_like(&self, record: &Record) -> bool {
        if record.is_of_sheet {
            let first = record.get(0).unwrap_or_default();
            let is_alone = record.n_filled() == 1 && 2 < self.n_fields && !first.trim().is_empty();
            return is_alone || lexicon::is_total(first);
        }
        record.len() < self.n_fields
    }

    /// False for a column of numbers that is headed as those of somebody else than the columns of numbers that are read.
    pub(crate) fn may_be_of_the_same(&self, column: usize) -> bool {
        let role = |column: usize| role::role(&self.layout.headers[column]);
        lexicon::rank(&self.layout.headers[column]) < RANK_STRONG
            || self.layout.to.iter().any(|to| role(*to) == role(column))
    }

    pub(crate) fn name(&self, column: usize) -> ColumnName {
        ColumnName { number: column + 1, header: self.shown(column) }
    }

    /// The header of that column of the file, counted from 0 with those that are left out.
    pub(crate) fn header_of(&self, physical: usize) -> Option<String> {
        Some(self.shown(self.physical.iter().position(|index| *index == physical)?))
    }

    /// The header of a column, or its number where that is blank.
    pub(crate) fn shown(&self, column: usize) -> String {
        shown(&self.layout.headers, column)
    }
}

fn shown(headers: &[String], column: usize) -> String {
    match headers[column].trim() {
        "" => (column + 1).to_string(),
        name => name.to_owned(),
    }
}

/// What a column holds.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Content {
    pub(super) n_filled: usize,
    n_valid: usize,
    /// Not valid, but digits that could be a number in some country.
    n_like: usize,
    n_with_plus: usize,
    is_sequence: bool,
}

impl Content {
    fn is_numbers(&self) -> bool {
        0 < self.n_filled && self.n_filled <= (self.n_valid + self.n_like) * 3
    }

    fn is_mostly_valid(&self) -> bool {
        0 < self.n_filled && self.n_filled <= self.n_valid * 2
    }
}

/// The columns of a file with these headers (none: numbered) and these first rows.
pub(crate) fn find(
    header: Option<&Record>,
    rows: &[Record],
    n_fields: usize,
    plan: &Plan,
) -> Result<Columns, FileError> {
    let all: Vec<String> = match header {
        Some(header) => header.iter().map(|name| name.trim_matches('\u{FEFF}').to_owned()).collect(),
        None => Vec::new(),
    };
    let is_export = all.get(..EXPORT_COLUMNS.len()).is_some_and(|first| first == EXPORT_COLUMNS);
    let n_columns = all.len().max(n_fields);
    let names: Vec<String> = (0..n_columns)
        .map(|index| match all.get(index) {
            Some(name) => unescaped(name).to_owned(),
            None if header.is_none() => (index + 1).to_string(),
            None => String::new(),
        })
        .collect();
    let physical: Vec<usize> = (0..n_columns).filter(|index| !rejects::is_own(&names[*index])).collect();
    let headers: Vec<String> = physical.iter().map(|index| names[*index].clone()).collect();
    let mut notes = Vec::new();
    if physical.len() < n_columns {
        notes.push(Note::OwnColumnsLeftOut);
    }
    // What a column holds is seen before it is known how the column is written.
    let rule = Rule { habit: Habit::International, ..plan.options.rule() };
    let sample = Sample { headers: &headers, physical: &physical, rows, rule };
    let columns = sample
        .columns(plan, is_export, n_columns, notes)
        .map_err(|missing| missing.refusal(sample.headings()))?;
    Ok(Columns { own: OwnColumns::find(&names), ..columns })
}

/// What is missing among the columns.
pub(super) enum Missing {
    /// The column that was named for a field.
    Column { field: Field, name: String },
    /// What gives these variables of the message; the columns that are known all the same, by their numbers.
    Variables { variables: Vec<String>, found: Vec<(Field, usize)> },
    /// A column of numbers.
    Numbers,
    /// Which of these columns of numbers is meant.
    Choice(Vec<Choice>),
    /// Which of these columns of one name gives a variable of the message.
    Twins { variable: String, choices: Vec<Choice> },
}

impl Missing {
    /// The same, with the column of countries among those that are known.
    fn beside(mut self, country: Option<usize>) -> Self {
        if let Self::Variables { found, .. } = &mut self {
            found.extend(country.map(|column| (Field::Country, column + 1)));
        }
        self
    }

    /// The refusal of a file with these columns.
    fn refusal(self, columns: Vec<Heading>) -> Refusal {
        match self {
            Self::Column { field, name } => Refusal::NoSuchColumn { field, name, columns },
            Self::Variables { variables, found } => Refusal::MissingVariables { variables, columns, found },
            Self::Numbers => Refusal::NoPhoneColumn { columns },
            Self::Choice(choices) => {
                Refusal::NeedsChoice(Question { subject: Subject::NumberColumn { columns }, choices })
            }
            Self::Twins { variable, choices } => Refusal::NeedsChoice(Question {
                subject: Subject::VariableColumn { variable, columns },
                choices,
            }),
        }
    }
}

/// The columns that the operator named for a field.
fn named(plan: &Plan, headers: &[String], field: &Field) -> Result<Vec<usize>, Missing> {
    let mut columns = Vec::new();
    for (_, column) in plan.options.columns.iter().filter(|(known, _)| known == field) {
        let (index, name) = match column {
            Column::Number(number) => (by_number(headers, *number), number.to_string()),
            Column::Named(name) => (position(headers, name), name.clone()),
        };
        let index = index.ok_or_else(|| Missing::Column { field: field.clone(), name })?;
        if !columns.contains(&index) {
            columns.push(index);
        }
    }
    Ok(columns)
}

/// The column of that number from 1.
fn by_number(headers: &[String], number: usize) -> Option<usize> {
    number.checked_sub(1).filter(|index| *index < headers.len())
}

/// The column of that header, in any spelling, or of that number from 1 (`3` or `#3`).
fn position(headers: &[String], name: &str) -> Option<usize> {
    let wanted = name.trim();
    headers
        .iter()
        .position(|header| header.trim() == wanted)
        .or_else(|| {
            headers.iter().position(|header| !fold(wanted).is_empty() && fold(header) == fold(wanted))
        })
        .or_else(|| by_number(headers, wanted.strip_prefix('#').unwrap_or(wanted).parse().ok()?))
}

/// The headers, the most similar to `name` first.
pub(crate) fn nearest(headers: &[String], name: &str) -> Vec<String> {
    let wanted = fold(name);
    let pairs = |text: &str| -> Vec<(char, char)> { text.chars().zip(text.chars().skip(1)).collect() };
    let wanted_pairs = pairs(&wanted);
    let mut sorted: Vec<&String> = headers.iter().filter(|header| !header.trim().is_empty()).collect();
    sorted.sort_by_key(|header| {
        let found = pairs(&fold(header));
        let n_shared = wanted_pairs.iter().filter(|pair| found.contains(pair)).count();
        std::cmp::Reverse(n_shared * 2000 / (wanted_pairs.len() + found.len()).max(1))
    });
    sorted.into_iter().cloned().collect()
}

/// The layout, with every variable of the message and the tags found in it.
fn layout(plan: &Plan, headers: &[String], to: Vec<usize>) -> Result<Layout, Missing> {
    let mut refs = [None; 3];
    for (slot, name) in ["ref", "ref1", "ref2"].into_iter().enumerate() {
        let by_hand = named(plan, headers, &Field::Ref(slot))?.first().copied();
        let by_name = || headers.iter().position(|header| header.trim().eq_ignore_ascii_case(name));
        if plan.refs[slot].is_none() {
            refs[slot] = by_hand.or_else(by_name).filter(|index| to != [*index]);
        }
    }
    let mut assigned = BTreeMap::new();
    for (field, _) in &plan.options.columns {
        if let Field::Variable(variable) = field
            && let Some(index) = named(plan, headers, field)?.first()
        {
            assigned.insert(variable.clone(), *index);
        }
    }
    let mut layout = Layout::new(headers.to_vec(), to, refs, assigned);
    let templates = plan.message.iter().chain(plan.refs.iter().flatten());
    let mut missing: Vec<String> = Vec::new();
    for variable in templates.flat_map(crate::domain::message::Template::variables) {
        if layout.place_of(variable).is_some() || missing.contains(variable) {
            continue;
        }
        // `{{1}}`, as templates of other providers have it, is the first column.
        match variable.parse().ok().and_then(|number| by_number(headers, number)) {
            Some(column) => drop(layout.assigned.insert(variable.clone(), column)),
            None => missing.push(variable.clone()),
        }
    }
    if missing.is_empty() {
        Ok(layout)
    } else {
        Err(Missing::Variables { variables: missing, found: known(&layout) })
    }
}

/// What a layout says of the columns, by their numbers from 1.
fn known(layout: &Layout) -> Vec<(Field, usize)> {
    let to = layout.to.iter().map(|column| (Field::To, column + 1));
    let refs = layout.refs.iter().enumerate();
    let refs = refs.filter_map(|(slot, column)| Some((Field::Ref(slot), (*column)? + 1)));
    let variables = layout.assigned.iter().map(|(name, column)| (Field::Variable(name.clone()), column + 1));
    to.chain(refs).chain(variables).collect()
}

/// The first rows of a file.
pub(super) struct Sample<'s> {
    pub(super) headers: &'s [String],
    pub(super) physical: &'s [usize],
    pub(super) rows: &'s [Record],
    rule: Rule,
}

impl Sample<'_> {
    fn columns(
        &self,
        plan: &Plan,
        is_export: bool,
        n_fields: usize,
        mut notes: Vec<Note>,
    ) -> Result<Columns, Missing> {
        let country = match named(plan, self.headers, &Field::Country)?.first() {
            Some(index) => Some(*index),
            None => self.country(&mut notes),
        };
        let mut willingness = self.willingness(&named(plan, self.headers, &Field::Consent)?, false);
        willingness.extend(self.willingness(&named(plan, self.headers, &Field::OptOut)?, true));
        let mut to = named(plan, self.headers, &Field::To)?;
        if to.is_empty() && is_export {
            to = vec![EXPORT_TO];
        } else if to.is_empty() && plan.every_column {
            to = self.every_to();
        }
        if to.is_empty() {
            to = self.to(plan, &mut notes)?;
        }
        let is_wrote_at = |column: usize| {
            lexicon::is_wrote_at(&self.headers[column]) && moments::holds_times(self.cells(column))
        };
        let is_zone = |column: usize| {
            lexicon::is_time_zone(&self.headers[column]) && moments::holds_zones(self.cells(column))
        };
        let wrote_at = self.one(plan, &Field::WroteAt, &to, &is_wrote_at)?;
        let time_zone = self.one(plan, &Field::TimeZone, &to, &is_zone)?;
        let mut may_say = self.may_say(&willingness, &to);
        may_say.retain(|tally| ![wrote_at, time_zone].contains(&Some(tally.column)));
        let mut layout = layout(plan, self.headers, to).map_err(|missing| missing.beside(country))?;
        self.refuse_twin_values(plan, &layout)?;
        layout.values = plan.options.values.clone();
        let physical = self.physical.to_vec();
        Ok(Columns {
            layout,
            physical,
            country,
            wrote_at,
            time_zone,
            willingness,
            may_say,
            n_fields,
            is_export,
            own: None,
            notes,
        })
    }

    /// What there is to choose from when a column has to be named.
    fn headings(&self) -> Vec<Heading> {
        let of = |column: usize| Heading {
            header: self.headers[column].clone(),
            values: self.cells(column).take(VALUES_SHOWN).map(str::to_owned).collect(),
        };
        (0..self.headers.len()).map(of).collect()
    }

    pub(super) fn cells(&self, column: usize) -> impl Iterator<Item = &str> {
        let index = self.physical[column];
        let rows = self.rows.iter().filter(|row| !row.is_unbalanced).take(ROWS_MAX);
        rows.filter_map(move |row| row.get(index)).filter(|cell| !cell.trim().is_empty())
    }

    fn content(&self, column: usize) -> Content {
        let mut content = Content::default();
        let mut numbers = Vec::new();
        let mut before = None;
        let mut n_steps = 0;
        for cell in self.cells(column) {
            let digits: u64 = cell.trim().parse().unwrap_or_default();
            n_steps += usize::from(before.is_some_and(|before: u64| digits.abs_diff(before) == 1));
            before = Some(digits);
            numbers.clear();
            match read_cell(cell, self.rule, Numbers::First, &mut numbers) {
                Ok(()) => {
                    content.n_filled += 1;
                    content.n_valid += 1;
                    content.n_with_plus += usize::from(cell.contains('+'));
                }
                Err(refusal) if refusal.code == RowCode::PhoneMissing => {}
                Err(refusal) => {
                    content.n_filled += 1;
                    content.n_like +=
                        usize::from(super::header::looks_like_number(cell) && is_like(refusal.code));
                }
            }
        }
        content.is_sequence = 3 <= content.n_filled && (content.n_filled - 1) * 7 <= n_steps * 10;
        content
    }

    /// Every column of numbers, whoever's they are: by its header, or where nearly all of its cells are some.
    fn every_to(&self) -> Vec<usize> {
        let is_of_numbers = |column: &usize| {
            let (header, content) = (&self.headers[*column], self.content(*column));
            let is_named = 0 < lexicon::rank(header) && (content.is_numbers() || content.n_filled == 0);
            let is_evident = 0 < content.n_filled
                && content.n_filled * 4 <= content.n_valid * 5
                && !content.is_sequence
                && !lexicon::is_decoy(header);
            is_named || is_evident
        };
        let columns: Vec<usize> = (0..self.headers.len()).filter(is_of_numbers).collect();
        let has_content = columns.iter().any(|column| 0 < self.content(*column).n_filled);
        if has_content { columns } else { Vec::new() }
    }

    /// The columns of numbers, the preferred one first.
    fn to(&self, plan: &Plan, notes: &mut Vec<Note>) -> Result<Vec<usize>, Missing> {
        let contents: Vec<Content> = (0..self.headers.len()).map(|column| self.content(column)).collect();
        let ranks: Vec<u8> = self.headers.iter().map(|header| lexicon::rank(header)).collect();
        if let Some(column) = ranks.iter().position(|rank| *rank == RANK_TO)
            && (contents[column].is_numbers() || contents[column].n_filled == 0)
        {
            return Ok(vec![column]);
        }
        let mut by_header: Vec<usize> = (0..ranks.len())
            .filter(|column| RANK_STRONG <= ranks[*column])
            .filter(|column| contents[*column].is_numbers() || contents[*column].n_filled == 0)
            .collect();
        // Of equals, `Phone` goes before `Default Address Phone`.
        by_header.sort_by_key(|column| {
            (std::cmp::Reverse(ranks[*column]), fold(&self.headers[*column]).len() / 4)
        });
        // An empty column of numbers is a fallback at best.
        by_header.sort_by_key(|column| contents[*column].n_filled == 0);
        if by_header.iter().any(|column| 0 < contents[*column].n_filled) {
            let of_others = (0..ranks.len())
                .filter(|column| ranks[*column] == RANK_OF_OTHERS && contents[*column].is_numbers());
            let all: Vec<usize> = by_header.iter().copied().chain(of_others).collect();
            self.refuse_several_people(&all, &contents, plan)?;
            self.refuse_twins(&by_header, &contents)?;
            if 1 < by_header.len() {
                let columns = by_header.iter().map(|column| self.headers[*column].clone()).collect();
                notes.push(Note::SeveralNumberColumns { columns });
            }
            return Ok(by_header);
        }
        self.by_content(&ranks, &contents, &by_header, plan, notes)
    }

    /// Refuses columns that hold the numbers of different people: which of them is meant is not a matter of headers.
    /// Those of one person stay together, in order of preference.
    fn refuse_several_people(
        &self,
        columns: &[usize],
        contents: &[Content],
        plan: &Plan,
    ) -> Result<(), Missing> {
        let mut people: Vec<(BTreeSet<String>, Vec<usize>)> = Vec::new();
        for column in columns.iter().copied().filter(|column| 0 < contents[*column].n_filled) {
            let role = role::role(&self.headers[column]);
            match people.iter_mut().find(|(known, _)| *known == role) {
                Some((_, columns)) => columns.push(column),
                None => people.push((role, vec![column])),
            }
        }
        let is_alone = |of: &[usize]| {
            let (first, others) = (of[0], &of[1..]);
            others.is_empty() || others.iter().all(|column| self.is_same_number(first, *column))
        };
        let firsts: Vec<usize> = people.iter().map(|(_, columns)| columns[0]).collect();
        if people.len() < 2 || is_alone(&firsts) {
            return Ok(());
        }
        let words: BTreeSet<String> = plan
            .message
            .iter()
            .chain(plan.refs.iter().flatten())
            .flat_map(|template| template.variables().iter().flat_map(|variable| lexicon::words(variable)))
            .collect();
        people.sort_by_key(|(role, columns)| {
            let n_shared = role.intersection(&words).count();
            let is_doubtful = columns.iter().all(|column| role::is_doubtful(&self.headers[*column]));
            (std::cmp::Reverse(n_shared), is_doubtful, columns.iter().min().copied())
        });
        Err(Missing::Choice(people.iter().map(|(_, columns)| self.choice(columns, contents)).collect()))
    }

    /// True where two columns have the same number in every row that has both.
    pub(super) fn is_same_number(&self, one: usize, other: usize) -> bool {
        let digits = |row: &Record, column: usize| -> String {
            let cell = row.get(self.physical[column]).unwrap_or_default();
            cell.chars().filter(char::is_ascii_digit).collect()
        };
        self.rows.iter().all(|row| {
            let (one, other) = (digits(row, one), digits(row, other));
            one == other || other.is_empty()
        })
    }

    fn by_content(
        &self,
        ranks: &[u8],
        contents: &[Content],
        by_header: &[usize],
        plan: &Plan,
        notes: &mut Vec<Note>,
    ) -> Result<Vec<usize>, Missing> {
        let weight = |column: usize| {
            let Content { n_filled, n_valid, n_like, n_with_plus, .. } = contents[column];
            (n_valid * 4 + n_like + n_with_plus) * 100 / n_filled.max(1)
        };
        let mut candidates: Vec<usize> = (0..contents.len())
            .filter(|column| {
                let is_like = self.rule.region.is_none() && contents[*column].is_numbers();
                let is_evident = contents[*column].is_mostly_valid() || is_like || 50 <= ranks[*column];
                let Content { n_filled, n_with_plus, is_sequence, .. } = contents[*column];
                // Nobody writes a plus before what is not a telephone number, and ids count up where nothing says more.
                let has_plus = n_filled < n_with_plus * 2;
                let header = &self.headers[*column];
                let is_id = lexicon::is_decoy(header) || (is_sequence && !lexicon::mentions_phone(header));
                is_evident && contents[*column].is_numbers() && (has_plus || !is_id)
            })
            .collect();
        let named = candidates.iter().copied().filter(|column| 0 < ranks[*column]).collect::<Vec<_>>();
        self.refuse_several_people(&named, contents, plan)?;
        candidates
            .sort_by_key(|column| (std::cmp::Reverse(ranks[*column]), std::cmp::Reverse(weight(*column))));
        match candidates.as_slice() {
            [] => {}
            [first, second, ..]
                if ranks[*first] == ranks[*second]
                    && weight(*first) < weight(*second) + weight(*first) / 5 =>
            {
                let choice = |column: &usize| self.choice(&[*column], contents);
                return Err(Missing::Choice(candidates.iter().map(choice).collect()));
            }
            [first, ..] => {
                if ranks[*first] <= RANK_OF_OTHERS {
                    notes.push(Note::NumbersByContent { column: shown(self.headers, *first) });
                }
                return Ok(vec![*first]);
            }
        }
        // A header that says so, over cells that do not: the rows will say what is wrong with them.
        let fallback = by_header.first().copied();
        let named = (0..ranks.len())
            .filter(|column| RANK_STRONG <= ranks[*column])
            .max_by_key(|column| ranks[*column]);
        fallback.or(named).map(|column| vec![column]).ok_or(Missing::Numbers)
    }

    /// That the numbers are in these columns, in order of preference, and what speaks for it.
    pub(super) fn choice(&self, columns: &[usize], contents: &[Content]) -> Choice {
        let name = |column: &usize| ColumnName { number: column + 1, header: shown(self.headers, *column) };
        let names: Vec<ColumnName> = columns.iter().map(name).collect();
        let holds_number = |row: &&Record| {
            let cell = |column: &usize| row.get(self.physical[*column]).unwrap_or_default();
            columns.iter().any(|column| super::header::looks_like_number(cell(column)))
        };
        let n_rows = match columns {
            [only] => contents[*only].n_valid + contents[*only].n_like,
            _ => self.rows.iter().take(ROWS_MAX).filter(holds_number).count(),
        };
        Choice {
            n_rows: Some(n_rows as u64),
            samples: self.cells(columns[0]).take(VALUES_SHOWN).map(str::to_owned).collect(),
            ..Choice::new(names[0].header.clone(), Advice::PickColumn { field: Field::To, columns: names })
        }
    }

    fn country(&self, notes: &mut Vec<Note>) -> Option<usize> {
        let holds_countries = |column: &usize| {
            let n_filled = self.cells(*column).count();
            let n_known = self.cells(*column).filter(|cell| Region::from_cell(cell).is_some()).count();
            0 < n_known && n_filled * 3 <= n_known * 4
        };
        let named = |is_country: fn(&str) -> bool| {
            (0..self.headers.len()).filter(|column| is_country(&self.headers[*column])).find(holds_countries)
        };
        // Where somebody lives says less about the number than the operator does, and more than nothing.
        let of_address = || {
            named(lexicon::is_country_of_address)
                .filter(|_| self.rule == Rule { habit: self.rule.habit, ..Rule::default() })
        };
        let column = named(lexicon::is_country).or_else(of_address)?;
        notes.push(Note::CountryColumn { column: shown(self.headers, column) });
        Some(column)
    }

    /// The column that was named for a field; otherwise the first that is one, and was named for nothing else.
    fn one(
        &self,
        plan: &Plan,
        field: &Field,
        to: &[usize],
        is_one: &dyn Fn(usize) -> bool,
    ) -> Result<Option<usize>, Missing> {
        if let Some(column) = named(plan, self.headers, field)?.first() {
            return Ok(Some(*column));
        }
        let fields = plan.options.columns.iter().map(|(field, _)| field);
        let mut taken = to.to_vec();
        for field in fields.filter(|field| !matches!(field, Field::Variable(_))) {
            taken.extend(named(plan, self.headers, field)?);
        }
        Ok((0..self.headers.len()).filter(|column| !taken.contains(column)).find(|column| is_one(*column)))
    }

    fn willingness(&self, columns: &[usize], is_opt_out: bool) -> Vec<Willingness> {
        let is_no = |cell: &str| matches!(consent::said(cell), Said::No | Said::Unwilling);
        let of = |column: &usize| Willingness {
            column: *column,
            is_opt_out,
            is_blank_no: !self.cells(*column).any(is_no),
        };
        columns.iter().map(of).collect()
    }

    /// The columns that may say who is to be messaged, and were not named: by the header, or by words that nobody writes
    /// of anything else.
    fn may_say(&self, named: &[Willingness], to: &[usize]) -> Vec<Tally> {
        let is_free =
            |column: &usize| !to.contains(column) && !named.iter().any(|known| known.column == *column);
        let says = |column: usize| {
            let is_clear = |cell: &str| consent::said(cell) != Said::Unclear;
            let by_words = || {
                let is_evident = self.cells(column).any(consent::is_opt_out_word);
                (is_evident && self.cells(column).all(is_clear)).then_some(Polarity::Consent)
            };
            consent::polarity(&self.headers[column]).or_else(by_words)
        };
        let free = (0..self.headers.len()).filter(is_free);
        free.filter_map(|column| Some(Tally::new(column, says(column)?))).collect()
    }
}

/// True for what is wrong with a number, rather than that it is none.
fn is_like(code: RowCode) -> bool {
    matches!(
        code,
        RowCode::PhoneAmbiguousCountry
            | RowCode::PhoneScientific
            | RowCode::PhoneTooShort
            | RowCode::PhoneTooLong
            | RowCode::PhoneInvalid
            | RowCode::PhoneInvalidCountry
            | RowCode::PhonePlaceholder
            | RowCode::PhoneLetters
            | RowCode::PhoneExtension
            | RowCode::PhoneControlChar
            | RowCode::PhoneMultiple
            | RowCode::PhoneType
    )
}
