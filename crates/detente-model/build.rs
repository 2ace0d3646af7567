//! Makes the tables of the lexicon while the program is built, so that it does not read 9,000 lines whenever
//! it starts: that took a quarter of the time in which a short article is scored.

use miniz_oxide::deflate::compress_to_vec;
use std::fmt::Write as _;
use std::path::PathBuf;

#[allow(dead_code, reason = "here they are made, the library looks up in them")]
#[path = "src/features/trie.rs"]
mod trie;

use trie::{Table, Trie};

const LEXICON: &str = "src/features/lexicon.tsv";

/// Languages with a lexicon that is folded and read when it is needed: short ones, whose tables would be larger.
const CODES: [&str; 5] = ["ar", "es", "fr", "ru", "zh"];

fn main() {
    for read in ["build.rs", "src/features/trie.rs", LEXICON] {
        println!("cargo::rerun-if-changed={read}");
    }
    let source = std::fs::read_to_string(LEXICON).expect("the lexicon can be read");
    let (categories, trie) = trie::read(&source)
        .unwrap_or_else(|(line, text)| panic!("{LEXICON}:{line}: `{text}` is no entry"));
    let out = std::env::var_os("OUT_DIR").expect("cargo says where to write");
    let out = PathBuf::from(out);
    let code = code(&categories, &trie);
    std::fs::write(out.join("lexicon.rs"), code).expect("the tables can be written");
    std::fs::write(out.join("lexicon.deflate"), deflated(&source)).expect("so can the text");
    for code in CODES {
        let path = format!("src/features/lexicon.{code}.tsv");
        println!("cargo::rerun-if-changed={path}");
        let source = std::fs::read_to_string(&path).expect("the lexicon can be read");
        if let Err((line, text)) = trie::read(&source) {
            panic!("{path}:{line}: `{text}` is no entry");
        }
        let name = format!("lexicon.{code}.deflate");
        std::fs::write(out.join(name), deflated(&source)).expect("so can the text");
    }
}

/// As a model file has it, by the backend that writes those.
fn deflated(text: &str) -> Vec<u8> {
    compress_to_vec(text.as_bytes(), 9)
}

fn code(categories: &[&str], trie: &Trie) -> String {
    let mut code = format!("pub(super) static CATEGORIES: &[&str] = &{categories:?};\n");
    let table = |table: &Table| {
        format!(
            "Table {{ keys: Cow::Borrowed(&{:?}), values: Cow::Borrowed(&{:?}) }}",
            table.keys, table.values
        )
    };
    write!(
        code,
        "pub(super) static TRIE: Trie = Trie {{\nexact: {},\nprefixes: {},\nlongest_prefix: {},\n\
         behind_root: Cow::Borrowed(&{:?}),\nfirst_step: Cow::Borrowed(&{:?}),\nsteps: Cow::Borrowed(&{:?}),\n\
         first_end: Cow::Borrowed(&{:?}),\nends: Cow::Borrowed(&{:?}),\n}};\n",
        table(&trie.exact),
        table(&trie.prefixes),
        trie.longest_prefix,
        trie.behind_root,
        trie.first_step,
        trie.steps,
        trie.first_end,
        trie.ends,
    )
    .expect("strings take all text");
    code
}
