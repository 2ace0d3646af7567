//! Documents through the built program: each kind, and files that are broken, hostile, or no documents.
//!
//! The files of `tests/documents` are made by its `make.py`; hostile ones are made here.

use crate::run::Run;
use crate::toy;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// What the mean share of words of a PDF that are right and in their place must be.
const RIGHT: f64 = 0.99;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/documents")
}

fn document(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(name)).unwrap()
}

fn expected(name: &str) -> String {
    let stem = name.split('.').next().unwrap();
    std::fs::read_to_string(folder().join(format!("expected/{stem}.txt"))).unwrap()
}

fn text_of(name: &str, bytes: impl AsRef<[u8]>) -> String {
    Run::new()
        .file(name, bytes)
        .args(["text", name])
        .success()
        .stdout
}

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

/// A ZIP archive of these members.
fn zipped(members: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, contents) in members {
        // The member that says what the archive is stands as it is.
        let options = match *name {
            "mimetype" => {
                SimpleFileOptions::default().compression_method(CompressionMethod::Stored)
            }
            _ => SimpleFileOptions::default(),
        };
        archive.start_file(*name, options).unwrap();
        archive.write_all(contents.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn docx(body: &str) -> Vec<u8> {
    let document = format!("<w:document xmlns:w=\"w\"><w:body>{body}</w:body></w:document>");
    zipped(&[("word/document.xml", &document)])
}

fn odt(content: &str) -> Vec<u8> {
    let content = format!(
        "<office:document><office:body><office:text>{content}</office:text></office:body></office:document>"
    );
    let mimetype = "application/vnd.oasis.opendocument.text";
    zipped(&[("mimetype", mimetype), ("content.xml", &content)])
}

fn ods(rows: &str) -> Vec<u8> {
    let content = format!(
        "<office:spreadsheet><table:table table:name=\"A\">{rows}</table:table></office:spreadsheet>"
    );
    let content = format!("<d><office:body>{content}</office:body></d>");
    let mimetype = "application/vnd.oasis.opendocument.spreadsheet";
    zipped(&[("mimetype", mimetype), ("content.xml", &content)])
}

/// A PDF of these objects, the first of which is its catalog.
fn pdf(objects: &[String]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.4\n".to_vec();
    let mut places = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        places.push(bytes.len());
        bytes.extend(format!("{} 0 obj\n{object}\nendobj\n", at + 1).bytes());
    }
    let start = bytes.len();
    bytes.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for place in places {
        bytes.extend(format!("{place:010} 00000 n \n").bytes());
    }
    let size = objects.len() + 1;
    bytes.extend(
        format!("trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n").bytes(),
    );
    bytes
}

/// A PDF of one page with this content, its further objects from number 5.
fn page(content: &str, resources: &str, more: &[String]) -> Vec<u8> {
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << {resources} >> >>"
        ),
        stream("", content),
    ];
    objects.extend_from_slice(more);
    pdf(&objects)
}

fn stream(dictionary: &str, content: &str) -> String {
    format!(
        "<< {dictionary} /Length {} >>\nstream\n{content}\nendstream",
        content.len()
    )
}

const HELVETICA: &str = "/Font << /F 5 0 R >>";

fn helvetica() -> String {
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned()
}

#[test]
fn every_kind_of_a_document_has_the_same_words() {
    for name in ["plain", "table", "footnotes", "cyrillic", "arabic"] {
        let expected = expected(name);
        for kind in ["docx", "odt", "rtf", "epub", "pdf"] {
            let file = format!("{name}.{kind}");
            let text = text_of(&file, document(&file));
            assert_eq!(words(&text), words(&expected), "{file}");
        }
    }
}

#[test]
fn pdfs_are_read_in_order_without_headers_and_notes() {
    let mut shares = Vec::new();
    for entry in std::fs::read_dir(folder().join("expected")).unwrap() {
        let name = entry
            .unwrap()
            .file_name()
            .into_string()
            .unwrap()
            .replace(".txt", ".pdf");
        let text = text_of(&name, document(&name));
        let expected = expected(&name);
        let (found, wanted) = (words(&text), words(&expected));
        // Words in the same place from the start or from the end are right; one that is missing shows once.
        let same = |pairs: &mut dyn Iterator<Item = (&&str, &&str)>| {
            pairs.take_while(|(a, b)| a == b).count()
        };
        let head = same(&mut found.iter().zip(&wanted));
        let tail = same(&mut found.iter().rev().zip(wanted.iter().rev())).min(wanted.len() - head);
        let share = (head + tail) as f64 / wanted.len().max(found.len()) as f64;
        assert!(share > 0.95, "{name}: {share:.3}\n{text}");
        shares.push(share);
    }
    assert_eq!(shares.len(), 20);
    let mean = shares.iter().sum::<f64>() / shares.len() as f64;
    assert!(mean >= RIGHT, "{mean:.4}");
}

#[test]
fn a_document_is_scored_at_offsets_of_its_text() {
    for name in [
        "plain.pdf",
        "plain.docx",
        "plain.odt",
        "plain.rtf",
        "plain.epub",
    ] {
        let text = text_of(name, document(name));
        let done = Run::new()
            .file("toy.detente", toy::model_bytes())
            .file(name, document(name))
            .args(["score", name, "--model", "toy.detente", "--format", "jsonl"])
            .success();
        let article = &done.json_lines()[0];
        assert_eq!(article["id"], name);
        assert_eq!(
            article["title"], "Foreign Minister Receives Ambassador",
            "{name}"
        );
        assert_eq!(article["date"], "2025-05-18", "{name}");
        let statements = article["statements"].as_array().unwrap();
        assert!(statements.len() > 8, "{name}: {}", statements.len());
        for statement in statements {
            if let (Some(start), Some(end)) =
                (statement["start"].as_u64(), statement["end"].as_u64())
            {
                assert_eq!(
                    &text[start as usize..end as usize],
                    statement["text"].as_str().unwrap(),
                    "{name}"
                );
            }
        }
    }
}

#[test]
fn a_title_and_a_date_come_from_the_properties_where_the_text_has_none() {
    let done = Run::new()
        .file("toy.detente", toy::model_bytes())
        .file("cyrillic.docx", document("cyrillic.docx"))
        .args([
            "score",
            "cyrillic.docx",
            "--model",
            "toy.detente",
            "--format",
            "jsonl",
        ])
        .success();
    let article = &done.json_lines()[0];
    assert_eq!(article["title"], "Foreign Minister Receives Ambassador");
    assert_eq!(article["date"], "2025-05-18");
}

#[test]
fn a_document_is_known_by_its_bytes_whatever_its_name() {
    for name in [
        "statement",
        "statement.txt",
        "statement.doc",
        "statement.html",
    ] {
        let text = text_of(name, document("plain.docx"));
        assert!(
            text.starts_with("Foreign Minister Receives Ambassador\n"),
            "{name}"
        );
    }
    let done = Run::new()
        .args(["text", "-"])
        .stdin(document("plain.pdf"))
        .success();
    assert!(
        done.stdout.contains("He said that the office"),
        "{}",
        done.stdout
    );
    assert_eq!(done.stderr, "note: standard input: read as PDF file\n");
    // A page of an error that somebody saved under the name of what it should have been.
    let page = format!(
        "<html><body><p>{}</p></body></html>",
        "We met in Geneva and agreed. ".repeat(9)
    );
    assert!(text_of("a.pdf", page).starts_with("We met in Geneva"));
    assert_eq!(text_of("a.rtf", "We met.\n"), "We met.\n");
}

#[test]
fn documents_of_a_folder_are_scored_and_broken_ones_named() {
    let done = Run::new()
        .file("toy.detente", toy::model_bytes())
        .file("in/a.pdf", document("plain.pdf"))
        .file("in/b.docx", document("plain.docx"))
        .file("in/c.pdf", &document("plain.pdf")[..2_000])
        .args(["score", "in", "--model", "toy.detente", "--format", "jsonl"])
        .code(1);
    assert_eq!(done.json_lines().len(), 2);
    assert!(
        done.stderr.contains(
            "error: in/c.pdf: this PDF file cannot be read; expected a file that is whole"
        )
    );
    assert!(
        done.stderr.contains("1 of 3 files could not be read"),
        "{}",
        done.stderr
    );
}

#[test]
fn what_cannot_be_read_says_what_to_do() {
    let old = |name: &str| {
        let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        [
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(),
            vec![0; 600],
            name,
        ]
        .concat()
    };
    let unknown = page("BT /F 12 Tf (Abcdef) Tj ET", HELVETICA, &[
        "<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts [] >>".to_owned(),
    ]);
    let encrypted_odt = {
        let manifest = "<manifest:manifest><manifest:encryption-data/></manifest:manifest>";
        let mut bytes = odt("");
        let more = zipped(&[("META-INF/manifest.xml", manifest)]);
        let mut archive = ZipWriter::new_append(Cursor::new(std::mem::take(&mut bytes))).unwrap();
        archive
            .merge_archive(zip::ZipArchive::new(Cursor::new(more)).unwrap())
            .unwrap();
        archive.finish().unwrap().into_inner()
    };
    for (name, bytes, sentence) in [
        (
            "scan.pdf",
            document("scan.pdf"),
            "this PDF file has no text, as a scan has none",
        ),
        (
            "locked.pdf",
            document("encrypted.pdf"),
            "this PDF file is encrypted",
        ),
        (
            "locked.odt",
            encrypted_odt,
            "this OpenDocument text is encrypted",
        ),
        (
            "locked.docx",
            old("EncryptedPackage"),
            "this document of Microsoft Office is encrypted",
        ),
        (
            "old.doc",
            old("WordDocument"),
            "this is a file of an old Microsoft Word (.doc); expected one that is saved as .docx",
        ),
        (
            "old.xls",
            old("Workbook"),
            "this is a file of an old Microsoft Excel (.xls); expected one that is saved as .xlsx",
        ),
        (
            "glyphs.pdf",
            unknown,
            "this PDF file does not say which letters its glyphs stand for",
        ),
        (
            "a.pptx",
            zipped(&[("ppt/presentation.xml", "")]),
            "this is a PowerPoint presentation (.pptx)",
        ),
        (
            "a.pdf",
            b"%PDF-1.7\n".to_vec(),
            "this PDF file cannot be read",
        ),
        (
            "a.docx",
            document("plain.docx")[..3_000].to_vec(),
            "this Word document cannot be read",
        ),
        (
            "a.zip",
            zipped(&[("a.txt", "We met.")]),
            "this is a ZIP archive; expected text",
        ),
        (
            "empty.docx",
            docx(""),
            "there is nothing to read: this Word document is empty, or has nothing but pictures",
        ),
        (
            "none.pdf",
            Vec::new(),
            "there is nothing to read: the file is empty",
        ),
    ] {
        let done = Run::new().file(name, bytes).args(["text", name]).failure(1);
        assert!(
            done.stderr
                .starts_with(&format!("error: {name}: {sentence}")),
            "{}",
            done.stderr
        );
        assert!(!done.stderr.contains("panicked"), "{}", done.stderr);
    }
}

#[test]
fn a_pdf_that_may_not_be_printed_may_be_read() {
    assert_eq!(
        text_of("a.pdf", document("no-printing.pdf")),
        text_of("b.pdf", document("plain.pdf"))
    );
}

#[test]
fn hostile_documents_end_soon_with_a_sentence() {
    let bomb = "a".repeat(40 << 20);
    let deep = "<w:tbl><w:tr><w:tc>".repeat(50_000);
    let itself = page(
        "/X Do",
        "/XObject << /X 5 0 R >>",
        &[stream(
            "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 5 0 R >> >>",
            "/X Do /X Do /X Do /X Do /X Do /X Do /X Do /X Do /X Do /X Do",
        )],
    );
    let repeated = ods(
        "<table:table-row table:number-rows-repeated=\"1048576\"><table:table-cell \
         table:number-columns-repeated=\"16384\" \
         office:value-type=\"string\"><text:p>We met.</text:p></table:table-cell></table:table-row>",
    );
    // Every cell is repeated as often as one may be, in one row.
    let cell = "<table:table-cell table:number-columns-repeated=\"10000\" office:value-type=\"string\">\
                <text:p>x</text:p></table:table-cell>";
    let columns = ods(&format!(
        "<table:table-row>{}</table:table-row>",
        cell.repeat(1_000)
    ));
    let arrays = page(&format!("{} Tj", "[".repeat(200_000)), "", &[]);
    for (name, bytes, sentence) in [
        (
            "bomb.docx",
            docx(&bomb),
            "this Word document unpacks to too much",
        ),
        (
            "bomb.odt",
            odt(&bomb),
            "this OpenDocument text unpacks to too much",
        ),
        (
            "deep.docx",
            docx(&deep),
            "this Word document has parts within parts, too deep",
        ),
        (
            "deep.rtf",
            "{\\rtf1".repeat(50_000).into_bytes(),
            "this file of Rich Text Format has parts within parts, too deep",
        ),
        ("itself.pdf", itself, "this PDF file "),
        (
            "repeated.ods",
            repeated,
            "this OpenDocument spreadsheet unpacks to too much",
        ),
        (
            "columns.ods",
            columns,
            "this OpenDocument spreadsheet has too many cells",
        ),
        (
            "arrays.pdf",
            arrays,
            "there is nothing to read: this PDF file ",
        ),
    ] {
        let begun = Instant::now();
        let done = Run::new()
            .file(name, bytes)
            .args(["score", name])
            .failure(1);
        assert!(
            done.stderr
                .starts_with(&format!("error: {name}: {sentence}")),
            "{name}: {}",
            done.stderr
        );
        assert!(!done.stderr.contains("panicked"), "{}", done.stderr);
        assert!(
            begun.elapsed() < Duration::from_secs(90),
            "{name}: {:?}",
            begun.elapsed()
        );
    }
}

#[test]
fn every_cut_of_a_document_ends_with_a_text_or_a_sentence() {
    for name in [
        "table.docx",
        "footnotes.odt",
        "plain.rtf",
        "plain.epub",
        "table.pdf",
    ] {
        let bytes = document(name);
        for part in 1..6 {
            let cut = &bytes[..bytes.len() * part / 6];
            let done = Run::new().file(name, cut).args(["text", name]).any();
            assert!(!done.stderr.contains("panicked"), "{name}: {}", done.stderr);
            assert!(
                done.stderr.is_empty() || done.stderr.starts_with("error: "),
                "{name}: {}",
                done.stderr
            );
        }
    }
}

#[test]
fn letters_of_a_font_that_no_file_describes_are_read() {
    let content = "BT /F 12 Tf 50 700 Td (We welcome the ceasefire of) Tj 0 -14 Td (1990 and reject threats.) Tj ET";
    let text = text_of("a.pdf", page(content, HELVETICA, &[helvetica()]));
    assert_eq!(
        text,
        "We welcome the ceasefire of 1990 and reject threats.\n"
    );
}

#[test]
fn tables_within_tables_and_text_from_right_to_left_are_read() {
    let cell = |text: &str| format!("<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>");
    let inner = format!(
        "<w:tc><w:tbl><w:tr>{}{}</w:tr></w:tbl></w:tc>",
        cell("c"),
        cell("d")
    );
    let body = format!(
        "<w:tbl><w:tr>{}{inner}</w:tr></w:tbl><w:p><w:r><w:t>שלום</w:t></w:r></w:p>",
        cell("b")
    );
    assert_eq!(text_of("a.docx", docx(&body)), "b\tc\td\n\nשלום\n");
}

/// A workbook of two sheets, as `score --format xlsx` writes one.
fn workbook() -> Vec<u8> {
    let run = Run::new()
        .file("toy.detente", toy::model_bytes())
        .file(
            "a.csv",
            "id,text\n1,We welcome the ceasefire.\n2,\"=cmd|' /C calc'!A0 is what they wrote.\"\n",
        )
        .args([
            "score",
            "a.csv",
            "--model",
            "toy.detente",
            "--format",
            "xlsx",
            "-o",
            "out.xlsx",
        ]);
    let path = run.folder().join("out.xlsx");
    let _done = run.success();
    std::fs::read(path).unwrap()
}

#[test]
fn scores_as_a_workbook_are_read_again_and_hold_no_formula() {
    let bytes = workbook();
    assert_eq!(bytes, workbook(), "the same results are the same file");
    let mut archive = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
    let sheet =
        std::io::read_to_string(archive.by_name("xl/worksheets/sheet1.xml").unwrap()).unwrap();
    assert!(
        !sheet.contains("<f>") && sheet.contains("state=\"frozen\""),
        "{sheet}"
    );
    let done = Run::new()
        .file("toy.detente", toy::model_bytes())
        .file("a.xlsx", bytes)
        .args([
            "score",
            "a.xlsx",
            "--model",
            "toy.detente",
            "--format",
            "jsonl",
        ])
        .success();
    assert!(
        done.stderr.starts_with(
            "note: a.xlsx: the sheet `statements` is read, and `articles` passed over\n"
        )
    );
    let texts: Vec<String> = done
        .json_lines()
        .iter()
        // The column `title` says whether a statement is one.
        .map(|a| a["statements"][1]["text"].to_string())
        .collect();
    assert_eq!(texts[0], "\"We welcome the ceasefire.\"");
    assert!(texts[1].starts_with("\"=cmd|"), "{texts:?}");
}

#[test]
fn rows_of_a_workbook_are_rows_of_a_table() {
    let cell = |kind: &str, value: &str, text: &str| {
        format!(
            "<table:table-cell office:value-type=\"{kind}\" {value}><text:p>{text}</text:p></table:table-cell>"
        )
    };
    let row = |cells: [String; 4]| format!("<table:table-row>{}</table:table-row>", cells.concat());
    let word = |text: &str| cell("string", "", text);
    let mut rows = row([word("id"), word("date"), word("text"), word("peace")]);
    for at in 0..24_u32 {
        let (place, day) = (["Geneva", "Nairobi", "Vienna"][at as usize % 3], at + 1);
        let (text, label) = match at % 2 {
            0 => (
                format!("In {place}, on day {day}, we welcome truce {at} and peace."),
                "favor",
            ),
            _ => (
                format!("They shell town {at} near {place} and attack {day} villages."),
                "against",
            ),
        };
        rows += &row([
            cell(
                "float",
                &format!("office:value=\"{at}\""),
                &format!("{at},00"),
            ),
            cell(
                "date",
                "office:date-value=\"2025-05-18T00:00:00\"",
                "18.05.25",
            ),
            word(&text),
            word(label),
        ]);
    }
    let bytes = ods(&rows);
    let done = Run::new()
        .file("toy.detente", toy::model_bytes())
        .file("a.ods", &bytes)
        .args([
            "score",
            "a.ods",
            "--model",
            "toy.detente",
            "--format",
            "jsonl",
        ])
        .success();
    let first = &done.json_lines()[1];
    assert_eq!(
        (first["id"].as_str(), first["date"].as_str()),
        (Some("1"), Some("2025-05-18"))
    );
    let audit = Run::new()
        .file("a.ods", &bytes)
        .args(["audit", "a.ods", "--targets", "peace"])
        .any();
    assert!(
        audit.stdout.starts_with("a.ods: 24 rows, 1 target\n"),
        "{}\n{}",
        audit.stdout,
        audit.stderr
    );
    let train = Run::new().file("a.ods", &bytes).args([
        "train",
        "a.ods",
        "--targets",
        "peace",
        "-o",
        "my.detente",
    ]);
    train.success();
    let surplus = ods(&(row([word("text"), word("peace"), word(""), word("")])
        + &row([word("We met."), word("favor"), word("x"), word("")])));
    Run::new()
        .file("a.ods", surplus)
        .args(["train", "a.ods", "--targets", "peace", "-o", "my.detente"])
        .stderr("error: a.ods:2: this row has 3 fields; expected 2 as in the header\n")
        .failure(1);
}

#[test]
fn cells_of_an_office_program_are_text_as_a_person_writes_it() {
    for name in ["rows.xlsx", "rows.ods"] {
        let score = |more: &[&str]| {
            Run::new()
                .file("toy.detente", toy::model_bytes())
                .file(name, document(name))
                .args(["score", name, "--model", "toy.detente", "--format", "jsonl"])
                .args(more.iter().copied())
        };
        let done = score(&[]).success();
        let article = &done.json_lines()[0];
        assert_eq!(
            (article["id"].as_str(), article["date"].as_str()),
            (Some("7"), Some("2025-05-18")),
            "{name}"
        );
        assert_eq!(
            article["statements"][0]["text"], "We welcome the ceasefire.",
            "{name}"
        );
        let done = score(&["--target-text", "none"]).failure(1);
        assert!(
            done.stderr
                .contains("the columns are `id`, `date`, `text`, and `sum`"),
            "{}",
            done.stderr
        );
        assert!(
            done.stderr.contains(&format!("error: {name}:3: ")),
            "{}",
            done.stderr
        );
    }
}

#[test]
fn a_text_stands_for_one_article() {
    Run::new()
        .file("a.csv", "text\nWe met.\nThey left.\n")
        .args(["text", "a.csv"])
        .stderr("error: a.csv: there are several texts; expected a file with one\n")
        .failure(1);
    let run = Run::new()
        .file("a.docx", document("plain.docx"))
        .args(["text", "a.docx", "-o", "a.txt"]);
    let path = run.folder().join("a.txt");
    let _done = run.stdout("").success();
    assert!(
        std::fs::read_to_string(path)
            .unwrap()
            .starts_with("Foreign Minister")
    );
    let done = Run::new()
        .file("a.docx", "We met.")
        .args(["text", "a.docx", "-o", "a.docx"])
        .failure(1);
    assert!(
        done.stderr.contains("this file is read as data"),
        "{}",
        done.stderr
    );
}
