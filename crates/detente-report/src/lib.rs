//! Results into bytes: tables for people, JSON and CSV for programs, pages and papers.
//!
//! What the other crates find out comes in and becomes one record; text, JSON or CSV is written from that. As JSON a
//! record is what `Serialize` makes of it, as a table what `Display` does; with the feature `schema` it has a JSON
//! Schema too. Scored articles go through a writer, one at a time. Numbers are rounded here and only here. Nothing
//! that a reader has to trust is computed here.

#![deny(missing_docs)]

mod who_record;
mod article_record;
mod relations_record;
mod relation_rows;
mod contrast_record;
#[cfg(feature = "html")]
mod relations_page;
mod article_rows;
mod article_table;
mod articles;
mod articles_csv;
mod audit_checks;
mod audit_record;
mod audit_tables;
#[cfg(feature = "arrow")]
mod columnar;
mod comparison_record;
mod comparison_sheets;
mod corpus;
mod cross_validation_record;
mod cross_validation_sheets;
mod digits;
mod error;
mod excel;
mod evaluation_csv;
mod evaluation_record;
mod evaluation_sheets;
mod fold_predictions;
#[cfg(feature = "html")]
mod html;
mod inspection_record;
mod inspection_tables;
mod language;
mod measures_record;
mod mistakes;
mod named;
mod notices;
#[cfg(feature = "html")]
pub mod page;
mod predictions;
mod sheet;
mod recalibration_record;
mod shrinking;
mod statements;
mod table;
mod term_sheets;
mod training_record;
mod training_tables;
mod value;
mod verdict;
#[cfg(feature = "xlsx")]
mod workbook;

pub use article_record::{
    ArticleRecord, ArticleScoreRecord, Ends, ExplanationRecord, FeatureRecord, RemainingRecord,
    StatementRecord, TargetScoreRecord, WordRecord,
};
pub use articles::{ArticleFormat, ArticleWriter};
pub use audit_record::{
    AgreementRecord, AuditRecord, CheckRecord, ClusterRecord, DisagreementRecord, GroupsRecord,
    LabelCountRecord, LabelCountsRecord, LabelErrorRecord, LabelNoiseRecord, LabelSliceRecord,
    LeakRecord, LeakedRowRecord, LengthsRecord, MissingRecord, PredictorRecord, RowRecord,
    SplitsRecord, TextsRecord,
};
pub use comparison_record::{
    BootstrapRecord, ComparisonRecord, DifferenceRecord, McNemarRecord, PairRecord,
    RandomizationRecord, TestRecord,
};
pub use contrast_record::{ContrastRecord, GroupDifferenceRecord, WordRecordOfGroup};
pub use corpus::{CorpusRecord, CorpusShareRecord, CorpusTargetRecord};
pub use cross_validation_record::{
    CrossValidatedTargetRecord, CrossValidationRecord, CurvePointRecord, CurveTargetRecord,
    FoldRecord, FoldTargetRecord, SplitRecord, SpreadRecord,
};
pub use error::{Error, ErrorKind, Result};
pub use evaluation_record::{
    AgainstRestRecord, ContaminationRecord, DataNames, DetailsRecord, DriftRecord,
    EvaluationRecord, LabelShareRecord, LeftOutRecord, RiskRecord, ShiftRecord, SliceRecord,
    TargetDetailsRecord, TargetEvaluationRecord,
};
pub use excel::{ExcelCsv, excel_csv};
pub use fold_predictions::cross_validation_predictions;
#[cfg(feature = "html")]
pub use html::{EvaluationPage, cross_validation_html, evaluation_html, terms_html};
pub use inspection_record::{
    EncoderRecord, FeaturesRecord, InspectedTargetRecord, InspectionRecord, MemberRecord,
    OutOfFoldRecord, ShrunkFromRecord, StreamedRecord, TermRecord, TermsRecord, TrainingDataRecord,
};
pub use language::{language_names, what_models_know};
pub use measures_record::{
    LabelIntervalsRecord, LabelRecord, MeasureRecord, MeasuresRecord, MetricsRecord,
    SelectiveRecord,
};
pub use mistakes::mistakes_csv;
pub use named::Named;
pub use notices::unknown_line;
pub use predictions::predictions;
pub use recalibration_record::{RecalibrationRecord, TargetRecalibrationRecord};
pub use relation_rows::{RelationRowWriter, RelationRows};
#[cfg(feature = "html")]
pub use relations_page::relations_html;
pub use relations_record::{
    DyadRecord, PartyRecord, PeriodRecord, RelationRowRecord, RelationsRecord, ScoreRecord,
    TurningPointRecord,
};
pub use shrinking::{BeforeAfter, CostMeasuresRecord, ShrinkingRecord, TargetCostRecord};
pub use training_record::{
    HardestRecord, LearningCurveRecord, SizeRecord, StreamingRecord, TargetCurveRecord,
    TrainedTargetRecord, TrainingRecord, TrialRecord, TuningRecord, WarningRecord,
};
pub use value::Records;
#[cfg(feature = "xlsx")]
pub use workbook::workbook;

use serde::Serialize;

/// A record as JSON that people can read: indented, with a line feed at the end.
pub fn to_json(record: &impl Serialize) -> String {
    // Invariant: all keys of a record are strings, and a string takes whatever is written to it.
    serde_json::to_string_pretty(record).expect("a record is JSON") + "\n"
}
