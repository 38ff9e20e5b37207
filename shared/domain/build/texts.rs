//! Finds the texts: each folder of `src/texts` is one. From the folders' names follow the modules, the message types and
//! the templates in each language.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};

const LANGUAGES: [&str; 3] = ["es", "pt-BR", "en"];

/// The code that is written for each text.
#[derive(Default)]
struct Parts {
    modules: String,
    variants: String,
    specs: String,
    sources: String,
    samples: String,
}

/// The Rust source that declares all texts.
pub fn texts(folder: &Path) -> Result<String, Box<dyn Error>> {
    let mut folders: BTreeMap<String, PathBuf> = BTreeMap::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            let name = path.file_name().and_then(|name| name.to_str()).ok_or("a folder's name is no text")?;
            folders.insert(name.to_owned(), path);
        }
    }
    let mut parts = Parts::default();
    for (name, path) in &folders {
        parts.add(name, path)?;
    }
    let Parts { modules, variants, specs, sources, samples } = parts;
    Ok(format!(
        "{modules}
/// Which text a message is: one for each folder of `texts`, and `direct`, which an API caller words.
/// The API's document has the rustdoc of the variants.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Display, EnumString, EnumIter,
    EnumMessage, IntoStaticStr,
)]
#[serde(rename_all = \"snake_case\")]
#[strum(serialize_all = \"snake_case\")]
pub enum MessageType {{
{variants}    /// Sent by an API caller.
    Direct,
}}

impl MessageType {{
    /// Its built-in text; `None` if an API caller brings the words.
    #[must_use]
    pub fn text(self) -> Option<&'static Spec> {{
        match self {{
{specs}            Self::Direct => None,
        }}
    }}
}}

const SOURCES: &[(&str, &str)] = &[{sources}];

#[cfg(test)]
const SAMPLES: &[(&str, tests::Samples)] = &[{samples}];
"
    ))
}

impl Parts {
    fn add(&mut self, name: &str, folder: &Path) -> Result<(), Box<dyn Error>> {
        let module = folder.join("mod.rs");
        let source = std::fs::read_to_string(&module)?;
        let meaning = source.lines().next().and_then(|line| line.strip_prefix("//! "));
        let meaning = meaning.ok_or_else(|| format!("texts/{name}/mod.rs does not begin with a comment"))?;
        let variant: String = name.split('_').map(capitalised).collect();
        writeln!(self.modules, "#[path = {module:?}]\npub mod {name};")?;
        writeln!(self.variants, "    /// {meaning}\n    {variant},")?;
        writeln!(self.specs, "            Self::{variant} => Some(&{name}::{variant}::SPEC),")?;
        for language in LANGUAGES {
            let file = folder.join(format!("{language}.txt"));
            write!(self.sources, "({:?}, include_str!({file:?})),", format!("{language}/{name}"))?;
        }
        write!(self.samples, "({name:?}, {name}::samples),")?;
        Ok(())
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}
