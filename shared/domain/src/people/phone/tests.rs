use super::national::AREAS;
use super::plain::is_plain;
use super::*;
use proptest::prelude::*;

fn parsed(text: &str, country: Option<&str>) -> Result<String, PhoneError> {
    Phone::parse(text, country).map(String::from)
}

#[test]
fn one_person_in_many_spellings() {
    for (canonical, country, spellings) in [
        ("573001234567", "CO", &["+57 300 123-4567", "573001234567", "300 1234567", "0057 300 123 45 67"][..]),
        (
            "5511987654321",
            "BR",
            &[
                "+55 (11) 98765-4321",
                "+55 11 8765-4321",
                "(11) 98765-4321",
                "11 8765.4321",
                "011 98765 4321",
                "0 15 11 98765-4321",
                "+55 0 11 98765 4321",
                "551187654321",
            ],
        ),
        ("551132654321", "BR", &["+55 11 3265-4321", "(11) 3265-4321"]),
        ("5555991234567", "BR", &["55 99123-4567", "+55 55 9123-4567"]),
        ("525512345678", "MX", &["+52 1 55 1234 5678", "+52 55 1234 5678", "55 1234 5678", "5215512345678"]),
        (
            "5491143210987",
            "AR",
            &[
                "+54 9 11 4321-0987",
                "+54 11 4321-0987",
                "011 15 4321-0987",
                "11 4321 0987",
                "+54 11 15 4321-0987",
                "541143210987",
            ],
        ),
        ("5492214567890", "AR", &["0221 15 456-7890", "+54 221 15 4567890", "221 456 7890"]),
        ("50688881234", "CR", &["8888-1234", "+506 8888 1234", "50688881234"]),
        ("56961234567", "CL", &["9 6123 4567", "+56 9 6123 4567"]),
        ("51987654321", "PE", &["987 654 321", "+51 987654321"]),
        ("59899123456", "UY", &["099 123 456", "+598 99 123 456", "+598 099 123 456"]),
        ("18095551234", "DO", &["809-555-1234", "+1 (809) 555-1234"]),
        ("442079460958", "CO", &["+44 (0)20 7946 0958", "\u{202a}+44 20 7946 0958\u{202c}"]),
        ("390612345678", "BR", &["+39 06 1234 5678"]),
        ("573001234567", "US", &["573001234567", "011 57 300 1234567"]),
    ] {
        for spelling in spellings {
            assert_eq!(parsed(spelling, Some(country)).as_deref(), Ok(canonical), "{spelling}");
        }
        assert_eq!(Phone::from_gateway(canonical).map(String::from).as_deref(), Ok(canonical));
    }
}

#[test]
fn says_what_was_expected() {
    for (text, country, error) in [
        ("", None, PhoneError::TooShort),
        ("+", Some("BR"), PhoneError::TooShort),
        ("300 CALL NOW", Some("CO"), PhoneError::Characters),
        ("+57 300 123 4567 ext. 3", Some("CO"), PhoneError::Characters),
        ("+57+3001234567", None, PhoneError::Characters),
        ("12345", Some("CO"), PhoneError::TooShort),
        ("+57 300 123", None, PhoneError::TooShort),
        ("+57 300 123 4567 89", None, PhoneError::TooLong),
        ("30012345678901", Some("CO"), PhoneError::TooLong),
        ("+1234567890123456789012345", None, PhoneError::TooLong),
        ("+999 300 1234567", None, PhoneError::CountryCode),
        ("+0 300 1234567", None, PhoneError::CountryCode),
    ] {
        assert_eq!(parsed(text, country), Err(error), "{text}");
    }
    for text in ["", "+", "573001234567@g.us", "1203630@lid", "5730x1234567", "123456", "0573001234567"] {
        assert!(Phone::from_gateway(text).is_err(), "{text}");
    }
    for text in ["+573001234567", "551187654321", "5215512345678", "541143210987", "057300123456", "12", "abc"] {
        assert!(serde_json::from_value::<Phone>(text.into()).is_err(), "{text}");
    }
}

#[test]
fn every_known_country_is_told_by_its_prefix() {
    for (prefix, country) in COUNTRIES {
        assert!(prefix.starts_with(Plan::of_country(country).unwrap().code()), "{country}");
        let phone = Phone(format!("{prefix}1234567"));
        assert_eq!(phone.country(), Some(country));
    }
    assert_eq!(Phone("442079460958".to_owned()).country(), None);
}

/// As they stand in spreadsheets, contacts, links and old business cards.
#[test]
fn spellings_of_sheets_and_apps() {
    for (country, text, canonical) in [
        ("MX", "044 55 3969 0104", "525539690104"),
        ("MX", "045 55 3969 0105", "525539690105"),
        ("MX", "01 55 3969 0106", "525539690106"),
        ("MX", "(044) 33 1234-5670", "523312345670"),
        ("MX", "+52 044 55 3969 0104", "525539690104"),
        ("MX", "+52 01 55 3969 0104", "525539690104"),
        ("MX", "0052 1 55 3969 0104", "525539690104"),
        ("MX", "01 1 55 3969 0104", "525539690104"),
        ("MX", "+5215539690104", "525539690104"),
        ("BR", "(0xx11) 98765-4003", "5511987654003"),
        ("BR", "0XX 31 98765-4004", "5531987654004"),
        ("BR", "(0**11) 98765-4003", "5511987654003"),
        ("BR", "+55 (0xx11) 98765-4003", "5511987654003"),
        ("BR", "(0x11) 98765-4003", "5511987654003"),
        ("BR", "0xx15 11 98765-4003", "5511987654003"),
        ("BR", "(xx11) 8765-4003", "5511987654003"),
        ("BR", "(0xx21)3265-4321", "552132654321"),
        ("BR", "5511987654017.0", "5511987654017"),
        ("BR", "11987654017,0", "5511987654017"),
        ("BR", "+5511987654017.00", "5511987654017"),
        ("BR", "5.511987654017E+12", "5511987654017"),
        ("BR", "5,511987654017e12", "5511987654017"),
        ("BR", "1.1987654017E10", "5511987654017"),
        ("BR", "5,511,987,654,017", "5511987654017"),
        ("BR", "5.511.987.654.017", "5511987654017"),
        ("BR", "whatsapp:+5511987654018", "5511987654018"),
        ("BR", "WhatsApp: (11) 98765-4018", "5511987654018"),
        ("BR", "tel:+55-11-98765-4018", "5511987654018"),
        ("BR", "Tel. 11 98765 4018", "5511987654018"),
        ("MX", "Cel. 55 3969 0104", "525539690104"),
        ("MX", "teléfono: 55 3969 0104", "525539690104"),
        ("BR", "'5511987654018", "5511987654018"),
        ("BR", "’+55 11 98765-4018", "5511987654018"),
        ("BR", "=\"5511987654018\"", "5511987654018"),
        ("BR", "005511987654018", "5511987654018"),
        ("BR", "+005511987654018", "5511987654018"),
        ("BR", "＋５５ １１ ９８７６５－４０１８", "5511987654018"),
        ("BR", "٥٥١١٩٨٧٦٥٤٠١٨", "5511987654018"),
        ("BR", "۵۵ ११ 98765-4018", "5511987654018"),
        ("BR", "\u{feff}+55\u{a0}11\u{2009}98765\u{2212}4018\u{200b}", "5511987654018"),
        ("BR", "+55\u{2011}11\u{ad}98765\u{2014}4018", "5511987654018"),
        ("BR", "📱 +55 11 98765-4018", "5511987654018"),
        ("BR", "0 15 11 98765-4321", "5511987654321"),
        ("BR", "041 11 98765-4321", "5511987654321"),
        ("BR", "0 17 11 3265-4321", "551132654321"),
        ("BR", "+55 041 11 98765-4321", "5511987654321"),
        ("BR", "wa.me/5511987654018", "5511987654018"),
        ("CO", "https://wa.me/5511987654018?text=Oi%20Bia", "5511987654018"),
        ("CO", "https://wa.me/+5511987654018", "5511987654018"),
        ("CO", "https://api.whatsapp.com/send?phone=5511987654018", "5511987654018"),
        ("CO", "https://api.whatsapp.com/send/?text=oi&phone=%2B5511987654018&app_absent=0", "5511987654018"),
        ("CO", "whatsapp://send?phone=5511987654018", "5511987654018"),
        ("CO", "5511987654018@s.whatsapp.net", "5511987654018"),
        ("AR", "+549 0351 15 555 6011", "5493515556011"),
        ("AR", "+54 9 351 15 555 6011", "5493515556011"),
        ("AR", "+54 9 11 15 4321-0987", "5491143210987"),
        ("AR", "+54 0351 15 555 6011", "5493515556011"),
        ("AR", "0351 15 555 6011", "5493515556011"),
        ("AR", "549 0351 15 555 6011", "5493515556011"),
        ("AR", "54 9 011 15 4321-0987", "5491143210987"),
        ("AR", "9 11 4321-0987", "5491143210987"),
        ("AR", "02954 15 45-6789", "5492954456789"),
        ("CL", "09 6123 4567", "56961234567"),
        ("CO", "03 300 123 4567", "573001234567"),
        ("US", "1 (305) 234-5678", "13052345678"),
        ("US", "(305) 234-5678", "13052345678"),
    ] {
        assert_eq!(parsed(text, Some(country)).as_deref(), Ok(canonical), "{text}");
    }
}

#[test]
fn the_missing_part_is_named() {
    let (brazil, mexico) = (PhoneError::AreaCode("(11) 98765-4321"), PhoneError::AreaCode("55 1234 5678"));
    for (country, text, error) in [
        ("BR", "98765-4128", brazil),
        ("BR", "9 8765 4129", brazil),
        ("BR", "988884130", brazil),
        ("BR", "123456789", brazil),
        ("BR", "3265-4321", brazil),
        ("BR", "4004-1234", brazil),
        ("BR", "0 98765-4128", brazil),
        ("BR", "+55 98765-4128", brazil),
        ("MX", "3969 0104", mexico),
        ("MX", "044 3969 0104", mexico),
        ("MX", "396-0104", mexico),
        ("AR", "4321-0987", PhoneError::AreaCode("11 2345-6789")),
        ("AR", "15 4321-0987", PhoneError::AreaCode("11 2345-6789")),
        ("US", "234-5678", PhoneError::AreaCode("(305) 234-5678")),
        ("CL", "6123 4567", PhoneError::AreaCode("9 6123 4567")),
        ("CO", "234 5678", PhoneError::AreaCode("300 123 4567")),
        ("PE", "234 5678", PhoneError::AreaCode("1 421 2345")),
        ("BR", "5,51E+12", PhoneError::Rounded),
        ("BR", "5.51199E+12", PhoneError::Rounded),
        ("BR", "5E+12", PhoneError::Rounded),
        ("BR", "+55 (11) 98765-4321 / 3333-4444", PhoneError::Several),
        ("BR", "(11) 98765-4321 ou (11) 98765-4322", PhoneError::Several),
        ("BR", "5511987654321;5511987654322", PhoneError::Several),
        ("BR", "wa.me/message/ABCDEF", PhoneError::Characters),
        ("BR", "https://wa.me/qr/5511987654018", PhoneError::Characters),
        ("BR", "ana@example.com", PhoneError::Characters),
        ("BR", "120363@g.us", PhoneError::Characters),
    ] {
        assert_eq!(parsed(text, Some(country)), Err(error), "{text}");
    }
    assert!(brazil.to_string().contains("area code too, as in (11) 98765-4321"));
    for (country, lengths, whole) in AREAS {
        assert!(parsed(whole, Some(country)).is_ok(), "{country}: {whole}");
        for length in lengths {
            let short = "2345678923".get(..*length).unwrap();
            assert_eq!(parsed(short, Some(country)), Err(PhoneError::AreaCode(whole)), "{country}: {short}");
        }
    }
}

#[test]
fn numbers_that_nobody_has_are_refused() {
    for (country, text) in [
        ("CR", "12345678"),
        ("CR", "88888888"),
        ("CR", "00000000"),
        ("CR", "23456789"),
        ("CR", "98765432"),
        ("BR", "11 99999-9999"),
        ("BR", "(00) 98765-4321"),
        ("BR", "(20) 98765-4321"),
        ("BR", "11 18765-4321"),
        ("BR", "00000000000"),
        ("BR", "11111111111"),
        ("BR", "1234567890"),
        ("BR", "12345678901"),
        ("BR", "+55 11 11111-1111"),
        ("MX", "5555555555"),
        ("MX", "1234567890"),
        ("MX", "2345678901"),
        ("MX", "0000000000"),
        ("CO", "1234567890"),
        ("CO", "3999999999"),
        ("CO", "2001234567"),
        ("PE", "999999999"),
        ("CL", "123456789"),
        ("AR", "1111111111"),
        ("ES", "123456789"),
        ("US", "(212) 555-0123"),
        ("US", "+1 305 555 0199"),
        ("BR", "+1 202-555-0143"),
        ("US", "123-456-7890"),
        ("US", "(911) 234-5678"),
        ("US", "305 123 4567"),
        ("BR", "+55 11 76543-2109"),
        ("BR", "11 76543-2109"),
        ("BR", "+5521785025517"),
        ("BR", "+5511654321098"),
        ("BR", "+55 11 26543-2109"),
        ("CO", "+574607903619"),
        ("EC", "+593 2 234 56789"),
    ] {
        let refused = parsed(text, Some(country));
        assert!(refused.is_err(), "{text}: {refused:?}");
    }
    // As mobiles of eight digits, and fixed ones, they are in use.
    for whole in ["+55 11 7654-3210", "+55 11 2654-3210", "+57 300 790 3619", "+593 2 234 5678"] {
        assert!(parsed(whole, None).is_ok(), "{whole}");
    }
    for whole in ["5511187654321", "+5511187654321"] {
        assert_eq!(parsed(whole, Some("BR")), Err(PhoneError::NotInUse), "{whole}");
    }
    assert_eq!(parsed("12345678", Some("CR")), Err(PhoneError::NotInUse));
    assert_eq!(parsed("(212) 555-0123", Some("US")), Err(PhoneError::NotInUse));
}

/// One rule for what people write and what gateways name: nobody has a number of films.
#[test]
fn films_have_nobody_anywhere() {
    for digits in ["12125550123", "13055550199", "+12025550143", "12025550100@s.whatsapp.net"] {
        assert_eq!(Phone::from_gateway(digits), Err(PhoneError::NotInUse), "{digits}");
        assert_eq!(parsed(digits, Some("US")), Err(PhoneError::NotInUse), "{digits}");
    }
    for real in ["12125550223", "12125551234", "525555550123"] {
        assert!(Phone::from_gateway(real).is_ok(), "{real}");
    }
}

#[test]
fn a_service_line_is_no_person() {
    for (country, text) in [
        ("BR", "0800 591 2117"),
        ("BR", "0800-701-1234"),
        ("BR", "+55 800 591 2117"),
        ("BR", "558005912117"),
        ("BR", "0300 789 1234"),
        ("MX", "800 123 4567"),
        ("MX", "01 800 123 4567"),
        ("CO", "01 800 051 1234"),
        ("AR", "0800 555 1234"),
        ("CL", "800 123 456"),
        ("US", "1-800-234-5678"),
        ("US", "900 234 5678"),
        ("ES", "900 123 456"),
        ("ES", "902 123 456"),
    ] {
        assert_eq!(parsed(text, Some(country)), Err(PhoneError::Service), "{country}: {text}");
    }
}

/// A number of a country, canonical, with the spellings of it that a gateway or a person may use.
fn spellings() -> impl Strategy<Value = (String, Vec<String>)> {
    let mobile = "[6-9][0-9]{7}";
    prop_oneof![
        ("[1-9][1-9]", mobile)
            .prop_map(|(a, n)| (format!("55{a}9{n}"), vec![format!("55{a}9{n}"), format!("55{a}{n}")])),
        ("[1-9][1-9]", "[2-5][0-9]{7}").prop_map(|(a, n)| (format!("55{a}{n}"), vec![format!("55{a}{n}")])),
        "[2-9][0-9]{9}".prop_map(|n| (format!("52{n}"), vec![format!("52{n}"), format!("521{n}")])),
        "[1-3][0-9]{9}".prop_map(|n| (format!("549{n}"), vec![format!("549{n}"), format!("54{n}")])),
        "57(3[0-5][0-9]{8})".prop_map(|n| (n.clone(), vec![n])),
        "506[5-8][0-9]{7}".prop_map(|n| (n.clone(), vec![n])),
        "56[29][0-9]{8}".prop_map(|n| (n.clone(), vec![n])),
        "519[0-9]{8}".prop_map(|n| (n.clone(), vec![n])),
        "502[2-7][0-9]{7}".prop_map(|n| (n.clone(), vec![n])),
        "1[2-9][0-9]{2}[2-9][0-9]{6}".prop_map(|n| (n.clone(), vec![n])),
        "351[29][0-9]{8}".prop_map(|n| (n.clone(), vec![n])),
        "34[6-9][0-9]{8}".prop_map(|n| (n.clone(), vec![n])),
    ]
    .prop_filter("not given out", |(canonical, _)| exists(canonical))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Written by a person or a gateway, in any form, it is one number, and reads back from the store.
    #[test]
    fn people_and_gateways_agree((canonical, spellings) in spellings(), blank in "[ .()/-]{1,2}", at in 1..8usize,
        country in prop::sample::select(vec![None, Some("BR"), Some("MX"), Some("AR"), Some("CO"), Some("US")])) {
        for spelling in spellings {
            for chat in ["", "@s.whatsapp.net", "@c.us", ":3@s.whatsapp.net"] {
                let phone = Phone::from_gateway(&format!("{spelling}{chat}")).unwrap();
                prop_assert_eq!(phone.digits(), &canonical);
            }
            let (start, end) = spelling.split_at(at);
            for written in [format!("+{start}{blank}{end}"), format!("00{blank}{start} {end}")] {
                prop_assert_eq!(parsed(&written, country), Ok(canonical.clone()), "{} in {:?}", written, country);
            }
        }
        let json = serde_json::to_string(&Phone(canonical.clone())).unwrap();
        prop_assert_eq!(json.clone(), format!("\"{canonical}\""));
        prop_assert_eq!(serde_json::from_str::<Phone>(&json).unwrap().0, canonical);
    }

    /// The plans of the world read a plain number the same way, unless they read one that is not plain.
    #[test]
    fn plain_numbers_are_read_as_by_the_plans(
        code in prop::sample::select(vec!["", "", "0", "55", "52", "54", "57", "506", "56", "1", "34", "598"]),
        national in "[1-9][0-9]{6,10}",
        country in prop::sample::select(COUNTRIES.map(|(_, country)| Some(country)).into_iter().chain([None]).collect::<Vec<_>>()),
    ) {
        let digits = format!("{code}{national}");
        if let Some(read) = plain(&digits, country).filter(|read| holder(read) == Some(Holder::Person)) {
            prop_assert_eq!(Phone::try_from(read.clone()).map(String::from), Ok(read.clone()));
            let by_plans = by_plans(&digits, country);
            // Some countries have long toll-free numbers that begin as another's plain ones do.
            let agree = by_plans.as_ref().is_ok_and(|by_plans| *by_plans == read || !is_plain(by_plans));
            prop_assert!(agree, "{} in {:?}: {} or {:?}", digits, country, read, by_plans);
        }
    }

    /// What is taken without a look into the plans, the plans hold, now and after an update of the crate.
    #[test]
    fn ranges_given_out_are_in_use(
        digits in "(55(1|2|3|4|5|6|7|8|9)[1-9](9[0-9]{8}|[2-5][0-9]{7})|52(33|55|56|81)[0-9]{8}|54911[1-9][0-9]{7}|\
            57(30|31|32|35)[0-9]{8}|58(41|42)[0-9]{8}|519[0-9]{8}|5959[0-9]{8}|(502|503|504|507)[3-9][0-9]{7})",
    ) {
        prop_assert!(!is_given_out(&digits) || holder(&digits) == Some(Holder::Person), "{}", digits);
    }

    /// No text panics, and what comes out is canonical.
    #[test]
    fn any_text(text in "\\PC{0,24}|[+0-9 ()-]{0,24}", country in prop::option::of("[A-Z]{2}")) {
        if let Ok(phone) = Phone::parse(&text, country.as_deref()) {
            prop_assert_eq!(Phone::try_from(phone.0.clone()), Ok(phone));
        }
        if let Ok(phone) = Phone::from_gateway(&text) {
            prop_assert_eq!(Phone::try_from(phone.0.clone()), Ok(phone));
        }
    }
}
