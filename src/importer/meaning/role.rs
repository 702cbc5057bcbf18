//! Whose number a column holds, as far as its header says: the customer's, the dealer's, the one that was wrong.

use std::collections::BTreeSet;

use super::lexicon::{self, MOBILE, PHONE, PHONE_WORDS, is_among, words};

/// Words that say nothing about whose number it is.
const PLAIN: &str = "no|nos|nr|num|nº|n|number|numbers|nummer|nummern|numero|número|numéro|numeros|nomor|numer|numara|numarası|\
    номер|номера|नंबर|नम्बर|संख्या|رقم|نمبر|号|号码|號碼|番号|번호|หมายเลข|เบอร์|value|with|country|code|of|the|a|an|de|du|des|del|\
    della|di|do|da|der|die|das|la|le|les|el|il|lo|your|my|please|enter|what|is|for|to|and|or|und|ou|e|y|et|i|in|on|\
    format|international|digits|incl|including|mit|con|avec|com|dan|contact|contacts|kontakt|kontaktu|contacto|\
    contato|contatto|kontak|संपर्क|联系|連絡先|연락처|customer|customers|client|clients|kunde|kunden|kundin|cliente|clientes|\
    klant|klanten|klient|klienta|pelanggan|müşteri|عميل|العميل|ग्राहक|客户|顧客|고객|клиент|клиента|person|user|lead|\
    verified|valid|validated|main|primary|preferred|principal|principale|haupt|hauptnummer|first|second|third|\
    default|address|adresse|dirección|indirizzo|endereço|alamat|active|current|new|home|house|work|office|business|\
    landline|fixed|personal|private|residence|residential|res|o|r|day|evening|night|festnetz|privat|private|privates|\
    geschäftlich|dienstlich|dienst|büro|arbeit|zuhause|fisso|casa|ufficio|lavoro|fixe|domicile|bureau|travail|perso|\
    pro|fijo|oficina|trabajo|particular|fixo|escritório|trabalho|residencial|comercial|rumah|kantor|thuis|werk|\
    domowy|służbowy|prywatny|ev|iş|घर|कार्यालय|自宅|勤務先|会社|집|회사|домашний|рабочий|мобильный|личный|\
    alternate|alternative|alternatif|alternativo|secondary|secundario|secundário|secondaire|secondario|other|others|\
    additional|extra|backup|spare|alt|weitere|zweite|autre|otro|altro|outro|lain|ander|другой|address1|cellphone|funk";

/// Beginnings of words before the part that says it is a telephone, which say nothing about whose it is.
const PLAIN_BEGINNINGS: &str = "tele|télé|smart|festnetz|privat|dienst|geschäfts|büro|haupt|kontakt|kunden|home|work|office|\
    contact|customer|client|primary|main|user|自宅|会社|联系|連絡先|手|固定|客户|顧客|고객|업무";

/// Words of numbers that are somebody else's or nobody's any more.
const DOUBTFUL: &str = "wrong|invalid|incorrect|old|previous|prev|former|past|inactive|dead|expired|disconnected|unreachable|\
    do|not|duplicate|lost|blocked|dummy|falsch|falsche|ungültig|alt|alte|frühere|ancien|ancienne|faux|antiguo|anterior|\
    incorrecto|equivocado|vecchio|sbagliato|precedente|antigo|errado|salah|lama|oud|oude|vorige|foute|stary|błędny|\
    eski|yanlış|पुराना|गलत|旧|舊|古い|예전|старый|неверный|قديم|خاطئ";

/// The words of a header that say whose number it is; none where it says no more than that there is one.
pub(super) fn role(header: &str) -> BTreeSet<String> {
    let mut role = BTreeSet::new();
    for word in words(header) {
        let is_phone = is_among(&word, PHONE_WORDS) || is_among(&word, PLAIN);
        if is_phone || word.chars().all(char::is_numeric) {
            continue;
        }
        let parts = MOBILE.split('|').chain(PHONE.split('|')).chain(["whatsapp", "watsapp"]);
        match parts.filter_map(|part| word.find(part)).min() {
            None => drop(role.insert(word)),
            // `Händlertelefon`, `保護者電話番号`.
            Some(at) => {
                let beginning = &word[..at];
                let letters_min =
                    if beginning.is_ascii() || beginning.chars().any(|c| c < '\u{3000}') { 3 } else { 1 };
                let is_plain = beginning.chars().count() < letters_min
                    || is_among(beginning, PLAIN_BEGINNINGS)
                    || is_among(beginning, PLAIN);
                if !is_plain {
                    role.insert(beginning.to_owned());
                }
            }
        }
    }
    role
}

/// True for a header of numbers that are likely somebody else's or not in use any more.
pub(super) fn is_doubtful(header: &str) -> bool {
    lexicon::is_of_others(header) || words(header).iter().any(|word| is_among(word, DOUBTFUL))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_person_has_several_numbers_and_several_people_have_one_each() {
        for headers in [
            "Phone|Mobile|WhatsApp Number|Work Phone|Default Address Phone|Phone 1 - Value|Customer Mobile|Other Phone",
            "Telefon|Handynummer|Telefon privat|Festnetztelefon|Mobiltelefon|Kundentelefon|Rufnummer",
            "Téléphone|Tél. portable|Téléphone domicile|Numéro de téléphone",
            "Teléfono|Celular|Teléfono móvil|Teléfono de casa",
            "Numer telefonu|Telefon komórkowy",
            "電話番号|携帯電話|自宅電話",
            "Dealer Mobile|Dealer Phone|Phone of the dealer",
        ] {
            let roles: BTreeSet<_> = headers.split('|').map(role).collect();
            assert_eq!(roles.len(), 1, "{headers}: {roles:?}");
        }
        for pair in [
            "Customer Mobile|Dealer Mobile",
            "Mobile Number|Wrong Mobile",
            "Phone|Old Phone",
            "Buyer Phone|Seller Phone",
            "Patient Mobile|Doctor Mobile",
            "Parent Mobile|Child Mobile",
            "Employee Mobile Number|Nominee Mobile Number",
            "Billing Phone|Shipping Phone",
            "Phone|Alternate Owner Phone",
            "Telefon Käufer|Telefon Verkäufer",
            "Kundentelefon|Händlertelefon",
            "Téléphone patient|Téléphone médecin",
            "Teléfono comprador|Teléfono vendedor",
            "Telefone aluno|Telefone responsável",
            "Nomor HP siswa|Nomor HP orang tua",
            "保護者電話番号|電話番号",
            "客户手机|经销商手机",
            "मरीज़ मोबाइल|डॉक्टर मोबाइल",
            "Телефон покупателя|Телефон продавца",
        ] {
            let roles: BTreeSet<_> = pair.split('|').map(role).collect();
            assert_eq!(roles.len(), 2, "{pair}: {roles:?}");
        }
    }

    #[test]
    fn numbers_of_others_and_former_ones_are_doubtful() {
        for header in
            ["Wrong Mobile", "Nominee Mobile Number", "Emergency Contact", "Telefon alt", "Dealer Phone"]
        {
            assert!(is_doubtful(header), "{header}");
        }
        for header in ["Mobile", "Employee Mobile Number", "Customer Phone", "Buyer Phone"] {
            assert!(!is_doubtful(header), "{header}");
        }
    }
}
