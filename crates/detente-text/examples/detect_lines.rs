//! x
use std::io::BufRead;
fn main() {
    for line in std::io::stdin().lock().lines() {
        let line = line.unwrap();
        match detente_text::detect_language(&line) {
            Some(f) => println!("{}\t{:.2}\t{line}", f.code, f.confidence),
            None => println!("-\t0\t{line}"),
        }
    }
}
