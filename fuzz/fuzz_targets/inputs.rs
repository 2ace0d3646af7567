//! Any bytes, in a file, are read as articles of every kind of input.
#![no_main]

use detente::data::corpus::{Articles, InputKind};
use libfuzzer_sys::fuzz_target;
use std::path::PathBuf;
use std::sync::LazyLock;

/// One file of this process, written anew for each input; in memory where that is possible.
static FILE: LazyLock<PathBuf> = LazyLock::new(|| {
    let memory = PathBuf::from("/dev/shm");
    let folder = if memory.is_dir() {
        memory
    } else {
        std::env::temp_dir()
    };
    folder.join(format!("detente-fuzz-{}", std::process::id()))
});

fuzz_target!(|data: &[u8]| {
    std::fs::write(&*FILE, data).expect("the temporary file can be written");
    for kind in InputKind::ALL {
        let articles = Articles::open(&[FILE.clone()], kind).expect("the file is there");
        for article in articles {
            match article {
                Ok(article) => assert_eq!(article.readable().len(), article.text.len()),
                Err(error) => {
                    assert!(!error.to_string().is_empty());
                    break;
                }
            }
        }
    }
});
