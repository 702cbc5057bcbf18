//! Exports of other programs, and our own uploaded again.

use super::{
    files::{OnDisk, plan},
    *,
};

fn read(text: &str, plan: &(impl Clone + Into<Plan>)) -> Imported {
    OnDisk::new("export.csv", text.as_bytes()).import(plan).unwrap()
}

fn to(imported: &Imported) -> Vec<String> {
    imported.accepted().into_iter().map(|(_, to)| to).collect()
}

fn columns(imported: &Imported, field: &str) -> Option<Named> {
    imported.report.columns.get(field).cloned()
}

#[test]
fn google_contacts() {
    let text = "First Name,Last Name,Notes,Labels,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value\n\
        Asha,D,\"born 1990\n likes tea\",* myContacts,* ,a@example.com,Mobile,+91 95411 36571 ::: +91 95332 41052,Work,+91 22 2654 1234\n\
        Ravi,K,,* myContacts,,,,,Mobile,090723 04509\n\
        Priya,N,,* myContacts,,,,,,\n";
    let imported = read(text, &plan("IN"));
    assert_eq!(to(&imported), ["+919541136571", "+919072304509"]);
    assert_eq!(imported.rejected(), [(5, "PHONE_MISSING")]);
    let all = read(text, &ReadingOptions { numbers: Numbers::All, ..plan("IN") });
    assert_eq!(to(&all), ["+919541136571", "+919533241052", "+919072304509"]);
}

#[test]
fn shopify() {
    let text = "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Country Code,Default Address Zip,Default Address Phone,Phone,Accepts SMS Marketing,Total Spent,Total Orders,Note,Tags\n\
        '7012345678901,A,B,a@example.com,yes,IN,'411001,'+919541136571,'+919533241052,yes,120.00,2,,vip\n\
        '7012345678902,C,D,c@example.com,no,IN,'411002,'+919072304509,,no,0.00,0,,\n";
    let mut plan = plan("IN");
    let everybody = ReadingOptions { ignores_consent: true, ..plan.clone() };
    assert_eq!(to(&read(text, &everybody)), ["+919533241052", "+919072304509"]);
    let asked = OnDisk::new("export.csv", text.as_bytes()).import(&plan).err().unwrap();
    let column = ColumnName { number: 10, header: "Accepts SMS Marketing".to_owned() };
    let consent = Advice::PickColumn { field: Field::Consent, columns: vec![column] };
    let choices = &asked.question().unwrap().choices;
    let choice = choices.iter().find(|choice| choice.advice == consent).unwrap();
    assert_eq!((choice.n_rows, choice.n_left_out), (Some(1), Some(1)));
    plan.follow(&consent);
    assert_eq!(read(text, &plan).rejected(), [(3, "NO_CONSENT")]);
}

#[test]
fn zoho() {
    let text = "Record Id,Contact Name,Mobile,Phone,Created Time\n\
        zcrm_554023000000527001,A,9541136571,02226541234,2026-11-22 10:00:00\n\
        zcrm_554023000000527002,B,,09533241052,2026-11-22 10:00:00\n";
    let imported = read(text, &plan("IN"));
    assert_eq!(to(&imported), ["+919541136571", "+919533241052"]);
    assert_eq!(columns(&imported, "to"), Some(Named::Several(vec!["Mobile".to_owned(), "Phone".to_owned()])));
}

#[test]
fn a_calling_code_of_its_own_column() {
    let text = "Name,CountryCode,Phone,AllowBroadcast\nA,91,9541136571,TRUE\nB,65,98426556,TRUE\nC,971,556583312,TRUE\nD,Narnia,12345,TRUE\n";
    let imported = read(text, &plan("IN"));
    assert_eq!(imported.rejected(), [(5, "PHONE_INVALID_COUNTRY")]);
    assert_eq!(to(&imported), ["+919541136571", "+6598426556", "+971556583312"]);
    assert_eq!(columns(&imported, "country"), Some(Named::One("CountryCode".to_owned())));
}

#[test]
fn decoys_without_any_header_word_are_not_numbers() {
    let text = "9000000001,Asha,411001,+919541136571\n9000000002,Ravi,411002,+919533241052\n9000000003,Priya,411003,+919072304509\n9000000004,Tom,411004,+919786435888\n";
    let imported = read(text, &plan("IN"));
    assert_eq!(columns(&imported, "to"), Some(Named::One("4".to_owned())));
    let error =
        OnDisk::new("a.csv", b"order_no,pincode\n9541136571,411001\n9533241052,411002\n").import(&plan("IN"));
    assert_eq!(error.err().and_then(|error| error.code()), Some(FileCode::NoPhoneColumn));
    let two = b"a,b\n9541136571,9533241052\n9072304509,9786435888\n";
    let error = OnDisk::new("a.csv", two).import(&plan("IN")).err().unwrap();
    assert_eq!(
        (error.code(), error.choices()),
        (Some(FileCode::NeedsChoice), vec!["a".to_owned(), "b".to_owned()])
    );
}

#[test]
fn one_answer_for_the_column_is_offered_with_what_it_changes() {
    let text = "Name,Phone\nA,919819902872\nB,919801024376\nC,01713920009\n";
    let imported = read(text, &plan("DE"));
    let offer = |region: &str, includes_country_code: bool| {
        let advice = Advice::SetRegion { region: region.parse().ok(), includes_country_code };
        Note::Offer(Offer { advice, n_valid: 2, n_refused: 2, is_at_least: false })
    };
    assert!(imported.report.notes.contains(&offer("DE", true)), "{:?}", imported.report.notes);
    let settled = ReadingOptions { includes_country_code: true, ..plan("DE") };
    assert_eq!(to(&read(text, &settled)), ["+919819902872", "+919801024376", "+491713920009"]);
    let imported = read("Name,Phone\nA,9541136571\nB,9533241052\nC,+491713920009\n", &plan(""));
    assert!(imported.report.notes.contains(&offer("IN", false)), "{:?}", imported.report.notes);
    assert_eq!(imported.report.groups[0].code, RowCode::PhoneAmbiguousCountry);
    assert_eq!(imported.report.groups[0].count, 2);
    assert_eq!(imported.report.groups[0].examples[1].value, "9533241052");
}

#[test]
fn the_country_of_the_other_numbers_is_offered_and_none_whose_digits_are_somebody_elses() {
    // The same digits are valid mobiles of Bangladesh.
    let text = "Name,Phone\nA,+491713920009\nB,+491713920008\nC,01713920064\nD,01713920091\n";
    let imported = read(text, &plan(""));
    let of = countries(&imported.report);
    assert_eq!(of, ["DE"]);
    // Without a hint both are said, and the operator knows.
    let imported = read("Name,Phone\nC,01713920064\nD,01713920091\n", &plan(""));
    let of = countries(&imported.report);
    assert!(of.contains(&"DE".to_owned()) && of.contains(&"BD".to_owned()), "{of:?}");
}

#[test]
fn a_blank_cell_that_the_message_needs_is_named_by_its_column() {
    let plan =
        Plan { message: Some(Template::parse("Hi {{first_name}}").unwrap()), ..Plan::from(plan("IN")) };
    let imported = read("First Name,Phone\n,9541136571\nRavi,9533241052\n", &plan);
    let group = &imported.report.groups[0];
    assert_eq!(
        (group.code, group.blank_columns.as_slice()),
        (RowCode::TemplateValueMissing, &["First Name".to_owned()][..])
    );
}

/// The count and the answer of each offer among the notes.
fn offers(report: &Report) -> Vec<(u64, Advice)> {
    let mut offers = Vec::new();
    for note in &report.notes {
        if let Note::Offer(offer) = note {
            offers.push((offer.n_valid, offer.advice.clone()));
        }
    }
    offers
}

/// The countries that are offered.
fn countries(report: &Report) -> Vec<String> {
    let mut countries = Vec::new();
    for (_, advice) in offers(report) {
        if let Advice::SetRegion { region: Some(region), .. } = advice {
            countries.push(region.code());
        }
    }
    countries
}

#[test]
fn what_an_offer_says_is_what_then_happens() {
    let lists = [
        // Mobiles and landlines of India, one of Germany, one of nobody.
        ("Name,Phone\nA,9541136571\nB,9533241052\nC,02026123456\nD,+491713920009\nE,12345678\n", ""),
        ("Name,Phone\nA,919819902872\nB,919801024376\nC,01713920009\nD,\n", "DE"),
        ("Name,Phone,Backup\nA,,9541136571\nB,12,9533241052\nC,9072304509,9786435888\nD,13,14\n", "IN"),
    ];
    let mut n_checked = 0;
    for (text, region) in lists {
        let before = read(text, &plan(region)).report;
        let found = offers(&before);
        assert!(!found.is_empty(), "{:?}", before.notes);
        for (count, advice) in found {
            let mut settled = plan(region);
            settled.follow(&advice);
            let after = read(text, &settled).report;
            assert_eq!(before.rejected - after.rejected, count, "{advice:?}");
            n_checked += 1;
        }
    }
    assert!(4 <= n_checked, "{n_checked}");
}

#[test]
fn several_numbers_in_a_cell_are_offered_with_what_either_answer_brings() {
    let text =
        "Name,Phone\nA,9541136571 / 9533241052\nB,9072304509\nC,9786435888 / 9098015558 / 9691718758\n";
    let refused = read(text, &ReadingOptions { numbers: Numbers::Reject, ..plan("IN") }).report;
    let first = read(text, &plan("IN")).report;
    let all = read(text, &ReadingOptions { numbers: Numbers::All, ..plan("IN") }).report;
    assert_eq!(offers(&refused)[0], (2, Advice::SetNumbers { numbers: Numbers::First }));
    assert_eq!(refused.rejected - first.rejected, 2);
    assert!(first.notes.contains(&Note::FurtherNumbers { n: 3 }), "{:?}", first.notes);
    assert_eq!(all.queued - first.queued, 3);
}

#[test]
fn our_own_export_can_be_uploaded_again() {
    let text = "line,to,status,message_id,code,error,attempts,accepted_at,delivery,delivery_at,delivery_error,ref,ref1,ref2,file,delivered_at,read_at,window_until,replied_at,reply_kind,Name,Phone\n\
        2,+919541136571,accepted,abc-1,,,1,2026-11-22T10:00:00Z,delivered,,,c-1,,,list.csv,2026-11-22T10:00:05Z,,2026-11-22T18:00:00Z,,,'=1+1,9541136571\n\
        3,12,rejected,,PHONE_TOO_SHORT,2 digits are too few,0,,,,,,,,list.csv,,,,,,B,12\n";
    let imported = read(text, &plan("IN"));
    assert_eq!(to(&imported), ["+919541136571"]);
    assert_eq!(imported.rejected(), [(3, "PHONE_TOO_SHORT")]);
    assert_eq!(imported.rows[0].refs, [Some("c-1".to_owned()), None, None]);
    assert!(imported.rows[0].cells.contains(&"=1+1".to_owned()));
    assert!(imported.rows[0].cells.contains(&"accepted".to_owned()));
}

#[test]
fn refused_rows_come_back_with_their_columns_and_can_be_uploaded_again() {
    let file = OnDisk::new(
        "a.csv",
        b"Name,Phone,City\nA,9541136571,Pune\n\"B, \"\"x\"\"\",12,\"P\nQ\"\nC,,\nD,9.19877E+11,Pune\n",
    );
    let target = file.path().with_file_name("rejects.csv");
    let imported = file.import(&Plan { rejects: Some(target.clone()), ..Plan::from(plan("IN")) }).unwrap();
    assert_eq!(imported.report.rejected, 3);
    let text = std::fs::read_to_string(&target).unwrap();
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    let header: Vec<String> = rows.headers().unwrap().iter().map(str::to_owned).collect();
    assert_eq!(
        header.join(","),
        "Name,Phone,City,catalink_line,catalink_code,catalink_found,catalink_what_to_do,catalink_file"
    );
    let first = rows.records().next().unwrap().unwrap();
    assert_eq!(
        first.iter().take(6).collect::<Vec<_>>(),
        ["B, \"x\"", "12", "P\nQ", "3", "PHONE_TOO_SHORT", "12"]
    );
    let fixed = text.replace(",12,", ",9533241052,");
    let again = read(&fixed, &plan("IN"));
    assert_eq!(to(&again), ["+919533241052"]);
    assert_eq!(again.rows[0].cells, ["B, \"x\"", "P\nQ"]);
    assert_eq!(std::fs::read_dir(target.parent().unwrap()).unwrap().count(), 2);
}
