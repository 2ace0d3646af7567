//! What plotters draws, as the elements inside an `svg`: its own backend writes a whole file, with a size and a name
//! space that a page does not want.

use maud::{Markup, html};
use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
    FontTransform,
};
use std::convert::Infallible;

/// Elements in the order in which they are drawn; what is transparent is left out.
pub(super) struct Shapes<'a> {
    size: (u32, u32),
    elements: &'a mut String,
}

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

impl<'a> Shapes<'a> {
    /// Draws into `elements` on an area of this width and height.
    pub(super) fn new(size: (u32, u32), elements: &'a mut String) -> Self {
        Self { size, elements }
    }

    fn add(&mut self, color: BackendColor, element: impl FnOnce(&str) -> Markup) -> Drawn {
        if color.alpha > 0.0 {
            let (red, green, blue) = color.rgb;
            let element = element(&format!("#{red:02X}{green:02X}{blue:02X}"));
            self.elements.push_str(&element.into_string());
            self.elements.push('\n');
        }
        Ok(())
    }
}

impl DrawingBackend for Shapes<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, color: BackendColor) -> Drawn {
        self.add(color, |ink| {
            html! { rect x=(x) y=(y) width="1" height="1" opacity=(color.alpha) fill=(ink) {} }
        })
    }

    fn draw_line<S: BackendStyle>(
        &mut self,
        (x1, y1): BackendCoord,
        (x2, y2): BackendCoord,
        style: &S,
    ) -> Drawn {
        let color = style.color();
        self.add(color, |ink| {
            html! {
                line opacity=(color.alpha) stroke=(ink) stroke-width=(style.stroke_width())
                    x1=(x1) y1=(y1) x2=(x2) y2=(y2) {}
            }
        })
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        (left, top): BackendCoord,
        (right, bottom): BackendCoord,
        style: &S,
        fill: bool,
    ) -> Drawn {
        let color = style.color();
        self.add(color, |ink| {
            let [inside, edge] = inks(ink, fill);
            html! {
                rect x=(left) y=(top) width=(right - left) height=(bottom - top)
                    opacity=(color.alpha) fill=(inside) stroke=(edge) {}
            }
        })
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        let color = style.color();
        self.add(color, |ink| {
            html! {
                polyline fill="none" opacity=(color.alpha) stroke=(ink) stroke-width=(style.stroke_width())
                    points=(points(path)) {}
            }
        })
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        let color = style.color();
        self.add(color, |ink| {
            html! { polygon opacity=(color.alpha) fill=(ink) points=(points(path)) {} }
        })
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        (x, y): BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Drawn {
        let color = style.color();
        self.add(color, |ink| {
            let [inside, edge] = inks(ink, fill);
            html! {
                circle cx=(x) cy=(y) r=(radius) opacity=(color.alpha) fill=(inside) stroke=(edge)
                    stroke-width=(style.stroke_width()) {}
            }
        })
    }

    fn draw_text<S: BackendTextStyle>(
        &mut self,
        text: &str,
        style: &S,
        (x, y): BackendCoord,
    ) -> Drawn {
        let color = style.color();
        let anchor = match style.anchor().h_pos {
            HPos::Left => "start",
            HPos::Right => "end",
            HPos::Center => "middle",
        };
        let below = match style.anchor().v_pos {
            VPos::Top => "0.76em",
            VPos::Center => "0.5ex",
            VPos::Bottom => "-0.5ex",
        };
        let degrees = match style.transform() {
            FontTransform::None => None,
            FontTransform::Rotate90 => Some(90),
            FontTransform::Rotate180 => Some(180),
            FontTransform::Rotate270 => Some(270),
        };
        // The height of a line is what plotters calls the size of a font.
        let size = style.size() / 1.24;
        self.add(color, |ink| {
            html! {
                text x=(x) y=(y) dy=(below) text-anchor=(anchor) font-family=(style.family().as_str())
                    font-size=(size) opacity=(color.alpha) fill=(ink)
                    transform=[degrees.map(|degrees| format!("rotate({degrees}, {x}, {y})"))] { (text) }
            }
        })
    }
}

/// The inks of inside and edge.
fn inks(ink: &str, fill: bool) -> [&str; 2] {
    if fill { [ink, "none"] } else { ["none", ink] }
}

fn points(path: impl IntoIterator<Item = BackendCoord>) -> String {
    let points = path.into_iter().map(|(x, y)| format!("{x},{y}"));
    points.collect::<Vec<_>>().join(" ")
}
