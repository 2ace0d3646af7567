//! Prints the text of a document.
use detente_documents::{Contents, DocumentKind, Limits, read};
fn main() {
    let path = std::env::args().nth(2).unwrap();
    let bytes = std::fs::read(path).unwrap();
    let kind = DocumentKind::of(&bytes)
        .unwrap_or_else(|e| {
            eprintln!("{e}");
            std::process::exit(1)
        })
        .unwrap();
    match read(&bytes, kind, Limits::DEFAULT) {
        Ok(Contents::Text(document)) => {
            print!("{}", document.text);
            eprintln!(
                "{:?} {:?} {:?} {:?}",
                document.title, document.date, document.author, document.notes
            );
        }
        Ok(Contents::Sheet(sheet)) => println!("{sheet:?}"),
        Err(error) => {
            eprintln!("{error}");
            std::process::exit(1)
        }
    }
}
