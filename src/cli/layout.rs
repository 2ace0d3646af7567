//! The flags that say where texts, targets and labels stand in a CSV file.

use crate::corpus::{Layout, LayoutParams};
use crate::error::Result;
use crate::label::LabelRenames;
use clap::Args;

#[derive(Args)]
#[command(next_help_heading = "Layout of the CSV")]
pub(super) struct LayoutArguments {
    /// Column of texts
    #[arg(long, value_name = "COLUMN", default_value = "text")]
    text: String,
    /// Columns of labels, one a target; an empty cell is not labelled [default: the known targets]
    #[arg(long, value_name = "A,B", value_delimiter = ',', conflicts_with_all = ["target_column", "label_column"])]
    targets: Vec<String>,
    /// Column that names the target of a row, with --label-column
    #[arg(long, value_name = "COLUMN", requires = "label_column")]
    target_column: Option<String>,
    /// Column of labels, with --target-column
    #[arg(long, value_name = "COLUMN", requires = "target_column")]
    label_column: Option<String>,
    /// Rename a label; repeatable (FAVOR, Favour and other cases are understood without it)
    #[arg(long, value_name = "FROM=TO")]
    label: Vec<String>,
    /// Read only the rows with this value in this column; repeatable, all must hold
    #[arg(long = "where", value_name = "COLUMN=VALUE", value_parser = parse_filter)]
    filters: Vec<(String, String)>,
    /// Column that names the document of a row: its rows stay together
    #[arg(long, value_name = "COLUMN")]
    group: Option<String>,
    /// Column of row weights, numbers from 0
    #[arg(long, value_name = "COLUMN")]
    weight: Option<String>,
    /// Column of row ids [default: `id`, where there is one]
    #[arg(long, value_name = "COLUMN")]
    id: Option<String>,
}

impl LayoutArguments {
    pub(super) fn params(self) -> Result<LayoutParams> {
        let layout = match (self.target_column, self.label_column) {
            (Some(target_column), Some(label_column)) => Layout::Long {
                target_column,
                label_column,
            },
            _ => Layout::Wide {
                targets: self.targets,
            },
        };
        Ok(LayoutParams {
            text: self.text,
            layout,
            id: self.id,
            group: self.group,
            weight: self.weight,
            renames: LabelRenames::parse(self.label)?,
            keep: Vec::new(),
            filters: self.filters,
        })
    }
}

fn parse_filter(given: &str) -> std::result::Result<(String, String), String> {
    given
        .split_once('=')
        .map(|(column, value)| (column.to_owned(), value.to_owned()))
        .ok_or_else(|| "expected COLUMN=VALUE, for example `split=train`".to_owned())
}
