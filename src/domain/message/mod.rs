//! The message: a template with placeholders, and the text it becomes for one recipient.
//!
//! Only `{{ … }}` is special. Inside it stands a column's name (spaces allowed) or its number, and after a bar one of
//! the filters in [`FILTERS`]. A blank value is a missing value.

pub mod composer;
pub mod layout;
pub mod lint;
pub mod tags;
pub mod token;
pub mod value;
pub mod way_out;

use minijinja::{Environment, UndefinedBehavior};

use super::recipient::phone::Phone;

/// The provider's limit on the text, "Maximum 4096 characters" (Send Catalogue Link Messages, table of `text`).
/// Counted in UTF-16 units, which is never less than a count of characters.
pub const BODY_UTF16_MAX: usize = 4_096;

/// The provider's limit on a tag; it cuts a longer one without a word (the same page, table of `extra_info`).
pub const REF_CHARS_MAX: usize = 255;

/// The filters a placeholder may use.
pub const FILTERS: [&str; 5] = ["default", "upper", "lower", "title", "trim"];

/// How much work one placeholder may do, in minijinja's fuel.
const FUEL: u64 = 10_000;

/// One message as the provider gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub to: Phone,
    pub body: String,
    /// Whether a preview of the first link is asked for.
    pub preview_url: bool,
    /// The tags, the token among them.
    pub refs: [Option<String>; 3],
    pub wa_source: String,
}

/// A parsed template.
#[derive(Debug, Clone)]
pub struct Template {
    pieces: Vec<Piece>,
    variables: Vec<String>,
}

#[derive(Debug, Clone)]
enum Piece {
    Text(String),
    Variable(usize),
    Filtered { variable: usize, expression: String },
}

/// Why a template does not parse.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// The text is empty.
    #[error("the text is empty")]
    Empty,
    /// `{{` without `}}`.
    #[error("line {line}, column {column}: `{{{{` is never closed by `}}}}`")]
    Unclosed {
        /// From 1.
        line: usize,
        /// From 1, in characters.
        column: usize,
    },
    /// `{{{`, as some tools have it.
    #[error("line {line}, column {column}: there are three braces; a placeholder has two: {{{{name}}}}")]
    ThreeBraces {
        /// From 1.
        line: usize,
        /// From 1, in characters.
        column: usize,
    },
    /// `{{ }}` or `{{ | default("x") }}`.
    #[error("line {line}, column {column}: the placeholder names no column")]
    NoName {
        /// From 1.
        line: usize,
        /// From 1, in characters.
        column: usize,
    },
    /// The part after the bar is not understood.
    #[error("line {line}, column {column}: `{found}` is not a filter; there are {}, as in {{{{ name | default(\"friend\") }}}}", FILTERS.join(", "))]
    Filter {
        /// From 1.
        line: usize,
        /// From 1, in characters.
        column: usize,
        found: String,
    },
}

/// Why a message cannot be made for one recipient.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// A value is blank and has no default.
    #[error("the message needs a value for {{{{{variable}}}}}")]
    Missing { variable: String },
    /// A filter failed on this value.
    #[error("{{{{{variable}}}}} cannot be put into the message")]
    Filter { variable: String },
    /// The text is longer than the provider allows.
    #[error("the message has {found} characters, {over} more than the {BODY_UTF16_MAX} that WhatsApp allows", over = found - BODY_UTF16_MAX)]
    TooLong {
        /// In UTF-16 units.
        found: usize,
    },
}

impl Template {
    /// Parses the text of a message or of a tag.
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        if text.trim().is_empty() {
            return Err(TemplateError::Empty);
        }
        let mut template = Self { pieces: Vec::new(), variables: Vec::new() };
        let mut rest = text;
        while let Some(open) = rest.find("{{") {
            let (line, column) = position(text, text.len() - rest.len() + open);
            let inner = &rest[open + 2..];
            if inner.starts_with('{') {
                return Err(TemplateError::ThreeBraces { line, column });
            }
            let close = closing(inner).ok_or(TemplateError::Unclosed { line, column })?;
            if open > 0 {
                template.pieces.push(Piece::Text(rest[..open].to_owned()));
            }
            template.push_placeholder(&inner[..close], line, column)?;
            rest = &inner[close + 2..];
        }
        if !rest.is_empty() {
            template.pieces.push(Piece::Text(rest.to_owned()));
        }
        Ok(template)
    }

    fn push_placeholder(&mut self, inner: &str, line: usize, column: usize) -> Result<(), TemplateError> {
        let (name, filters) = match inner.split_once('|') {
            Some((name, filters)) => (name.trim(), Some(filters.trim())),
            None => (inner.trim(), None),
        };
        if name.is_empty() {
            return Err(TemplateError::NoName { line, column });
        }
        let variable = self.variables.iter().position(|known| known == name).unwrap_or_else(|| {
            self.variables.push(name.to_owned());
            self.variables.len() - 1
        });
        self.pieces.push(match filters {
            None => Piece::Variable(variable),
            Some(filters) => {
                let expression = format!("value | {filters}");
                let is_known = evaluate(&expression, "x").is_ok_and(|_| names_only_filters(filters));
                if !is_known {
                    return Err(TemplateError::Filter { line, column, found: filters.to_owned() });
                }
                Piece::Filtered { variable, expression }
            }
        });
        Ok(())
    }

    /// The text between the placeholders.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Text(text) => Some(text.as_str()),
            Piece::Variable(_) | Piece::Filtered { .. } => None,
        })
    }

    /// The variables, each once, in order of appearance.
    pub fn variables(&self) -> &[String] {
        &self.variables
    }

    /// The text for one recipient. `value` gives the value of the variable with that index into
    /// [`Template::variables`]; blank is the same as none.
    pub fn render<'v>(&self, value: impl Fn(usize) -> Option<&'v str>) -> Result<String, RenderError> {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(part) => text.push_str(part),
                Piece::Variable(index) => match value(*index).filter(|found| !found.trim().is_empty()) {
                    Some(found) => text.push_str(found),
                    None => {
                        return Err(RenderError::Missing { variable: self.variables[*index].clone() });
                    }
                },
                Piece::Filtered { variable, expression } => {
                    let found = value(*variable).unwrap_or_default();
                    let rendered = evaluate(expression, found).map_err(|_| {
                        let variable = self.variables[*variable].clone();
                        if found.trim().is_empty() {
                            RenderError::Missing { variable }
                        } else {
                            RenderError::Filter { variable }
                        }
                    })?;
                    text.push_str(&rendered);
                }
            }
        }
        Ok(text)
    }
}

/// Says whether the rendered text fits the provider's limit.
pub fn check_body(body: &str) -> Result<(), RenderError> {
    // Bytes bound UTF-16 units from above, so nearly every text is settled without counting.
    if body.len() <= BODY_UTF16_MAX {
        return Ok(());
    }
    let found = body.encode_utf16().count();
    if found <= BODY_UTF16_MAX { Ok(()) } else { Err(RenderError::TooLong { found }) }
}

/// Evaluates `value | filters`; a blank value is undefined, so that `default` fills it and all else fails.
fn evaluate(expression: &str, value: &str) -> Result<String, minijinja::Error> {
    let mut environment = Environment::empty();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    environment.add_filter("default", minijinja::filters::default);
    environment.add_filter("upper", minijinja::filters::upper);
    environment.add_filter("lower", minijinja::filters::lower);
    environment.add_filter("title", minijinja::filters::title);
    environment.add_filter("trim", minijinja::filters::trim);
    let context = if value.trim().is_empty() {
        minijinja::context! {}
    } else {
        minijinja::context! { value => value }
    };
    let result = environment.compile_expression(expression)?.eval(context)?;
    if result.is_undefined() {
        return Err(minijinja::ErrorKind::UndefinedError.into());
    }
    Ok(result.to_string())
}

/// True when `filters` is a chain of known filters with nothing else around it.
fn names_only_filters(filters: &str) -> bool {
    unquoted(filters).split('|').all(|filter| {
        let name = filter.trim();
        let name = name.split_once('(').map_or(name, |(name, _)| name).trim_end();
        FILTERS.contains(&name) && (!filter.contains('(') || filter.trim_end().ends_with(')'))
    })
}

/// The text with everything between quotes taken out, so that a bar inside a default does not count.
fn unquoted(text: &str) -> String {
    let mut quote = None;
    text.chars()
        .filter(|c| {
            if let Some(open) = quote {
                if *c == open {
                    quote = None;
                }
                false
            } else {
                let opens = matches!(c, '"' | '\'');
                if opens {
                    quote = Some(*c);
                }
                !opens
            }
        })
        .collect()
}

/// Where the placeholder that starts before `inner` ends; quotes may hold braces.
fn closing(inner: &str) -> Option<usize> {
    let mut quote = None;
    let mut is_after_bar = false;
    for (at, c) in inner.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if is_after_bar && matches!(c, '"' | '\'') => quote = Some(c),
            None if c == '|' => is_after_bar = true,
            None if inner[at..].starts_with("}}") => return Some(at),
            None => {}
        }
    }
    None
}

/// Line and column of a byte offset, from 1, the column in characters.
fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = &text[..offset];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn render(text: &str, values: &[(&str, &str)]) -> Result<String, RenderError> {
        let template = Template::parse(text).unwrap();
        template.render(|index| {
            let name = &template.variables()[index];
            values.iter().find(|(known, _)| known == name).map(|(_, value)| *value)
        })
    }

    #[test]
    fn placeholders_take_their_values() {
        let values = [("First Name", "Asha"), ("1", "one")];
        assert_eq!(render("Hi {{First Name}}, {{ 1 }}!", &values).unwrap(), "Hi Asha, one!");
    }

    #[test]
    fn a_blank_value_is_missing_unless_it_has_a_default() {
        let blank = [("name", "  ")];
        assert_eq!(render("Hi {{name}}", &blank), Err(RenderError::Missing { variable: "name".to_owned() }));
        assert_eq!(render("Hi {{name | default(\"a|}}b\")}}", &blank).unwrap(), "Hi a|}}b");
        assert_eq!(render("Hi {{name|upper}}", &[("name", "asha")]).unwrap(), "Hi ASHA");
        assert!(render("Hi {{name|upper}}", &blank).is_err());
        assert_eq!(render("Hi {{name|default('x')|upper}}", &blank).unwrap(), "Hi X");
    }

    #[test]
    fn everything_but_placeholders_is_text() {
        let text = "50 % {off} {% if %} {# note #} <b> & \"q\"";
        assert_eq!(render(text, &[]).unwrap(), text);
        assert_eq!(render("{{n}}", &[("n", "{{n}} <b>")]).unwrap(), "{{n}} <b>");
    }

    #[test]
    fn mistakes_name_their_line_and_column() {
        let error = |text: &str| Template::parse(text).unwrap_err().to_string();
        assert_eq!(error(" "), "the text is empty");
        assert_eq!(error("Hi\n  {{name"), "line 2, column 3: `{{` is never closed by `}}`");
        assert_eq!(error("Hi {{ }}"), "line 1, column 4: the placeholder names no column");
        assert_eq!(
            error("{{ name | shout }}"),
            "line 1, column 1: `shout` is not a filter; there are default, upper, lower, title, trim, \
             as in {{ name | default(\"friend\") }}"
        );
        assert!(Template::parse("{{ name | default('x') ~ secret }}").is_err());
        assert!(Template::parse("{{ name | upper + 1 }}").is_err());
    }

    #[test]
    fn length_is_counted_in_utf_16_units() {
        assert_eq!(check_body(&"é".repeat(4_096)), Ok(()));
        assert_eq!(check_body(&"😀".repeat(2_048)), Ok(()));
        assert_eq!(check_body(&"😀".repeat(2_049)), Err(RenderError::TooLong { found: 4_098 }));
    }

    proptest! {
        #[test]
        fn any_text_is_a_message_or_refused_and_plain_text_stays_as_it_is(text in any::<String>(), value in any::<String>()) {
            if let Ok(template) = Template::parse(&text) {
                let rendered = template.render(|_| Some(&value));
                if !text.contains(['{', '}']) {
                    prop_assert_eq!(rendered.unwrap(), text);
                }
            }
        }

        #[test]
        fn a_value_is_text_and_never_a_template(value in "[{%#} a-z0-9*]{1,20}") {
            prop_assume!(!value.trim().is_empty());
            let template = Template::parse("<{{ name }}>").unwrap();
            prop_assert_eq!(template.render(|_| Some(&value)).unwrap(), format!("<{value}>"));
        }
    }
}
