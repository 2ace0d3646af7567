//! How results are written.

use super::failure::{Error, Result};
use clap::Args;
use detente_report::{ArticleFormat, excel_csv};

/// The formats of scored articles.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum ScoreFormat {
    /// Article after article.
    Rows(ArticleFormat),
    /// A workbook with a sheet of statements and one of articles.
    #[cfg(feature = "documents")]
    Xlsx,
    /// Pages to look at.
    #[cfg(feature = "html")]
    Html,
}

impl ScoreFormat {
    const TABLE: Self = Self::Rows(ArticleFormat::Table);

    const N_ROWS: usize = ArticleFormat::ALL.len();

    const N_ALL: usize =
        Self::N_ROWS + cfg!(feature = "documents") as usize + cfg!(feature = "html") as usize;

    /// Every format: those of rows, then workbooks and pages.
    pub(super) const ALL: [Self; Self::N_ALL] = {
        let mut all = [Self::TABLE; Self::N_ALL];
        let mut at = 0;
        while at < Self::N_ROWS {
            all[at] = Self::Rows(ArticleFormat::ALL[at]);
            at += 1;
        }
        #[cfg(feature = "documents")]
        {
            all[at] = Self::Xlsx;
        }
        #[cfg(feature = "html")]
        {
            all[Self::N_ALL - 1] = Self::Html;
        }
        all
    };

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Rows(format) => format.name(),
            #[cfg(feature = "documents")]
            Self::Xlsx => "xlsx",
            #[cfg(feature = "html")]
            Self::Html => "html",
        }
    }

    pub(super) fn is_table(self) -> bool {
        self == Self::TABLE
    }

    /// Whether it is CSV.
    pub(super) fn is_csv(self) -> bool {
        matches!(self, Self::Rows(format) if format.is_csv())
    }

    /// Whether it tells who takes a stance.
    pub(super) fn tells_who(self) -> bool {
        matches!(self, Self::Rows(ArticleFormat::Json | ArticleFormat::Jsonl)) || self.is_page()
    }

    /// Whether it has intervals of an article's scores without being asked.
    pub(super) fn is_of_articles(self) -> bool {
        self.is_page() || self.is_workbook() || self == Self::Rows(ArticleFormat::ArticlesCsv)
    }

    /// Whether it is a workbook.
    pub(super) fn is_workbook(self) -> bool {
        match self {
            #[cfg(feature = "documents")]
            Self::Xlsx => true,
            _ => false,
        }
    }

    /// Whether it shows an article whole, with reasons and intervals.
    pub(super) fn is_page(self) -> bool {
        match self {
            #[cfg(feature = "html")]
            Self::Html => true,
            _ => false,
        }
    }
}

/// The formats of results that are looked at or handed on.
#[derive(Clone, Copy)]
pub(super) enum ResultFormat {
    Table,
    Json,
}

impl ResultFormat {
    pub(super) const ALL: [Self; 2] = [Self::Table, Self::Json];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Json => "json",
        }
    }
}

/// The formats of what a model is.
#[derive(Clone, Copy)]
pub(super) enum InspectFormat {
    Table,
    Json,
    #[cfg(feature = "html")]
    Html,
}

impl InspectFormat {
    #[cfg(feature = "html")]
    pub(super) const ALL: [Self; 3] = [Self::Table, Self::Json, Self::Html];

    #[cfg(not(feature = "html"))]
    pub(super) const ALL: [Self; 2] = [Self::Table, Self::Json];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Json => "json",
            #[cfg(feature = "html")]
            Self::Html => "html",
        }
    }
}

/// The formats of measures, which are pasted into papers too.
#[derive(Clone, Copy)]
pub(super) enum MeasureFormat {
    Table,
    Json,
    Csv,
    Markdown,
    Latex,
    #[cfg(feature = "documents")]
    Xlsx,
}

impl MeasureFormat {
    pub(super) const ALL: [Self; 5 + cfg!(feature = "documents") as usize] = [
        Self::Table,
        Self::Json,
        Self::Csv,
        Self::Markdown,
        Self::Latex,
        #[cfg(feature = "documents")]
        Self::Xlsx,
    ];

    pub(super) fn is_csv(self) -> bool {
        matches!(self, Self::Csv)
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Markdown => "markdown",
            Self::Latex => "latex",
            #[cfg(feature = "documents")]
            Self::Xlsx => "xlsx",
        }
    }
}

/// A flag of every command that writes CSV for people.
#[derive(Args)]
pub(super) struct ExcelArguments {
    /// Write CSV as spreadsheets want it: with a byte order mark, and with an apostrophe before cells that they would
    /// take for formulas
    #[arg(long)]
    csv_excel: bool,
}

impl ExcelArguments {
    /// Whether it is asked for; `is_csv` says that the output is CSV, `format` what it is.
    pub(super) fn is_asked(&self, is_csv: bool, format: &str) -> Result<bool> {
        match self.csv_excel && !is_csv {
            true => Err(Error::out_of_range(
                "the format for `--csv-excel`",
                format!("`{format}`"),
                "`csv`",
            )),
            false => Ok(self.csv_excel),
        }
    }
}

/// CSV to print, for spreadsheets where that is asked for.
pub(super) fn csv_text(csv: &[u8], for_excel: bool) -> String {
    match for_excel {
        true => String::from_utf8_lossy(&excel_csv(csv)).into_owned(),
        false => String::from_utf8_lossy(csv).into_owned(),
    }
}
