//! A file of people who said no: every number of it, or none.

use std::path::Path;

use super::{Added, FileError, Plan, ReadError, ReadingOptions, RecipientList};
use crate::domain::{NewRecipient, Phone, Standing};

/// Why the numbers of a file cannot be taken.
#[derive(Debug, thiserror::Error)]
pub enum OptOutError {
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// Rows without a number that can be used. Leaving them out would message who said no.
    #[error(
        "{n} row{} cannot be read, the first on line {line}: {text}", if *n == 1 { "" } else { "s" }
    )]
    Rows {
        /// How many.
        n: u64,
        /// The line of the first one.
        line: u64,
        /// What is wrong with it.
        text: String,
    },
}

/// Every number of a file, read with the same care as one of recipients.
pub fn opt_outs(path: &Path, plan: &Plan) -> Result<Vec<Phone>, OptOutError> {
    // Who is to be kept off every list is not asked about consent.
    let options = ReadingOptions { ignores_consent: true, ..plan.options.clone() };
    let plan = &Plan { options, ..plan.clone() };
    let list = RecipientList::open(path, plan)?;
    let mut numbers = Vec::new();
    let mut refused = Vec::new();
    let mut keep = |batch: Vec<NewRecipient>| {
        for row in batch {
            match row.standing {
                Standing::Good(phone) => numbers.push(phone),
                Standing::Rejected(rejection) => refused.push((row.line, rejection.text)),
            }
        }
        Ok::<_, std::convert::Infallible>(Added::default())
    };
    list.read(plan, &mut |_| {}, &mut keep).map_err(|error| match error {
        ReadError::File(error) => OptOutError::File(error),
        ReadError::Add(never) => match never {},
        // No file of refused rows was asked for.
        ReadError::Rejects { path, source } => OptOutError::File(FileError::Unreadable { path, source }),
    })?;
    let n = refused.len() as u64;
    match refused.into_iter().next() {
        Some((line, text)) => Err(OptOutError::Rows { n, line, text }),
        None => Ok(numbers),
    }
}
