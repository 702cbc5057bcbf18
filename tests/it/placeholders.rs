//! Placeholders that are not quite ours: another tool's brackets, a misspelled name, three braces.

use crate::support::{Provider, Scenario};

fn created(message: &str) -> Scenario {
    let scenario = Scenario::new();
    scenario.run(&["create", "spring", "--message", message]).exits(0);
    scenario.write("list.csv", "Mobile,Name,Order No\n+919810000001,Asha,7\n");
    scenario
}

#[test]
fn another_tools_placeholder_that_names_a_column_is_a_question() {
    for (tag, placeholder) in [
        ("{Name}", "{{Name}}"),
        ("[[Name]]", "{{Name}}"),
        ("*|NAME|*", "{{Name}}"),
        ("<<order no>>", "{{Order No}}"),
        ("%Name%", "{{Name}}"),
        ("${name}", "{{Name}}"),
    ] {
        let scenario = created(&format!("Hi {tag}, see https://wa.me/c/911161197855"));
        scenario.run(&["import", "spring", "list.csv"]).exits(1).says(&[
            tag,
            "would be sent as it stands",
            "hint: --tags replace",
            &format!("{tag} → {placeholder}"),
            "--tags keep",
        ]);
        scenario.run(&["import", "spring", "list.csv", "--json"]).exits(1).prints(&[
            "NEEDS_CHOICE",
            "replace",
            "keep",
        ]);
        assert_eq!(scenario.status("spring")["total"], 0);
        scenario.run(&["import", "spring", "list.csv", "--tags", "replace"]).exits(0);
        let value = if tag.contains("order") { "Hi 7," } else { "Hi Asha," };
        scenario.run(&["preview", "spring"]).exits(0).prints(&[value]);
    }
}

#[test]
fn brackets_that_are_meant_are_kept_after_one_answer_and_others_are_never_asked_about() {
    let scenario = created("Hi {Name}, 20 % off [today]");
    scenario.run(&["import", "spring", "list.csv", "--tags", "keep"]).exits(0);
    scenario.run(&["preview", "spring"]).exits(0).prints(&["Hi {Name}, 20 % off [today]"]);
    let scenario = created("Hi {{Name}}, {see} [today]: 5 % and 10 %");
    scenario.run(&["import", "spring", "list.csv"]).exits(0);
}

#[test]
fn a_condition_of_another_tool_is_never_sent_unasked() {
    let scenario = Scenario::new();
    scenario
        .run(&["create", "spring", "--message", "{% if vip %}Hi{% endif %}"])
        .exits(0)
        .says(&["{% if vip %}", "would be sent as it stands"]);
    scenario.write("list.csv", "Mobile,Name\n+919810000001,Asha\n");
    scenario.run(&["import", "spring", "list.csv"]).exits(1).says(&["{% if vip %}", "--tags keep"]);
}

#[test]
fn three_braces_are_an_error_and_a_misspelled_name_is_answered_with_the_column() {
    Scenario::new().run(&["create", "spring", "--message", "Hi {{{Name}}}"]).exits(1).says(&[
        "line 1, column 4",
        "three braces",
        "{{name}}",
    ]);
    for wrong in ["Nmae", "Naem", "Nam", "Names"] {
        let scenario = created(&format!("Hi {{{{{wrong}}}}}"));
        scenario.run(&["import", "spring", "list.csv"]).exits(1).says(&["did you mean {{Name}}?"]);
    }
}

#[test]
fn a_message_that_was_sent_is_not_rewritten() {
    let provider = Provider::accepting();
    let scenario = created("Hi {Name}").provider(&provider);
    scenario.run(&["import", "spring", "list.csv", "--tags", "keep"]).exits(0);
    scenario.write("more.csv", "Mobile,Name\n+919810000002,Rahul\n");
    scenario
        .run(&["import", "spring", "more.csv", "--tags", "replace"])
        .exits(1)
        .says(&["has recipients already", "create another campaign"]);
}
