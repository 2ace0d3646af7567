//! XML, walked from its first tag to its last. Names are local ones: prefixes differ from program to program.

use crate::error::Result;
use crate::limits::Allowance;
use quick_xml::Reader;
use quick_xml::escape::resolve_html5_entity;
use quick_xml::events::{BytesStart, Event};

/// Whether what stands in an element is walked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Into,
    Over,
}

/// What is done on a walk.
pub(crate) trait Visit {
    /// An element begins. One that is stepped over is not closed.
    fn open(&mut self, name: &str, tag: &Tag<'_>) -> Result<Step>;
    /// An element that was stepped into ends.
    fn close(&mut self, _: &str) -> Result<()> {
        Ok(())
    }
    /// Text between tags.
    fn text(&mut self, _: &str) -> Result<()> {
        Ok(())
    }
}

/// The attributes of an element.
pub(crate) struct Tag<'a>(&'a BytesStart<'a>);

impl Tag<'_> {
    /// The value of the attribute of this local name.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        let mut attributes = self.0.attributes();
        let mut found = attributes
            .with_checks(false)
            .flatten()
            .filter(|attribute| attribute.key.local_name().into_inner() == name);
        let value = found.next()?;
        Some(
            value
                .normalized_value(quick_xml::XmlVersion::Implicit1_0)
                .ok()?
                .into_owned(),
        )
    }

    /// A count that an attribute gives, 1 without it.
    pub(crate) fn count(&self, name: &str) -> u64 {
        let value = self.get(name).and_then(|value| value.parse().ok());
        value.unwrap_or(1).max(1)
    }
}

/// Walks a text of XML. A name of HTML stands for its character; one that the text itself defines for nothing.
///
/// # Errors
/// It is no XML, goes too deep, takes too long; those of the visit.
pub(crate) fn walk(xml: &str, allowance: &Allowance, visit: &mut impl Visit) -> Result<()> {
    let mut reader = Reader::from_str(xml);
    let config = reader.config_mut();
    config.allow_dangling_amp = true;
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    let (mut depth, mut over) = (0_usize, None::<usize>);
    loop {
        allowance.step()?;
        match reader
            .read_event()
            .map_err(|error| allowance.broken().caused_by(error))?
        {
            Event::Start(start) => {
                depth += 1;
                allowance.check_depth(depth)?;
                if over.is_none()
                    && visit.open(start.local_name().into_inner(), &Tag(&start))? == Step::Over
                {
                    over = Some(depth);
                }
            }
            Event::Empty(start) if over.is_none() => {
                let name = start.local_name().into_inner();
                if visit.open(name, &Tag(&start))? == Step::Into {
                    visit.close(name)?;
                }
            }
            Event::End(end) => {
                match over {
                    Some(at) if at >= depth => over = None,
                    Some(_) => {}
                    None => visit.close(end.local_name().into_inner())?,
                }
                depth = depth.saturating_sub(1);
            }
            Event::Text(text) if over.is_none() => visit.text(&text.xml10_content())?,
            Event::CData(text) if over.is_none() => visit.text(&text.xml10_content())?,
            Event::GeneralRef(reference) if over.is_none() => {
                let mut one = [0; 4];
                match reference.resolve_char_ref() {
                    Ok(Some(character)) => visit.text(character.encode_utf8(&mut one))?,
                    _ => visit.text(resolve_html5_entity(&reference).unwrap_or(" "))?,
                }
            }
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

/// The text of the first element of each of these names, and of every other one of the same name.
pub(crate) struct Fields<'a> {
    names: &'a [&'a str],
    found: Vec<(&'a str, String)>,
    is_open: bool,
}

impl<'a> Fields<'a> {
    /// Reads them; XML that breaks off gives what stands before.
    pub(crate) fn of(xml: &str, names: &'a [&'a str], allowance: &Allowance) -> Self {
        let mut fields = Self {
            names,
            found: Vec::new(),
            is_open: false,
        };
        let _ = walk(xml, allowance, &mut fields);
        fields
    }

    /// The first one of a name that is not empty.
    pub(crate) fn first(&self, name: &str) -> Option<&str> {
        let mut found = self
            .found
            .iter()
            .filter(|(of, text)| *of == name && !text.trim().is_empty());
        found.next().map(|(_, text)| text.as_str())
    }
}

impl Visit for Fields<'_> {
    fn open(&mut self, name: &str, _: &Tag<'_>) -> Result<Step> {
        if let Some(known) = self.names.iter().find(|known| **known == name) {
            self.found.push((known, String::new()));
            self.is_open = true;
        }
        Ok(Step::Into)
    }

    fn close(&mut self, name: &str) -> Result<()> {
        self.is_open &= !self.names.contains(&name);
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<()> {
        if let Some((_, field)) = self.found.last_mut()
            && self.is_open
        {
            field.push_str(text);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document_kind::DocumentKind;
    use crate::limits::Limits;

    #[test]
    fn fields_are_found_by_their_local_names() {
        let allowance = Allowance::new(DocumentKind::Docx, Limits::DEFAULT);
        let xml = "<cp:x xmlns:dc='a'><dc:title>A &amp; B &#233;</dc:title><dc:title>C</dc:title><d>no</d></cp:x>";
        let fields = Fields::of(xml, &["title", "creator"], &allowance);
        assert_eq!(fields.first("title"), Some("A & B é"));
        assert_eq!(fields.first("creator"), None);
    }

    #[test]
    fn entities_that_a_text_defines_are_not_unfolded() {
        let allowance = Allowance::new(DocumentKind::Docx, Limits::DEFAULT);
        let xml = "<!DOCTYPE x [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]><x><title>&b;</title></x>";
        assert_eq!(Fields::of(xml, &["title"], &allowance).first("title"), None);
    }

    #[test]
    fn what_is_too_deep_is_refused() {
        let allowance = Allowance::new(DocumentKind::Docx, Limits::DEFAULT);
        let mut fields = Fields {
            names: &[],
            found: Vec::new(),
            is_open: false,
        };
        let error = walk(&"<a>".repeat(100_000), &allowance, &mut fields).unwrap_err();
        assert_eq!(
            error.to_string(),
            "this Word document has parts within parts, too deep; expected at most 1000"
        );
    }
}
