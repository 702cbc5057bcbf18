//! The texts of facts that every face tells: pauses, questions about a list, who can be reached, the cost.

use crate::language::catalogue;

catalogue! {
    /// Of facts that every face tells.
    WordingTexts in "wording";
    // Names
    quoted(name),
    // Why a campaign is paused
    pause_operator, pause_low_balance, pause_credentials, pause_sender, pause_account, pause_daily_limit,
    pause_refusals, pause_outage, pause_canary, pause_opt_outs, pause_storage,
    // What to do about a pause
    remedy_operator, remedy_low_balance, remedy_credentials, remedy_sender, remedy_account, remedy_daily_limit,
    remedy_refusals, remedy_outage, remedy_canary, remedy_opt_outs, remedy_storage,
    // Who can be reached, and the cost
    reach_now(n, open), reach_late(late, mps), reach_closed(n), cost_sum(n, amount), cost_no_rate(n),
    cost_expected(sums), and(first, second),
    // Questions about a list
    title_sheet, title_member, title_number, title_variable, title_leavers, title_tags, title_consent,
    title_blanks, title_dates, title_encoding, title_hidden, heading_region, heading_consent, heading_numbers,
    heading_part, heading_entities, ask_sheet(sheets), ask_member(n), ask_member_harmful(n, names), ask_number,
    ask_variable(name), ask_leavers_name(name), ask_leavers_columns, ask_tags(names, placeholder),
    ask_consent(n, names), ask_consents(n, names), ask_blank(texts, columns), ask_blanks(texts, columns),
    ask_dates(column), ask_encoding, ask_hidden(n, rows, by), hidden_by(columns),
    // What speaks for an answer
    grounds_all(rows), grounds_left_out(rows, left_out), such_as(what, samples), rows(n), cells(n),
    cells_of(cells, column, example, decoded), gain_offer(valid, refused), gain_offer_at_least(valid, refused),
    gain_numbers(n), gain_left_out(left_out, rows),
    // Answers as buttons
    say_with_code, say_country(country), no_country, leave_no(columns), leave_yes(columns), leave_any_no(columns),
    leave_any_yes(columns), leave_both(no, yes), message_all, take_number(first, others), fill_in(tags), keep_tags,
    suppress_all, message_leavers, numbers_first, numbers_all, numbers_reject, hidden_out, hidden_in,
    read_as(encoding), decode, day_first, month_first, texts_blank, text_kept(text), texts_kept,
    // What fixes rejected rows
    fix_missing, fix_scientific, fix_ambiguous, fix_placeholder, fix_digits, fix_letters, fix_not_a_number,
    fix_extension, fix_control, fix_multiple, fix_type, fix_country, fix_consent, fix_blank_columns(columns),
    fix_blank, fix_body, fix_ref, fix_fields, fix_quote,
}
