//! Any text is read as a web page; what is left of it is bounded by its length.
#![no_main]

use detente::data::corpus::{Articles, InputKind};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(mut articles) = Articles::of_bytes("page", data.to_vec(), InputKind::Html) else {
        return;
    };
    match articles.next() {
        Some(Ok(article)) => {
            assert_eq!(article.readable().len(), article.text.len());
            assert!(article.text.len() <= 4 * data.len() + 1_000);
        }
        Some(Err(error)) => assert!(!error.to_string().contains('\n')),
        None => {}
    }
});
