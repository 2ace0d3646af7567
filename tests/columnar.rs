//! Parquet and Arrow files give what the CSV of the same rows gives.

use crate::run::{Done, Run, Table};
use crate::toy;
use arrow_array::{
    ArrayRef, DictionaryArray, Float64Array, ListArray, RecordBatch, StringArray, StringViewArray,
    types::{Int32Type, Int64Type},
};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_ipc::reader::FileReader;
use arrow_ipc::writer::{FileWriter, StreamWriter};
use bytes::Bytes;
use detente::data::corpus::{Corpus, LayoutParams};
use flate2::write::GzEncoder;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::file::properties::WriterProperties;
use std::io::{Cursor, Write};
use std::sync::Arc;

/// The rows of a CSV in the types that data frames give them: weights are numbers, `peace` a category,
/// `text` a view, an empty cell nothing; with a column of lists that no flag names.
fn batch(csv: &str) -> RecordBatch {
    let table = Table::read(csv.as_bytes());
    let mut columns: Vec<(String, ArrayRef)> = Vec::new();
    for (at, name) in table.header.iter().enumerate() {
        let cells = table.rows.iter().map(|row| row[at].as_str());
        let cells = cells.map(|cell| (!cell.is_empty()).then_some(cell));
        let array: ArrayRef = match name.as_str() {
            "weight" => Arc::new(Float64Array::from_iter(
                cells.map(|cell| cell.map(|cell| cell.parse::<f64>().unwrap())),
            )),
            "peace" => Arc::new(cells.collect::<DictionaryArray<Int32Type>>()),
            "text" => Arc::new(StringViewArray::from_iter(cells)),
            _ => Arc::new(StringArray::from_iter(cells)),
        };
        columns.push((name.clone(), array));
    }
    let lists = table.rows.iter().map(|_| Some(vec![Some(1), None]));
    let lists = ListArray::from_iter_primitive::<Int64Type, _, _>(lists);
    columns.push(("lists".into(), Arc::new(lists)));
    RecordBatch::try_from_iter_with_nullable(
        columns.into_iter().map(|(name, array)| (name, array, true)),
    )
    .unwrap()
}

/// Row groups and batches of 10 rows: more than one of them.
fn parquet(csv: &str) -> Vec<u8> {
    let batch = batch(csv);
    let properties = WriterProperties::builder()
        .set_max_row_group_row_count(Some(10))
        .build();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.into_inner().unwrap()
}

fn parts(batch: &RecordBatch) -> impl Iterator<Item = RecordBatch> {
    let starts = (0..batch.num_rows()).step_by(10);
    starts.map(|start| batch.slice(start, 10.min(batch.num_rows() - start)))
}

fn arrow(csv: &str) -> Vec<u8> {
    let batch = batch(csv);
    let mut writer = FileWriter::try_new(Vec::new(), &batch.schema()).unwrap();
    parts(&batch).for_each(|part| writer.write(&part).unwrap());
    writer.into_inner().unwrap()
}

fn stream(csv: &str) -> Vec<u8> {
    let batch = batch(csv);
    let mut writer = StreamWriter::try_new(Vec::new(), &batch.schema()).unwrap();
    parts(&batch).for_each(|part| writer.write(&part).unwrap());
    writer.into_inner().unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// The toy problem in every kind of file, with the name that each has.
fn files(csv: &str) -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("a.parquet", parquet(csv)),
        ("a.feather", arrow(csv)),
        ("a.arrows", stream(csv)),
        ("a.parquet.gz", gzip(&parquet(csv))),
        ("no-name", arrow(csv)),
    ]
}

const TRAIN: [&str; 8] = [
    "--targets",
    "peace,tone",
    "--group",
    "doc",
    "--weight",
    "weight",
    "--l2=0.1",
    "--no-curve",
];

fn trained(name: &str, bytes: impl AsRef<[u8]>) -> Done {
    Run::new()
        .file(name, bytes)
        .args(["train", name, "-o", "m.detente"])
        .args(TRAIN)
        .success()
}

#[test]
fn the_same_rows_give_the_same_model() {
    let from_csv = trained("a.csv", toy::wide());
    for (name, bytes) in files(&toy::wide()) {
        let done = trained(name, bytes);
        assert_eq!(done.stdout, from_csv.stdout, "{name}");
        assert!(
            done.read("m.detente") == from_csv.read("m.detente"),
            "{name}"
        );
    }
}

#[test]
fn rows_keep_their_lines_and_empty_cells() {
    let csv = "text,peace,weight\nWe met.,none,1\n,favor,1\nThey met.,,1\nWe agree.,favor,0.5\n";
    let folder = tempfile::tempdir().unwrap();
    let read = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        Corpus::read(&[path], &LayoutParams::default(), &["peace"]).unwrap()
    };
    let expected = read("a.csv", csv.as_bytes());
    for (name, bytes) in files(csv) {
        let corpus = read(name, &bytes);
        assert_eq!(corpus.examples, expected.examples, "{name}");
        assert_eq!((corpus.n_blank, corpus.n_unlabelled), (1, 1), "{name}");
    }
}

#[test]
fn articles_are_scored_from_any_kind_of_file() {
    let csv = "id,date,text\n7,1985,We welcome the ceasefire.\n8,,They shell the town.\n";
    let score = |name: &str, bytes: &[u8]| {
        Run::new()
            .file("toy.detente", toy::model_bytes())
            .file(name, bytes)
            .args(["score", name, "--model", "toy.detente", "--format", "jsonl"])
            .success()
            .stdout
    };
    let expected = score("a.csv", csv.as_bytes());
    for (name, bytes) in files(csv) {
        assert_eq!(score(name, &bytes), expected, "{name}");
        Run::new()
            .file("toy.detente", toy::model_bytes())
            .args(["score", "-", "--model", "toy.detente", "--format", "jsonl"])
            .stdin(&bytes)
            .stdout(expected.clone())
            .success();
    }
}

#[test]
fn a_folder_has_its_columnar_files_read() {
    let csv = "id,text\n7,We welcome the ceasefire.\n";
    let done = Run::new()
        .file("toy.detente", toy::model_bytes())
        .file("in/a.parquet", parquet(csv))
        .file("in/b.doc", "")
        .args(["score", "in", "--model", "toy.detente", "--format", "jsonl"])
        .stderr(
            "note: files passed over: 1 .doc; read are .txt, .md, .html, .jsonl, .csv, .pdf, .docx, .odt, .rtf, .epub, \
             .xlsx, .ods, .parquet or .arrow\n",
        )
        .success();
    assert_eq!(done.json_lines()[0]["id"], "7");
}

/// The cells of a written file as text.
fn read_back(name: &str, bytes: Vec<u8>) -> Table {
    let batches: Vec<RecordBatch> = if name.ends_with("parquet") {
        let reader = ParquetRecordBatchReaderBuilder::try_new(Bytes::from(bytes)).unwrap();
        reader.build().unwrap().map(Result::unwrap).collect()
    } else {
        let reader = FileReader::try_new(Cursor::new(bytes), None).unwrap();
        reader.map(Result::unwrap).collect()
    };
    let schema = batches[0].schema();
    let mut rows = Vec::new();
    for batch in &batches {
        let columns: Vec<ArrayFormatter> = batch
            .columns()
            .iter()
            .map(|column| ArrayFormatter::try_new(column, &FormatOptions::new()).unwrap())
            .collect();
        let row = |row| {
            columns
                .iter()
                .map(|cells| cells.value(row).to_string())
                .collect()
        };
        rows.extend((0..batch.num_rows()).map(row));
    }
    Table {
        header: schema.fields().iter().map(|f| f.name().clone()).collect(),
        rows,
    }
}

/// The same header and cells; numbers of the CSV have six digits.
fn assert_same(found: &Table, csv: &Table) {
    assert_eq!(found.header, csv.header);
    assert_eq!(found.rows.len(), csv.rows.len());
    for (found, csv) in found.rows.iter().flatten().zip(csv.rows.iter().flatten()) {
        match (found.parse::<f64>(), csv.parse::<f64>()) {
            (Ok(found), Ok(csv)) => assert!((found - csv).abs() <= 5.1e-7, "{found} {csv}"),
            _ => assert_eq!(found, csv),
        }
    }
}

#[test]
fn scores_are_written_as_columns() {
    let text = " date 2023-09-02 On the river\nWe welcome the ceasefire. They shell the town.\n";
    for more in [&[][..], &["--max-risk", "0.2"]] {
        let score = |format: &str| {
            Run::new()
                .file("toy.detente", toy::model_bytes())
                .file("a.txt", text)
                .args(["score", "a.txt", "--model", "toy.detente", "-o", "out"])
                .args(["--format", format])
                .args(more.iter().copied())
                .success()
                .read("out")
        };
        let csv = Table::read(&score("csv"));
        for format in ["parquet", "arrow"] {
            assert_same(&read_back(format, score(format)), &csv);
        }
    }
}

#[test]
fn predictions_are_written_as_columns_and_compared() {
    let evaluate = |name: &str| {
        Run::new()
            .file("toy.detente", toy::model_bytes())
            .file("a.csv", toy::wide())
            .args(["evaluate", "a.csv", "--model", "toy.detente"])
            .args(["--predictions", name])
            .success()
    };
    let csv = Table::read(&evaluate("p.csv").read("p.csv"));
    for name in ["p.parquet", "p.arrow"] {
        let done = evaluate(name);
        assert_same(&read_back(name, done.read(name)), &csv);
        let compared = done
            .then()
            .args([
                "compare",
                "toy.detente",
                name,
                "--data",
                "a.csv",
                "--format",
                "json",
            ])
            .success();
        assert!(compared.stdout.contains("p."));
    }
}

#[track_caller]
fn train_fails(name: &str, bytes: impl AsRef<[u8]>, more: &[&str], stderr: &str) {
    Run::new()
        .file(name, bytes)
        .args(["train", name, "-o", "m.detente"])
        .args(more.iter().copied())
        .stderr(stderr)
        .failure(1);
}

#[test]
fn wrong_files_are_refused() {
    let csv = toy::wide();
    let whole = parquet(&csv);
    train_fails(
        "a.parquet",
        &whole[..whole.len() / 2],
        &[],
        "error: a.parquet: this Parquet file cannot be read: Parquet error: Invalid Parquet file. \
         Corrupt footer\n",
    );
    train_fails(
        "a.parquet",
        &csv,
        &[],
        "error: a.parquet: this is no Parquet file; expected one, as its name or the kind of input says\n\
             hint: say what the file is with `--input KIND`\n",
    );
    train_fails(
        "a.arrow",
        arrow(&csv),
        &["--text", "lists"],
        "error: a.arrow: column `lists` holds List(Int64); expected text, numbers, dates, or truth \
         values\n",
    );
    train_fails(
        "a.parquet",
        &whole,
        &["--targets", "war"],
        "error: a.parquet: there is no column `war`; the columns are `id`, `doc`, `text`, `peace`, \
         `tone`, `weight`, and `lists`\nhint: name the column with `--targets COLUMN`\n",
    );
    train_fails(
        "a.parquet",
        parquet(&csv.replacen("favor", "favr", 1)),
        &["--targets", "peace"],
        "error: a.parquet:2: column `peace` is `favr`; expected `favor`, `against`, or `none`\n\
         hint: rename your own labels with `--label favr=favor`\n",
    );
}
