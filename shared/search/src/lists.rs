//! A column with a list of texts in each row: the words of a name, labels, favorites; a city is a list of one at most.

use crate::bits::Packed;
use crate::error::Damage;
use crate::format::{Reader, Writer};
use bytes::Bytes;
use domain::fold::fold;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::OnceLock;

/// Of every so many rows, one knows where its list begins; the others count from there.
const STRIDE: usize = 16;

/// Collects the lists of rows. Each text is kept once.
#[derive(Default)]
pub(crate) struct ListsBuilder {
    known: HashMap<Box<str>, u32>,
    texts: Vec<u8>,
    ends: Vec<u64>,
    lengths: Vec<u64>,
    ids: Vec<u64>,
}

impl ListsBuilder {
    /// The list of the next row.
    pub(crate) fn push<'a>(&mut self, list: impl IntoIterator<Item = &'a str>) {
        let before = self.ids.len();
        for text in list {
            let id = match self.known.get(text) {
                Some(id) => *id,
                None => {
                    let id = u32::try_from(self.known.len()).unwrap_or(u32::MAX);
                    self.known.insert(text.into(), id);
                    self.texts.extend_from_slice(text.as_bytes());
                    self.ends.push(self.texts.len() as u64);
                    id
                }
            };
            self.ids.push(u64::from(id));
        }
        self.lengths.push((self.ids.len() - before) as u64);
    }

    pub(crate) fn write(&self, to: &mut Writer) {
        to.u32(u32::try_from(self.ends.len()).unwrap_or(u32::MAX));
        to.bytes(&self.texts);
        Packed::write(&self.ends, to);
        Packed::write(&self.lengths, to);
        to.u64(self.ids.len() as u64);
        Packed::write(&self.ids, to);
    }
}

/// The lists of the rows of a part.
pub(crate) struct Lists {
    texts: Bytes,
    ends: Packed,
    lengths: Packed,
    ids: Packed,
    /// Where the list of every [`STRIDE`]th row begins.
    begins: Vec<u32>,
    folded: OnceLock<Folded>,
    rows: OnceLock<RowsOfText>,
}

/// The texts as they are compared.
struct Folded {
    texts: Vec<Box<str>>,
    /// Text and its bytes that are a word, by the word.
    words: Vec<(u32, Range<u32>)>,
    /// The texts in their order.
    sorted: Vec<u32>,
}

/// The rows of each text, one text after the other.
struct RowsOfText {
    begins: Vec<u32>,
    rows: Vec<u32>,
}

impl Lists {
    pub(crate) fn read(from: &mut Reader, rows: usize) -> Result<Self, Damage> {
        let texts_len = from.u32()? as usize;
        let texts = from.bytes()?;
        let ends = Packed::read(from, texts_len)?;
        let lengths = Packed::read(from, rows)?;
        let ids_len = usize::try_from(from.u64()?).map_err(|_| Damage("a list is too long"))?;
        let ids = Packed::read(from, ids_len)?;
        if std::str::from_utf8(&texts).is_err() {
            return Err(Damage("a text is no UTF-8"));
        }
        if texts_len > texts.len().saturating_add(1) || !ends.iter().is_sorted() {
            return Err(Damage("the texts of a column do not follow each other"));
        }
        let mut begins = Vec::with_capacity(rows.div_ceil(STRIDE));
        let mut sum = 0usize;
        for (row, length) in lengths.iter().enumerate() {
            if row % STRIDE == 0 {
                begins.push(u32::try_from(sum).map_err(|_| Damage("a column has too many texts"))?);
            }
            sum = usize::try_from(length).ok().and_then(|length| sum.checked_add(length)).unwrap_or(usize::MAX);
        }
        if sum != ids_len || ids_len > u32::MAX as usize || ids.iter().any(|id| id >= texts_len as u64) {
            return Err(Damage("the lists of a column are not those of its texts"));
        }
        let (folded, rows) = (OnceLock::new(), OnceLock::new());
        Ok(Self { texts, ends, lengths, ids, begins, folded, rows })
    }

    /// How many different texts there are.
    fn len(&self) -> usize {
        self.ends.len()
    }

    fn text(&self, id: usize) -> &str {
        let end = |id: usize| usize::try_from(self.ends.get(id)).unwrap_or(usize::MAX);
        let begin = id.checked_sub(1).map_or(0, end);
        self.texts.get(begin..end(id)).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default()
    }

    /// The ids of the texts of a row.
    #[inline]
    fn ids(&self, row: usize) -> impl Iterator<Item = u32> + '_ {
        let stride = row / STRIDE;
        let begin = self.begins.get(stride).map_or(0, |begin| *begin as usize);
        let before: u64 = (stride * STRIDE..row).map(|row| self.lengths.get(row)).sum();
        let begin = begin.saturating_add(usize::try_from(before).unwrap_or(usize::MAX));
        let end = begin.saturating_add(usize::try_from(self.lengths.get(row)).unwrap_or(0));
        #[expect(clippy::cast_possible_truncation, reason = "ids are below the number of texts, which has 32 bits")]
        (begin..end).map(|nth| self.ids.get(nth) as u32)
    }

    /// The texts of a row.
    pub(crate) fn get(&self, row: usize) -> impl Iterator<Item = &str> {
        self.ids(row).map(|id| self.text(id as usize))
    }

    fn folded(&self) -> &Folded {
        self.folded.get_or_init(|| {
            let texts: Vec<Box<str>> = (0..self.len()).map(|id| fold(self.text(id)).into_boxed_str()).collect();
            let mut words = Vec::with_capacity(texts.len());
            for (id, text) in (0u32..).zip(&texts) {
                let mut begin = 0u32;
                for word in text.split(' ') {
                    let end = begin + u32::try_from(word.len()).unwrap_or(0);
                    if !word.is_empty() {
                        words.push((id, begin..end));
                    }
                    begin = end + 1;
                }
            }
            words.sort_unstable_by(|one, other| word_of(&texts, one).cmp(word_of(&texts, other)));
            let mut sorted: Vec<u32> = (0u32..).zip(&texts).map(|(id, _)| id).collect();
            sorted.sort_unstable_by_key(|id| texts.get(*id as usize));
            Folded { texts, words, sorted }
        })
    }

    fn rows(&self) -> &RowsOfText {
        self.rows.get_or_init(|| {
            let mut ends = vec![0u32; self.len() + 1];
            for id in self.ids.iter() {
                if let Some(count) = usize::try_from(id + 1).ok().and_then(|next| ends.get_mut(next)) {
                    *count += 1;
                }
            }
            let mut sum = 0;
            for count in &mut ends {
                sum += *count;
                *count = sum;
            }
            let begins = ends.clone();
            let mut rows = vec![0u32; self.ids.len()];
            let mut nth = 0;
            for (row, length) in (0u32..).zip(self.lengths.iter()) {
                for _ in 0..length {
                    let place = usize::try_from(self.ids.get(nth)).ok().and_then(|id| ends.get_mut(id));
                    if let Some(place) = place {
                        if let Some(slot) = rows.get_mut(*place as usize) {
                            *slot = row;
                        }
                        *place += 1;
                    }
                    nth += 1;
                }
            }
            RowsOfText { begins, rows }
        })
    }

    /// The rows that have a text which reads as this one: accents, case and blanks aside.
    pub(crate) fn with_text(&self, text: &str) -> Having<'_> {
        let (folded, text) = (self.folded(), fold(text));
        let of = |id: &u32| folded.texts.get(*id as usize).map_or("", |text| text);
        let from = folded.sorted.partition_point(|id| of(id) < text.as_str());
        let ids = folded.sorted.iter().skip(from).take_while(|id| of(id) == text).copied().collect();
        self.having(ids)
    }

    /// The rows that have a folded word, or one that begins with it.
    pub(crate) fn with_word(&self, word: &str, begins: bool) -> Having<'_> {
        let folded = self.folded();
        let from = folded.words.partition_point(|entry| word_of(&folded.texts, entry) < word);
        let is_it = |entry: &&(u32, Range<u32>)| {
            let found = word_of(&folded.texts, entry);
            if begins { found.starts_with(word) } else { found == word }
        };
        self.having(folded.words.iter().skip(from).take_while(is_it).map(|(id, _)| *id).collect())
    }

    fn having(&self, mut ids: Vec<u32>) -> Having<'_> {
        ids.sort_unstable();
        ids.dedup();
        Having { lists: self, ids }
    }

    /// Whether the texts of a row, folded and one after the other, have these folded words in one piece, the last of
    /// them perhaps only begun. They have blanks between them, and before them.
    pub(crate) fn has_words(&self, row: usize, words: &str, joined: &mut String) -> bool {
        let folded = self.folded();
        joined.clear();
        for id in self.ids(row) {
            let text = folded.texts.get(id as usize).map_or("", |text| text);
            if !text.is_empty() {
                joined.push(' ');
                joined.push_str(text);
            }
        }
        joined.contains(words)
    }
}

fn word_of<'a>(texts: &'a [Box<str>], (id, bytes): &(u32, Range<u32>)) -> &'a str {
    texts.get(*id as usize).and_then(|text| text.get(bytes.start as usize..bytes.end as usize)).unwrap_or_default()
}

/// The rows that have one of some texts.
pub(crate) struct Having<'a> {
    lists: &'a Lists,
    /// In order.
    ids: Vec<u32>,
}

impl<'a> Having<'a> {
    #[inline]
    pub(crate) fn has(&self, row: usize) -> bool {
        if let [one] = self.ids.as_slice() {
            return self.lists.ids(row).any(|id| id == *one);
        }
        self.lists.ids(row).any(|id| self.ids.binary_search(&id).is_ok())
    }

    /// The rows of each text, in order. A row may stand under several.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &'a [u32]> {
        let all = self.lists.rows();
        self.ids.iter().map(|id| {
            let begin = |id: usize| all.begins.get(id).map_or(0, |begin| *begin as usize);
            all.rows.get(begin(*id as usize)..begin(*id as usize + 1)).unwrap_or_default()
        })
    }
}
