//! How results are written.

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

/// The formats of measures, which are pasted into papers too.
#[derive(Clone, Copy)]
pub(super) enum MeasureFormat {
    Table,
    Json,
    Csv,
    Markdown,
    Latex,
}

impl MeasureFormat {
    pub(super) const ALL: [Self; 5] = [
        Self::Table,
        Self::Json,
        Self::Csv,
        Self::Markdown,
        Self::Latex,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Markdown => "markdown",
            Self::Latex => "latex",
        }
    }
}
