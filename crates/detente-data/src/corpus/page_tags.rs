//! What the reduction of a web page does with each tag.

/// How a tag stands to those around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// A link.
    Anchor,
    /// A part of a page that ends an open paragraph.
    Block,
    /// The body, whose class may say what it holds.
    Body,
    /// A line end inside a paragraph.
    Break,
    /// The title of a table.
    Caption,
    /// A field of a table.
    Cell,
    /// A form, which may hold a whole page.
    Form,
    /// A heading of any level.
    Heading,
    /// Part of a line.
    Inline,
    /// An item of a list.
    Item,
    /// A list.
    List,
    /// A line of the head that says something of the page.
    Meta,
    /// A paragraph.
    Paragraph,
    /// What is not read as tags: a script, a style sheet, the title.
    Raw,
    /// A row of a table.
    Row,
    /// A part of a table with rows.
    Section,
    /// A table.
    Table,
    /// A term of a list, or what is said of it.
    Term,
    /// A tag that is left out, while what stands in it is read.
    Through,
    /// A tag without an end.
    Void,
}

/// A tag as it is written for the parser, and what it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tag {
    pub(super) name: &'static str,
    pub(super) shape: Shape,
    /// Whether it is left out with what stands in it, as [`Hint`](super::page_hints::Hint) bounds it.
    pub(super) is_beside: bool,
}

impl Tag {
    const fn new(name: &'static str, shape: Shape) -> Self {
        Self {
            name,
            shape,
            is_beside: false,
        }
    }

    const fn beside(name: &'static str, shape: Shape) -> Self {
        Self {
            name,
            shape,
            is_beside: true,
        }
    }

    /// The tag of this name, in lower case. Tags that only say how words look become spans: how HTML opens them
    /// again in every paragraph is what makes a small page a large tree.
    pub(super) fn of(name: &[u8]) -> Self {
        match name {
            b"a" => Self::new("a", Shape::Anchor),
            b"article" => Self::new("article", Shape::Block),
            b"aside" => Self::beside("aside", Shape::Block),
            b"blockquote" => Self::new("blockquote", Shape::Block),
            b"body" => Self::new("body", Shape::Body),
            b"br" => Self::new("br", Shape::Break),
            b"address" | b"center" | b"details" | b"dialog" | b"dir" | b"div" | b"fieldset"
            | b"hgroup" | b"search" | b"summary" | b"frameset" | b"listing" | b"legend" => {
                Self::new("div", Shape::Block)
            }
            b"caption" => Self::beside("caption", Shape::Caption),
            b"dd" => Self::new("dd", Shape::Term),
            b"dl" => Self::new("dl", Shape::Block),
            b"dt" => Self::new("dt", Shape::Term),
            b"figcaption" => Self::beside("figcaption", Shape::Block),
            b"figure" => Self::new("figure", Shape::Block),
            b"footer" => Self::beside("footer", Shape::Block),
            b"form" => Self::new("form", Shape::Form),
            b"h1" => Self::new("h1", Shape::Heading),
            b"h2" => Self::new("h2", Shape::Heading),
            b"h3" => Self::new("h3", Shape::Heading),
            b"h4" => Self::new("h4", Shape::Heading),
            b"h5" => Self::new("h5", Shape::Heading),
            b"h6" => Self::new("h6", Shape::Heading),
            b"header" => Self::new("header", Shape::Block),
            b"hr" => Self::new("hr", Shape::Void),
            b"iframe" | b"noembed" | b"noscript" | b"style" | b"textarea" | b"xmp" => {
                Self::new("", Shape::Raw)
            }
            b"script" => Self::new("script", Shape::Raw),
            b"title" => Self::new("title", Shape::Raw),
            b"img" => Self::new("img", Shape::Void),
            b"input" => Self::new("input", Shape::Void),
            b"li" => Self::new("li", Shape::Item),
            b"main" => Self::new("main", Shape::Block),
            b"meta" => Self::new("meta", Shape::Meta),
            b"nav" => Self::beside("nav", Shape::Block),
            b"menu" | b"ul" => Self::new("ul", Shape::List),
            b"ol" => Self::new("ol", Shape::List),
            b"p" => Self::new("p", Shape::Paragraph),
            b"pre" | b"plaintext" => Self::new("pre", Shape::Block),
            b"section" => Self::new("section", Shape::Block),
            b"table" => Self::new("table", Shape::Table),
            b"tbody" => Self::new("tbody", Shape::Section),
            b"tfoot" => Self::new("tfoot", Shape::Section),
            b"thead" => Self::new("thead", Shape::Section),
            b"td" => Self::new("td", Shape::Cell),
            b"th" => Self::new("th", Shape::Cell),
            b"tr" => Self::new("tr", Shape::Row),
            b"time" => Self::new("time", Shape::Inline),
            b"applet" | b"audio" | b"button" | b"canvas" | b"datalist" | b"map" | b"math"
            | b"noframes" | b"object" | b"select" | b"svg" | b"template" | b"video" => {
                Self::beside("span", Shape::Inline)
            }
            b"area" | b"base" | b"basefont" | b"bgsound" | b"col" | b"colgroup" | b"embed"
            | b"frame" | b"head" | b"html" | b"keygen" | b"link" | b"optgroup" | b"option"
            | b"param" | b"picture" | b"rp" | b"rt" | b"source" | b"track" | b"wbr" => {
                Self::new("", Shape::Through)
            }
            b"abbr" | b"acronym" | b"b" | b"bdi" | b"bdo" | b"big" | b"blink" | b"cite"
            | b"code" | b"data" | b"del" | b"dfn" | b"em" | b"font" | b"i" | b"ins" | b"kbd"
            | b"label" | b"mark" | b"marquee" | b"meter" | b"nobr" | b"output" | b"progress"
            | b"q" | b"rb" | b"rtc" | b"ruby" | b"s" | b"samp" | b"small" | b"span" | b"strike"
            | b"strong" | b"sub" | b"sup" | b"tt" | b"u" | b"var" => {
                Self::new("span", Shape::Inline)
            }
            // Tags of a site's own: neither a line's part nor a block to those who read a page.
            _ => Self::new("x-part", Shape::Inline),
        }
    }
}
