//! `detente watch`.

use super::articles::ArticleArguments;
use super::failure::{Error, ErrorKind, Result};
use super::languages::{LanguageArguments, LeftOut};
use super::parties::{PartiesArguments, party_id};
use super::{NamedModel, print};
use clap::Args;
use detente_data::article::ArticleColumns;
use detente_data::corpus::parse_date;
use detente_relations::{Repeats, StatementRow, ToneRule, Watch, measures_of, statement_rows};
use detente_score::ScoreParams;
use std::path::PathBuf;

/// Tell whether one party's tone toward another has turned
#[derive(Args)]
#[command(
    after_help = "A rule is `TARGET drops|rises|moves X in N days`, with a stance target of the model, \
        `relation` or `event`. The \
        mean of the last N days is compared with that of the six times as long before them; each side needs two \
            articles. \
        Articles that nearly repeat an earlier one do not count. \
        The same look at every earlier day says how often the rule would have called for nothing; \
            `--false-alarms` raises \
        X until that share is kept.

Exit codes: 0 quiet, 3 the tone turned, 1 failed, 2 misused.

Examples:
  detente watch news/ --pair AZE,ARM --rule \"relation drops .3 in 14 days\"
  detente watch news.jsonl --pair AZE,ARM --rule \"relation moves .3 in 4 weeks\" --false-alarms 0.02"
)]
pub(super) struct WatchArguments {
    /// Files, folders, or `-` for standard input
    #[arg(required = true, value_name = "FILE|DIR|-")]
    inputs: Vec<PathBuf>,
    /// Holder and counterpart, by ids or names
    #[arg(long, value_name = "HOLDER,COUNTERPART")]
    pair: String,
    /// What is watched, as in `peace drops .2 in 14 days`
    #[arg(long, value_name = "RULE")]
    rule: String,
    /// The share of days on which a rule may call for nothing, from 0 to 1 [default: what the rule says is taken]
    #[arg(long, value_name = "SHARE")]
    false_alarms: Option<f64>,
    /// The day that is looked at [default: that of the latest article, of whomever it is]
    #[arg(long, value_name = "DATE")]
    day: Option<String>,
    /// Model file [default: the embedded model]
    #[arg(long, value_name = "MODEL")]
    model: Option<PathBuf>,
    #[command(flatten)]
    parties: PartiesArguments,
    #[command(flatten)]
    languages: LanguageArguments,
    #[command(flatten)]
    articles: ArticleArguments,
}

/// The exit code of a tone that turned.
const TURNED: u8 = 3;

pub(super) fn run(arguments: WatchArguments) -> Result<u8> {
    arguments.articles.set_threads()?;
    let Some(rule) = ToneRule::parse(&arguments.rule) else {
        let expected = "a rule as in `conflict drops .2 in 14 days`: drops, rises or moves; days, weeks or months";
        return Err(Error::out_of_range("--rule", &arguments.rule, expected));
    };
    if let Some(share) = arguments.false_alarms
        && !(0.0..=1.0).contains(&share)
    {
        let expected = "a number from 0 to 1";
        return Err(Error::out_of_range("--false-alarms", share, expected));
    }
    let who = arguments.parties.who()?;
    let Some((holder, counterpart)) = arguments.pair.split_once(',') else {
        let expected = "two parties with a comma between them, as in AZE,ARM";
        return Err(Error::out_of_range("--pair", &arguments.pair, expected));
    };
    let holder = party_id(who.gazetteer(), holder, "the holder")?;
    let counterpart = party_id(who.gazetteer(), counterpart, "the counterpart")?;
    let NamedModel { model, .. } = (arguments.languages)
        .read_model(arguments.model.as_deref(), &arguments.articles.encoder)?;
    let measures = measures_of(model.heads());
    let Some(measure) = measures.iter().position(|one| *one == rule.target) else {
        return Err(Error::new(ErrorKind::UnknownName {
            what: "the target of the rule",
            value: rule.target,
            allowed: measures,
        }));
    };
    let given_day = match &arguments.day {
        None => None,
        Some(given) => match parse_date(given) {
            Some(day) => Some(day),
            None => {
                let expected = "a date, as in 2023-05-01";
                return Err(Error::out_of_range("--day", given, expected));
            }
        },
    };
    let mut rows: Vec<StatementRow> = Vec::new();
    let (mut repeats, mut latest) = (Repeats::default(), None);
    let columns = ArticleColumns {
        author: arguments.parties.author().cloned(),
        ..ArticleColumns::default()
    };
    let articles = arguments.articles.open(&arguments.inputs, columns)?;
    articles.note_passed_over();
    let params = ScoreParams {
        who: Some(who),
        languages: arguments.languages.params(arguments.model.as_deref())?,
        ..ScoreParams::DEFAULT
    };
    let mut left_out = LeftOut::default();
    let scoring = articles.score(&model, &params, |article| {
        left_out.add(&article);
        latest = latest.max(article.date.as_deref().and_then(parse_date));
        if repeats.is_repeated(&article) {
            return Ok(());
        }
        let of_pair = statement_rows(model.heads(), &article)
            .into_iter()
            .filter(|row| row.holder.party.id == holder && row.counterpart.party.id == counterpart);
        rows.extend(of_pair);
        Ok(())
    });
    scoring.ended?;
    let read = scoring.unread.say();
    left_out.say_without_rules();
    let watch = Watch::new(rule.clone(), measure, &rows);
    let Some(day) = given_day.or(latest).filter(|_| watch.last_day().is_some()) else {
        return Err(Error::new(ErrorKind::Empty {
            what: "no dated article has a statement of the holder toward the counterpart",
        }));
    };
    let alarm = watch.look(day, arguments.false_alarms);
    let side = |side: Option<(f64, usize)>| match side {
        Some((mean, n)) => format!("{mean:+.2} in {n} articles"),
        None => "too few articles".to_owned(),
    };
    let share = 100.0 * alarm.n_false as f64 / alarm.n_days.max(1) as f64;
    print(&format!(
        "{}: {holder} toward {counterpart}, {} up to {}: {}, {} before; {} by {:.2} would have been called on \
            {} of {} earlier \
         days ({share:.1} %)\n",
        if alarm.is_alarm { "turned" } else { "quiet" },
        rule.target,
        alarm.day,
        side(alarm.now),
        side(alarm.before),
        rule.direction.name(),
        alarm.threshold,
        alarm.n_false,
        alarm.n_days,
    ))?;
    read?;
    Ok(if alarm.is_alarm { TURNED } else { 0 })
}
