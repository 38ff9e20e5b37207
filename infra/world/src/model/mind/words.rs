//! A text as words without case and accents, and the search for phrases in it.

/// Phrases without case and accents, a comma between them. A star at a phrase's end stands for any rest of a word.
#[derive(Clone, Copy)]
pub(super) struct Phrases(pub &'static str);

impl Phrases {
    pub fn iter(self) -> impl Iterator<Item = &'static str> {
        self.0.split(", ")
    }

    pub fn has(self, phrase: &str) -> bool {
        self.iter().any(|known| known == phrase)
    }
}

/// A word, or a `:` or `/` between digits.
pub(super) struct Word {
    pub folded: String,
    pub plain: String,
    /// A comma, a point or the like follows.
    pub ends: bool,
}

/// The words of a text.
pub(super) struct Words {
    pub all: Vec<Word>,
    /// The folded words with a space around each.
    line: String,
    pub asks: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Letter,
    Digit,
    Sign,
}

impl Words {
    pub fn of(text: &str) -> Self {
        let mut all: Vec<Word> = Vec::new();
        let mut last = None;
        let mut characters = text.chars().peekable();
        while let Some(character) = characters.next() {
            // "What's" is one word.
            if matches!(character, '\'' | '’') {
                continue;
            }
            let is_between = last == Some(Kind::Digit) && characters.peek().is_some_and(char::is_ascii_digit);
            let kind = match character {
                _ if character.is_ascii_digit() => Some(Kind::Digit),
                _ if character.is_alphabetic() || is_accent(character) => Some(Kind::Letter),
                ':' | '/' if is_between => Some(Kind::Sign),
                _ => None,
            };
            match (kind, all.last_mut()) {
                (Some(kind), Some(word)) if last == Some(kind) => word.plain.push(character),
                (Some(_), _) => {
                    all.push(Word { folded: String::new(), plain: character.to_string(), ends: false });
                }
                (None, Some(word)) if !character.is_whitespace() => word.ends = true,
                (None, _) => {}
            }
            last = kind;
        }
        for word in &mut all {
            word.folded = fold(&word.plain);
        }
        let line = all.iter().map(|word| format!(" {}", word.folded)).collect::<String>() + " ";
        Self { all, line, asks: text.contains('?') }
    }

    /// Whether one of these phrases is in the text.
    pub fn say(&self, phrases: Phrases) -> bool {
        phrases.iter().any(|phrase| self.finds(phrase))
    }

    /// The number of these phrases that are in the text.
    pub fn count(&self, phrases: Phrases) -> usize {
        phrases.iter().filter(|phrase| self.finds(phrase)).count()
    }

    fn finds(&self, phrase: &str) -> bool {
        match phrase.strip_suffix('*') {
            Some(begin) => self.line.contains(&format!(" {begin}")),
            None => self.line.contains(&format!(" {phrase} ")),
        }
    }

    /// The place behind the first of these phrases, each without a star.
    pub fn behind(&self, phrases: Phrases) -> Option<usize> {
        let found = phrases.iter().find_map(|phrase| {
            let begin = self.line.find(&format!(" {phrase} "))?;
            Some(self.line[..begin].matches(' ').count() + phrase.split(' ').count())
        });
        found.filter(|place| *place < self.all.len())
    }

    pub fn folded(&self) -> Vec<&str> {
        self.all.iter().map(|word| word.folded.as_str()).collect()
    }
}

/// Without case and accents.
pub(super) fn fold(text: &str) -> String {
    let lower = text.chars().flat_map(char::to_lowercase).filter(|character| !is_accent(*character));
    let plain = lower.map(|character| match character {
        'á' | 'à' | 'â' | 'ã' | 'ä' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ó' | 'ò' | 'ô' | 'õ' | 'ö' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ñ' => 'n',
        'ç' => 'c',
        other => other,
    });
    plain.collect()
}

/// An accent that stands behind its letter.
fn is_accent(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}')
}
