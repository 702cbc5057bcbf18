### The report as a page, and figures wherever they are shown.

## The page

title = { $name }: कैंपेन रिपोर्ट
accepted_means = स्वीकृत का मतलब है कि प्रोवाइडर ने मैसेज ले लिया। इसका मतलब यह नहीं कि वह फ़ोन तक पहुँचा; यह डिलीवरी रसीद आने पर ही पता चलता है।
became_of = स्वीकृत मैसेज का क्या हुआ
silent = कोई डिलीवरी रसीद नहीं आई है। इस पेज से पता नहीं चलता कि मैसेज पहुँचे या नहीं: या तो अभी जल्दी है, या प्रोवाइडर को नहीं बताया गया कि रसीदें कहाँ भेजें।
waits = { $n ->
    [one] डिलीवरी का समय, { $n } मैसेज पर मापा गया: आधे { $median } में, दस में से नौ { $most } में पहुँचे।
   *[other] डिलीवरी का समय, { $n } मैसेज पर मापा गया: आधे { $median } में, दस में से नौ { $most } में पहुँचे।
}
came_of_it = नतीजा क्या रहा
still_open = क्या अभी बाकी है
nothing_open = कुछ नहीं। हर प्राप्तकर्ता का अंतिम जवाब आ चुका है।
answers = समय के साथ प्रोवाइडर के जवाब
arrivals = मैसेज कब पहुँचे
arrivals_read = जिस मैसेज का केवल पढ़ा जाना बताया गया, वह पढ़ने के समय पर दिखाया गया है।
highest = सबसे ज़्यादा: { $peak }
why_failed = मैसेज क्यों विफल हुए
what_happened = क्या हुआ
what_to_do = क्या करें
messages = मैसेज
code = कोड
other_reasons = दूसरे कारण
no_reason = कोई कारण नहीं बताया गया
not_accepted = स्वीकार नहीं हुआ
not_delivered = डिलीवर नहीं हुआ
not_sent = पंक्तियाँ जो नहीं भेजी गईं
of_list = सूची की { $rows } में से:
by_code = कोड के अनुसार बेकार पंक्तियाँ
message = मैसेज
made_by = catalink ने { $time } को बनाया। सभी समय { $zone } टाइम ज़ोन के हैं।

## The state of the campaign

state_draft = अभी शुरू नहीं हुआ
state_scheduled = शेड्यूल किया हुआ
state_starts = { $time } को शुरू होगा
state_running = अभी भेजा जा रहा है
state_paused = रुका हुआ
state_paused_by = रुका हुआ ({ $cause })
state_finished = पूरा हुआ
state_cancelled = रद्द
cause_operator = ऑपरेटर
cause_low_balance = बैलेंस कम
cause_credentials = क्रेडेंशियल
cause_sender = भेजने वाला नंबर
cause_account = खाता
cause_daily_limit = दैनिक सीमा
cause_refusals = अस्वीकृतियाँ
cause_outage = सेवा बंद
cause_canary = पहले मैसेज
cause_opt_outs = ऑप्ट-आउट
cause_storage = स्टोरेज
period_since = { $from } को शुरू हुआ
period = { $from } से { $to } तक

## The lead

nobody = इस कैंपेन में मैसेज भेजने के लिए कोई नहीं है।
lead_accepted = { $n ->
    [one] प्रोवाइडर ने { $n } मैसेज में से { $accepted } स्वीकार किए।
   *[other] प्रोवाइडर ने { $n } मैसेज में से { $accepted } स्वीकार किए।
}
lead_delivered = { $n ->
    [one] { $n } फ़ोन पर पहुँचा।
   *[other] { $n } फ़ोन पर पहुँचे।
}
lead_delivered_lost = { $n ->
    [one] { $n } फ़ोन पर पहुँचा, { $lost } नहीं पहुँचेंगे।
   *[other] { $n } फ़ोन पर पहुँचे, { $lost } नहीं पहुँचेंगे।
}
lead_open = { $open } का अंतिम जवाब अभी नहीं आया है।

## Figures

to_be_sent = भेजने हैं
of_rows = { $n ->
    [one] सूची की { $n } पंक्ति में से
   *[other] सूची की { $n } पंक्तियों में से
}
of_to_be_sent = भेजे जाने वालों का { $share }
of_accepted = स्वीकृत का { $share }
no_receipts = अब तक कोई रसीद नहीं
accepted = स्वीकृत
delivered = डिलीवर हुए
failed = विफल
undelivered = डिलीवर नहीं हुए
in_doubt = अनिश्चित

## Steps

step_accepted = स्वीकृत
step_accepted_means = प्रोवाइडर ने मैसेज ले लिया
step_sent = भेजे गए
step_sent_means = फ़ोन की ओर निकल गया
step_delivered = डिलीवर हुए
step_delivered_means = फ़ोन पर है
step_read = पढ़े गए
step_read_means = खोला गया, जहाँ लोग यह दिखने देते हैं
step_undelivered = डिलीवर नहीं हुए
step_undelivered_means = स्वीकृति के बाद छोड़ दिया गया
step_no_receipt = कोई रसीद नहीं
step_no_receipt_means = अभी कोई रसीद नहीं आई
step_replied = जवाब दिया
step_replied_means = लिखा, बटन दबाया, रिएक्ट किया या ऑर्डर किया
step_ordered = ऑर्डर किया
step_ordered_means = कैटलॉग से ऑर्डर भेजा
step_delivered_or_answered = फ़ोन पर है, रसीद से या व्यक्ति के जवाब से पता चला
step_read_or_answered = खोला गया, रसीद से या व्यक्ति के जवाब से पता चला

## Still open

open_queued = भेजे जाने की प्रतीक्षा में
open_sending = अभी प्रोवाइडर की ओर रास्ते में
open_in_doubt = अनिश्चित: प्रोवाइडर का जवाब आने से पहले कनेक्शन टूट गया। ये भेजे गए हों या न भेजे गए हों; किसी के फ़ैसले के बिना दोबारा नहीं भेजे जाते
open_sent = भेजे गए, पर अभी फ़ोन पर नहीं: फ़ोन बंद हो सकता है
open_no_receipt = स्वीकृत, अब तक कोई रसीद नहीं

## Left out

left_rejected = बेकार: ऐसे नंबर या पंक्ति पर मैसेज नहीं जा सकता
left_duplicate = पिछली पंक्ति वाला ही नंबर: किसी को दो बार मैसेज नहीं जाता
left_suppressed = मैसेज न चाहने वालों की सूची में
left_cancelled = नहीं भेजे गए, क्योंकि कैंपेन रद्द हुआ
left_skipped = नहीं भेजे गए, क्योंकि समय पर पहुँच नहीं सके

## What people did

did_replied = जवाब दिया
did_asked = प्रोडक्ट के बारे में पूछा
did_ordered = ऑर्डर किया
did_opted_out = ऑप्ट-आउट किया
ties = { $share }: { $quoted } ने मैसेज कोट किया, { $tag } टैग से, { $after } ने 72 घंटे में लिखा
orders = { $n ->
    [one] { $n } ऑर्डर में { $items }
   *[other] { $n } ऑर्डर में { $items }
}
orders_value = { $n ->
    [one] { $n } ऑर्डर में { $items }: { $value }
   *[other] { $n } ऑर्डर में { $items }: { $value }
}
items = { $n ->
    [one] { $n } आइटम
   *[other] { $n } आइटम
}
without_price = { $n ->
    [one] ({ $n } आइटम बिना कीमत)
   *[other] ({ $n } आइटम बिना कीमत)
}
and = { $first } और { $second }
arm = { $total } में से { $answered } ({ $share })
compared_more = मैसेज के साथ { $messaged } ने जवाब या ऑर्डर दिया, बिना मैसेज { $held_out } ने: { $difference } प्रतिशत अंक (95 % { $low } और { $high } के बीच), बिना मैसेज से ज़्यादा
compared_fewer = मैसेज के साथ { $messaged } ने जवाब या ऑर्डर दिया, बिना मैसेज { $held_out } ने: { $difference } प्रतिशत अंक (95 % { $low } और { $high } के बीच), बिना मैसेज से कम
compared_chance = मैसेज के साथ { $messaged } ने जवाब या ऑर्डर दिया, बिना मैसेज { $held_out } ने: { $difference } प्रतिशत अंक (95 % { $low } और { $high } के बीच), जो संयोग हो सकता है

## Charts

bars = समय के साथ बार
peak_minute = एक मिनट में { $count }
peak_minutes = { $n ->
    [one] { $n } मिनट में { $count }
   *[other] { $n } मिनट में { $count }
}
peak_hour = एक घंटे में { $count }
peak_day = एक दिन में { $count }
peak_days = { $n ->
    [one] { $n } दिन में { $count }
   *[other] { $n } दिन में { $count }
}

## Numbers and times

share = { $share } %
share_under = 0.1 % से कम
share_over = 99.9 % से ज़्यादा
no_time = एक सेकंड से कम
seconds = { $seconds } से॰
minutes = { $minutes } मि॰
hours = { $hours } घं॰
days = { $days } दिन
date = { $day } { $month } { $year }, { $time }
day = { $day } { $month }
month = { $n ->
    [1] जनवरी
    [2] फ़रवरी
    [3] मार्च
    [4] अप्रैल
    [5] मई
    [6] जून
    [7] जुलाई
    [8] अगस्त
    [9] सितंबर
    [10] अक्टूबर
    [11] नवंबर
   *[other] दिसंबर
}
month_short = { $n ->
    [1] जन॰
    [2] फ़र॰
    [3] मार्च
    [4] अप्रैल
    [5] मई
    [6] जून
    [7] जुल॰
    [8] अग॰
    [9] सित॰
    [10] अक्टू॰
    [11] नव॰
   *[other] दिस॰
}
weekday = { $n ->
    [1] सोम
    [2] मंगल
    [3] बुध
    [4] गुरु
    [5] शुक्र
    [6] शनि
   *[other] रवि
}
