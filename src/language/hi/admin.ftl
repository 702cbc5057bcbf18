### The console: users, suppression list, activity, settings, health check, backup, retention.

## Users

user_add = उपयोगकर्ता जोड़ें
user_add_text = आपको आगे भेजने के लिए एक लिंक मिलता है, जिससे व्यक्ति अपना पासवर्ड सेट करता है। अगर नाम पहले से है, तो उपयोगकर्ता को नई भूमिका मिलती है, वह साइन आउट होता है और नया पासवर्ड सेट करता है।
user_invite = निमंत्रण लिंक बनाएँ
user_invited = आमंत्रित
user_factor_on = चालू
invited = { $name } को निमंत्रण दिया गया।
invited_link = निमंत्रण लिंक
invited_once = यह लिंक केवल अभी दिखेगा। यह एक बार, 24 घंटे तक चलेगा: इसे ऐसे भेजें कि कोई और न पढ़ सके।
invitation = निमंत्रण
invitation_text = { $name } के लिए पासवर्ड सेट करें।
invitation_go = पासवर्ड सेट करें और साइन इन करें
invitation_gone = यह निमंत्रण इस्तेमाल हो चुका है या उसकी अवधि खत्म हो गई है। एडमिन से नया माँगें।

## My account

account = मेरा खाता
account_wrong = पासवर्ड गलत है।
password_change = मेरा पासवर्ड बदलें
password_text = आपके बाकी सभी सेशन साइन आउट हो जाएँगे।
password_old = मौजूदा पासवर्ड
password_new = नया पासवर्ड
password_again = नया पासवर्ड फिर से
password_differs = दोनों पासवर्ड एक जैसे नहीं हैं।
password_changed = आपका पासवर्ड बदल गया है। बाकी सभी सेशन साइन आउट हो गए हैं।
factor = दूसरा फ़ैक्टर
factor_text = दूसरे फ़ैक्टर के साथ कोई केवल आपके पासवर्ड से साइन इन नहीं कर सकता: आपके फ़ोन के ऐप का कोड भी माँगा जाता है।
factor_on = चालू करें…
factor_on_go = दूसरा फ़ैक्टर चालू करें
factor_on_text = दूसरा फ़ैक्टर चालू है: साइन इन करते समय आपके ऐप का कोड माँगा जाता है।
factor_off = बंद करें…
factor_off_go = दूसरा फ़ैक्टर बंद करें
factor_is_on = दूसरा फ़ैक्टर चालू है।
factor_is_off = दूसरा फ़ैक्टर बंद है।
factor_qr = ऐप के लिए QR कोड
factor_scan = ऑथेंटिकेटर ऐप से कोड स्कैन करें, या यह कुंजी टाइप करें:
factor_code = ऐप में दिख रहे 6 अंक
recovery_codes = रिकवरी कोड
recovery_text = फ़ोन खोने पर इनमें से हर कोड से एक बार साइन इन कर सकते हैं। ये केवल अभी दिखेंगे: प्रिंट करें या पासवर्ड मैनेजर में रखें।
recovery_left = { $n ->
    [one] { $n } रिकवरी कोड बचा है।
   *[other] { $n } रिकवरी कोड बचे हैं।
}
user_remove = हटाएँ
user_first = पहला उपयोगकर्ता एडमिन होना चाहिए। उसके बाद सबको साइन इन करना होगा।
user_role = भूमिका
user_since = कब से
user_password_short = पासवर्ड में कम से कम { $least } अक्षर होने चाहिए।
user_name_bad = नाम में 1 से 64 अक्षर होने चाहिए।
user_last_admin = आखिरी एडमिन को नहीं हटा सकते: फिर कोई उपयोगकर्ता नहीं जोड़ सकेगा।
user_none = अभी कोई उपयोगकर्ता नहीं है।
role_viewer = दर्शक: कैंपेन और आँकड़े देख सकते हैं; नंबर छिपे रहते हैं
role_sender = भेजने वाला: कैंपेन बना और चला भी सकते हैं
role_admin = एडमिन: उपयोगकर्ता और सेटिंग भी संभाल सकते हैं

## Suppression list

suppress_title = रोक सूची
suppress_text = ऐसे नंबर जिन्हें कोई कैंपेन मैसेज नहीं भेज सकता। जोड़ा गया नंबर तुरंत सभी कतारों से हट जाता है।
suppress_numbers = नंबर, हर लाइन में एक
suppress_reason = कारण
suppress_add = सूची में जोड़ें
suppress_by_hand = नंबर हाथ से जोड़ें
suppress_search = नंबर, आखिरी अंक या कारण
opt_outs = संभावित ऑप्ट-आउट
opt_outs_text = इन लोगों ने कुछ ऐसा लिखा है जो मैसेज रोकने का अनुरोध हो सकता है। फ़ैसला होने तक इन्हें मैसेज नहीं जाता। उनका टेक्स्ट नहीं रखा जाता, केवल पहचाना गया शब्द।
opt_outs_none = किसी के बारे में फ़ैसला बाकी नहीं है।
opt_outs_word = शब्द
opt_outs_yes = रोकने को कहा
opt_outs_no = रोकने को नहीं कहा
opt_outs_asked = यह व्यक्ति रोक सूची में रहेगा।
opt_outs_not_asked = इस व्यक्ति को फिर मैसेज जा सकता है और वह अपनी जगह प्रतीक्षा में है।
opt_outs_gone = अब इस व्यक्ति के बारे में फ़ैसला बाकी नहीं है।
opt_outs_no_answer = कोई फ़ैसला नहीं हुआ: जवाब न हाँ है न ना।
opt_outs_more = { $n ->
    [one] इनके फ़ैसले के बाद { $n } और व्यक्ति है।
   *[other] इनके फ़ैसले के बाद { $n } और लोग हैं।
}
suppress_remove = हटाएँ
suppress_removal = रोक सूची से नंबर हटाएँ
suppress_removal_text = कैंपेन इस व्यक्ति को फिर मैसेज भेज सकेंगे। जो प्राप्तकर्ता छोड़े गए थे वे छूटे रहेंगे।
suppress_asked = इस व्यक्ति ने खुद यह कहा है, किसी शब्द से या WhatsApp की सेटिंग से।
suppress_admins = लोगों के अपने अनुरोध केवल एडमिन हटा सकते हैं।
suppress_why = क्यों? यह गतिविधि लॉग में लिखा जाता है
suppress_why_missing = कारण लिखें: वह गतिविधि लॉग में रहता है।
suppress_remove_go = सूची से हटाएँ
suppress_leave = सूची में रहने दें
suppress_gone = यह नंबर अब सूची में नहीं है।
suppress_undo = वापस करें
suppress_none = सूची खाली है।
suppress_added = { $n ->
    [one] सूची में { $n } नंबर जोड़ा गया।
   *[other] सूची में { $n } नंबर जोड़े गए।
}
suppress_removed = { $n ->
    [one] सूची से { $n } नंबर हटाया गया।
   *[other] सूची से { $n } नंबर हटाए गए।
}
suppress_bad = कुछ नहीं जोड़ा गया। लाइन { $line }: { $reason }
suppress_unread = कुछ नहीं जोड़ा गया: { $reason }।
suppress_read = नंबर वाली पंक्तियाँ: { $rows }। नंबर: { $numbers }।
suppress_known = { $n ->
    [one] { $n } नंबर पहले से सूची में था।
   *[other] { $n } नंबर पहले से सूची में थे।
}
suppress_left = कतार से हटे प्राप्तकर्ता: { $rows } ({ $campaign })।
suppress_not_read = { $n ->
    [one] { $n } नंबर पढ़ा नहीं जा सका; उसके मालिक को अब भी मैसेज जा सकता है। उसे ठीक करें और फ़ाइल फिर जोड़ें:
   *[other] { $n } नंबर पढ़े नहीं जा सके; उनके मालिकों को अब भी मैसेज जा सकता है। उन्हें ठीक करें और फ़ाइल फिर जोड़ें:
}
suppress_line = लाइन { $line }: { $reason }
suppress_file = फ़ाइल से नंबर जोड़ें
suppress_file_text = कोई भी फ़ाइल जो प्राप्तकर्ता सूची बन सकती है। उसके सभी नंबर जुड़ते हैं, नंबर वाले हर कॉलम से, फ़ाइल के कारण और तारीख के साथ। जो पंक्तियाँ पढ़ी न जा सकें वे दिखाई जाती हैं।
suppress_file_label = फ़ाइल
suppress_file_go = फ़ाइल के सभी नंबर जोड़ें
suppress_column = केवल यह कॉलम
suppress_download = सूची डाउनलोड करें (CSV)
suppress_since = कब से
suppress_default_reason = मैसेज न भेजने को कहा
number = नंबर

## Audit trail

audit = गतिविधि
audit_title = गतिविधि लॉग
audit_text = कैंपेन, नंबर और उपयोगकर्ताओं पर किया गया हर काम, यहाँ या टर्मिनल में, नया सबसे पहले। प्रविष्टियाँ बदली नहीं जा सकतीं।
audit_all = सारी गतिविधि
audit_none = अभी कोई गतिविधि नहीं है।
audit_who = उपयोगकर्ता
audit_deed = कार्रवाई
audit_detail = विवरण
audit_full = केवल पिछली { $n } प्रविष्टियाँ दिखाई गई हैं; टर्मिनल में सभी हैं।
audit_of = गतिविधि लॉग
deed_create = बनाया
deed_start = शुरू किया
deed_schedule = शेड्यूल किया
deed_pause = रोका
deed_resume = फिर शुरू किया
deed_finish = पूरा किया
deed_reopen = फिर खोला
deed_cancel = रद्द किया
deed_import = सूची आयात की
deed_mend = अस्वीकृत पंक्तियाँ ठीक कीं
deed_remove_list = सूची निकाली
deed_edit = सेटिंग बदली
deed_rename = नाम बदला
deed_delete = कैंपेन हटाया
deed_retry = फिर कोशिश की
deed_resolve = अनिश्चित सुलझाए
deed_rate = गति बदली
deed_suppress = रोक सूची में डाला
deed_unsuppress = रोक सूची से हटाया
deed_purge = प्राप्तकर्ताओं का डेटा मिटाया
deed_test = टेस्ट भेजा
deed_undo = शुरुआत वापस की
deed_discard = ड्राफ़्ट हटाया
deed_interrupt = बीच में रोका
deed_continue = जारी किया
deed_download = डाउनलोड किया
deed_reconcile = रिपोर्ट आयात की
deed_sign_in = साइन इन अस्वीकार हुआ
deed_signed_in = साइन इन किया
deed_invite = उपयोगकर्ता को आमंत्रित किया
deed_password = पासवर्ड बदला
deed_factor = दूसरा फ़ैक्टर बदला
deed_archive = आर्काइव किया
deed_unarchive = आर्काइव से निकाला
deed_restored = कॉपी से भेजने दिया
deed_user_add = उपयोगकर्ता जोड़ा
deed_user_remove = उपयोगकर्ता हटाया
deed_notify_test = चैनल टेस्ट किया

## Settings

settings_text = सेटिंग सर्वर के एनवायरनमेंट और सेटिंग फ़ाइल से आती हैं। बदलने के लिए सर्वर फिर शुरू करें।
settings_pod = पॉड
settings_base = प्रोवाइडर का पता
settings_sid = खाता (SID)
settings_sender = भेजने वाला नंबर
settings_key = API कुंजी
settings_db = डेटाबेस
settings_version = संस्करण
settings_present = मौजूद है; कभी नहीं दिखाई जाती
settings_missing = सेट नहीं है
settings_file = सेटिंग फ़ाइल
settings_listen = यहाँ सुनता है

## Whether everything is there

check = जाँच
check_text = सेटिंग, डेटाबेस और घड़ी जाँचता है, और प्रोवाइडर से खाते व भेजने वाले नंबर के बारे में पूछता है। कोई मैसेज नहीं भेजा जाता। टर्मिनल में: { $command }
check_go = जाँच चलाएँ
check_fine = सब ठीक है।
check_wrong = { $n ->
    [one] { $n } चीज़ गायब या गलत है।
   *[other] { $n } चीज़ें गायब या गलत हैं।
}
check_is_fine = ठीक
check_is_wrong = समस्या
check_clock = घड़ी
check_account = खाता
check_reached = प्रोवाइडर का जवाब
check_no_file = कोई नहीं: सभी सेटिंग एनवायरनमेंट और कमांड लाइन से हैं
check_campaigns = { $n ->
    [one] { $n } कैंपेन
   *[other] { $n } कैंपेन
}
check_no_database = अभी नहीं है
check_clock_wrong = { $time }: सर्वर की घड़ी गलत है
check_account_found = SID { $sid }, भेजने वाला { $number } और एक कुंजी
check_known = प्रोवाइडर SID, कुंजी और भेजने वाला नंबर स्वीकार करता है।
check_unclear = प्रोवाइडर जवाब देता है, पर खाते की पुष्टि नहीं करता: { $reason }।

## Notices

notices = सूचनाएँ
notices_text = रुकने, पूरा होने और समस्या की सूचना देती हैं, बिना किसी के देखे। टर्मिनल में: { $command }
notices_none = कोई चैनल नहीं है। सेटिंग फ़ाइल में एक लिखें: [notices.NAME]
notices_go = टेस्ट सूचना भेजें
notices_sent = सभी चैनलों ने टेस्ट ले लिया।
notices_failed = { $n ->
    [one] { $n } चैनल ने टेस्ट नहीं लिया।
   *[other] { $n } चैनलों ने टेस्ट नहीं लिया।
}

## A copy of the database

backup = डेटाबेस का बैकअप
backup_text = आप कभी भी बैकअप डाउनलोड कर सकते हैं, कैंपेन भेजते समय भी। उसमें सभी नंबर हैं: सुरक्षित रखें। वापस लगाया गया बैकअप पुष्टि होने तक कुछ नहीं भेजता। टर्मिनल में: { $command }
backup_go = बैकअप डाउनलोड करें
backup_busy = दूसरा बैकअप बन रहा है। पूरा होने पर फिर कोशिश करें।
backup_failed = बैकअप नहीं बना: { $reason }।

## What has grown old

old = पुराना डेटा
old_text = कम से कम इतने दिन पहले खत्म हुए हर कैंपेन के प्राप्तकर्ताओं का डेटा मिटाता है: नंबर, मान, टैग, message_id और वे सूचियाँ जो जोड़ी नहीं गईं। आँकड़े बने रहते हैं। टर्मिनल में: { $command }
old_days = कैंपेन खत्म होने के बाद के दिन
old_days_bad = “{ $text }” 1 से 36500 के बीच दिनों की संख्या नहीं है।
old_look = पुराना डेटा दिखाएँ
old_none = { $n ->
    [one] { $n } दिन से पुराना कोई डेटा नहीं है।
   *[other] { $n } दिन से पुराना कोई डेटा नहीं है।
}
old_found = { $n ->
    [one] कम से कम { $n } दिन पहले खत्म हुए:
   *[other] कम से कम { $n } दिन पहले खत्म हुए:
}
old_receipts = { $n ->
    [one] बिना प्राप्तकर्ता की { $n } डिलीवरी रसीद
   *[other] बिना प्राप्तकर्ता की { $n } डिलीवरी रसीदें
}
old_warning = पुराने डाउनलोड और बैकअप में डेटा अब भी है। इसे वापस नहीं किया जा सकता।
old_go = { $n ->
    [one] { $n } पंक्ति का डेटा मिटाएँ
   *[other] { $n } पंक्तियों का डेटा मिटाएँ
}
old_go_receipts = { $n ->
    [one] { $n } रसीद मिटाएँ
   *[other] { $n } रसीदें मिटाएँ
}
old_changed = यह पेज खोलने के बाद डेटा बदल गया है। कुछ नहीं मिटाया गया; देखकर फिर कोशिश करें।
old_wiped = मिटाया गया: { $what }। आँकड़े बने हुए हैं।
old_wiped_one = { $campaign } ({ $rows })
