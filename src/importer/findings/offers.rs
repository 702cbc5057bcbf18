//! One answer for a whole column, and how many rows it would fix: offered only where it is known what it would do.

use crate::domain::{NewRecipient, Phone, Rejection, RowCode};

use super::{
    advice::{Advice, ColumnName},
    note::{Note, Offer},
};
use crate::importer::{
    meaning::{
        columns::Columns,
        lexicon,
        plan::{Field, Plan},
    },
    number::{Mark, Number, Numbers, Region, Rule, is_slip, read_cell},
    row::Tally,
};

/// How many refused rows are tried under other answers.
const TRIED_MAX: u64 = 5_000;

/// Numbers by their first three digits.
const STARTS: usize = 1_000;

/// How many countries are offered.
const REGIONS_OFFERED_MAX: usize = 3;

/// The countries that are tried for refused numbers.
const REGIONS_TRIED: [&str; 24] = [
    "IN", "ID", "BR", "US", "GB", "DE", "IT", "FR", "ES", "MX", "AE", "SG", "SA", "NG", "ZA", "PK", "BD",
    "MY", "PH", "TR", "NL", "CO", "EG", "KE",
];

/// What other answers would make of the rows that were refused for their number.
pub(in crate::importer) struct Offers {
    rule: Rule,
    numbers: Numbers,
    /// The columns of numbers.
    to: Vec<ColumnName>,
    /// A row that names its own country is not read by the answer for the file.
    has_country: bool,
    n_refused: u64,
    n_tried: u64,
    /// Those that another country could fix, and how many of them were tried.
    n_of_country: u64,
    n_of_country_tried: u64,
    included: Gain,
    by_region: Vec<(Region, Gain)>,
    /// The rows that are good as they are, by the first three digits of their number, which begin with the calling code.
    good_by_start: Vec<u64>,
    /// Rows refused for several numbers, one of which is valid.
    n_several: u64,
    /// Columns that may say which country a number is of: the index among the kept cells, the column, what was found.
    by_country_column: Vec<(usize, ColumnName, Countries)>,
    /// Other columns: the index among the kept cells, the column, the rows in which it holds a number.
    by_column: Vec<(usize, ColumnName, u64)>,
}

/// How many refused rows an answer would fix.
#[derive(Debug, Clone, Copy, Default)]
struct Gain {
    n_valid: u64,
    /// Those of them that speak for the answer: mobiles of the country itself.
    n_likely: u64,
    /// Those of them that are another number than with the country code included.
    n_of_its_own: u64,
}

/// What a column says of the countries of refused numbers.
#[derive(Debug, Clone, Copy, Default)]
struct Countries {
    /// Rows whose number is one of the country that the column names.
    n_valid: u64,
    /// Those that no count of anything could name: by name, or by a calling code of two digits and more.
    n_evident: u64,
}

impl Countries {
    fn add(&mut self, cell: &str, is_valid_in: impl Fn(Region) -> bool) {
        let Some(region) = Region::from_cell(cell).filter(|region| is_valid_in(*region)) else { return };
        self.n_valid += 1;
        self.n_evident += u64::from(9 < region.calling_code() || cell.contains(char::is_alphabetic));
    }
}

impl Gain {
    fn add(&mut self, number: Option<Number>, included: Option<Number>) {
        if let Some(number) = number {
            self.n_valid += 1;
            let is_same = included.is_some_and(|included| included.phone == number.phone);
            self.n_of_its_own += u64::from(!is_same);
            let is_likely = !number.is(Mark::NotMobile) && !number.is(Mark::AssumedInternational);
            self.n_likely += u64::from(is_likely);
        }
    }
}

impl Offers {
    pub(in crate::importer) fn new(columns: &Columns, plan: &Plan) -> Self {
        let layout = &columns.layout;
        let is_other = |column: &usize| {
            let header = &layout.headers[*column];
            !layout.to.contains(column)
                && Some(*column) != columns.country
                && !columns.willingness.iter().any(|known| known.column == *column)
                && lexicon::may_be_number(header)
                && columns.may_be_of_the_same(*column)
        };
        let named = |(index, column): (usize, &usize)| (index, columns.name(*column), Countries::default());
        let of_country = layout.cells.iter().enumerate().map(named);
        let kept = layout.cells.iter().enumerate().filter(|(_, column)| is_other(column));
        let regions = REGIONS_TRIED.iter().filter_map(|code| code.parse().ok());
        Self {
            rule: plan.options.rule(),
            numbers: plan.options.numbers,
            to: layout.to.iter().map(|column| columns.name(*column)).collect(),
            has_country: columns.country.is_some(),
            n_refused: 0,
            n_tried: 0,
            n_of_country: 0,
            n_of_country_tried: 0,
            included: Gain::default(),
            good_by_start: vec![0; STARTS],
            by_region: regions.map(|region| (region, Gain::default())).collect(),
            n_several: 0,
            by_country_column: of_country.collect(),
            by_column: kept.map(|(index, column)| (index, columns.name(*column), 0)).collect(),
        }
    }

    /// Takes note of a row that is good as it is: whose numbers the others stand among says what they are likely to be.
    pub(in crate::importer) fn see(&mut self, phone: Phone) {
        let mut start = phone.digits();
        while STARTS as u64 <= start {
            start /= 10;
        }
        self.good_by_start[usize::try_from(start).unwrap_or_default()] += 1;
    }

    /// How many of the good rows are numbers of a country, or of one that shares its calling code.
    fn n_good_of(&self, region: Region) -> u64 {
        let code = region.calling_code().to_string();
        let starts = self.good_by_start.iter().enumerate();
        starts.filter(|(start, _)| start.to_string().starts_with(&code)).map(|(_, n)| n).sum()
    }

    /// Tries a row that was refused.
    pub(in crate::importer) fn take(&mut self, row: &NewRecipient, rejection: &Rejection) {
        if self.has_country || !is_of_number(rejection.code) {
            return;
        }
        self.n_refused += 1;
        self.n_of_country += u64::from(is_of_country(rejection.code));
        if TRIED_MAX <= self.n_tried {
            return;
        }
        self.n_tried += 1;
        let number = |text: &str, rule: Rule, numbers: Numbers| {
            let mut found = Vec::new();
            read_cell(text, rule, numbers, &mut found).ok().and_then(|()| found.first().copied())
        };
        let (rule, numbers) = (self.rule, self.numbers);
        for (index, _, n_rows) in &mut self.by_column {
            let found = row.cells.get(*index).and_then(|cell| number(cell, rule, numbers));
            *n_rows += u64::from(found.is_some());
        }
        let to = rejection.to.as_str();
        if rejection.code == RowCode::PhoneMultiple {
            self.n_several += u64::from(number(to, rule, Numbers::First).is_some());
        }
        // A slip of a number of the country would be a stranger's number under another answer.
        let is_slip = |region| is_slip(&to.chars().filter(char::is_ascii_digit).collect::<String>(), region);
        if is_of_country(rejection.code) && !rule.region.is_some_and(is_slip) {
            self.n_of_country_tried += 1;
            for (index, _, countries) in &mut self.by_country_column {
                let cell = row.cells.get(*index).map(String::as_str).unwrap_or_default();
                countries.add(cell, |region| number(to, Rule::of_region(Some(region)), numbers).is_some());
            }
            let included = number(to, Rule { includes_country_code: true, ..rule }, numbers);
            self.included.add(included, None);
            for (region, gain) in &mut self.by_region {
                if Some(*region) != rule.region {
                    let of_region = Rule::of_region(Some(*region));
                    gain.add(number(to, of_region, numbers), included);
                }
            }
        }
    }

    /// The column that names the country of most of the numbers: an answer for all of them would be wrong for some.
    fn country_column(&self) -> Option<&(usize, ColumnName, Countries)> {
        let is_most = |countries: &Countries| {
            self.n_of_country_tried * 3 <= countries.n_valid * 4
                && countries.n_valid < countries.n_evident * 4
        };
        let most = self.by_country_column.iter().filter(|(.., countries)| is_most(countries));
        most.max_by_key(|(.., countries)| countries.n_valid)
    }

    /// The countries that would fix at least a quarter of the rows that another one could.
    fn of_country(&self) -> Vec<Offer> {
        let is_likely = |gain: &Gain| 0 < gain.n_likely && self.n_of_country_tried <= gain.n_likely * 4;
        let offer = |region: Option<Region>, includes_country_code: bool, gain: &Gain| Offer {
            advice: Advice::SetRegion { region, includes_country_code },
            n_valid: gain.n_valid,
            n_refused: self.n_of_country,
            is_at_least: self.n_of_country_tried < self.n_of_country,
        };
        let mut offers = Vec::new();
        if self.country_column().is_some() {
            return offers;
        }
        if is_likely(&self.included) && !self.rule.includes_country_code {
            offers.push(offer(self.rule.region, true, &self.included));
        }
        let mut best: Vec<&(Region, Gain)> =
            self.by_region.iter().filter(|(_, gain)| is_likely(gain)).collect();
        best.sort_by_key(|(_, gain)| std::cmp::Reverse(gain.n_likely));
        // Numbers that read the same with the country code in front are fixed by that answer, without a country.
        if !offers.is_empty() {
            best.retain(|(_, gain)| 0 < gain.n_of_its_own);
        }
        // A list whose other numbers are German is not offered Bangladesh, where the same digits are somebody else's.
        let n_good: u64 = self.good_by_start.iter().sum();
        let is_home = |found: &&(Region, Gain)| n_good < self.n_good_of(found.0) * 2;
        if best.iter().any(is_home) {
            best.retain(is_home);
        }
        offers.extend(
            best.into_iter()
                .take(REGIONS_OFFERED_MAX)
                .map(|(region, gain)| offer(Some(*region), false, gain)),
        );
        offers
    }

    /// All that is worth offering: countries, other columns, and other policies for several numbers in a cell.
    pub(in crate::importer) fn notes(&self, tally: &Tally) -> Vec<Note> {
        let mut notes: Vec<Note> = self.of_country().into_iter().map(Note::Offer).collect();
        let offer = |advice: Advice, n_valid: u64| {
            let is_at_least = self.n_tried < self.n_refused;
            Note::Offer(Offer { advice, n_valid, n_refused: self.n_refused, is_at_least })
        };
        if let Some((_, column, countries)) = self.country_column() {
            notes.push(Note::Offer(Offer {
                advice: Advice::PickColumn { field: Field::Country, columns: vec![column.clone()] },
                n_valid: countries.n_valid,
                n_refused: self.n_of_country,
                is_at_least: self.n_of_country_tried < self.n_of_country,
            }));
        }
        let is_worth = |n_rows: u64| 0 < n_rows && self.n_tried <= n_rows * 4;
        for (_, column, n_rows) in self.by_column.iter().filter(|(_, _, n_rows)| is_worth(*n_rows)) {
            let columns = self.to.iter().chain([column]).cloned().collect();
            notes.push(offer(Advice::PickColumn { field: Field::To, columns }, *n_rows));
        }
        if 0 < self.n_several {
            notes.push(offer(Advice::SetNumbers { numbers: Numbers::First }, self.n_several));
        }
        if 0 < tally.n_further_numbers {
            notes.push(Note::FurtherNumbers { n: tally.n_further_numbers });
        }
        notes
    }
}

/// True for what is wrong with the number, rather than with the row around it.
fn is_of_number(code: RowCode) -> bool {
    is_of_country(code)
        || matches!(
            code,
            RowCode::PhoneMissing
                | RowCode::PhoneScientific
                | RowCode::PhonePlaceholder
                | RowCode::PhoneLetters
                | RowCode::PhoneNotANumber
                | RowCode::PhoneExtension
                | RowCode::PhoneControlChar
                | RowCode::PhoneMultiple
                | RowCode::PhoneType
        )
}

/// True for what another country could fix.
fn is_of_country(code: RowCode) -> bool {
    matches!(
        code,
        RowCode::PhoneAmbiguousCountry
            | RowCode::PhoneTooShort
            | RowCode::PhoneTooLong
            | RowCode::PhoneInvalid
            | RowCode::PhoneInvalidCountry
    )
}
