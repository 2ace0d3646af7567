//! Any bytes are read as a document: as they are, and as the inner part of each kind.
#![no_main]

use detente::data::corpus::{Articles, InputKind};
use libfuzzer_sys::fuzz_target;
use std::io::{Cursor, Write};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// Bytes of a text that one of these many bytes may have become, and a few more.
const MOST_TIMES: usize = 16_500;

fuzz_target!(|data: &[u8]| {
    let Some((first, data)) = data.split_first() else {
        return;
    };
    let bytes = match first % 7 {
        0 => [b"{\\rtf1\\ansi ", data].concat(),
        1 => zipped("word/document.xml", data, ""),
        2 => zipped("content.xml", data, "application/vnd.oasis.opendocument.text"),
        3 => zipped("content.xml", data, "application/vnd.oasis.opendocument.spreadsheet"),
        4 => page(data),
        5 => zipped("xl/worksheets/sheet1.xml", data, ""),
        _ => data.to_vec(),
    };
    let n_bytes = bytes.len();
    let Ok(articles) = Articles::of_bytes("document", bytes, InputKind::Document) else {
        return;
    };
    for article in articles.take(100) {
        match article {
            Ok(article) => {
                assert_eq!(article.readable().len(), article.text.len());
                assert!(article.text.len() <= MOST_TIMES * n_bytes);
            }
            Err(error) => {
                assert!(!error.to_string().contains('\n'));
                break;
            }
        }
    }
});

fn zipped(name: &str, data: &[u8], mimetype: &str) -> Vec<u8> {
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in [("mimetype", mimetype.as_bytes()), (name, data)] {
        if !bytes.is_empty() {
            archive.start_file(name, stored).expect("memory takes all");
            archive.write_all(bytes).expect("memory takes all");
        }
    }
    archive.finish().expect("memory takes all").into_inner()
}

/// A PDF of one page with this content; readers mend its missing table of objects.
fn page(content: &[u8]) -> Vec<u8> {
    let font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>";
    let head = format!(
        "%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n\
         2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n\
         3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources \
         << /Font << /F 5 0 R >> /XObject << /X 4 0 R >> >> >>\nendobj\n5 0 obj\n{font}\nendobj\n\
         4 0 obj\n<< /Type /XObject /Subtype /Form /Length {} >>\nstream\n",
        content.len()
    );
    let tail = b"\nendstream\nendobj\ntrailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n0\n%%EOF\n";
    [head.as_bytes(), content, tail].concat()
}
