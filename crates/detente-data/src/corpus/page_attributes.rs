//! The attributes of a tag that say what it is; all others are passed over as they come.

use super::page_hints::Hint;
use super::page_tags::{Shape, Tag};

/// Bytes of an attribute's value that are kept.
pub(super) const MOST_VALUE: usize = 512;
/// Characters of a class or an id that are kept.
pub(super) const MOST_NAME: usize = 100;

/// The attributes of a start tag that are of use.
#[derive(Default)]
pub(super) struct Attributes {
    /// The attribute whose value comes next.
    next: Option<Attribute>,
    class: String,
    id: String,
    role: String,
    pub(super) href: Option<String>,
    pub(super) datetime: String,
    pub(super) itemprop: String,
    rel: String,
    style: String,
    /// `name` or `property` of metadata.
    pub(super) name: String,
    pub(super) content: String,
    pub(super) colspan: String,
    /// `type` of a script.
    pub(super) kind: String,
    pub(super) has_source: bool,
    is_hidden: bool,
}

/// The attribute whose value comes next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Attribute {
    AriaHidden,
    Class,
    Colspan,
    Content,
    Datetime,
    Href,
    Id,
    Itemprop,
    Kind,
    Name,
    Other,
    Rel,
    Role,
    Source,
    Style,
}

impl Attributes {
    /// Takes the name of an attribute.
    pub(super) fn see_name(&mut self, name: &[u8]) {
        self.next = Some(match name {
            b"aria-hidden" => Attribute::AriaHidden,
            b"class" => Attribute::Class,
            b"colspan" => Attribute::Colspan,
            b"content" => Attribute::Content,
            b"datetime" => Attribute::Datetime,
            b"href" => {
                self.href.get_or_insert_default();
                Attribute::Href
            }
            b"id" => Attribute::Id,
            b"itemprop" => Attribute::Itemprop,
            b"hidden" => {
                self.is_hidden = true;
                Attribute::Other
            }
            b"name" | b"property" => Attribute::Name,
            b"pubdate" => {
                self.itemprop = "datePublished".into();
                Attribute::Other
            }
            b"rel" => Attribute::Rel,
            b"role" => Attribute::Role,
            b"src" | b"srcset" | b"data-src" | b"data-srcset" => Attribute::Source,
            b"style" => Attribute::Style,
            b"type" => Attribute::Kind,
            _ => Attribute::Other,
        });
    }

    /// Takes the value of the attribute whose name came last.
    pub(super) fn see_value(&mut self, value: &[u8]) {
        let Some(attribute) = self.next.take() else {
            return;
        };
        let most = value.len().min(MOST_VALUE);
        let value = String::from_utf8_lossy(&value[..most]);
        let slot = match attribute {
            Attribute::AriaHidden => {
                self.is_hidden |= value == "true";
                return;
            }
            Attribute::Source => {
                self.has_source = true;
                return;
            }
            Attribute::Other => return,
            Attribute::Href => self.href.get_or_insert_default(),
            Attribute::Class => &mut self.class,
            Attribute::Colspan => &mut self.colspan,
            Attribute::Content => &mut self.content,
            Attribute::Datetime => &mut self.datetime,
            Attribute::Id => &mut self.id,
            Attribute::Itemprop => &mut self.itemprop,
            Attribute::Kind => &mut self.kind,
            Attribute::Name => &mut self.name,
            Attribute::Rel => &mut self.rel,
            Attribute::Role => &mut self.role,
            Attribute::Style => &mut self.style,
        };
        // The first of two attributes of one name holds.
        if slot.is_empty() {
            slot.push_str(&value);
        }
    }

    /// What an element with these attributes is beside the story.
    pub(super) fn hint(&self, tag: &Tag) -> Option<Hint> {
        let style: String = self.style.chars().filter(|c| !c.is_whitespace()).collect();
        let style = style.to_ascii_lowercase();
        if self.is_hidden || style.contains("display:none") || style.contains("visibility:hidden") {
            return Some(Hint::Hidden);
        }
        if tag.is_beside {
            let is_caption = tag.name == "figcaption";
            return Some(if is_caption {
                Hint::Caption
            } else {
                Hint::Related
            });
        }
        // What holds the story is often named for all that stands in it.
        if matches!(tag.name, "article" | "main" | "form") || tag.shape == Shape::Heading {
            return None;
        }
        if self.rel.eq_ignore_ascii_case("author") || self.itemprop.contains("author") {
            return Some(Hint::Byline);
        }
        Hint::of_role(&self.role)
            .or_else(|| Hint::of_name(&self.class))
            .or_else(|| Hint::of_name(&self.id))
    }

    /// Writes the names that tell what a part is; of their characters only those that names are made of.
    pub(super) fn write_names(&self, out: &mut String) {
        let names = [
            ("class", &self.class),
            ("id", &self.id),
            ("role", &self.role),
        ];
        for (name, value) in names {
            if !value.trim().is_empty() {
                let is_kept = |c: &char| c.is_ascii_alphanumeric() || "-_ ".contains(*c);
                let value: String = value.chars().filter(is_kept).take(MOST_NAME).collect();
                out.push_str(&format!(" {name}=\"{value}\""));
            }
        }
    }
}
