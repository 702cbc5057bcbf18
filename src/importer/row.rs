//! Record -> recipients, or one refusal: every row is checked in full before anything can be sent.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{
    Layout, NewRecipient, Phone, RejectedRow, Rejection, RowCode, Standing, Template,
    message::{
        self,
        layout::Place,
        value::{Kind, Values},
    },
};

use super::{
    entities,
    findings::{
        advice::Advice,
        error::{Choice, Question, Subject},
        note::Note,
    },
    meaning::{
        columns::{Columns, unescaped},
        consent::{self, Verdict},
        moments::Moments,
        plan::Plan,
    },
    number::{Habit, Mark, Number, Numbers, Refusal, Region, Rule, Survey, read_cell, read_every},
    record::Record,
};

/// How many different texts that are no values are told apart.
const BLANKS_MAX: usize = 100;

/// How much of a cell is repeated in a message.
const FOUND_CHARS_MAX: usize = 120;

/// What was repaired or assumed, counted for the report.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    pub(super) marks: [u64; Mark::ALL.len()],
    pub(super) n_nul_removed: u64,
    pub(super) n_consent_blank: u64,
    pub(super) n_refs_missing: u64,
    pub(super) n_cells_beyond: u64,
    /// Texts in cells that the message uses, and that are no values, with how often they were found.
    pub(super) missing: BTreeMap<String, u64>,
    /// Texts there that may be no values, and about which nobody has said anything.
    pub(super) doubtful: BTreeMap<String, u64>,
    /// The columns of those texts.
    pub(super) doubtful_columns: BTreeSet<usize>,
    /// How many cells of a column that the message uses have HTML entities, and the first of them.
    pub(super) entities: BTreeMap<usize, (u64, String)>,
    /// How many rows lack each variable of the message that has no default, by its place in the message.
    pub(super) lacking: BTreeMap<usize, u64>,
    /// How many rows the message was made for.
    pub(super) n_checked: u64,
    /// The same as of entities for control characters.
    pub(super) controls: BTreeMap<usize, (u64, String)>,
    /// In cells of which only the first number is used.
    pub(super) n_further_numbers: u64,
}

/// Turns records into recipients.
pub(super) struct Rows<'p> {
    columns: &'p Columns,
    header: Option<Vec<String>>,
    rule: Rule,
    /// How each column of numbers is written.
    habits: Vec<Habit>,
    numbers: Numbers,
    decodes_entities: bool,
    message: Option<Placed<'p>>,
    refs: [Option<Placed<'p>>; 3],
    /// Indexes into the layout's cells are found once, not for every row.
    cells: Vec<usize>,
    found: Vec<Number>,
    /// What the usable rows say in columns that may be about consent.
    pub(super) may_say: Vec<consent::Tally>,
    /// When people wrote, and where they are.
    pub(super) moments: Moments<'p>,
    /// Where the values of the message and of the tags come from, each place once.
    used: Vec<Place>,
    pub(super) tally: Tally,
}

/// A template and where its variables are found.
struct Placed<'p> {
    template: &'p Template,
    places: Vec<Option<Place>>,
    values: &'p Values,
}

impl<'p> Placed<'p> {
    fn new(template: &'p Template, layout: &'p Layout) -> Self {
        let places = template.variables().iter().map(|variable| layout.place_of(variable)).collect();
        Self { template, places, values: &layout.values }
    }

    fn render(
        &self,
        to: &str,
        refs: &[Option<String>; 3],
        cells: &[String],
    ) -> Result<String, message::RenderError> {
        self.template.render(|variable| self.value(variable, to, refs, cells))
    }

    fn value<'v>(
        &'v self,
        variable: usize,
        to: &'v str,
        refs: &'v [Option<String>; 3],
        cells: &'v [String],
    ) -> Option<&'v str> {
        match self.places[variable]? {
            Place::To => Some(to),
            Place::Ref(slot) => refs[slot].as_deref().map(|text| self.values.shown(text)),
            Place::Cell(index) => cells.get(index).map(|text| self.values.shown(text)),
        }
    }
}

impl Placed<'_> {
    /// The variables that have no value and no default: each is looked at as if the others had one.
    fn lacking(&self, to: &str, refs: &[Option<String>; 3], cells: &[String]) -> Vec<usize> {
        let is_lacking = |wanted: &usize| {
            let rendered = self.template.render(|variable| {
                if variable == *wanted { self.value(variable, to, refs, cells) } else { Some("1") }
            });
            matches!(rendered, Err(message::RenderError::Missing { .. }))
        };
        (0..self.places.len()).filter(is_lacking).collect()
    }
}

impl<'p> Rows<'p> {
    pub(super) fn new(columns: &'p Columns, header: Option<&Record>, plan: &'p Plan) -> Self {
        let layout = &columns.layout;
        let mut used = Vec::new();
        for template in plan.message.iter().chain(plan.refs.iter().flatten()) {
            for place in template.variables().iter().filter_map(|variable| layout.place_of(variable)) {
                if !used.contains(&place) {
                    used.push(place);
                }
            }
        }
        Self {
            columns,
            header: header.map(|header| header.iter().map(|name| name.trim().to_lowercase()).collect()),
            rule: plan.options.rule(),
            habits: vec![Habit::Unknown; layout.to.len()],
            numbers: plan.options.numbers,
            decodes_entities: plan.options.decodes_entities,
            message: plan.message.as_ref().map(|template| Placed::new(template, layout)),
            refs: plan
                .refs
                .each_ref()
                .map(|template| template.as_ref().map(|found| Placed::new(found, layout))),
            cells: layout.cells.iter().map(|column| columns.physical[*column]).collect(),
            found: Vec::new(),
            may_say: columns.may_say.clone(),
            moments: Moments::new(columns, plan),
            used,
            tally: Tally::default(),
        }
    }

    /// Appends every number of every cell of a record's columns of numbers, and says which cells hold something else.
    pub(super) fn every_number(&self, record: &Record, numbers: &mut Vec<Number>) -> Vec<Rejection> {
        let rule = match self.rule_of(record) {
            Ok(rule) => rule,
            Err(rejection) => return vec![rejection],
        };
        let mut rejections = Vec::new();
        for (index, column) in self.columns.layout.to.iter().enumerate() {
            let text = record.get(self.columns.physical[*column]).unwrap_or_default();
            let rule = Rule { habit: self.habits[index], ..rule };
            match read_every(text, rule, numbers) {
                Err(refusal) if refusal.code != RowCode::PhoneMissing => {
                    rejections.push(self.rejection(record, Some(*column), refusal.code, refusal.text));
                }
                Ok(()) | Err(_) => {}
            }
        }
        rejections
    }

    /// Takes note of how the columns of numbers are written, from all rows or from the first ones.
    pub(super) fn follow(&mut self, surveys: &[Survey]) {
        self.habits = surveys.iter().map(|survey| survey.habit()).collect();
    }

    /// Adds what a record shows of how the columns of numbers are written.
    pub(super) fn survey(&self, record: &Record, surveys: &mut [Survey]) {
        if record.is_unbalanced || self.is_ignored(record) {
            return;
        }
        let Ok(rule) = self.rule_of(record) else { return };
        for (column, survey) in self.columns.layout.to.iter().zip(surveys) {
            let physical = self.columns.physical[*column];
            // What a format puts around the digits says nothing of how the column is written.
            let text = record.plain(physical).or_else(|| record.get(physical)).unwrap_or_default();
            survey.see(text, rule.region);
        }
    }

    /// True for a blank row and for the header repeated.
    pub(super) fn is_ignored(&self, record: &Record) -> bool {
        if record.is_blank() {
            return true;
        }
        let Some(header) = &self.header else { return false };
        let is_same = |index: usize, name: &String| {
            record.get(index).unwrap_or_default().trim().to_lowercase() == *name
        };
        // The first cell settles nearly every row without looking at the others.
        is_same(0, &header[0]) && header.iter().enumerate().all(|(index, name)| is_same(index, name))
    }

    /// The recipients of a record: one, or several where each number of a cell counts, or one that is refused.
    pub(super) fn read(&mut self, record: &Record, out: &mut Vec<NewRecipient>) {
        let (tally, has_to_decode) = (&mut self.tally, self.decodes_entities);
        let mut kept = |index: usize| {
            let text = kept(record.get(index), tally);
            let decoded = if has_to_decode { entities::decoded(&text) } else { None };
            decoded.unwrap_or(text)
        };
        let cells: Vec<String> = self.cells.iter().map(|index| kept(*index)).collect();
        let refs = self.columns.layout.refs.map(|column| {
            let text = kept(self.columns.physical[column?]);
            (!text.trim().is_empty()).then_some(text)
        });
        let line = record.line;
        if let Err(rejection) = self.phones(record) {
            let (standing, mends) = (Standing::Rejected(rejection), self.mends(record));
            out.push(NewRecipient { line, standing, refs, cells, wrote_at: None, time_zone: None, mends });
            return;
        }
        let (wrote_at, time_zone) = (self.moments.wrote_at(record), self.moments.time_zone(record));
        let n_before = out.len();
        let mut numbers = std::mem::take(&mut self.found);
        if let [.., last] = numbers.as_slice() {
            let last = *last;
            for number in &numbers[..numbers.len() - 1] {
                out.push(self.recipient(record, *number, refs.clone(), cells.clone()));
            }
            out.push(self.recipient(record, last, refs, cells));
        }
        numbers.clear();
        self.found = numbers;
        for row in &mut out[n_before..] {
            row.wrote_at = wrote_at;
            row.time_zone.clone_from(&time_zone);
        }
        if out.iter().any(|row| matches!(row.standing, Standing::Good(_))) {
            for tally in &mut self.may_say {
                tally.take(record.get(self.columns.physical[tally.column]).unwrap_or_default());
            }
        }
    }

    fn recipient(
        &mut self,
        record: &Record,
        number: Number,
        mut refs: [Option<String>; 3],
        cells: Vec<String>,
    ) -> NewRecipient {
        for (mark, count) in Mark::ALL.into_iter().zip(&mut self.tally.marks) {
            *count += u64::from(number.is(mark));
        }
        self.count_blanks(&refs, &cells);
        let checked = self.check(record, number.phone, &mut refs, &cells);
        let standing = checked.map_or_else(Standing::Rejected, |()| Standing::Good(number.phone));
        let mends = self.mends(record);
        NewRecipient { line: record.line, standing, refs, cells, wrote_at: None, time_zone: None, mends }
    }

    /// Which rejected row a record is, in a file of rejected rows.
    fn mends(&self, record: &Record) -> Option<RejectedRow> {
        self.columns.own.and_then(|own| own.row(record))
    }

    /// Takes note of texts in the cells that the message uses, where they stand for no value.
    fn count_blanks(&mut self, refs: &[Option<String>; 3], cells: &[String]) {
        let layout = &self.columns.layout;
        for place in &self.used {
            let (text, column) = match place {
                Place::To => continue,
                Place::Ref(slot) => (refs[*slot].as_deref(), layout.refs[*slot]),
                Place::Cell(index) => {
                    (cells.get(*index).map(String::as_str), layout.cells.get(*index).copied())
                }
            };
            let Some(text) = text else { continue };
            if let Some(column) =
                column.filter(|_| !self.decodes_entities && entities::decoded(text).is_some())
            {
                let (n, _) = self.tally.entities.entry(column).or_insert_with(|| (0, shortened(text)));
                *n += 1;
            }
            if let Some(column) = column.filter(|_| text.chars().any(is_control)) {
                let example = || shortened(text).replace(is_control, "\u{FFFD}");
                let (n, _) = self.tally.controls.entry(column).or_insert_with(|| (0, example()));
                *n += 1;
            }
            let counts = match layout.values.kind(text) {
                Kind::Text => continue,
                Kind::Missing => &mut self.tally.missing,
                Kind::Doubtful => {
                    self.tally.doubtful_columns.extend(column);
                    &mut self.tally.doubtful
                }
            };
            // Placeholders of other tools may be different in each row.
            let key = if counts.len() < BLANKS_MAX { shortened(text) } else { String::new() };
            *counts.entry(key).or_default() += 1;
        }
    }

    /// The variables of the message that rows have no value for.
    pub(super) fn lacking(&self) -> Vec<Note> {
        let Some(message) = &self.message else { return Vec::new() };
        let note = |(at, n): (&usize, &u64)| {
            let variable = message.template.variables().get(*at)?.clone();
            let column = self.columns.layout.column_of(&variable).map(|column| self.columns.shown(column));
            let column = column.unwrap_or_else(|| variable.clone());
            Some(Note::Lacking { variable, column, n: *n, n_rows: self.tally.n_checked })
        };
        self.tally.lacking.iter().filter_map(note).collect()
    }

    /// What is unlikely to be meant in the columns that the message uses: HTML entities, control characters.
    pub(super) fn left_over(&self) -> Vec<Note> {
        let note = |(column, (n, example)): (&usize, &(u64, String))| Note::Entities {
            column: self.columns.shown(*column),
            n: *n,
            example: example.clone(),
            decoded: entities::decoded(example).unwrap_or_else(|| example.clone()),
        };
        let control = |(column, (n, example)): (&usize, &(u64, String))| Note::ControlCharacters {
            column: self.columns.shown(*column),
            n: *n,
            example: example.clone(),
        };
        let controls = self.tally.controls.iter().map(control);
        self.tally.entities.iter().map(note).chain(controls).collect()
    }

    /// What has to be said before the list can be used: whether texts that may be no values are some.
    pub(super) fn question(&self) -> Option<Question> {
        let doubtful = &self.tally.doubtful;
        let texts: Vec<String> = doubtful.keys().filter(|text| !text.is_empty()).cloned().collect();
        let columns = self.tally.doubtful_columns.iter().map(|column| self.columns.shown(*column)).collect();
        let n_rows = Some(doubtful.values().sum());
        let answer = |name: &str, is_blank| Choice {
            n_rows,
            ..Choice::new(name, Advice::SetTexts { texts: texts.clone(), is_blank })
        };
        let choices = vec![answer("blank", true), answer("text", false)];
        let texts = texts.clone();
        (!texts.is_empty()).then_some(Question { subject: Subject::Blanks { texts, columns }, choices })
    }

    /// Finds the numbers of a record, in `self.found`.
    fn phones(&mut self, record: &Record) -> Result<(), Rejection> {
        if record.is_unbalanced {
            let line = record.iter().collect::<Vec<_>>().join(",");
            let text = match record.n_bytes_oversized {
                0 if record.has_backslash_quote => {
                    "a quote in a cell has a backslash in front, as not all of this file has it; double the quote \
                     instead (\"\")"
                        .to_owned()
                }
                0 if line.contains('"') => {
                    "a quote opens here and is never closed; remove it or close it".to_owned()
                }
                0 => "this line is longer than any row of a list; is a line end missing?".to_owned(),
                n_bytes => format!(
                    "the quotes of this row hold {} KB, more than any cell of a list; remove the quote, or shorten the \
                     cell",
                    n_bytes.div_ceil(1_000)
                ),
            };
            return Err(Rejection {
                code: RowCode::CsvUnbalancedQuote,
                column: String::new(),
                found: shortened(&line),
                to: String::new(),
                text,
            });
        }
        self.refuse_extra_fields(record)?;
        let rule = self.rule_of(record)?;
        let mut first: Option<(usize, Refusal)> = None;
        for (index, column) in self.columns.layout.to.iter().enumerate() {
            self.found.clear();
            let rule = Rule { habit: self.habits[index], ..rule };
            let physical = self.columns.physical[*column];
            let text = record.get(physical).unwrap_or_default();
            let shown = shown_number(record, physical);
            let read = match (record.plain(physical), shown) {
                (Some(plain), Some(shown)) => read_either(shown, plain, rule, self.numbers, &mut self.found),
                (Some(plain), None) => {
                    let read = read_cell(plain, rule, self.numbers, &mut self.found);
                    read.map_err(|refusal| refused(text, rule, self.numbers).unwrap_or(refusal))
                }
                (None, _) => read_cell(text, rule, self.numbers, &mut self.found),
            };
            match read {
                Ok(()) => {
                    self.count_further(text, rule);
                    return self.refuse_without_consent(record);
                }
                // What is wrong with a number says more than that another cell is blank.
                Err(refusal) => {
                    let is_better = first.as_ref().is_none_or(|(_, known)| {
                        known.code == RowCode::PhoneMissing && refusal.code != RowCode::PhoneMissing
                    });
                    if is_better {
                        first = Some((*column, refusal));
                    }
                }
            }
        }
        let (column, refusal) =
            first.expect("a file without a column of numbers is refused when it is opened");
        Err(self.rejection(record, Some(column), refusal.code, refusal.text))
    }

    /// Counts the numbers of a cell that are not used.
    fn count_further(&mut self, text: &str, rule: Rule) {
        if self.numbers == Numbers::First && self.found.iter().any(|number| number.is(Mark::Multiple)) {
            let mut all = Vec::new();
            if read_cell(text, rule, Numbers::All, &mut all).is_ok() {
                self.tally.n_further_numbers += (all.len() - self.found.len()) as u64;
            }
        }
    }

    fn refuse_extra_fields(&mut self, record: &Record) -> Result<(), Rejection> {
        let n_columns = self.columns.physical.last().map_or(0, |last| last + 1).max(self.columns.n_fields);
        let Some(extra) = record.iter().skip(n_columns).find(|field| !field.trim().is_empty()) else {
            return Ok(());
        };
        if record.is_of_sheet {
            self.tally.n_cells_beyond += 1;
            return Ok(());
        }
        let mut rejection = self.rejection(
            record,
            None,
            RowCode::RowExtraFields,
            format!(
                "there are {} fields where the header has {n_columns}, so the columns have shifted; put quotes around \
                 the cell that contains the delimiter",
                record.len()
            ),
        );
        rejection.found = shortened(extra);
        Err(rejection)
    }

    /// How numbers without a plus are read in this record: by its own country where it has one.
    fn rule_of(&self, record: &Record) -> Result<Rule, Rejection> {
        let Some(column) = self.columns.country else { return Ok(self.rule) };
        let text = record.get(self.columns.physical[column]).unwrap_or_default().trim();
        if text.is_empty() || super::number::is_missing(text) {
            return Ok(self.rule);
        }
        let to = self.columns.layout.to.iter().filter_map(|to| record.get(self.columns.physical[*to]));
        let is_international = to.clone().any(|cell| cell.contains('+'));
        match Region::from_cell(text.trim_matches(|c| matches!(c, '\'' | '"' | '='))) {
            Some(region) => Ok(Rule::of_region(Some(region))),
            None if is_international => Ok(self.rule),
            None => {
                let reason =
                    "this is no country; write its name, its two letters or its calling code".to_owned();
                Err(self.rejection(record, Some(column), RowCode::PhoneInvalidCountry, reason))
            }
        }
    }

    fn refuse_without_consent(&mut self, record: &Record) -> Result<(), Rejection> {
        for column in &self.columns.willingness {
            let text = record.get(self.columns.physical[column.column]).unwrap_or_default();
            let reason = match column.verdict(text) {
                Verdict::Willing => continue,
                Verdict::Blank => {
                    self.tally.n_consent_blank += 1;
                    continue;
                }
                Verdict::Unwilling if column.is_opt_out => {
                    "this person asked not to be messaged: the column is one of opt-outs"
                }
                Verdict::Unwilling if text.trim().is_empty() => {
                    "this person did not agree to be messaged: the cell is blank, and nobody says no in this column"
                }
                Verdict::Unwilling => "this person did not agree to be messaged",
                Verdict::Unclear => "this is neither a yes nor a no, so the person is not messaged",
            };
            return Err(self.rejection(record, Some(column.column), RowCode::NoConsent, reason.to_owned()));
        }
        Ok(())
    }

    /// Renders what will be sent. The tags of the plan are filled in here.
    fn check(
        &mut self,
        record: &Record,
        phone: Phone,
        refs: &mut [Option<String>; 3],
        cells: &[String],
    ) -> Result<(), Rejection> {
        let to = phone.e164();
        let from_file = refs.clone();
        for (slot, placed) in self.refs.iter().enumerate() {
            if let Some(placed) = placed {
                let rendered = placed.render(&to, &from_file, cells).ok();
                self.tally.n_refs_missing += u64::from(rendered.is_none());
                refs[slot] = rendered.filter(|text| !text.trim().is_empty());
            }
        }
        if let Some(message) = &self.message {
            self.tally.n_checked += 1;
            let checked = message.render(&to, refs, cells).and_then(|body| message::check_body(&body));
            if matches!(checked, Err(message::RenderError::Missing { .. })) {
                for variable in message.lacking(&to, refs, cells) {
                    *self.tally.lacking.entry(variable).or_default() += 1;
                }
            }
            checked.map_err(|error| self.unrenderable(record, &error))?;
        }
        for (slot, tag) in refs.iter().enumerate() {
            let n_chars = tag.as_ref().map_or(0, |text| text.chars().count());
            if message::REF_CHARS_MAX < n_chars {
                let reason = format!(
                    "this tag has {n_chars} characters; the provider would cut it at {}",
                    message::REF_CHARS_MAX
                );
                let mut rejection =
                    self.rejection(record, self.columns.layout.refs[slot], RowCode::RefTooLong, reason);
                rejection.found = shortened(tag.as_deref().unwrap_or_default());
                return Err(rejection);
            }
        }
        Ok(())
    }

    fn unrenderable(&self, record: &Record, error: &message::RenderError) -> Rejection {
        let (code, column) = match error {
            message::RenderError::Missing { variable } | message::RenderError::Filter { variable } => {
                (RowCode::TemplateValueMissing, self.columns.layout.column_of(variable))
            }
            message::RenderError::TooLong { .. } => (RowCode::BodyTooLong, None),
        };
        let todo = match error {
            message::RenderError::Missing { variable } => {
                format!("; fill the cell, or give a default: {{{{ {variable} | default(\"…\") }}}}")
            }
            message::RenderError::Filter { .. } | message::RenderError::TooLong { .. } => String::new(),
        };
        self.rejection(record, column, code, format!("{error}{todo}"))
    }

    fn rejection(&self, record: &Record, column: Option<usize>, code: RowCode, text: String) -> Rejection {
        let layout = &self.columns.layout;
        let cell = |column: usize| record.get(self.columns.physical[column]).unwrap_or_default();
        let to =
            layout.to.iter().map(|to| cell(*to)).find(|text| !text.trim().is_empty()).unwrap_or_default();
        Rejection {
            code,
            column: column.map_or_else(String::new, |column| self.columns.shown(column)),
            found: column.map_or_else(String::new, |column| shortened(cell(column))),
            to: if self.columns.is_export { unescaped(to) } else { to }.replace('\0', ""),
            text,
        }
    }
}

/// What a sheet shows for a number, where that says more of a telephone number than its digits: a mask may put a country
/// code, a plus or zeros in front. Decimals, percent signs and dates say nothing of it.
fn shown_number(record: &Record, index: usize) -> Option<&str> {
    let (shown, plain) = (record.get(index)?, record.plain(index)?);
    let digits: String = shown.chars().filter(char::is_ascii_digit).collect();
    let is_in_front = digits.ends_with(plain) && (digits != plain || shown.contains('+'));
    is_in_front.then_some(shown)
}

/// Reads what is shown, or else the plain number.
fn read_either(
    shown: &str,
    plain: &str,
    rule: Rule,
    numbers: Numbers,
    found: &mut Vec<Number>,
) -> Result<(), Refusal> {
    read_cell(shown, rule, numbers, found).or_else(|refusal| {
        found.clear();
        read_cell(plain, rule, numbers, found).map_err(|_| refusal)
    })
}

/// What is wrong with a cell.
fn refused(text: &str, rule: Rule, numbers: Numbers) -> Option<Refusal> {
    read_cell(text, rule, numbers, &mut Vec::new()).err()
}

/// A cell as it is kept: without NULs, and without the apostrophe that keeps spreadsheets from calculating.
fn kept(text: Option<&str>, tally: &mut Tally) -> String {
    let text = unescaped(text.unwrap_or_default());
    if text.contains('\0') {
        tally.n_nul_removed += 1;
        return text.replace('\0', "");
    }
    text.to_owned()
}

/// The text without NULs and cut to a length that fits a message.
fn shortened(text: &str) -> String {
    let plain = text.trim().replace('\0', "\u{FFFD}");
    match plain.char_indices().nth(FOUND_CHARS_MAX) {
        Some((at, _)) => format!("{}…", &plain[..at]),
        None => plain,
    }
}

/// What no name has; a cell may have lines and tabs.
fn is_control(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\r' | '\t')
}

/// True when a refused row has no number, so that it can be part of a footer.
pub(super) fn has_no_number(rejection: &Rejection) -> bool {
    matches!(rejection.code, RowCode::PhoneMissing | RowCode::PhoneNotANumber | RowCode::PhoneLetters)
}
