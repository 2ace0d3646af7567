//! CSV that a spreadsheet opens as it is meant: in UTF-8, and without a cell that it would compute.

use std::io::{Result, Write};

/// What tells a spreadsheet that a file is UTF-8.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// What a cell begins with that a spreadsheet takes for a formula, in its wide forms too.
const FORMULA_STARTS: [char; 11] = [
    '=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}',
];

/// Takes CSV and hands it on as spreadsheets want it.
///
/// A byte order mark comes first. A cell that begins as a formula does gets an apostrophe in front, which makes it
/// text; a number with a sign stays a number. What comes in has cells with commas between them and quotes where they
/// are needed, as all CSV of this crate.
///
/// # References
/// OWASP, CSV Injection.
pub struct ExcelCsv<W> {
    out: W,
    is_begun: bool,
    is_quoted: bool,
    /// The cell that has begun.
    cell: Vec<u8>,
}

impl<W: Write> ExcelCsv<W> {
    /// Hands on to `out`.
    pub fn new(out: W) -> Self {
        Self {
            out,
            is_begun: false,
            is_quoted: false,
            cell: Vec::new(),
        }
    }

    /// What was handed on to, with the last cell in it.
    ///
    /// # Errors
    /// The writer fails.
    pub fn finish(mut self) -> Result<W> {
        self.end_cell()?;
        Ok(self.out)
    }

    fn end_cell(&mut self) -> Result<()> {
        let (quote, inside) = match self.cell.split_first() {
            Some((b'"', inside)) => (&b"\""[..], inside),
            _ => (&b""[..], &self.cell[..]),
        };
        self.out.write_all(quote)?;
        if is_formula(inside) {
            self.out.write_all(b"'")?;
        }
        self.out.write_all(inside)?;
        self.cell.clear();
        Ok(())
    }
}

/// Whether a cell begins as a formula and is no number.
fn is_formula(cell: &[u8]) -> bool {
    let text = String::from_utf8_lossy(cell);
    let is_number = || {
        text.parse::<f64>().is_ok_and(f64::is_finite)
            && text
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'-' | b'+' | b'e' | b'E'))
    };
    text.starts_with(FORMULA_STARTS) && !is_number()
}

impl<W: Write> Write for ExcelCsv<W> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        if !self.is_begun && !bytes.is_empty() {
            self.out.write_all(BYTE_ORDER_MARK.as_bytes())?;
            self.is_begun = true;
        }
        for byte in bytes {
            match byte {
                b',' | b'\n' if !self.is_quoted => {
                    self.end_cell()?;
                    self.out.write_all(&[*byte])?;
                }
                _ => {
                    // A doubled quote ends and begins again.
                    self.is_quoted ^= *byte == b'"';
                    self.cell.push(*byte);
                }
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<()> {
        self.out.flush()
    }
}

/// CSV as spreadsheets want it, see [`ExcelCsv`].
pub fn excel_csv(csv: &[u8]) -> Vec<u8> {
    let mut excel = ExcelCsv::new(Vec::with_capacity(csv.len() + 16));
    // Invariant: memory takes every byte.
    excel.write_all(csv).expect("memory takes every byte");
    excel.finish().expect("memory takes every byte")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_text_and_numbers_stay() {
        let csv = "id,score,text\n=1+1,-0.25,\"=HYPERLINK(\"\"x\"\", 1)\"\n@a,+5e-3,\"\tb\"\n-a,-,+inf\n\
                   b=c,\"-1,5\",x\n";
        let expected = "\u{feff}id,score,text\n'=1+1,-0.25,\"'=HYPERLINK(\"\"x\"\", 1)\"\n'@a,+5e-3,\"'\tb\"\n\
                        '-a,'-,'+inf\n\
                        b=c,\"'-1,5\",x\n";
        assert_eq!(
            String::from_utf8(excel_csv(csv.as_bytes())).unwrap(),
            expected
        );
    }

    #[test]
    fn it_does_not_matter_where_writes_are_cut() {
        let csv = "a,\"=b\n\"\"c\",\u{ff1d}d\n-1,\"\r\",é\n".as_bytes();
        let mut excel = ExcelCsv::new(Vec::new());
        for byte in csv {
            excel.write_all(std::slice::from_ref(byte)).unwrap();
        }
        let whole = excel_csv(csv);
        assert_eq!(excel.finish().unwrap(), whole);
        assert_eq!(
            String::from_utf8(whole).unwrap(),
            "\u{feff}a,\"'=b\n\"\"c\",'\u{ff1d}d\n-1,\"'\r\",é\n"
        );
        assert_eq!(excel_csv(b""), b"");
    }
}
