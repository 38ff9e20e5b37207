//! What is wrong with a customer's data: phones, birthdays, places.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    ("expected at most {} pets", "se esperaban como máximo {} mascotas", "eram esperados no máximo {} pets"),
    (
        "expected a birthday as YYYY-MM-DD or --MM-DD",
        "se esperaba una fecha de nacimiento como YYYY-MM-DD o --MM-DD",
        "era esperada uma data de nascimento como YYYY-MM-DD ou --MM-DD",
    ),
    ("expected a day that the calendar has", "se esperaba un día que exista", "era esperado um dia que exista"),
    (
        "expected a year from 1900 on, or --MM-DD without a year",
        "se esperaba un año desde 1900, o --MM-DD sin año",
        "era esperado um ano a partir de 1900, ou --MM-DD sem ano",
    ),
    (
        "expected a day of birth that is not ahead of today",
        "se esperaba un día de nacimiento que no sea posterior a hoy",
        "era esperado um dia de nascimento que não seja depois de hoje",
    ),
    (
        "expected one number, not several",
        "se esperaba un solo número, no varios",
        "era esperado um só número, não vários",
    ),
    (
        "expected every digit: a spreadsheet has rounded the number, so give its cells the format of text",
        "se esperaban todos los dígitos: una hoja de cálculo redondeó el número; dé a sus celdas el formato de texto",
        "eram esperados todos os dígitos: uma planilha arredondou o número; dê às células o formato de texto",
    ),
    (
        "expected the area code too, as in {}",
        "se esperaba también el código de área, como en {}",
        "era esperado também o código de área, como em {}",
    ),
    (
        "expected a person's number, not a service line such as {}",
        "se esperaba el número de una persona, no una línea de servicio como {}",
        "era esperado o número de uma pessoa, não uma linha de serviço como {}",
    ),
    (
        "expected a number that is in use, with its country code, as {}",
        "se esperaba un número en uso, con su código de país, como {}",
        "era esperado um número em uso, com o código do país, como {}",
    ),
    (
        "expected female, male or other (also {})",
        "se esperaba female, male u other (también {})",
        "era esperado female, male ou other (também {})",
    ),
    ("expected es, pt-BR or en", "se esperaba es, pt-BR o en", "era esperado es, pt-BR ou en"),
    (
        "expected one address, as ana@example.com",
        "se esperaba una dirección, como ana@example.com",
        "era esperado um endereço, como ana@example.com",
    ),
    (
        "expected a country of ISO 3166-1 by its two letters, as BR",
        "se esperaba un país de ISO 3166-1 por sus dos letras, como BR",
        "era esperado um país da ISO 3166-1 por suas duas letras, como BR",
    ),
    (
        "expected digits with + and the country code, as {}",
        "se esperaban dígitos con + y el código de país, como {}",
        "eram esperados dígitos com + e o código do país, como {}",
    ),
    (
        "expected more digits: country code and whole number, as {}",
        "se esperaban más dígitos: código de país y número completo, como {}",
        "eram esperados mais dígitos: código do país e número completo, como {}",
    ),
    (
        "expected fewer digits: country code and one number, as {}",
        "se esperaban menos dígitos: código de país y un solo número, como {}",
        "eram esperados menos dígitos: código do país e um só número, como {}",
    ),
    (
        "expected + and a country code that exists, as {}",
        "se esperaba + y un código de país que exista, como {}",
        "era esperado + e um código de país que exista, como {}",
    ),
    (
        "expected a customer id (a UUID) or a phone number with its country code, as {}",
        "se esperaba el id de un cliente (un UUID) o un teléfono con su código de país, como {}",
        "era esperado o id de um cliente (um UUID) ou um telefone com o código do país, como {}",
    ),
    (
        "expected canonical E.164 digits without +",
        "se esperaban dígitos E.164 canónicos sin +",
        "eram esperados dígitos E.164 canônicos sem +",
    ),
];
