//! Meta's stop button for marketing templates, in the languages of templates.
//!
//! WhatsApp Manager writes the label in the language of the template. No published list of the labels was found. Seen in
//! approved templates and integrations in public repositories: `Stop promotions` (en), `Detener promociones` (es),
//! `Parar promoções` (pt_BR), `Interrompi promozioni` (it), `Promoties stoppen` (nl), `إيقاف عمليات الترويج` (ar), and `Остановить рекламу` (ru)
//! in the test of one. A second search, on 2026-11-29, found none in French, German or Indonesian. The labels of other
//! languages are not known for certain. So a label counts if it has a word for ending and a word for promotions
//! of one language. In a label of at most 25 signs this leaves little room for another meaning.

use crate::fold::fold;
use std::sync::LazyLock;

/// The most signs of a label of a quick reply is 25; folding parts some signs, and payloads may be longer.
const LONGEST: usize = 60;

/// For each language: beginnings or parts of words for ending, and of words for promotions.
#[rustfmt::skip]
const LANGUAGES: &[(&str, &str)] = &[
    // en
    ("stop, opt out of, unsubscribe from, no more", "promo, marketing, offers, ads"),
    // es, ca, gl
    ("detener, parar, dejar de, cancelar, no recibir, no mas, atura, aturar, deixar de, deter", "promo, publicidad, ofertas, publicitat, marketing"),
    // pt_BR, pt_PT
    ("parar, interromper, deixar de, cancelar, suspender, nao receber", "promo, publicidade, ofertas, marketing, anuncios"),
    // it
    ("interrompi, ferma, stop, blocca, disattiva, annulla", "promo, offerte, pubblicita, marketing"),
    // fr
    ("arreter, arretez, stop, interrompre, desactiver, ne plus recevoir, annuler", "promo, publicit, offres, pub, marketing"),
    // de
    ("stopp, beenden, abbestellen, deaktivieren, keine, abmelden", "promo, werb, angebote, aktionen, marketing"),
    // nl, af
    ("stop, stoppen, beeindig, afmelden, geen, staak", "promo, aanbiedingen, reclame, marketing, advertenties"),
    // id, ms
    ("hentikan, berhenti, stop, henti", "promo, penawaran, iklan, tawaran, pemasaran"),
    // tr, az
    ("durdur, dayandir, sonlandir, kapat, bitir", "promosyon, tanitim, tanıtım, kampanya, reklam, promo, aksiya, pazarlama"),
    // ru, uk, bg, mk, sr, kk, ky
    ("останов, прекрат, отключ, стоп, отписат, зупин, припин, спри, спрете, запри, прекини, заустави, тоқтат, токтот, відписа", "промо, реклам, акци, рассыл, акці, жарнама, жарнак, маркетинг"),
    // pl, cs, sk, sl, hr, bs
    ("zatrzymaj, wstrzymaj, wylacz, wyłącz, przestan, anuluj, zastavit, zastav, ukoncit, ukonci, prestani, ustavi, zaustavi, prekini, zrusit, vypnout, vypnut", "promo, reklam, akce, akcie, ofert, marketing, akcij"),
    // ro, hu, el, sq
    ("opreste, oprire, opriti, leallit, abbahagy, διακοπη, σταματ, διακοψ, ndal, ndalo", "promo, reclame, oferte, akcio, reklam, προωθ, προσφορ, διαφημ"),
    // sv, da, nb, fi, et, lv, lt
    ("stoppa, avsluta, stop, stopp, avslutt, afmeld, lopeta, keskeyta, peata, lopeta, partrauk, apturet, sustabd, stabd", "promo, reklam, erbjudand, kampanj, tilbud, kampan, tarjou, mainos, kampaania, akcij, reklama, kampagn, markedsf, mainonta, markkin"),
    // ar
    ("إيقاف, ايقاف, أوقف, اوقف, إلغاء, وقف, توقف", "ترويج, عروض, إعلان, اعلان, تسويق"),
    // fa, ur
    ("توقف, متوقف, لغو, روک, بند, قطع", "تبلیغ, پروموشن, تشهیر, پیشنهاد, تخفیف, ترویج"),
    // he
    ("הפסק, עצור, עצירת, ביטול, להפסיק, הפסיק", "מבצע, פרסומ, פרסום, קידום, קידומי, שיווק, הטבות"),
    // hi, mr
    ("रोकें, बंद, बन्द, रोको, थांबवा", "प्रमोशन, प्रचार, ऑफ़र, ऑफर, विज्ञापन, जाहिरात, प्रमोशन्स, मार्केटिंग"),
    // bn, gu, pa, ta, te, kn, ml
    ("বন্ধ, থামান, બંધ, રોકો, ਬੰਦ, ਰੋਕੋ, நிறுத்து, நிறுத்த, ఆపు, ఆపండి, నిలిపి, ನಿಲ್ಲಿಸಿ, നിർത്തുക, അവസാനിപ്പിക്കുക", "প্রচার, প্রোমোশন, প্রমোশন, অফার, પ્રમોશન, પ્રચાર, ઑફર, ਪ੍ਰਚਾਰ, ਪ੍ਰੋਮੋਸ਼ਨ, விளம்பர, புரமோஷன், ప్రమోషన్, ప్రచార, ಪ್ರಚಾರ, ಪ್ರೊಮೋಷನ್, ಪ್ರಮೋಷನ್, പ്രമോഷ, പ്രൊമോഷ"),
    // ja
    ("停止, 配信停止, 中止, やめる, 止める, ストップ, 受け取らない, オフ", "プロモーション, 広告, 宣伝, 販促, お知らせ"),
    // ko
    ("중지, 중단, 그만, 거부, 끄기, 취소", "프로모션, 광고, 홍보, 판촉, 마케팅"),
    // zh_CN, zh_HK, zh_TW
    ("停止, 取消, 退订, 退訂, 终止, 終止, 拒收", "促销, 促銷, 推广, 推廣, 优惠, 優惠, 宣传, 宣傳, 广告, 廣告, 营销, 行銷, 推销, 推銷"),
    // th, vi, lo
    ("หยุด, ยกเลิก, dung, ngung, huy, ຢຸດ", "โปรโมชั่น, โปรโมชัน, ส่งเสริมการขาย, โฆษณา, khuyen mai, quang cao, uu dai, quang ba, khuyến mãi, ໂປຣໂມຊັນ, ໂຄສະນາ"),
    // sw, ha, fil, zu, rw, ga, ka, uz
    ("simamisha, acha, komesha, dakatar, itigil, ihinto, misa, hagarika, stop, შეწყვეტა, შეჩერება, toxtat, to xtat", "promo, matangazo, ofa, talla, promosyon, kwamamaza, პრომო, აქცი, reklama"),
];

static FOLDED: LazyLock<Vec<[Vec<String>; 2]>> = LazyLock::new(|| {
    let parts = |parts: &str| parts.split(',').map(fold).filter(|part| !part.is_empty()).collect();
    LANGUAGES.iter().map(|(ends, promotions)| [parts(ends), parts(promotions)]).collect()
});

/// Whether the label of a template's quick reply is Meta's stop button.
pub(super) fn is_stop_button(label: &str) -> bool {
    if label.chars().count() > LONGEST {
        return false;
    }
    let label = fold(label);
    FOLDED.iter().any(|parts| parts.iter().all(|parts| parts.iter().any(|part| begins_word(&label, part))))
}

/// Whether a word of the label begins with the part. Scripts without blanks have it anywhere.
fn begins_word(label: &str, part: &str) -> bool {
    let latin = part.is_ascii();
    label
        .match_indices(part)
        .any(|(at, _)| !latin || at == 0 || label.get(..at).is_some_and(|before| before.ends_with(' ')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_many_languages() {
        for label in [
            "Stop promotions",
            "Detener promociones",
            "Parar promoções",
            "Interromper promoções",
            "Interrompi promozioni",
            "Arrêter les promotions",
            "Stopper les promotions",
            "Werbung stoppen",
            "Promotions beenden",
            "Promoties stoppen",
            "Hentikan promosi",
            "Berhenti promosi",
            "Promosyonları durdur",
            "Tanıtımları Durdur",
            "إيقاف عمليات الترويج",
            "إيقاف العروض الترويجية",
            "הפסקת מבצעים",
            "प्रमोशन बंद करें",
            "Остановить рекламу",
            "Остановить промоакции",
            "Zatrzymaj promocje",
            "プロモーションを停止",
            "프로모션 중지",
            "停止促销",
            "停止推廣",
            "หยุดโปรโมชัน",
            "Dừng khuyến mãi",
            "Stoppa kampanjer",
            "Opriți promoțiile",
            "Зупинити рекламу",
            "Διακοπή προωθήσεων",
        ] {
            assert!(is_stop_button(label), "{label}");
        }
        for label in [
            "",
            "Stop",
            "Ver promoções",
            "Promociones",
            "Cancelar",
            "Confirmar",
            "Shop promotions",
            "取消",
            "优惠",
            "Sí, quiero",
            "See all offers",
            "Cancel appointment",
            "Отменить запись",
            "Reservar oferta",
            "Cancelar cita",
            "Weekend promo",
        ] {
            assert!(!is_stop_button(label), "{label}");
        }
    }
}
