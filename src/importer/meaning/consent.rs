//! Who agreed to be messaged: what a header says about the yes and the no below it, and what a cell says. Lists of words are
//! kept as one text each, with `|` between the words; spelling is compared folded.

use crate::domain::message::layout::fold;

use super::lexicon::{is_among, words};

/// How many values of a column are shown.
const VALUES_SHOWN: usize = 3;

/// Parts of headers whose yes means that nothing may be sent.
const OPT_OUT: &str = "optout|optedout|optingout|unsub|donotcontact|donotcall|donotmessage|donotsms|donottext|\
    donotdisturb|donotmail|donotemail|donotwhatsapp|donotsend|dontcontact|dontcall|dontmessage|dontsend|\
    nomarketing|nocontact|nopromo|nomessage|nowhatsapp|nosms|nonewsletter|noads|blacklist|blocklist|blocked|suppress|\
    stopped|stopsms|stopmarketing|revoked|withdrawn|refused|declined|objection|excludefrom|neveragain|\
    abgemeldet|abmeldung|abbestell|widerspr|widerruf|gesperrt|sperre|sperrvermerk|robinson|ausgetragen|werbeverbot|\
    keinewerbung|nichtkontakt|nichtanschreib|nichtanruf|ablehn|abgelehnt|kontaktverbot|werbestop|kontaktstop|\
    désinscri|desinscri|désabonn|desabonn|stoppub|opposition|opposé|bloqué|refus|nepascontacter|bloctel|\
    disiscri|annullaiscri|opposizione|noncontattare|nondisturbare|bloccat|revocat|rifiut|\
    dadodebaja|debaja|desuscri|dessuscri|cancelosuscri|cancelósuscri|nocontactar|bloquead|rechaz|excluid|nomolestar|\
    descadastr|cancelouinscri|cancelouainscri|nãocontat|nãocontact|naocontat|naocontact|nãoperturb|naoperturb|\
    berhenti|jangan|tolak|blokir|nyahlanggan|\
    afgemeld|afmeld|uitgeschreven|uitschrijv|geblokkeerd|nietcontact|nietbenader|bezwaar|belmeniet|opzeg|\
    wypisan|rezygnac|sprzeciw|zablokow|niekontakt|wycofan|\
    aboneliktenay|aboneliktençık|ayrıldı|redde|engellen|aramayın|iletişimkurma|listedençık|\
    إلغاءالاشتراك|الغاءالاشتراك|ألغىالاشتراك|محظور|رفض|عدمالاتصال|لاتتصل|لاتراسل|\
    सदस्यतासमाप्त|अनसब्सक्राइब|संपर्कनकरें|संपर्कनकरे|ब्लॉक|मनाकिया|\
    退订|退訂|取消订阅|取消訂閱|拒绝|拒絕|勿扰|免打扰|免打擾|黑名单|黑名單|拒收|屏蔽|\
    配信停止|購読解除|登録解除|退会|拒否|オプトアウト|ブロック|配信不要|\
    수신거부|거부|구독취소|구독해지|차단|ยกเลิก|ปฏิเสธ|ห้าม|ไม่รับ|บล็อก|\
    avregistrer|avanmäl|avmeld|frameld|afmeldt|reklamspärr|spärrad|nixtelefon|reservera|reservert|kieltä|eisaaottaa|\
    odhláš|nekontakt|nevolat|odvolán|leiratkoz|nekeres|dezabon|retras|nucontact|απεγγραφ|διαγραφή|μηνκαλ|αποκλεισ|\
    הסרה|הוסר|חסום|לאליצור|từchối|hủyđăngký|khôngliênhệ|khônggọi|відпис|відмов|нетурбувати|заборон|\
    отписа|отписк|отказ|незвонить|неписать|небеспокоить|заблок|чёрныйсписок|черныйсписок";

/// Whole words of headers that mean the same and are too short to be looked for inside others.
const OPT_OUT_WORDS: &str = "dnd|dnc|dncr|ndnc|stop|stopp|baja|bajas|ret|стоп|block|muted";

/// Words that turn what a header speaks of into its opposite.
const NEGATIONS: &str = "no|not|never|dont|non|without|kein|keine|keinen|nicht|ohne|nie|pas|ne|sans|sin|nunca|não|nao|\
    sem|tidak|tanpa|geen|niet|zonder|bez|не|нет|без|لا|عدم|بدون|नहीं|मत|न|değil|hayır|istemiyor|istemez|ไม่";

/// Parts of headers whose yes means that somebody agreed.
const CONSENT: &str = "consent|optin|opted|optedin|subscri|accepts|accept|allow|permission|permit|agree|agreed|gdpr|dsgvo|\
    einwillig|eingewilligt|zustimm|zugestimmt|einverst|erlaub|angemeldet|abonniert|\
    accord|autoris|inscrit|inscription|abonné|consenso|autorizz|iscritt|iscrizion|accett|\
    consentim|autoriz|acepta|suscri|permiso|aceita|inscrito|inscrição|permiss|\
    samtyck|samtykk|godkän|godkend|godkjen|tillåt|tillat|tilladelse|suostum|salli|souhlas|povolen|hozzájárul|engedély|acord|\
    συγκατάθεσ|συναίνεσ|הסכמה|אישור|đồngý|chophép|đăngký|згод|дозв|rıza|izni|kvkk|persetujuan|setuju|izin|langgan|toestemming|akkoord|aangemeld|ingeschreven|\
    zgoda|zgody|zapisan|onay|kabul|موافق|اشتراك|إذن|सहमति|अनुमति|सदस्यता|\
    同意|許可|许可|订阅|訂閱|授权|授權|購読|동의|구독|허용|ยินยอม|อนุญาต|สมัคร|соглас|подпис|разреш";

/// Parts of headers about messages, whose yes may mean either.
const MESSAGES: &str = "marketing|newsletter|advert|promo|werbung|werbe|publicit|pubblicit|publicid|propaganda|mailing|\
    message|messaging|whatsapp|nachricht|mensaj|mensag|messaggi|pesan|bericht|wiadomo|mesaj|contact|kontakt|contatt|\
    contat|kontak|hubungi|communic|kommunik|comunic|komunik|notif|benachricht|iklan|reklam|reclame|réclame|infolettre|boletín|boletin|\
    رسائل|رسالة|إعلان|اعلان|تسويق|تواصل|اتصال|संदेश|विज्ञापन|संपर्क|मार्केटिंग|न्यूज़लेटर|\
    消息|短信|简讯|簡訊|广告|廣告|营销|联系|聯絡|メッセージ|メルマガ|広告|連絡|配信|マーケティング|\
    메시지|광고|마케팅|연락|뉴스레터|문자|ข้อความ|โฆษณา|ติดต่อ|ข่าวสาร|\
    сообщ|рассыл|реклам|новост|связ|контакт";

/// Whole words of headers about messages.
const MESSAGE_WORDS: &str = "sms|wa|ads|offers|angebote|ofertas|offres|offerte|dm|edm|nl|pub|pesan";

/// Words at the end of a header that only say how its cells are written.
const WAYS_TO_WRITE: [[&str; 2]; 14] = [
    ["yes", "no"],
    ["y", "n"],
    ["ja", "nein"],
    ["j", "n"],
    ["ja", "nee"],
    ["oui", "non"],
    ["o", "n"],
    ["si", "no"],
    ["sì", "no"],
    ["sí", "no"],
    ["sim", "não"],
    ["true", "false"],
    ["1", "0"],
    ["0", "1"],
];

/// What a yes below a header means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Polarity {
    /// That the person agreed to be messaged.
    Consent,
    /// That the person must not be messaged.
    OptOut,
    /// Either: the header speaks of messages and says no more.
    Either,
}

/// What a yes below that header means; none where it speaks of something else.
pub(crate) fn polarity(header: &str) -> Option<Polarity> {
    let mut words = words(header);
    for pair in WAYS_TO_WRITE {
        if words.len() > 2 && words.ends_with(&pair.map(str::to_owned)) {
            words.truncate(words.len() - 2);
        }
    }
    let text = words.concat();
    let folded = fold(&text);
    let has = |list: &str| list.split('|').any(|part| folded.contains(&fold(part)));
    let has_word = |list: &str| words.iter().any(|word| is_among(word, list));
    if has(OPT_OUT) || has_word(OPT_OUT_WORDS) {
        return Some(Polarity::OptOut);
    }
    let is_consent = has(CONSENT);
    if !is_consent && !has(MESSAGES) && !has_word(MESSAGE_WORDS) {
        return None;
    }
    // `Contact No` has a number: a `no` at the end denies nothing.
    let negations = words.iter().take(words.len().saturating_sub(1)).filter(|word| is_among(word, NEGATIONS));
    Some(match negations.count() {
        0 if is_consent => Polarity::Consent,
        0 => Polarity::Either,
        _ => Polarity::OptOut,
    })
}

/// What a cell says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Said {
    Yes,
    No,
    /// That the person agreed, whatever the header is.
    Willing,
    /// That the person does not want to be messaged, whatever the header is.
    Unwilling,
    /// The day on which it was said.
    Day,
    /// Nothing is written there.
    Blank,
    /// Something that is none of these.
    Unclear,
}

/// Reads a cell that says yes or no.
pub(crate) fn said(text: &str) -> Said {
    const YES: &str = "true|yes|y|1|on|ok|x|t|ja|j|wahr|oui|o|vrai|sì|si|sí|s|vero|verdadero|sim|verdadeiro|ya|tak|\
        ano|igen|da|kyllä|jes|ναι|כן|có|так|evet|да|हाँ|हां|نعم|はい|是|有|네|예|ใช่|はい";
    const NO: &str = "false|no|n|0|off|f|none|never|nein|nee|nej|nei|ei|ne|nem|nu|όχι|לא|không|ні|falsch|non|faux|falso|não|nao|tidak|nie|hayır|hayir|\
        नहीं|لا|いいえ|否|无|無|нет|아니오|아니요|ไม่|ไม่ใช่";
    const WILLING: &str = "optedin|optin|subscribed|allowed|allow|granted|given|active|accepted|accept|agreed|confirmed|\
        nondnd|notblocked|angemeldet|inscrit|iscritto|suscrito|inscrito|berlangganan";
    const UNWILLING: &str = "optedout|optout|unsubscribed|denied|deny|disallowed|notallowed|revoked|withdrawn|inactive|\
        declined|refused|blocked|stop|stopped|donotcontact|dnd|cleaned|bounced|nonsubscribed|notsubscribed|abgemeldet|\
        widersprochen|gesperrt|désinscrit|désabonné|disiscritto|desinscrito|descadastrado|berhenti";
    let tick = text.trim().trim_end_matches('\u{FE0F}');
    if ["✓", "✔", "✅", "☑", "√", "●", "🗸", "○", "◯"].contains(&tick) {
        return Said::Yes;
    }
    if ["✗", "✘", "❌", "☐", "✕", "×", "✖"].contains(&tick) {
        return Said::No;
    }
    let folded = fold(tick.strip_suffix(".0").unwrap_or(tick));
    let is_day = 8 <= tick.len() && tick.contains("20") && tick.starts_with(|c: char| c.is_ascii_digit());
    let is_one_of = |list: &str| list.split('|').any(|known| fold(known) == folded);
    if folded.is_empty() {
        Said::Blank
    } else if is_one_of(UNWILLING) {
        Said::Unwilling
    } else if is_one_of(WILLING) {
        Said::Willing
    } else if is_one_of(NO) {
        Said::No
    } else if is_one_of(YES) {
        Said::Yes
    } else if is_day {
        Said::Day
    } else {
        Said::Unclear
    }
}

/// True for a word that nobody writes except of people who must not be messaged, whatever the header is.
pub(crate) fn is_opt_out_word(cell: &str) -> bool {
    const WORDS: &str = "optedout|optout|unsubscribed|donotcontact|dnd|nonsubscribed|notsubscribed|abgemeldet|désinscrit|\
        désabonné|disiscritto|descadastrado";
    let folded = fold(cell);
    WORDS.split('|').any(|word| fold(word) == folded)
}

/// A column of consent or of opt-outs, as somebody named it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Willingness {
    pub(crate) column: usize,
    pub(crate) is_opt_out: bool,
    /// Nobody says no outright, so a blank is the no of a column of ticks.
    pub(crate) is_blank_no: bool,
}

/// Whether a person may be messaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Willing,
    Unwilling,
    /// The cell is blank, and that says nothing.
    Blank,
    /// The cell says neither.
    Unclear,
}

impl Willingness {
    pub(crate) fn verdict(self, cell: &str) -> Verdict {
        match (said(cell), self.is_opt_out) {
            (Said::Willing, _) | (Said::Yes | Said::Day, false) | (Said::No | Said::Blank, true) => {
                Verdict::Willing
            }
            (Said::Unwilling, _) | (Said::Yes | Said::Day, true) | (Said::No, false) => Verdict::Unwilling,
            (Said::Blank, false) if self.is_blank_no => Verdict::Unwilling,
            (Said::Blank, false) => Verdict::Blank,
            (Said::Unclear, _) => Verdict::Unclear,
        }
    }
}

/// What the usable rows say in a column that nobody has named.
#[derive(Debug, Clone)]
pub(crate) struct Tally {
    pub(crate) column: usize,
    pub(crate) polarity: Polarity,
    n: [u64; 7],
    /// The first few different values.
    pub(crate) values: Vec<String>,
}

impl Tally {
    pub(crate) fn new(column: usize, polarity: Polarity) -> Self {
        Self { column, polarity, n: [0; 7], values: Vec::new() }
    }

    /// Takes note of the cell of a usable row.
    pub(crate) fn take(&mut self, cell: &str) {
        self.n[said(cell) as usize] += 1;
        let cell = cell.trim();
        if self.values.len() < VALUES_SHOWN
            && !cell.is_empty()
            && !self.values.iter().any(|known| known == cell)
        {
            self.values.push(cell.chars().take(40).collect());
        }
    }

    fn n_of(&self, said: Said) -> u64 {
        self.n[said as usize]
    }

    pub(crate) fn n_rows(&self) -> u64 {
        self.n.iter().sum()
    }

    /// How many rows are left out where the column is read so.
    pub(crate) fn n_left_out(&self, is_opt_out: bool) -> u64 {
        let always = self.n_of(Said::Unwilling) + self.n_of(Said::Unclear);
        let plain_no = self.n_of(Said::No);
        if is_opt_out {
            return always + self.n_of(Said::Yes) + self.n_of(Said::Day);
        }
        // As [`Willingness::is_blank_no`] has it.
        let is_blank_no = plain_no + self.n_of(Said::Unwilling) == 0;
        always + plain_no + if is_blank_no { self.n_of(Said::Blank) } else { 0 }
    }

    /// Whether somebody has to say what the column means: it is one of yes and no, and as its header is best understood,
    /// somebody must not be messaged.
    pub(crate) fn is_open(&self) -> bool {
        let days = if self.polarity == Polarity::OptOut { self.n_of(Said::Day) } else { 0 };
        let n_read = [Said::Yes, Said::No, Said::Willing, Said::Unwilling].map(|said| self.n_of(said));
        let n_read = n_read.iter().sum::<u64>() + days;
        let n_filled = self.n_rows() - self.n_of(Said::Blank);
        let is_yes_or_no = match self.polarity {
            Polarity::Consent | Polarity::OptOut => n_filled < n_read * 2,
            Polarity::Either => 0 < n_read && n_filled * 9 <= n_read * 10,
        };
        let is_left_out = match self.polarity {
            Polarity::Consent | Polarity::Either => 0 < self.n_left_out(false),
            Polarity::OptOut => 0 < self.n_left_out(true),
        };
        is_yes_or_no && is_left_out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_says_what_its_yes_means_in_many_languages() {
        let opt_outs = "Opt Out|WhatsApp Opt Out|Opted out|Do Not Contact|DND|Unsubscribed|No marketing|Blocked|Stop|\
            Do not disturb|unsubscribed_at|No SMS|Not subscribed|has opted-out?|Suppressed|Widerspruch|Abgemeldet|\
            Keine Werbung|Kein Newsletter|Werbewiderspruch|Kontaktsperre|désinscrit|Ne pas contacter|Pas de publicité|\
            Désabonné|Non contattare|Niente pubblicità: no marketing|Disiscritto|no contactar|Dado de baja|Sin publicidad|\
            descadastrado|Não contatar|Sem marketing|Não quer receber mensagens|berhenti|Jangan hubungi|Tidak mau promo|\
            Avregistrerad|Reklamspärr|Odhlášen|Nekontaktovat|Leiratkozott|Dezabonat|Từ chối|Відписався|\
            Afgemeld|Niet benaderen|Geen reclame|Wypisany|Nie kontaktować|İletişim kurma|Abonelikten ayrıldı|\
            إلغاء الاشتراك|عدم الاتصال|संपर्क न करें|退订|拒绝广告|配信停止|수신거부|ไม่รับข่าวสาร|Не звонить|Отписался";
        for header in opt_outs.split('|') {
            assert_eq!(polarity(header.trim()), Some(Polarity::OptOut), "{header}");
        }
        let consents = "Opt In|consent|Accepts SMS Marketing|AllowBroadcast|Subscribed|Agreed to messages (yes/no)|\
            Einwilligung|Zustimmung Werbung ja/nein|Consentement|Consenso marketing|Acepta publicidad|Autoriza|Aceita receber|\
            Persetujuan|Toestemming|Zgoda na marketing|Onay|موافقة|सहमति|同意|수신동의|ยินยอม|Согласие";
        for header in consents.split('|') {
            assert_eq!(polarity(header.trim()), Some(Polarity::Consent), "{header}");
        }
        let either = "Werbung ja/nein|Newsletter|Marketing|WhatsApp|SMS|Messages|Contact (Y/N)|Kontakt|Publicité|Pubblicità|\
            Publicidad|Promo|Iklan|Reklam|إعلانات|विज्ञापन|广告|メルマガ|광고|โฆษณา|Рассылка|Reclame-berichten";
        for header in either.split('|') {
            assert_eq!(polarity(header.trim()), Some(Polarity::Either), "{header}");
        }
        for header in
            ["Name", "City", "Is Dummy Mobile", "To Hide Mobile", "Tax Exempt", "Status", "VIP", "Paid"]
        {
            assert_eq!(polarity(header), None, "{header}");
        }
    }

    #[test]
    fn a_cell_is_read_in_many_words() {
        for (text, wanted) in [
            ("FALSE", Said::No),
            ("Opted Out", Said::Unwilling),
            ("nein", Said::No),
            ("yes", Said::Yes),
            ("✓", Said::Yes),
            ("1.0", Said::Yes),
            ("0.0", Said::No),
            ("2026-01-01 10:00", Said::Day),
            ("Subscribed", Said::Willing),
            (" ", Said::Blank),
            ("maybe", Said::Unclear),
        ] {
            assert_eq!(said(text), wanted, "{text}");
        }
    }

    #[test]
    fn a_word_that_speaks_for_itself_means_the_same_in_either_column() {
        for is_opt_out in [false, true] {
            let column = Willingness { column: 0, is_opt_out, is_blank_no: true };
            assert_eq!(column.verdict("unsubscribed"), Verdict::Unwilling);
            assert_eq!(column.verdict("subscribed"), Verdict::Willing);
            assert_eq!(column.verdict("perhaps"), Verdict::Unclear);
            assert_eq!(column.verdict("yes") == Verdict::Unwilling, is_opt_out);
            assert_eq!(column.verdict("") == Verdict::Unwilling, !is_opt_out);
        }
    }
}
