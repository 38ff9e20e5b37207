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
        if let Some(read) = plain(&digits, country).filter(|read| is_in_use(read)) {
            prop_assert_eq!(Phone::try_from(read.clone()).map(String::from), Ok(read.clone()));
            let by_plans = by_plans(&digits, country);
            // Some countries have long toll-free numbers that begin as another's plain ones do.
            let agree = by_plans.as_ref().is_ok_and(|by_plans| *by_plans == read || !is_plain(by_plans));
            prop_assert!(agree, "{} in {:?}: {} or {:?}", digits, country, read, by_plans);
        }
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
