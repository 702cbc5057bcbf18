//! What headers mean, in a dozen languages. Lists of words are kept as one text each, with `|` between the words.

use crate::domain::message::layout::fold;

/// Parts of words for a mobile number.
pub(super) const MOBILE: &str = "mobil|mobile|celular|cellul|cellphone|handy|rufnummer|móvil|movil|telemóvel|telemovel|handphone|\
    ponsel|nomorhp|nohp|mobiel|komórk|komork|ceptel|portable|جوال|موبايل|محمول|मोबाइल|携帯|手机|мобил";

/// Parts of words for any telephone number.
pub(super) const PHONE: &str = "phone|telefon|telefoon|telefón|teléfono|téléphone|telepon|telp|telno|telnr|msisdn|contactno|\
    contactnumber|contactnum|numerodetel|gsm|هاتف|تليفون|फोन|फ़ोन|電話|电话|телефон|전화|휴대폰|โทรศัพท์";

/// Whole words for a telephone number that are too short to be looked for inside others.
pub(super) const PHONE_WORDS: &str =
    "tel|tél|tlf|telf|tfn|mob|cell|cel|cep|hp|wa|ph|phno|fon|fono|móv|тел|моб|dt|no hp";

/// Whole headers that may be a telephone number.
const WEAK: &str = "contact|contacts|kontakt|contatto|contacto|contato|kontak|number|numbers|nummer|numero|número|numéro|\
    nomor|recipient|recipients|destination";

/// Words that make a header something about a telephone, not its number.
const ABOUT: &str = "type|label|ext|extension|country|code|id|valid|verified|consent|opted|opt|optin|optout|in|out|\
    accepts|accept|marketing|allow|allowed|subscribed|status|date|time|model|os|app|brand|operator|\
    carrier|fax|telefax|name|template|link|sent|permission|count|agreed|einwilligung|consenso|area|\
    preference|order|device";

/// Words for people other than the recipient.
const OTHERS: &str = "emergency|agent|manager|owner|rep|sales|salesperson|parent|father|mother|spouse|guardian|referrer|\
    referral|reference|vendor|supplier|store|shop|support|from|sender|company|business|assistant|\
    employer|doctor|driver|courier|branch|notfall|shipping|alternate|secondary|other|dealer|distributor|retailer|\
    broker|nominee|appointee|beneficiary|witness|guarantor|seller|lawyer|physician|teacher|trainer|technician|\
    supervisor|executive|landlord|kin|relative|emergencycontact|händler|makler|verkäufer|arzt|berater|vertreter|eltern|\
    vater|mutter|vormund|lieferant|urgence|vendeur|médecin|conseiller|tuteur|vendedor|médico|medico|emergencia|\
    emergência|tutor|apoderado|responsável|responsable|asesor|venditore|emergenza|genitore|darurat|dokter|wali|\
    verkoper|arts|ouder|noodgeval|lekarz|sprzedawca|opiekun|doktor|satıcı|veli|acil|डॉक्टर|अभिभावक|एजेंट|طبيب|طوارئ|وكيل|\
    врач|продавец|продавца|врача|родитель|родителя";

/// Words for a line that is not in the pocket, or that was given for an invoice: used where there is no better one.
const LANDLINE: &str = "landline|home|office|work|festnetz|fixed|fisso|fixe|fijo|residence|res|billing";

/// Folded first cells of the row below a table that adds it up.
const TOTALS: &str = "total|totals|grandtotal|subtotal|sum|summe|gesamt|gesamtsumme|gesamtergebnis|ergebnis|totaal|totale|\
    totalgeneral|totalgeral|totalgénéral|suma|somme|jumlah|toplam|razem|итого|всего|المجموع|الإجمالي|कुल|कुलयोग|合計|总计";

/// Words for numbers that are no telephone numbers.
const NOT_PHONES: &str = "id|order|orders|bestellung|bestellnummer|pin|pincode|zip|zipcode|postal|postcode|plz|cap|cep|date|\
    datum|fecha|data|birthday|dob|amount|total|price|qty|quantity|age|invoice|sku|code|account|customer|\
    kundennummer|kunde|gst|gstin|vat|iban|card|barcode|ean|imei|lat|lng|latitude|longitude|year|time|\
    timestamp|sum|balance|ref|ref1|ref2|serial|ticket|transaction|line|attempts|created|updated|aadhaar|\
    pan";

/// Those of them that are none either where a telephone is spoken of.
const NEVER_PHONES: &str = "id|order|pin|date|model|app|imei|serial|ticket|transaction|invoice|account|ref|count|template|fax|\
    telefax|time|extension|ext";

/// Words after which a header only says how the number is written.
const WITH: &str = "with|incl|including|mit|inkl|avec|con|com|dengan|met|ile";

/// Folded headers of a country or a calling code.
const COUNTRY: &str = "country|countrycode|countryiso|isocountry|isocountrycode|countrycallingcode|callingcode|dialcode|\
    dialingcode|dialcountrycode|isd|isdcode|phonecountry|phonecountrycode|mobilecountrycode|\
    whatsappcountrycode|land|ländercode|landercode|landcode|ländervorwahl|landesvorwahl|pays|codepays|\
    indicatif|paese|pais|país|codigopais|negara|kodenegara|kraj|ülke|国家";

/// Parts of folded headers that say why somebody left.
const REASONS: &str =
    "reason|grund|motif|motivo|raison|alasan|powód|neden|reden|orsak|причина|سبب|कारण|原因|理由|사유|lýdo";

/// Parts of folded headers that speak of leaving.
const LEAVING: &str = "unsub|optout|optedout|abgemeldet|abmeld|abbestell|widerruf|désabonn|desabonn|désinscri|desinscri|baja|\
    descadastr|cancelad|disiscri|suppress|blocked|removed|left|dnd|berhenti|wypis|ayrıl|отпис|stop";

/// Parts of folded headers of a time.
const TIMES: &str = "date|datum|data|fecha|time|zeit|when|since|seit|tanggal|tarih|дата|تاريخ|तारीख|दिनांक|日期|日付|날짜|addedat|at";

/// Parts of folded headers of other times than the one at which somebody left.
const OTHER_TIMES: &str = "optin|confirm|birth|geburt|nacimiento|naissance|nascimento|dob|order|purchase|lastseen|login|bestell|\
    anniversary|signup|joined|subscribedat|category|status|state|rating";

/// Headers of the time at which the person wrote last, compared folded.
const WROTE_AT: &str = "wroteat|lastwrote|lastwroteat|lastinbound|lastinboundat|lastinboundtime|lastinbounddate|\
    lastinboundmessage|lastinboundmessageat|lastincoming|lastincomingat|lastincomingmessage|lastincomingmessageat|\
    lastmessage|lastmessageat|lastmessagetime|lastmessagedate|lastmessagereceived|lastmessagereceivedat|\
    lastreceivedmessage|lastreceivedmessageat|lastcustomermessage|lastcustomermessageat|lastcustomermessagetime|\
    lastmessagefromcustomer|lastusermessage|lastusermessageat|lastcontactmessage|lastclientmessage|lastreply|\
    lastreplyat|lastreplied|lastrepliedat|lastcustomerreply|lastseen|lastseenat|lastseentime|lastseendate|\
    letztenachricht|letztenachrichtam|letztekundennachricht|letzteeingehendenachricht|letzteantwort|letzteantwortam|\
    zuletztgeschrieben|zuletztgeschriebenam|zuletztgesehen|derniermessage|derniermessageclient|derniermessagereçu|\
    dernièreréponse|últimomensaje|ultimomensaje|últimomensajedelcliente|últimomensajerecibido|últimarespuesta|\
    últimamensagem|ultimamensagem|últimamensagemdocliente|últimaresposta|ultimomessaggio|ultimomessaggioricevuto|\
    ultimarisposta|laatstebericht|ostatniawiadomość|pesanterakhir|sonmesaj|последнеесообщение|最后消息|最後訊息|最終メッセージ|마지막메시지";

/// Headers of a person's time zone, compared folded.
const TIME_ZONE: &str = "timezone|timezonename|tz|tzname|ianatimezone|usertimezone|customertimezone|contacttimezone|zeitzone|\
    fuseauhoraire|zonahoraria|husohorario|fusohorário|fusohorario|fusoorario|tijdzone|strefaczasowa|zonawaktu|saatdilimi|\
    часовойпояс|时区|時區|タイムゾーン|시간대";

/// The rank of a header that names the field of that name outright.
pub(crate) const RANK_TO: u8 = 100;

/// The rank of a header that names somebody else's number.
pub(crate) const RANK_OF_OTHERS: u8 = 10;

/// The rank from which a header alone makes a column one of telephone numbers.
pub(crate) const RANK_STRONG: u8 = 60;

/// How surely a header names the recipient's number; 0 when it does not.
pub(crate) fn rank(header: &str) -> u8 {
    // `WhatsApp Number(with country code)` is no country code.
    let plain = header.split(['(', '[', '（']).next().filter(|text| !text.trim().is_empty());
    let mut words = words(plain.unwrap_or(header));
    if let Some(at) = words.iter().position(|word| is_among(word, WITH)).filter(|at| 0 < *at) {
        words.truncate(at);
    }
    let folded = words.concat();
    if folded == "to" {
        return RANK_TO;
    }
    // What WhatsApp's own interface calls a person's number.
    if folded == "waid" {
        return 85;
    }
    let names_one = |list: &str| words.iter().any(|word| is_among(word, list));
    if 60 < folded.chars().count() || names_one(ABOUT) {
        return 0;
    }
    let has = |list: &str| list.split('|').any(|part| folded.contains(part));
    let base = if has("whatsapp|watsapp|واتس") {
        90
    } else if has(MOBILE) || names_one("mob|cell|cel|hp|wa|móv|моб") {
        80
    } else if has(PHONE) || names_one(PHONE_WORDS) {
        72
    } else if is_among(&folded, WEAK) {
        50
    } else {
        return 0;
    };
    if names_one(OTHERS) {
        return RANK_OF_OTHERS;
    }
    if names_one(LANDLINE) { base - 10 } else { base }
}

/// True when a header says that its numbers are no telephone numbers.
pub(crate) fn is_decoy(header: &str) -> bool {
    let not_phones = if mentions_phone(header) { NEVER_PHONES } else { NOT_PHONES };
    rank(header) == 0 && words(header).iter().any(|word| is_among(word, not_phones))
}

/// True when a header speaks of a telephone, whatever else it says.
pub(crate) fn mentions_phone(header: &str) -> bool {
    let folded = fold(header);
    if 0 < rank(header) {
        return true;
    }
    let parts = MOBILE.split('|').chain(PHONE.split('|')).chain(["whatsapp"]);
    parts.into_iter().any(|part| folded.contains(part))
}

/// True when a header names somebody beside the recipient.
pub(crate) fn is_of_others(header: &str) -> bool {
    words(header).iter().any(|word| is_among(word, OTHERS))
}

/// True unless a header says that its cells are no number of the recipient.
pub(crate) fn may_be_number(header: &str) -> bool {
    rank(header) != RANK_OF_OTHERS && !is_decoy(header)
}

/// True when a header is that of a country or a calling code.
pub(crate) fn is_country(header: &str) -> bool {
    is_among(&fold(header), COUNTRY)
}

/// True when a header is that of the country in an address: `Default Address Country Code`, `Shipping Country`.
pub(crate) fn is_country_of_address(header: &str) -> bool {
    let words = words(header);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    matches!(words.as_slice(), [.., _, "country"] | [.., _, "country", "code"])
}

/// True when a header is that of the time at which the person wrote last.
pub(crate) fn is_wrote_at(header: &str) -> bool {
    is_among(&fold(header), WROTE_AT)
}

/// True when a header is that of the person's time zone.
pub(crate) fn is_time_zone(header: &str) -> bool {
    is_among(&fold(header), TIME_ZONE)
}

/// How surely a header says why somebody left; 0 when it does not.
pub(crate) fn rank_of_reason(header: &str) -> u8 {
    let folded = fold(header);
    let has = |list: &str| list.split('|').any(|part| folded.contains(part));
    let is_remark = is_among(
        &folded,
        "note|notes|comment|comments|remark|remarks|bemerkung|kommentar|commentaire|comentario",
    );
    u8::from(is_remark) + 2 * u8::from(has(REASONS)) + u8::from(has(REASONS) && has(LEAVING))
}

/// True for a header of the time at which somebody left.
pub(crate) fn is_time_of_leaving(header: &str) -> bool {
    rank_of_opt_out_time(header) == 2 && LEAVING.split('|').any(|part| fold(header).contains(part))
}

/// How surely a header names the time at which somebody left; 0 when it does not.
pub(crate) fn rank_of_opt_out_time(header: &str) -> u8 {
    let folded = fold(header);
    let words = words(header);
    let has = |list: &str| list.split('|').any(|part| folded.contains(part));
    let is_time = words.iter().any(|word| is_among(word, TIMES)) || (has(TIMES) && has(LEAVING));
    let is_of_leaving = has(LEAVING) || is_among(&folded, "addedat|addedon|dateadded");
    if !is_time || (has(OTHER_TIMES) && !is_of_leaving) || has(REASONS) {
        return 0;
    }
    1 + u8::from(is_of_leaving)
}

/// True for the first cell of a row that adds up the rows above it.
pub(crate) fn is_total(cell: &str) -> bool {
    is_among(&fold(cell), TOTALS)
}

pub(super) fn is_among(word: &str, list: &str) -> bool {
    list.split('|').any(|known| known == word)
}

/// The words of a header in lower case; `phoneNumber` and `phone_number` have two.
pub(super) fn words(header: &str) -> Vec<String> {
    let header = header.replace("WhatsApp", "whatsapp");
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for c in header.chars() {
        if !c.is_alphanumeric() || (was_lower && c.is_uppercase()) {
            words.push(String::new());
        }
        if c.is_alphanumeric() {
            words.last_mut().expect("there is always a word").extend(c.to_lowercase());
        }
        was_lower = c.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_numbers_are_known_in_a_dozen_languages() {
        for header in [
            "Phone",
            "Mobile Number",
            "phone_number",
            "WhatsApp Phone Number",
            "Handynummer",
            "Telefon",
            "Rufnummer",
            "Téléphone portable",
            "Tél.",
            "Cellulare",
            "Telefono",
            "Teléfono móvil",
            "Celular",
            "Telemóvel",
            "Nomor HP",
            "No. HP",
            "Telepon",
            "Mobiel",
            "Telefoonnummer",
            "Numer telefonu",
            "Cep telefonu",
            "رقم الجوال",
            "الهاتف",
            "मोबाइल नंबर",
            "電話番号",
            "携帯電話",
            "手机号",
            "Номер телефона",
            "MSISDN",
            "wa_id",
            "Phone 1 - Value",
            "phoneNumber",
            "Mob. No.",
        ] {
            assert!(RANK_STRONG <= rank(header), "{header}");
        }
    }

    #[test]
    fn headers_about_numbers_are_not_headers_of_numbers() {
        for header in [
            "Phone 1 - Label",
            "Phone Type",
            "Phone Country Code",
            "WhatsApp Opted",
            "Accepts WhatsApp Marketing",
            "order_no",
            "Name",
            "Phone Model",
            "Fax",
            "customer_id",
            "Mobile App ID",
        ] {
            assert_eq!(rank(header), 0, "{header}");
        }
        assert!(rank("Emergency Contact Phone") < RANK_STRONG);
        assert!(is_decoy("customer_id") && is_decoy("pincode") && is_decoy("order_no") && !is_decoy("City"));
    }

    #[test]
    fn a_preferred_number_ranks_above_others() {
        assert!(rank("WhatsApp Number") > rank("Mobile"));
        assert!(rank("Mobile") > rank("Phone"));
        assert!(rank("Phone") > rank("Work Phone"));
        assert!(rank("Phone") > rank("Contact"));
    }
}
