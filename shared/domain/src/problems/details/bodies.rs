//! What is wrong with a body as a whole: its size, its type, and the place where it stops being JSON.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    (
        "The body is not JSON: EOF while parsing a value at line {} column {}.",
        "El cuerpo no es JSON: termina antes de tiempo (línea {}, columna {}).",
        "O corpo não é JSON: termina antes do tempo (linha {}, coluna {}).",
    ),
    (
        "The body is not JSON: EOF while parsing a list at line {} column {}.",
        "El cuerpo no es JSON: termina antes de tiempo (línea {}, columna {}).",
        "O corpo não é JSON: termina antes do tempo (linha {}, coluna {}).",
    ),
    (
        "The body is not JSON: EOF while parsing an object at line {} column {}.",
        "El cuerpo no es JSON: termina antes de tiempo (línea {}, columna {}).",
        "O corpo não é JSON: termina antes do tempo (linha {}, coluna {}).",
    ),
    (
        "The body is not JSON: EOF while parsing a string at line {} column {}.",
        "El cuerpo no es JSON: termina antes de tiempo (línea {}, columna {}).",
        "O corpo não é JSON: termina antes do tempo (linha {}, coluna {}).",
    ),
    (
        "The body is not JSON: expected value at line {} column {}.",
        "El cuerpo no es JSON: se esperaba un valor (línea {}, columna {}).",
        "O corpo não é JSON: era esperado um valor (linha {}, coluna {}).",
    ),
    (
        "The body is not JSON: expected ident at line {} column {}.",
        "El cuerpo no es JSON: se esperaba true, false o null (línea {}, columna {}).",
        "O corpo não é JSON: era esperado true, false ou null (linha {}, coluna {}).",
    ),
    (
        "The body is not JSON: expected `:` at line {} column {}.",
        "El cuerpo no es JSON: se esperaba `:` (línea {}, columna {}).",
        "O corpo não é JSON: era esperado `:` (linha {}, coluna {}).",
    ),
    (
        "The body is not JSON: expected `,` or `]` at line {} column {}.",
        "El cuerpo no es JSON: se esperaba `,` o `]` (línea {}, columna {}).",
        "O corpo não é JSON: era esperado `,` ou `]` (linha {}, coluna {}).",
    ),
    (
        "The body is not JSON: expected `,` or `}` at line {} column {}.",
        "El cuerpo no es JSON: se esperaba `,` o `}` (línea {}, columna {}).",
        "O corpo não é JSON: era esperado `,` ou `}` (linha {}, coluna {}).",
    ),
    (
        "The body is not JSON: key must be a string at line {} column {}.",
        "El cuerpo no es JSON: el nombre de un campo debe ir entre comillas (línea {}, columna {}).",
        "O corpo não é JSON: o nome de um campo deve ficar entre aspas (linha {}, coluna {}).",
    ),
    (
        "The body is not JSON: trailing comma at line {} column {}.",
        "El cuerpo no es JSON: sobra una coma (línea {}, columna {}).",
        "O corpo não é JSON: sobra uma vírgula (linha {}, coluna {}).",
    ),
    (
        "The body is not JSON: trailing characters at line {} column {}.",
        "El cuerpo no es JSON: hay algo después del final (línea {}, columna {}).",
        "O corpo não é JSON: há algo depois do fim (linha {}, coluna {}).",
    ),
    (
        "The body is not JSON: invalid number at line {} column {}.",
        "El cuerpo no es JSON: un número no es válido (línea {}, columna {}).",
        "O corpo não é JSON: um número não é válido (linha {}, coluna {}).",
    ),
    (
        "The body is not JSON: number out of range at line {} column {}.",
        "El cuerpo no es JSON: un número es demasiado grande (línea {}, columna {}).",
        "O corpo não é JSON: um número é grande demais (linha {}, coluna {}).",
    ),
    (
        "The body is not JSON: invalid escape at line {} column {}.",
        "El cuerpo no es JSON: una secuencia con \\ no es válida (línea {}, columna {}).",
        "O corpo não é JSON: uma sequência com \\ não é válida (linha {}, coluna {}).",
    ),
    (
        "The body is not JSON: lone leading surrogate in hex escape at line {} column {}.",
        "El cuerpo no es JSON: una secuencia con \\ no es válida (línea {}, columna {}).",
        "O corpo não é JSON: uma sequência com \\ não é válida (linha {}, coluna {}).",
    ),
    (
        "The body is not JSON: unexpected end of hex escape at line {} column {}.",
        "El cuerpo no es JSON: una secuencia con \\ no es válida (línea {}, columna {}).",
        "O corpo não é JSON: uma sequência com \\ não é válida (linha {}, coluna {}).",
    ),
    (
        "The body is not JSON: invalid unicode code point at line {} column {}.",
        "El cuerpo no es JSON: un carácter no es válido (línea {}, columna {}).",
        "O corpo não é JSON: um caractere não é válido (linha {}, coluna {}).",
    ),
    (
        "The body is not JSON: control character (\\u0000-\\u001F) found while parsing a string at line {} column {}.",
        "El cuerpo no es JSON: un texto tiene un carácter de control (línea {}, columna {}).",
        "O corpo não é JSON: um texto tem um caractere de controle (linha {}, coluna {}).",
    ),
    (
        "The body is not JSON: recursion limit exceeded at line {} column {}.",
        "El cuerpo no es JSON: tiene demasiados niveles (línea {}, columna {}).",
        "O corpo não é JSON: tem níveis demais (linha {}, coluna {}).",
    ),
    ("The body is not JSON: {}.", "El cuerpo no es JSON: {}.", "O corpo não é JSON: {}."),
    ("The body is not JSON.", "El cuerpo no es JSON.", "O corpo não é JSON."),
    ("The body is larger than {} bytes.", "El cuerpo supera los {} bytes.", "O corpo passa de {} bytes."),
    ("The body is larger than what is allowed.", "El cuerpo supera lo permitido.", "O corpo passa do permitido."),
    (
        "The body must be {}, and content-type must say so or be left out.",
        "El cuerpo debe ser {}, y content-type debe decirlo u omitirse.",
        "O corpo deve ser {}, e content-type deve dizer isso ou ser omitido.",
    ),
];
