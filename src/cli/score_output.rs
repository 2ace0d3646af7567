//! Where scored articles go.

use super::failure::Result;
use super::format::ScoreFormat;
use super::output::Out;
use super::standard_output;
use detente_data::file::check_writable_beside;
use detente_model::Model;
#[cfg(feature = "documents")]
use detente_report::workbook;
use detente_report::{ArticleFormat, ArticleWriter};
use detente_score::ScoredArticle;
use detente_score::aggregate::CorpusScore;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
#[cfg(any(feature = "documents", feature = "html"))]
use {super::failure::Error, std::io::Write};
#[cfg(feature = "html")]
use {
    super::failure::ErrorKind,
    detente_data::file::{NewFile, NewFolder},
    detente_report::page::{PageIndex, PageParams},
};

/// What the output is made of.
pub(super) struct OutputParams<'a> {
    pub(super) model: &'a Model,
    #[cfg_attr(
        not(feature = "html"),
        expect(dead_code, reason = "pages alone say it")
    )]
    pub(super) name: &'a str,
    pub(super) format: ScoreFormat,
    /// Whether CSV is for spreadsheets.
    pub(super) for_excel: bool,
    /// The risk asked for, from 0 to 1.
    pub(super) max_risk: Option<f64>,
    /// Where the output shall stand; standard output without it.
    pub(super) path: Option<&'a Path>,
    /// The files that are read, which it must not take the place of.
    pub(super) inputs: &'a [PathBuf],
}

/// An output that is open: what can be wrong with its place has been found out.
pub(super) enum ScoreOutput<'a> {
    Rows(Box<ArticleWriter<'a, BufWriter<Out>>>),
    #[cfg(feature = "documents")]
    Workbook {
        statements: Box<ArticleWriter<'a, Vec<u8>>>,
        articles: Box<ArticleWriter<'a, Vec<u8>>>,
        out: Out,
        path: Option<&'a Path>,
    },
    #[cfg(feature = "html")]
    Page {
        params: PageParams<'a>,
        file: Option<NewFile>,
        page: Option<String>,
    },
    #[cfg(feature = "html")]
    Folder {
        index: PageIndex<'a>,
        folder: NewFolder,
    },
}

impl<'a> ScoreOutput<'a> {
    pub(super) fn open(params: &OutputParams<'a>) -> Result<Self> {
        let format = match params.format {
            ScoreFormat::Rows(format) => format,
            #[cfg(feature = "html")]
            ScoreFormat::Html => return Self::open_pages(params),
            #[cfg(feature = "documents")]
            ScoreFormat::Xlsx => return Self::open_workbook(params),
        };
        match params.path {
            Some(path) => check_writable_beside(path, params.inputs)?,
            None => standard_output::check()?,
        }
        let out = match format {
            ArticleFormat::Table => Out::table(params.path)?,
            _ if params.for_excel => Out::sheet(params.path)?,
            _ => Out::plain(params.path)?,
        };
        let out = BufWriter::with_capacity(1 << 16, out);
        let writer = ArticleWriter::new(params.model, format, params.max_risk.is_some(), out);
        Ok(Self::Rows(Box::new(match params.path {
            Some(path) => writer.called(path),
            None => writer,
        })))
    }

    #[cfg(feature = "documents")]
    fn open_workbook(params: &OutputParams<'a>) -> Result<Self> {
        match params.path {
            Some(path) => check_writable_beside(path, params.inputs)?,
            None => standard_output::check()?,
        }
        let writer = |format| {
            Box::new(ArticleWriter::new(
                params.model,
                format,
                params.max_risk.is_some(),
                Vec::new(),
            ))
        };
        Ok(Self::Workbook {
            statements: writer(ArticleFormat::Csv),
            articles: writer(ArticleFormat::ArticlesCsv),
            out: Out::plain(params.path)?,
            path: params.path,
        })
    }

    #[cfg(feature = "html")]
    fn open_pages(params: &OutputParams<'a>) -> Result<Self> {
        let pages = PageParams {
            model: params.model,
            name: params.name,
            max_risk: params.max_risk,
        };
        Ok(match params.path {
            Some(path) if is_folder(path) => {
                let folder = NewFolder::at(path, params.inputs.to_vec())?;
                Self::Folder {
                    index: PageIndex::new(pages),
                    folder,
                }
            }
            path => {
                match path {
                    Some(path) => check_writable_beside(path, params.inputs)?,
                    None => standard_output::check()?,
                }
                Self::Page {
                    params: pages,
                    file: path.map(NewFile::at).transpose()?,
                    page: None,
                }
            }
        })
    }

    pub(super) fn write(&mut self, article: &ScoredArticle) -> Result<()> {
        match self {
            Self::Rows(writer) => Ok(writer.write(article)?),
            #[cfg(feature = "documents")]
            Self::Workbook {
                statements,
                articles,
                ..
            } => {
                statements.write(article)?;
                Ok(articles.write(article)?)
            }
            #[cfg(feature = "html")]
            Self::Page { params, page, .. } => {
                if page.is_some() {
                    return Err(Error::new(ErrorKind::OnePage));
                }
                *page = Some(params.article_page(article, None));
                Ok(())
            }
            #[cfg(feature = "html")]
            Self::Folder { index, folder } => {
                let (name, page) = index.add(article);
                Ok(folder.write(&name, page.as_bytes())?)
            }
        }
    }

    /// Ends the output and puts it into its place; says how many articles there were.
    pub(super) fn finish(self, corpus: Option<&CorpusScore>) -> Result<usize> {
        match self {
            Self::Rows(writer) => {
                let (n_articles, out) = writer.finish_into(corpus)?;
                // Ending the output has written what was waiting.
                out.into_parts().0.keep()?;
                Ok(n_articles)
            }
            #[cfg(feature = "documents")]
            Self::Workbook {
                statements,
                articles,
                mut out,
                path,
            } => {
                let (n_articles, statements) = statements.finish_into(None)?;
                let (_, articles) = articles.finish_into(None)?;
                let book = workbook(&[("statements", &statements), ("articles", &articles)])?;
                let written = out.write_all(&book).and_then(|()| out.flush());
                let shown = path.unwrap_or(Path::new("standard output"));
                written.map_err(|source| Error::io("cannot write", shown, source))?;
                out.keep()?;
                Ok(n_articles)
            }
            #[cfg(feature = "html")]
            Self::Page { file, page, .. } => {
                let what = "the inputs have no article";
                let page = page.ok_or_else(|| Error::new(ErrorKind::Empty { what }))?;
                match file {
                    Some(mut file) => {
                        let written = file.write_all(page.as_bytes());
                        written.map_err(|source| file.failed(source))?;
                        file.keep()?;
                    }
                    None => standard_output::print_bytes(page.as_bytes())?,
                }
                Ok(1)
            }
            #[cfg(feature = "html")]
            Self::Folder { index, mut folder } => {
                folder.write(PageIndex::FILE, index.page().as_bytes())?;
                folder.keep()?;
                Ok(index.n_articles())
            }
        }
    }

    /// Ends the output after a failure of something else: what was printed stays well-formed, what was
    /// to stand in a file is not kept.
    pub(super) fn abandon(self) -> Result<()> {
        match self {
            Self::Rows(writer) => Ok(writer.abandon()?),
            #[cfg(feature = "documents")]
            Self::Workbook { .. } => Ok(()),
            #[cfg(feature = "html")]
            Self::Page { .. } | Self::Folder { .. } => Ok(()),
        }
    }
}

/// Whether a path means a folder: it is one, ends as one, or is new and has no extension.
#[cfg(feature = "html")]
fn is_folder(path: &Path) -> bool {
    let ends_as_one = path
        .as_os_str()
        .to_string_lossy()
        .ends_with(std::path::is_separator);
    path.is_dir() || ends_as_one || (!path.exists() && path.extension().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(feature = "html")]
    fn a_new_name_without_an_extension_is_a_folder() {
        let of = |path: &str| is_folder(Path::new(path));
        assert!(of("src") && of("pages/") && of("pages") && of("pages.html/"));
        assert!(!of("page.html") && !of("Cargo.toml"));
    }
}
