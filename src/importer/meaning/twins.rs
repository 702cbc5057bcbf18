//! Columns of one name: which of them is meant where they differ.

use crate::{
    domain::{Layout, message::layout::fold},
    importer::{
        findings::{
            advice::{Advice, ColumnName},
            error::Choice,
        },
        record::Record,
    },
};

use super::{
    columns::{Content, Missing, Sample, VALUES_SHOWN},
    plan::{Field, Plan},
};

impl Sample<'_> {
    /// Refuses columns of different numbers under one header: a name cannot say which of them is meant, a position can.
    pub(super) fn refuse_twins(&self, columns: &[usize], contents: &[Content]) -> Result<(), Missing> {
        let is_twin = |one: usize, other: usize| {
            one != other
                && fold(&self.headers[one]) == fold(&self.headers[other])
                && !(self.is_same_number(one, other) || self.is_same_number(other, one))
        };
        let filled = columns.iter().copied().filter(|column| 0 < contents[*column].n_filled);
        let filled: Vec<usize> = filled.collect();
        let mut twins: Vec<usize> =
            filled.iter().copied().filter(|one| filled.iter().any(|other| is_twin(*one, *other))).collect();
        if twins.is_empty() || self.is_beside_its_like() {
            return Ok(());
        }
        twins.sort_unstable();
        let choice = |column: &usize| Choice {
            n_rows: self.choice(&[*column], contents).n_rows,
            ..self.by_position(*column, Field::To)
        };
        Err(Missing::Choice(twins.iter().map(choice).collect()))
    }

    /// A table beside its like has each header twice; the first of them is read, which is noted.
    fn is_beside_its_like(&self) -> bool {
        let (half, rest) = self.headers.split_at(self.headers.len() / 2);
        1 < half.len() && half.iter().map(|it| fold(it)).eq(rest.iter().map(|it| fold(it)))
    }

    /// Refuses a variable of the message that columns of one header give different values for.
    pub(super) fn refuse_twin_values(&self, plan: &Plan, layout: &Layout) -> Result<(), Missing> {
        if self.is_beside_its_like() {
            return Ok(());
        }
        let templates = plan.message.iter().chain(plan.refs.iter().flatten());
        for variable in templates.flat_map(crate::domain::message::Template::variables) {
            let Some(column) = layout.column_of(variable).filter(|_| !layout.assigned.contains_key(variable))
            else {
                continue;
            };
            // What is written as the variable is goes before another spelling of it.
            let header = |column: usize| self.headers[column].trim();
            let is_exact = header(column) == variable;
            let is_like = |other: &usize| {
                header(*other) == variable || (!is_exact && fold(header(*other)) == fold(variable))
            };
            let twins: Vec<usize> = (0..self.headers.len()).filter(is_like).collect();
            if twins.iter().all(|twin| self.is_same_text(column, *twin)) {
                continue;
            }
            let field = || Field::Variable(variable.clone());
            let choices = twins.iter().map(|twin| self.by_position(*twin, field())).collect();
            return Err(Missing::Twins { variable: variable.clone(), choices });
        }
        Ok(())
    }

    /// True where the other column adds nothing: it is blank, or says the same, in every row.
    fn is_same_text(&self, one: usize, other: usize) -> bool {
        let cell = |row: &Record, column: usize| {
            row.get(self.physical[column]).unwrap_or_default().trim().to_owned()
        };
        self.rows.iter().all(|row| cell(row, other).is_empty() || cell(row, one) == cell(row, other))
    }

    /// That a field is in this column, named by its position, and what is found there.
    fn by_position(&self, column: usize, field: Field) -> Choice {
        let name = format!("#{}", column + 1);
        let columns = vec![ColumnName { number: column + 1, header: name.clone() }];
        let samples = self.cells(column).take(VALUES_SHOWN).map(str::to_owned).collect();
        Choice { samples, ..Choice::new(name, Advice::PickColumn { field, columns }) }
    }
}
