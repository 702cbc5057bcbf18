### The console: making a campaign, watching it, and what every page has.

product = catalink
skip_to_content = सामग्री पर जाएँ
campaigns = कैंपेन
suppression_list = रोक सूची
settings = सेटिंग
users = उपयोगकर्ता
sign_out = साइन आउट
rehearsal = रिहर्सल
rehearsal_banner = रिहर्सल। प्रोवाइडर की जगह सिम्युलेटर है: कोई मैसेज इस मशीन से बाहर नहीं जाता और असली कैंपेन पर असर नहीं होता।
rehearsal_enter = रिहर्सल शुरू करें
rehearsal_leave = रिहर्सल से बाहर जाएँ
limits_no_zone = भेजने के समय के लिए टाइम ज़ोन ज़रूरी है, जैसे Asia/Kolkata: उसके बिना पता नहीं चलता कि समय कब शुरू होता है।
message_is_used = कैंपेन में पहले से प्राप्तकर्ता हैं, इसलिए उसका मैसेज नहीं बदलेगा। दूसरे मैसेज के लिए नया कैंपेन बनाएँ।
rehearse_title = पहले रिहर्सल करें
rehearse_text = इस कैंपेन की कॉपी सिम्युलेटेड प्रोवाइडर पर चलती है, रसीदों के साथ। कुछ भेजा नहीं जाता और कैंपेन जैसा है वैसा रहता है।
rehearse_faults = क्या गड़बड़ हो
rehearse_nothing = कुछ नहीं
rehearse_some = कुछ गलतियाँ और अस्वीकृतियाँ, जैसा अक्सर होता है
rehearse_low_balance = बैलेंस आधे में खत्म हो जाए
rehearse_undelivered = पाँच में से एक मैसेज डिलीवर न हो
rehearse_doubts = प्रोवाइडर के जवाब खो जाएँ
rehearse_do = कॉपी की रिहर्सल करें
open_banner = इस मशीन का उपयोग करने वाले हर व्यक्ति के पास पूरा एक्सेस है। साइन इन ज़रूरी करने के लिए कोई उपयोगकर्ता जोड़ें।
open_banner_link = उपयोगकर्ता जोड़ें
command_line = टर्मिनल में यही काम
languages_label = भाषा
connection_lost = कनेक्शन टूट गया है; आँकड़े अपडेट नहीं हो रहे। फिर से जुड़ रहे हैं…
no_news_since = { $time } से कोई खबर नहीं; आँकड़े पुराने हो सकते हैं। फिर से जुड़ रहे हैं…
notify_me = भेजना रुकने पर मुझे बताएँ
notify_on = भेजना रुकने पर आपको बताया जाएगा, टैब बैकग्राउंड में हो तब भी।

## Time and quantities

seconds = { $n } से॰
minutes = { $n } मि॰
hours = { $n } घं॰
days = { $n } दिन
per_second = { $rate } प्रति सेकंड
rows = { $n ->
    [one] { $n } पंक्ति
   *[other] { $n } पंक्तियाँ
}
line = लाइन
line_n = लाइन { $line }

## Failures

not_found = नहीं मिला
not_found_text = इस पते पर कुछ नहीं है। हो सकता है पेज हटा दिया गया हो या पता अधूरा हो।
forbidden = अनुमति नहीं है
forbidden_text = आपकी भूमिका में इसकी अनुमति नहीं है। एडमिन इसे बदल सकते हैं।
wrong_host = इस कंसोल में उपयोगकर्ता और पासवर्ड नहीं हैं, इसलिए यह केवल 127.0.0.1 या localhost पर जवाब देता है।
cross_site = अनुरोध किसी दूसरी साइट से आया था और अस्वीकार किया गया।
too_large = फ़ाइल इस कंसोल की सीमा ({ $size }) से बड़ी है।
not_understood = सर्वर भेजी गई जानकारी नहीं पढ़ सका। वापस जाएँ, पेज फिर से लोड करें और दोबारा कोशिश करें।
not_now = यह अभी संभव नहीं है
failed = सर्वर पर कुछ गड़बड़ हुई
failed_text = कुछ भी खोया नहीं है: हर कदम पहले दर्ज किया जाता है। जानकारी के लिए सर्वर का लॉग देखें।
back_to_campaigns = कैंपेन पर वापस जाएँ

## Signing in

sign_in = साइन इन
name = नाम
password = पासवर्ड
sign_in_wrong = नाम या पासवर्ड गलत है।
sign_in_busy = अभी बहुत सारे लोग साइन इन कर रहे हैं। कुछ सेकंड बाद फिर कोशिश करें।
sign_in_often = बहुत ज़्यादा कोशिशें हुईं। { $wait } बाद फिर कोशिश करें।
sign_in_ended = आप साइन आउट हो गए हैं। साइन इन करके फिर से करें।
sign_in_ended_kept = आप साइन आउट हो गए हैं। आगे बढ़ने के लिए साइन इन करें; आपने जो लिखा वह सुरक्षित है।
code_label = आपके ऐप का कोड
code_hint = 6 अंक, या आपका कोई रिकवरी कोड।
code_wrong = कोड गलत है या पहले इस्तेमाल हो चुका है। अगले कोड का इंतज़ार करें।
code_too_late = बहुत देर हो गई। फिर से साइन इन करें।
go_on_title = फिर से साइन इन हो गए
go_on_text = आपने जो लिखा वह अभी भेजा नहीं गया है।
go_on = अभी भेजें
go_on_not = न भेजें
account = मेरा खाता

## Searching, and one person

search_title = खोजें
search_everything = सब कुछ खोजें
search_what = कैंपेन, नंबर, टैग या नाम
search_hint = कोई कैंपेन; किसी भी तरह लिखा नंबर या उसकी शुरुआत; टैग; या नई सूचियों में से कोई नाम।
search_nothing = कुछ नहीं मिला।
search_on = किसी कैंपेन की सभी पंक्तियों में खोजें
people = लोग
person = व्यक्ति
person_suppressed = रोक सूची में: कोई कैंपेन इस व्यक्ति को मैसेज नहीं भेजता।
person_reachable = रोक सूची में नहीं है।
person_suppress = इस व्यक्ति को रोक सूची में डालें…
person_replied = आखिरी जवाब:
person_campaigns = कैंपेन में
person_nowhere = किसी कैंपेन में नहीं।

## List of campaigns

home_needs = आपका ध्यान चाहिए
home_running = चल रहे हैं
home_recent = पिछले 30 दिन
home_all = सभी कैंपेन
home_open = { $n ->
    [one] { $n } व्यक्ति ने शायद रोकने को कहा है: फ़ैसला करें
   *[other] { $n } लोगों ने शायद रोकने को कहा है: फ़ैसला करें
}
home_draft = शुरू नहीं हुआ
home_doubts = { $n ->
    [one] { $n } अनिश्चित
   *[other] { $n } अनिश्चित
}
home_older = सभी कैंपेन, पुराने और आर्काइव किए हुए भी
archived = आर्काइव किया हुआ
archive_go = आर्काइव करें
unarchive_go = आर्काइव से निकालें
archive_text = आर्काइव किया हुआ कैंपेन सूची में नहीं दिखता; वह नाम से मिलता है और उसकी पंक्तियाँ व आँकड़े बने रहते हैं।
archive_not_now = चल रहा कैंपेन आर्काइव नहीं किया जा सकता।
new_campaign = नया कैंपेन
older_campaigns = पुराने कैंपेन
no_campaigns = अभी कोई कैंपेन नहीं है। कैंपेन बनाने के लिए प्राप्तकर्ताओं की सूची और एक मैसेज चाहिए।
no_campaigns_steps = फ़ाइल अपलोड करें, कॉलम जाँचें, अस्वीकृत पंक्तियाँ ठीक करें, मैसेज लिखें और खुद को टेस्ट भेजें। आखिरी बटन दबाने से पहले सूची को कोई मैसेज नहीं जाता।
no_campaigns_rehearse = पहले रिहर्सल करें: प्रोवाइडर की जगह सिम्युलेटर होगा
campaign = कैंपेन
state = स्थिति
progress = प्रगति
created = बनाया गया
of_n = { $total } में से { $done }

## States and statuses

state_draft = ड्राफ़्ट
state_scheduled = शेड्यूल किया हुआ
state_running = भेजा जा रहा है
state_paused = रुका हुआ
state_finished = पूरा हुआ
state_cancelled = रद्द
status_queued = प्रतीक्षा में
status_sending = भेजा जा रहा है
status_accepted = स्वीकृत
status_failed = विफल
status_in_doubt = अनिश्चित
status_rejected = अस्वीकृत
status_duplicate = डुप्लिकेट
status_suppressed = रोक सूची में
status_cancelled = रद्द
status_skipped = पहुँच से बाहर
delivery_sent = भेजा गया
delivery_delivered = डिलीवर हुआ
delivery_read = पढ़ा गया
delivery_undelivered = डिलीवर नहीं हुआ
no_receipt = बिना रसीद
receipts_so_far = अब तक की रसीदों के अनुसार
furthest = अधिकतम: { $delivery }
row_delivered = डिलीवर होने का समय
row_read = पढ़ने का समय

## Watching

watch_draft = शुरू नहीं हुआ।
watch_scheduled = शेड्यूल किया हुआ: भेजना { $time } पर शुरू होगा।
watch_running = भेजा जा रहा है।
watch_interrupted = बीच में रोका गया: किसी ने भेजना रोक दिया है। जारी करने तक कुछ नहीं भेजा जाएगा।
watch_continue = भेजना जारी रखें
watch_done = { $total } में से { $done } पूरे।
watch_canary = पहले मैसेज भेजे जा चुके हैं। बाकी उनकी डिलीवरी रसीदों का इंतज़ार कर रहे हैं, ज़्यादा से ज़्यादा { $time } तक।
watch_waits = प्रतीक्षा में।
watch_resuming = फिर शुरू हो रहा है।
watch_shared = दूसरे कैंपेन भी भेजे जा रहे हैं; खाते की गति उनमें बँटती है।
watch_probing = फिर शुरू हो रहा है: पहले एक मैसेज जाता है, स्वीकृत होने पर बाकी।
watch_held_hours = बाकी लोग अपनी जगह के समय का इंतज़ार कर रहे हैं।
watch_held_cap = बाकी लोगों को फ़िलहाल उतने मैसेज मिल चुके हैं जितने की सीमा है।
watch_people = बाकी लोगों को मैसेज तब मिलेगा जब वे लिखेंगे।
watch_waiting = भेजना { $time } पर जारी होगा: भेजने के समय या शेड्यूल के कारण।
watch_retrying = बाकी प्राप्तकर्ता अगली कोशिश का इंतज़ार कर रहे हैं; वह { $time } पर होगी।
watch_down = प्रोवाइडर जवाब नहीं दे रहा; अगली कोशिश { $wait } में। आखिरी जवाब: { $answer }
watch_slowed = प्रोवाइडर ने गति धीमी करने को कहा है। उसका जवाब: { $answer }
watch_broken = भेजना रुक गया है: { $reason }। अपने आप फिर कोशिश होगी।
watch_restored = कुछ नहीं भेजा जा रहा: { $reason }। इस कॉपी के बाद जिन्हें मैसेज मिला, उन्हें दोबारा मिल सकता है। पहले प्रोवाइडर की रिपोर्ट (नीचे) आयात करें: वह ऐसे लोगों को कतार से हटाती है।
restored_go = इस कॉपी से भेजें…
restored_text = इस कॉपी के बाद जिन्हें मैसेज मिला और जो आयात की गई रिपोर्ट में नहीं हैं, उन्हें दूसरी बार मैसेज मिलेगा। इसे वापस नहीं किया जा सकता।
restored_sure = फिर भी इस कॉपी से भेजें
watch_paused = रुका हुआ है।
watch_paused_at = लाइन { $line } पर रुका हुआ है।
watch_air = { $n ->
    [one] { $n } अनुरोध अभी रास्ते में है; उसका जवाब दर्ज होगा।
   *[other] { $n } अनुरोध अभी रास्ते में हैं; उनके जवाब दर्ज होंगे।
}
watch_finished = पूरा हुआ।
watch_accepted = { $n ->
    [one] प्रोवाइडर ने { $n } मैसेज स्वीकार किया।
   *[other] प्रोवाइडर ने सभी { $n } मैसेज स्वीकार किए।
}
watch_accepted_of = प्रोवाइडर ने { $total } में से { $accepted } मैसेज स्वीकार किए।
watch_finished_not_all = पूरा हुआ, पर सभी तक नहीं पहुँचा।
watch_cancelled = रद्द। अब कोई मैसेज नहीं भेजा जाएगा।
provider_said = विवरण:
rate_now = अभी
rate_allowed = अनुमत
rate_change = गति बदलें
rate_do = लागू करें
rate_label = प्रति सेकंड मैसेज
in_air = रास्ते में
done_at = पूरा होने का अनुमान
finished_at = पूरा हुआ
elapsed = शुरू हुआ
unknown_yet = अभी पता नहीं
course_title = प्रति सेकंड मैसेज
course_rate = भेजे गए
course_allowed = अनुमत
course_text = पिछले { $span }; ऊपरी किनारा { $rate } प्रति सेकंड है।
course_now = अभी
chart_title = समय के साथ मैसेज
chart_text = ज़्यादा से ज़्यादा { $peak }
chart_not_accepted = स्वीकार नहीं हुआ
outcome = नतीजा क्या रहा
outcome_hint = हर चरण में आगे पहुँचे लोग भी शामिल हैं; डिलीवर और पढ़े गए में जवाब देने वाले भी। प्रतिशत स्वीकृत मैसेज के हैं।
result = नतीजा
result_no_receipt = अभी कोई रसीद नहीं
result_replied = जवाब या ऑर्डर
funnel_replied = जवाब दिया
funnel_ordered = ऑर्डर किया
funnel_undelivered = डिलीवर नहीं हुआ
funnel_open = अभी डिलीवरी रसीद नहीं
figures = सूची की सभी { $rows } पंक्तियाँ
last_problems = हाल की समस्याएँ
pause = रोकें
resume = फिर शुरू करें
resume_topped_up = बैलेंस भर दिया है: फिर शुरू करें
resume_text = { $n ->
    [one] { $n } प्राप्तकर्ता प्रतीक्षा में है। पहले एक मैसेज भेजा जाता है।
   *[other] { $n } प्राप्तकर्ता प्रतीक्षा में हैं। पहले एक मैसेज जाता है, स्वीकृत होने पर बाकी।
}
cancel = कैंपेन रद्द करें…
cancel_text = जो अभी प्रतीक्षा में हैं उन्हें मैसेज कभी नहीं मिलेगा। इसे वापस नहीं किया जा सकता।
cancel_sure = सभी प्रतीक्षारत के लिए रद्द करें
start_page = शुरू करने के पेज पर जाएँ

## Rows

rows_title = पंक्तियाँ
rows_all = सभी
rows_search = नाम, नंबर, टैग या लाइन
rows_search_hint = सूची का कोई नाम या मान; किसी भी तरह लिखा नंबर, उसकी शुरुआत या अंत; टैग की शुरुआत; “line 214”।
rows_show = खोजें
rows_none = कोई पंक्ति नहीं मिली।
rows_none_yet = अभी तक कोई मेल खाती पंक्ति नहीं मिली; खोज जारी है।
rows_further = खोज जारी रखें
rows_more = अगली पंक्तियाँ
rows_first = पहली पंक्तियों पर वापस
rows_with_code = कोड { $code } के साथ
rows_limited = { $n ->
    [one] केवल पहली { $n } पंक्ति दिखाई गई है।
   *[other] केवल पहली { $n } पंक्तियाँ दिखाई गई हैं।
}
recipient = प्राप्तकर्ता
status = स्थिति
attempts = कोशिशें
tags = टैग
what = क्या हुआ
when = कब
delivery = डिलीवरी
row_message_id = मैसेज आईडी (message_id)
row_attempts = अनुरोध जो तुरंत स्वीकार नहीं हुए
row_attempt = कोशिश
row_uncounted = गिना नहीं गया
row_unsent = इस पंक्ति के लिए कोई मैसेज नहीं भेजा जाता।
row_values = फ़ाइल के मान

## Afterwards

failures = कुछ क्यों नहीं पहुँचे
failures_text = अस्वीकृत और कोशिशें खत्म हो चुके मैसेज फिर से भेजे जा सकते हैं: वे कतार में वापस जाते हैं।
failures_undelivered = स्वीकृत, पर डिलीवर नहीं हुए।
failures_unsent = प्रोवाइडर ने ये मैसेज स्वीकार किए पर WhatsApp को नहीं दिए: ये किसी को नहीं मिले।
failures_without_reason = अभी कारण के अनुसार नहीं गिने गए
retry_all = सभी { $n } फिर भेजें
reason = कारण
code = कोड
code_none = कोई कोड नहीं
action = कार्रवाई
closed_doubts = बिना भेजे बंद किए गए; हो सकता है इन लोगों को मैसेज मिल चुका हो।
closed_resend = दोबारा भेजें…
doubts_resend_go = दोबारा भेजें…
retry_n = { $n } फिर भेजें
doubts = अनिश्चित
doubts_n = { $n ->
    [one] { $n } प्राप्तकर्ता को मैसेज मिला या नहीं, यह पता नहीं: अनुरोध भेजा गया, पर जवाब नहीं आया।
   *[other] { $n } प्राप्तकर्ताओं को मैसेज मिला या नहीं, यह पता नहीं: अनुरोध भेजे गए, पर जवाब नहीं आया।
}
doubts_risk = दोबारा भेजने पर किसी को मैसेज दो बार मिल सकता है। बंद करने पर कोई मैसेज से छूट सकता है। बाद में आई डिलीवरी रसीद से यह अपने आप सुलझ जाता है।
doubts_resend = { $n } को दोबारा भेजें, डुप्लिकेट के जोखिम के साथ
doubts_keep = { $n } को बिना भेजे बंद करें
doubt_keep = बंद करें
doubt_resend = दोबारा भेजें
doubt_none = { $number } अब अनिश्चित नहीं है। कुछ नहीं बदला गया।
download = नतीजे
download_rows = ये पंक्तियाँ डाउनलोड करें
download_to_mend = CSV में डाउनलोड करें, ठीक करें और फिर जोड़ें
download_csv = CSV
download_xlsx = Excel
report = रिपोर्ट
totals = कुल योग
totals_zone = घंटों का टाइम ज़ोन
totals_zone_go = लागू करें
totals_zone_bad = “{ $zone }” Asia/Kolkata जैसा टाइम ज़ोन नहीं है।
further = और
reconcile = प्रोवाइडर की रिपोर्ट आयात करें…
reconcile_text = अगर डिलीवरी रसीदें नहीं आईं, तो आप उन्हें प्रोवाइडर के कंसोल से डाउनलोड की गई रिपोर्ट से आयात कर सकते हैं। इससे अनिश्चित भी सुलझते हैं। पंक्तियाँ टोकन या message_id से मिलाई जाती हैं।
reconcile_file = रिपोर्ट (CSV)
reconcile_go = रिपोर्ट आयात करें
reconcile_look = केवल दिखाएँ कि क्या बदलेगा
reconciled_would = { $n ->
    [one] { $n } प्राप्तकर्ता बदलेगा।
   *[other] { $n } प्राप्तकर्ता बदलेंगे।
}
reconciled_figure = { $what }: { $change }
reconciled = रिपोर्ट में { $rows } पंक्तियाँ हैं; इनमें से { $matched } इस कैंपेन की हैं।
reconciled_changed = { $n ->
    [one] { $n } प्राप्तकर्ता बदला।
   *[other] { $n } प्राप्तकर्ता बदले।
}
reconciled_nobody = इसमें इस कैंपेन के न टोकन हैं न message_id।
recount = पंक्तियाँ फिर गिनें…
recount_text = सभी पंक्तियाँ फिर गिनता है, ऊपर के आँकड़ों से मिलाता है और जाँचता है कि पंक्तियाँ सही हैं। कुछ नहीं बदलता। टर्मिनल में: { $command }
recount_go = { $n ->
    [one] { $n } पंक्ति फिर गिनें
   *[other] { $n } पंक्तियाँ फिर गिनें
}
recount_fine = आँकड़े सही हैं। पंक्तियों से गिना गया: { $figures }।
recount_wrong = आँकड़े गलत हैं: { $figures }। इस डेटाबेस से भेजना बंद करें, इसकी कॉपी रखें और समस्या बताएँ।
purge = प्राप्तकर्ताओं का डेटा मिटाएँ…
purge_text = नंबर, मान, टैग और message_id मिटा देता है; आँकड़े बने रहते हैं। पुराने डाउनलोड और बैकअप में डेटा अब भी है। इसे वापस नहीं किया जा सकता।
purge_done = प्राप्तकर्ताओं का डेटा मिटा दिया गया है। आँकड़े बने हुए हैं।
purge_go = { $n ->
    [one] { $n } पंक्ति का डेटा मिटाएँ
   *[other] { $n } पंक्तियों का डेटा मिटाएँ
}

## Steps

step_upload = अपलोड
step_columns = कॉलम
step_check = जाँच
step_message = मैसेज
step_start = शुरू
step_add = जोड़ें
steps = चरण
next = आगे बढ़ें
discard = यह ड्राफ़्ट हटाएँ…
discard_list = यह सूची हटाएँ…
discard_text = इस ड्राफ़्ट की फ़ाइल और सभी सेटिंग मिटा देता है। इसे वापस नहीं किया जा सकता।
discard_go = हटाएँ
upload_title = नया कैंपेन
upload_name = कैंपेन का नाम
upload_name_hint = अक्षर, अंक, बिंदु, डैश और अंडरस्कोर, जैसे spring-26।
upload_file = प्राप्तकर्ताओं की सूची
upload_hint = CSV, TSV, Excel या OpenDocument, gzip या zip में भी; ज़्यादा से ज़्यादा { $size }। आप फ़ाइल यहाँ छोड़ सकते हैं।
upload_go = अपलोड करें
upload_progress = { $total } में से { $done } अपलोड हुए
upload_reading = अपलोड हो गया। पढ़ा जा रहा है…
upload_failed = अपलोड पूरा नहीं हुआ। कनेक्शन जाँचें और फिर कोशिश करें।
upload_exists = इस नाम का कैंपेन पहले से है। अगर आपने यह फ़ाइल अभी अपलोड की है, तो वह पहुँच गई है।
upload_open = खोलें और आगे बढ़ें
upload_empty = यह फ़ाइल खाली है।
upload_another = दूसरी फ़ाइल चुनें
upload_no_file = फ़ाइल चुनें।
detected = { $file } में पहचाना गया
change = बदलें
apply = लागू करें
automatic = अपने आप पहचानें

## A further list

add_title = सूची जोड़ें
add_text = इसी मैसेज के लिए दूसरी फ़ाइल या पहली फ़ाइल की ठीक की हुई पंक्तियाँ जोड़ें। जो नंबर कैंपेन में हैं वे दोबारा नहीं जुड़ते।
add_rejected = { $n ->
    [one] अस्वीकृत पंक्ति ठीक करने के लिए डाउनलोड करें
   *[other] { $n } अस्वीकृत पंक्तियाँ ठीक करने के लिए डाउनलोड करें
}
add_rejected_hint = हर पंक्ति में लिखा है कि क्या गलत है। ठीक की हुई फ़ाइल यहाँ अपलोड करें।
add_link = सूची जोड़ें…
add_hint = दूसरी फ़ाइल या ठीक की हुई पंक्तियाँ
add_open = { $file } अपलोड है, पर अभी जोड़ा नहीं गया।
add_busy = एक और सूची अपलोड है पर जोड़ी नहीं गई है। पहले उसे जोड़ें या हटाएँ।
add_draft = कैंपेन शुरू नहीं हुआ है: नए प्राप्तकर्ता तब तक बाकी लोगों के साथ प्रतीक्षा करेंगे।
add_scheduled = कैंपेन शेड्यूल किया हुआ है: नए प्राप्तकर्ता बाकी लोगों के साथ प्रतीक्षा करेंगे।
add_running = कैंपेन भेजा जा रहा है: नए प्राप्तकर्ता बाकी लोगों के बाद आएँगे।
add_paused = कैंपेन रुका हुआ है: नए प्राप्तकर्ता फिर शुरू होने तक बाकी लोगों के साथ प्रतीक्षा करेंगे।
add_finished = कैंपेन पूरा हो चुका है: वह केवल नए प्राप्तकर्ताओं के साथ जारी होगा।
add_n = { $n ->
    [one] { $n } पंक्ति जोड़ें
   *[other] { $n } पंक्तियाँ जोड़ें
}
add_another = ये पंक्तियाँ रखें और एक और सूची जोड़ें
add_another_hint = अभी कुछ नहीं भेजा जाता, पर मैसेज और सेटिंग अब नहीं बदल सकेंगे।
send_more = { $n ->
    [one] { $n } और मैसेज भेजें
   *[other] { $n } और मैसेज भेजें
}
start_sentence_more = { $n ->
    [one] { $n } और व्यक्ति को यह मैसेज मिलेगा
   *[other] { $n } और लोगों को यह मैसेज मिलेगा
}
start_failed = कैंपेन शुरू नहीं हुआ: { $reason }।
start_missed = तय समय पर सर्वर नहीं चल रहा था
options_unreadable = इस सूची के सहेजे विकल्प पढ़े नहीं जा सकते; शायद किसी दूसरे संस्करण ने लिखे हैं। कॉलम वाले पेज पर सूची हटाएँ और फ़ाइल फिर अपलोड करें।
no_draft = यह कैंपेन अब ड्राफ़्ट नहीं है।
reading = { $total } में से { $done } पढ़े गए
reading_title = सूची पढ़ी जा रही है
message_first = नमस्ते! हमारा नया कैटलॉग यहाँ है: { $link } मैसेज बंद करने के लिए STOP लिखकर भेजें।
size = आकार
format = फ़ॉर्मैट
encoding = एन्कोडिंग
delimiter = विभाजक
delimiter_tab = टैब
header = हेडर
header_line = लाइन { $line }
header_none = कोई नहीं: पहली पंक्ति प्राप्तकर्ता है
header_yes = पहली पंक्ति हेडर है
sheet = शीट
member = आर्काइव की फ़ाइल
size_max = अनपैक किए आर्काइव का अधिकतम आकार
region = बिना कंट्री कोड वाले नंबरों का देश
region_hint = दो अक्षर, जैसे IN, या “international” अगर हर नंबर में कंट्री कोड है।
numbers_several = एक सेल में कई नंबर
numbers_first = पहला सही नंबर लें
numbers_all = सभी लें
numbers_reject = पंक्ति अस्वीकार करें
columns_who = नंबर और देश
columns_choose_number = नीचे चुनें कि नंबर किस कॉलम में है।
columns_unused = { $n ->
    [one] { $n } और कॉलम, जो मैसेज में नहीं है
   *[other] { $n } और कॉलम, जो मैसेज में नहीं हैं
}
columns_title = हर कॉलम में क्या है
columns_hint = बाकी हर कॉलम मैसेज में इस्तेमाल हो सकता है। अगर कई कॉलम में नंबर हैं, तो आपके चुने क्रम में पंक्ति का पहला सही नंबर लिया जाता है।
missing_title = मैसेज के लिए ज़रूरी मान
missing_hint = इस फ़ाइल में उस नाम का कॉलम नहीं है। मान वाला कॉलम चुनें, या मैसेज पर वापस जाकर डिफ़ॉल्ट दें।
missing_choose = कॉलम चुनें
answer_unknown = यह बटन पेज के किसी दूसरे संस्करण का है। पेज फिर से लोड करें और जवाब दोबारा दें।
columns_no_number = किसी कॉलम में नंबर नहीं है। एक चुनें।
columns_twice = दो कॉलम “{ $meaning }” पर सेट हैं। उनमें से एक ही चुनें।
columns_remembered = कॉलम वैसे ही सेट हैं जैसे इसी हेडर वाली पिछली फ़ाइल में थे।
column = कॉलम
samples = पहले मान
meaning = अर्थ
field_none = मैसेज के लिए मान
field_to = नंबर
field_to_next = नंबर, विकल्प { $choice }
field_variable = मैसेज में { $name }
field_country = नंबर का देश
field_consent = सहमति (ना हो तो छोड़ा जाता है)
field_opt_out = ऑप्ट-आउट (हाँ हो तो छोड़ा जाता है)
field_wrote_at = व्यक्ति ने आखिरी बार कब लिखा
field_time_zone = व्यक्ति का टाइम ज़ोन
field_ref = टैग 1 (ref)
field_ref1 = टैग 2 (ref1)
field_ref2 = टैग 3 (ref2)
field_of = { $column } का अर्थ
notes = नोट
cannot_read = यह फ़ाइल ऐसे इस्तेमाल नहीं हो सकती:
asks_first = कृपया पहले एक सवाल का जवाब दें:
check_sum = { $n ->
    [one] { $n } पंक्ति
   *[other] { $n } पंक्तियाँ
}
check_will_be_sent = भेजे जाएँगे
check_ignored = { $n ->
    [one] { $n } खाली पंक्ति या फ़ुटर नहीं गिना गया।
   *[other] { $n } खाली पंक्तियाँ, दोहराए हेडर और फ़ुटर नहीं गिने गए।
}
check_problems = अस्वीकृत पंक्तियों की समस्याएँ
check_none = सभी पंक्तियाँ इस्तेमाल हो सकती हैं।
check_rejects = अस्वीकृत पंक्तियाँ डाउनलोड करें
check_rejects_hint = उन्हें स्प्रेडशीट में ठीक करें। सही पंक्तियाँ आयात होने के बाद ठीक की हुई फ़ाइल कैंपेन के पेज पर “सूची जोड़ें” से अपलोड करें।
check_known = { $n ->
    [one] डुप्लिकेट में से { $n } पहले से कैंपेन में है।
   *[other] डुप्लिकेट में से { $n } पहले से कैंपेन में हैं।
}
check_continue = { $n ->
    [one] { $n } सही पंक्ति के साथ आगे बढ़ें
   *[other] { $n } सही पंक्तियों के साथ आगे बढ़ें
}
check_nobody = किसी को मैसेज नहीं जाएगा। फ़ाइल ठीक करें या उसे पढ़ने का तरीका बदलें।
check_duplicates = वही नंबर जो पिछली पंक्ति में है
check_duplicate = लाइन { $line } का नंबर वही है जो लाइन { $earlier } का
check_change = फ़ाइल पढ़ने का तरीका बदलें
message_text = मैसेज
message_chips = सूची के मान
message_chips_hint = {"{{"} name | default("friend") {"}}"} खाली मान भरता है; दूसरे फ़िल्टर: { $filters }।
message_preview_url = WhatsApp से पहले लिंक का प्रीव्यू दिखाने को कहें
message_unknown = सूची में “{ $column }” कॉलम नहीं है।
message_assign = आप कौन सा कॉलम कहना चाहते हैं?
message_assign_none = कॉलम चुनें
message_assign_go = { $n ->
    [one] यह कॉलम लें
   *[other] ये कॉलम लें
}
message_line = लाइन
message_line_go = जाएँ
message_no_line = उस लाइन पर भेजने लायक कोई पंक्ति नहीं है।
message_request = हूबहू अनुरोध
message_request_hint = पंक्ति के टोकन का आखिरी अंक आयात पर जुड़ता है।
message_request_tags = टैग बदल गए हैं: अनुरोध फिर देखने के लिए मैसेज सहेजें।
message_tags = रिपोर्ट के लिए टैग
message_tags_text = हर मैसेज में तीन टैग हो सकते हैं जो रसीदों और रिपोर्ट में वापस आते हैं। हर टैग मैसेज जैसा टेक्स्ट है, जैसे {"{{"} City {"}}"}।
message_saved = { $time } पर सहेजा गया
message_unsaved = सहेजा नहीं गया: सर्वर जवाब नहीं दे रहा। आपका टेक्स्ट यहीं है; सर्वर के जवाब देते ही सहेजा जाएगा।
message_signed_out = सहेजा नहीं गया: आप साइन आउट हो गए हैं। दूसरे टैब में साइन इन करें; आपका टेक्स्ट यहीं है।
message_stale = यह लिखा हुआ मैसेज नहीं है: प्रीव्यू नहीं मिल सका।
message_chips_find = खोजें
message_if_empty = खाली हो तो:
message_others = { $n ->
    [one] { $n } और व्यक्ति
   *[other] { $n } और लोग
}
message_tag_column = कॉलम { $column }
message_show = दिखाएँ
message_next = अगली पंक्ति
message_back = पिछली पंक्ति
message_longest = सबसे लंबा मैसेज
message_missing = गायब मान
message_no_missing = किसी पंक्ति में मान गायब नहीं है।
message_chars = { $most } में से { $chars } अक्षर
message_too_long = बहुत लंबा: यह पंक्ति अस्वीकार होगी।
message_hole = इस पंक्ति में मान गायब है; यह अस्वीकार होगी।
message_save = सहेजें और आगे बढ़ें
message_phone = फ़ोन पर
message_catalogue = कैटलॉग लिंक जोड़ें
message_catalogue_hint = { $link }, भेजने वाले नंबर का
lint_no_catalogue = मैसेज में कैटलॉग लिंक नहीं है (https://wa.me/c/ और भेजने वाला नंबर)।
lint_not_first = WhatsApp केवल पहले लिंक का प्रीव्यू दिखाता है, जो { $link } है, कैटलॉग नहीं।
lint_no_scheme = { $link } के आगे https:// चाहिए; वरना WhatsApp प्रीव्यू नहीं दिखाता।
lint_other_number = लिंक { $number } का कैटलॉग खोलता है, जो भेजने वाला नंबर नहीं है।
lint_preview_off = प्रीव्यू बंद है, इसलिए प्रोडक्ट की तस्वीरें नहीं दिखेंगी।
lint_unknown_word = मैसेज कहता है कि { $word } से मैसेज बंद होंगे, पर इस शब्द से बंद नहीं होते। STOP जैसा शब्द लिखें, या इसे catalink.toml के [opt_out] words में जोड़ें।
lint_no_way_out = मैसेज में यह नहीं है कि मैसेज कैसे बंद करें, जैसे: मैसेज बंद करने के लिए STOP लिखकर भेजें।
lint_cut = कोई इमोजी, झंडा या दूसरा अक्षर बीच से कट गया है और गलत दिखेगा।
lint_direction = टेक्स्ट की दिशा का अदृश्य चिह्न खुला है पर बंद नहीं हुआ, जिससे बाकी टेक्स्ट उल्टा हो जाता है।
test_title = मेरे फ़ोन पर टेस्ट भेजें
test_to = मेरा नंबर
test_send = 1 टेस्ट मैसेज भेजें
test_hint = दिखाई गई पंक्ति का मैसेज भेजता है। यह असली मैसेज है और कैंपेन में नहीं गिना जाता।
test_hint_first = पहली पंक्ति का मैसेज भेजता है। यह असली मैसेज है और कैंपेन में नहीं गिना जाता।
test_number = “{ $text }” + और कंट्री कोड वाला नंबर नहीं है, जैसे +919800000001।
test_not_a_number = “{ $text }”: { $reason }।
test_suppressed = { $number } रोक सूची में है। कुछ नहीं भेजा गया। अगर यह आपका नंबर है, तो पहले उसे सूची से हटाएँ।
test_hole = इस पंक्ति का मैसेज अधूरा है। दूसरी पंक्ति चुनें।
test_accepted = प्रोवाइडर ने { $number } के लिए मैसेज स्वीकार किया ({ $id })। फ़ोन देखें: स्वीकृत का मतलब डिलीवर होना नहीं है।
test_refused = स्वीकार नहीं हुआ: { $code }: { $reason }
test_unknown = पता नहीं कि मैसेज भेजा गया या नहीं: { $code }: { $reason }
start_sentence = { $n ->
    [one] { $n } व्यक्ति को यह मैसेज मिलेगा
   *[other] { $n } लोगों को यह मैसेज मिलेगा
}
start_from = { $number } से
start_rate = { $rate } प्रति सेकंड तक की गति से
start_takes = लगभग { $span } में, पूरा होगा लगभग
start_takes_hours = भेजने के समय के भीतर लगभग { $span } में
start_begins = भेजना शुरू होगा
start_left_out = { $n ->
    [one] { $n } पंक्ति छोड़ी गई:
   *[other] { $n } पंक्तियाँ छोड़ी गईं:
}
start_lately = { $n ->
    [one] इनमें से { $n } को पिछले 7 दिन में मैसेज मिला है।
   *[other] इनमें से { $n } को पिछले 7 दिन में मैसेज मिला है।
}
start_again = { $n ->
    [one] इनमें से { $n } को यही मैसेज पिछले 30 दिन में मिला है।
   *[other] इनमें से { $n } को यही मैसेज पिछले 30 दिन में मिला है।
}
start_again_sure = उन्हें यही मैसेज फिर भेजें
start_no_account = मैसेज नहीं भेजे जा सकते: { $reason }।
start_nobody = भेजने के लिए कोई प्राप्तकर्ता नहीं है।
start_undo_hint = आप इसे कुछ सेकंड तक वापस कर सकते हैं।
start_changed = यह पेज खोलने के बाद सूची बदल गई है: { $seen } की जगह { $now }। आँकड़े जाँचें और बटन फिर दबाएँ।
start_changed_reading = यह पेज खोलने के बाद सूची पढ़ने का तरीका बदल गया है। आँकड़े जाँचें और बटन फिर दबाएँ।
start_changed_message = यह पेज खोलने के बाद मैसेज बदल गया है। उसे पढ़ें और बटन फिर दबाएँ।
start_changed_time = शुरू होने का समय बदल गया है: देखें कि बटन पर क्या लिखा है और फिर दबाएँ।
start_when = कब
start_time = शुरू होने का समय
start_now = अभी
start_later = शेड्यूल
start_both = आपने “अभी” और समय, दोनों चुने हैं। “शेड्यूल” चुनें, या समय हटाएँ।
start_no_time = शुरू होने का समय भरें।
start_unsent = आपका आखिर में लिखा मैसेज नहीं भेजा जा सकता: { $reason }
start_to_message = मैसेज बदलें
start_expert = गति, समय और बाकी
start_row = { $file }, लाइन { $line }:
schedule_n = { $n ->
    [one] { $n } मैसेज { $time } के लिए शेड्यूल करें
   *[other] { $n } मैसेज { $time } के लिए शेड्यूल करें
}
tested_at = { $time } …{ $end } पर टेस्ट किया गया।
tested_other = { $time } …{ $end } पर टेस्ट किया गया, पर उसके बाद मैसेज बदल गया है।
tested_not = टेस्ट नहीं किया गया।
scheduling_in = { $n ->
    [one] { $n } सेकंड में { $time } के लिए शेड्यूल होगा।
   *[other] { $n } सेकंड में { $time } के लिए शेड्यूल होगा।
}
reach_choose = जिन तक नहीं पहुँचा जा सकता उनका क्या हो?
reach_any = सबको अभी भेजें
reach_open = जिन तक पहुँच सकते हैं उन्हें भेजें, बाकी छोड़ें
reach_wait = जैसे ही लोग लिखें, सबको भेजें
reach_label = किसे भेजें
reach_options = किसे और कब, हर व्यक्ति के लिए
reach_options_text = घंटे और दिन व्यक्ति की जगह के हैं, जो नंबर से पता चलती है।
local_from = इससे पहले नहीं (व्यक्ति की जगह पर)
local_to = इसके बाद नहीं (व्यक्ति की जगह पर)
local_days = दिन, जैसे mon-sat
cap_label = हर व्यक्ति को अधिकतम मैसेज, जैसे 1/1d
not_after = इस समय पर बचे लोगों को छोड़ें (खाली: किसी को नहीं)
hold_out = तुलना के लिए छोड़ा जाने वाला हिस्सा, जैसे 5%
start_limits = कितनी तेज़ और कब
start_at = शुरू होने का समय (खाली: अभी)
start_at_past = यह समय बीत चुका है। अभी शुरू करने के लिए खाली छोड़ें।
start_hours_half = भेजने के समय की शुरुआत और अंत, दोनों भरें।
number_bad = “{ $text }” यहाँ मान्य संख्या नहीं है।
start_at_bad = “{ $text }” मान्य समय नहीं है; 2026-11-23T09:00 जैसा लिखें।
start_hours_from = इससे पहले कोई मैसेज नहीं (समय)
start_hours_to = इसके बाद कोई मैसेज नहीं (समय)
start_why = कारण देखें
start_canary = पहले { $first } मैसेज भेजे जाते हैं; उनमें से { $share } % डिलीवर होने पर बाकी।
canary = पहले कुछ मैसेज आज़माएँ
canary_text = पहले इतने मैसेज भेजता है। पर्याप्त डिलीवरी रसीदें आने पर बाकी जाते हैं; वरना कैंपेन रुकता है और कारण बताता है।
canary_n = पहले मैसेज की संख्या
canary_none = कोई नहीं
canary_share = कितने प्रतिशत डिलीवर होने चाहिए
canary_wait = ज़्यादा से ज़्यादा इंतज़ार
canary_deaf = इस सर्वर पर डिलीवरी रसीदों का पता नहीं है (CATALINK_CALLBACK_TOKEN)। रसीदें और किसी तरह न आएँ तो कैंपेन { $span } बाद रुक जाएगा।
canary_bad = “{ $text }” मैसेज की संख्या नहीं है।
duration_hint = इकाई के साथ संख्या: 30s, 15m, 2h
more_options = और विकल्प
option_sender = भेजने वाला नंबर
option_sender_usual = सेटिंग से
option_in_flight = एक साथ अनुरोध
option_attempts = हर प्राप्तकर्ता के लिए कोशिशें
option_retry_initial = फिर कोशिश से पहले का पहला इंतज़ार
option_retry_max = सबसे लंबा इंतज़ार
option_unknown = अगर जवाब खो जाए
option_hold = अनिश्चित रखें और मुझसे पूछें
option_resend = दोबारा भेजें, डुप्लिकेट के जोखिम के साथ
option_source = प्रोवाइडर की रिपोर्ट में स्रोत
option_token = खाली टैग में टोकन
option_token_yes = हाँ: डिलीवरी रसीदें अनिश्चित को सुलझा सकती हैं
option_token_no = नहीं

## The settings and lists of a campaign

plan_title = कैंपेन की सेटिंग
plan_link = सेटिंग
plan_edit = सेटिंग बदलें
plan_edit_text = मैसेज, भेजने वाला और किसे क्या जाए, पहला मैसेज भेजे जाने तक बदल सकते हैं; गति कभी भी; समय और सीमाएँ तब, जब भेजा नहीं जा रहा हो।
plan_in_steps = इस कैंपेन के लिए सूची तैयार हो रही है: मैसेज और सेटिंग चरणों में हैं।
plan_changed = बदला गया: { $what }।
plan_unchanged = कुछ नहीं बदला गया।
plan_schedule = तय शुरुआत
plan_reschedule = समय बदलें…
plan_move = शुरुआत बदलें
plan_unschedule = शुरुआत वापस लें
plan_unschedule_text = कैंपेन फिर से ड्राफ़्ट हो जाता है और किसी के शुरू करने पर शुरू होता है।
plan_yes = हाँ
plan_reach_unsaid = पूछें, जब ज़्यादातर लोगों तक न पहुँचा जा सके
plan_finish_by = कब तक पूरा हो (खाली: कोई सीमा नहीं)
plan_rename = नाम बदलें…
plan_new_name = नया नाम
plan_rename_go = नाम बदलें
plan_copy = कॉपी करें…
plan_copy_text = उसी मैसेज और सेटिंग वाला दूसरा कैंपेन। उसमें किसी को मैसेज नहीं भेजा गया है।
plan_copy_name = कॉपी का नाम
plan_copy_lists = { $n ->
    [one] उसकी { $n } पंक्ति भी कॉपी करें
   *[other] उसकी { $n } पंक्तियाँ भी कॉपी करें
}
plan_copy_go = कॉपी करें
plan_delete = हटाएँ…
plan_delete_text = वही कैंपेन हटाया जा सकता है जिससे किसी को मैसेज नहीं गया। इसे वापस नहीं किया जा सकता।
plan_delete_go = { $n ->
    [one] कैंपेन और उसकी { $n } पंक्ति हटाएँ
   *[other] कैंपेन और उसकी { $n } पंक्तियाँ हटाएँ
}
lists_title = सूचियाँ
lists_none = अभी कोई सूची आयात नहीं हुई है।
lists_file = फ़ाइल
lists_imported = आयात
lists_mended = { $n ->
    [one] { $n } अस्वीकृत पंक्ति बाद की सूची में ठीक होकर आई
   *[other] { $n } अस्वीकृत पंक्तियाँ बाद की सूची में ठीक होकर आईं
}
lists_undo = आखिरी सूची निकालें…
lists_undo_text = उसकी सभी पंक्तियाँ कैंपेन से निकल जाती हैं; जो अस्वीकृत पंक्तियाँ उसने ठीक की थीं वे लौट आती हैं।
lists_undo_go = { $file } निकालें ({ $rows } पंक्तियाँ)
lists_kept = आखिरी सूची रहेगी: उसमें किसी को मैसेज जा चुका है या कैंपेन भेजा जा रहा है।
lists_replace = सभी सूचियाँ बदलें…
lists_replace_text = पहले फ़ाइल जाँची जाती है। उसे जोड़ने पर कैंपेन की सभी मौजूदा सूचियाँ निकाल दी जाती हैं।
list_search = नाम
list_state = स्थिति
list_any_state = कोई भी
list_find = खोजें
list_nothing = ऐसा कोई कैंपेन नहीं है।
add_replaces = पहले कैंपेन की सभी मौजूदा सूचियाँ निकाल दी जाती हैं।
start_zone = टाइम ज़ोन
start_save = ये सेटिंग सहेजें
starting_in = { $n ->
    [one] { $n } सेकंड में शुरू होगा।
   *[other] { $n } सेकंड में शुरू होगा।
}
starting_kept = पंक्तियाँ आयात हो रही हैं। भेजें दबाने तक कुछ नहीं भेजा जाता।
starting_now = पंक्तियाँ आयात हो रही हैं। उसके तुरंत बाद भेजना शुरू होगा।
undo = वापस करें
undo_late = कैंपेन शुरू हो चुका है और वापस नहीं हो सकता। उसे रोकें या रद्द करें।
send_n = { $n ->
    [one] { $n } मैसेज भेजें
   *[other] { $n } मैसेज भेजें
}
