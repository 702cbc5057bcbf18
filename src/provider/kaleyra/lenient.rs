//! Reads JSON that is nearly JSON.
//!
//! The provider's own samples lack commas between members (Send Catalogue Link Messages, Sample Success Response) or
//! have one too many (its page on the callback for sent messages), and an answer may break off anywhere.

use serde_json::Value;

/// The value in `text`, with commas put in or taken out where that is all that is wrong.
pub(super) fn parse(text: &str) -> Option<Value> {
    let text = text.trim_start_matches('\u{FEFF}').trim();
    serde_json::from_str(text).or_else(|_| serde_json::from_str(&with_commas_mended(text))).ok()
}

/// The text or number of the first member called `name`, wherever it stands in a text that need not be JSON.
pub(super) fn field(text: &str, name: &str) -> Option<String> {
    let quoted = format!("\"{name}\"");
    let mut rest = text;
    while let Some(at) = rest.find(&quoted) {
        rest = &rest[at + quoted.len()..];
        let Some(value) = rest.trim_start().strip_prefix(':') else { continue };
        let mut values = serde_json::Deserializer::from_str(value.trim_start()).into_iter::<Value>();
        if let Some(Ok(value)) = values.next() {
            return scalar(&value);
        }
    }
    None
}

/// A string or a number as text; none where it is blank or something else.
pub(super) fn scalar(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    (!text.is_empty()).then_some(text)
}

fn with_commas_mended(text: &str) -> String {
    let mut mended = String::with_capacity(text.len() + 8);
    let mut is_in_string = false;
    let mut is_escaped = false;
    let mut is_comma_due = false;
    // The last character outside strings that is not a space; `"` is the end of a string.
    let mut last = '{';
    for c in text.chars() {
        if is_in_string {
            mended.push(c);
            match c {
                _ if is_escaped => is_escaped = false,
                '\\' => is_escaped = true,
                '"' => is_in_string = false,
                _ => {}
            }
            continue;
        }
        if c == ',' {
            is_comma_due = true;
            continue;
        }
        if !c.is_whitespace() {
            let ends_a_value = matches!(last, '"' | '}' | ']') || last.is_ascii_alphanumeric();
            let is_comma_missing = matches!(c, '"' | '{' | '[') && ends_a_value;
            if (is_comma_due && !matches!(c, '}' | ']')) || is_comma_missing {
                mended.push(',');
            }
            is_comma_due = false;
            is_in_string = c == '"';
            last = c;
        }
        mended.push(c);
    }
    mended
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn commas_too_few_and_too_many_are_mended() {
        let printed = "{\n\"code\":\"WA202\"\n\"message\":\"Request, Accepted\",\n\"data\":{\n\"message_id\":\"A1\"\n}\n\"error\":{}\n}";
        let expected = json!({"code": "WA202", "message": "Request, Accepted", "data": {"message_id": "A1"}, "error": {}});
        assert_eq!(parse(printed), Some(expected));
        assert_eq!(parse(r#"{"a":[1,2,],"b":"x,}",}"#), Some(json!({"a": [1, 2], "b": "x,}"})));
        assert_eq!(
            parse(r#"{"a":true "b":null "c":1 "d":[{} {}]}"#),
            Some(json!({"a": true, "b": null, "c": 1, "d": [{}, {}]}))
        );
    }

    #[test]
    fn what_is_beyond_commas_is_not_guessed() {
        for text in ["", "{", "<html></html>", r#"{"a":}"#, r#"{"a" "b"}"#] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_field_is_found_in_a_text_that_broke_off() {
        assert_eq!(field(r#"{"data":{"message_id" : "A\u0031","#, "message_id").as_deref(), Some("A1"));
        assert_eq!(field(r#"{"code":400,"mess"#, "code").as_deref(), Some("400"));
        assert_eq!(field(r#"{"data":{"message_id":"A1"#, "message_id"), None);
        assert_eq!(field(r#""message_id" is it, {"message_id":"A1"}"#, "message_id").as_deref(), Some("A1"));
    }

    proptest! {
        #[test]
        fn mending_leaves_json_as_it_was(text in r#"[\[\]{}",: a1\\]{0,40}"#) {
            if let Ok(value) = serde_json::from_str::<Value>(&text) {
                prop_assert_eq!(serde_json::from_str::<Value>(&with_commas_mended(&text)).ok(), Some(value));
            }
        }

        #[test]
        fn nothing_makes_it_panic(text in any::<String>(), name in "[a-z\"]{0,3}") {
            drop(parse(&text));
            drop(field(&text, &name));
        }
    }
}
