//! A message may promise a word that stops the messages; then that word has to count.

use crate::support::{Scenario, number};

/// What was said, without line breaks.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_message_that_promises_a_word_which_does_not_count_is_not_kept() {
    let scenario = Scenario::new();
    let refused = scenario.run(&["create", "spring", "--message", "Hi. Reply QUIT2 to unsubscribe"]).exits(1);
    let said = flat(&refused.stderr);
    assert!(said.contains("promises that `QUIT2` stops the messages"), "{said}");
    assert!(said.contains("[opt_out] words = [\"QUIT2\"]"), "{said}");
    scenario.run(&["status", "spring"]).exits(1);
    let list = scenario.write("list.csv", format!("Phone\n{}\n", number(0)));
    let list = list.display().to_string();
    scenario.run(&["send", &list, "--message", "Antworte ENDE zum Abmelden"]).exits(1);
    // The word that was proposed makes it a promise that is kept.
    scenario.write("catalink.toml", "[opt_out]\nwords = [\"QUIT2\"]\n");
    scenario.run(&["create", "spring", "--message", "Hi. Reply QUIT2 to unsubscribe"]).exits(0);
    scenario.run(&["import", "spring", "list.csv"]).exits(0);
    let kept = scenario.run(&["preview", "spring"]).exits(0);
    assert!(!kept.stderr.contains("QUIT2"), "{}", kept.stderr);
    // Taken off the list again, the preview says so, and an edit keeps no other such message.
    scenario.write("catalink.toml", "[opt_out]\nnot_words = [\"stop\"]\n");
    let broken = scenario.run(&["preview", "spring"]).exits(0);
    assert!(flat(&broken.stderr).contains("error: the message promises that `QUIT2`"), "{}", broken.stderr);
    scenario.run(&["edit", "spring", "--message", "Reply STOP to unsubscribe"]).exits(1);
    scenario.run(&["edit", "spring", "--message", "Reply UNSUBSCRIBE to unsubscribe"]).exits(0);
    scenario.run(&["edit", "spring", "--mps", "5"]).exits(0);
}

#[test]
fn a_message_that_names_no_way_out_is_kept_and_noted() {
    let scenario = Scenario::new();
    let noted = scenario.run(&["create", "spring", "--message", "Hi"]).exits(0);
    assert!(flat(&noted.stderr).contains("note: the message says nothing of how to be left alone"));
    let plain = scenario.run(&["create", "other", "--message", "Hi. Reply STOP to unsubscribe"]).exits(0);
    assert!(!plain.stderr.contains("note:"), "{}", plain.stderr);
}
