//! Read units by number of customers as a picture: lines on logarithmic axes.

use std::collections::BTreeMap;
use std::fmt::Write;

/// One measured point: of which line, customers, read units.
#[derive(Clone)]
pub struct Point {
    pub line: String,
    pub customers: usize,
    pub read_units: f64,
}

const WIDTH: f64 = 800.0;
const HEIGHT: f64 = 420.0;
const LEFT: f64 = 80.0;
const RIGHT: f64 = 560.0;
const TOP: f64 = 50.0;
const BOTTOM: f64 = 360.0;
const COLOURS: [&str; 4] = ["#0b7a4b", "#1f5fbf", "#b3261e", "#7a4fbf"];

/// Whole powers of ten around all values, as exponents.
struct Axis {
    from: i32,
    to: i32,
}

impl Axis {
    fn of(values: impl Iterator<Item = f64> + Clone) -> Self {
        let from = values.clone().fold(f64::INFINITY, f64::min).log10().floor() as i32;
        let to = values.fold(0.0, f64::max).log10().ceil() as i32;
        Self { from, to: to.max(from + 1) }
    }

    /// The place of a value between both ends, from 0 to 1.
    fn place(&self, value: f64) -> f64 {
        (value.log10() - f64::from(self.from)) / f64::from(self.to - self.from)
    }

    fn ticks(&self) -> impl Iterator<Item = f64> {
        (self.from..=self.to).map(|exponent| 10f64.powi(exponent))
    }
}

/// The picture; lines that lie on each other are one with both names.
pub fn svg(points: &[Point]) -> Result<String, std::fmt::Error> {
    let x_axis = Axis::of(points.iter().map(|point| point.customers as f64));
    let y_axis = Axis::of(points.iter().map(|point| point.read_units));
    let x = |customers: f64| LEFT + (RIGHT - LEFT) * x_axis.place(customers);
    let y = |units: f64| BOTTOM - (BOTTOM - TOP) * y_axis.place(units);
    let mut out = String::new();
    writeln!(
        out,
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" font-family="sans-serif" font-size="13">
<title>Read units of a sweep by customers of the business</title>
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="{LEFT}" y="26" font-size="16" fill="#222222">Read units of one sweep, by customers of the business</text>"##
    )?;
    for tick in x_axis.ticks() {
        let at = x(tick);
        writeln!(out, r##"<path d="M{at:.1} {TOP}V{BOTTOM}" stroke="#dddddd"/>"##)?;
        let (text, below) = (thousands(tick), BOTTOM + 20.0);
        writeln!(out, r##"<text x="{at:.1}" y="{below}" text-anchor="middle" fill="#444444">{text}</text>"##)?;
    }
    for tick in y_axis.ticks() {
        let at = y(tick);
        writeln!(out, r##"<path d="M{LEFT} {at:.1}H{RIGHT}" stroke="#dddddd"/>"##)?;
        let (text, before, base) = (thousands(tick), LEFT - 8.0, at + 4.0);
        writeln!(out, r##"<text x="{before}" y="{base:.1}" text-anchor="end" fill="#444444">{text}</text>"##)?;
    }
    for (nth, ((path, names), colour)) in lines(points).iter().zip(COLOURS.iter().cycle()).enumerate() {
        // Below the lowest line there is room.
        let away = if nth == 0 { 18.0 } else { -8.0 };
        let place = |&(customers, tenths): &(usize, u64)| (x(customers as f64), y(tenths as f64 / 10.0));
        let d: Vec<String> = path.iter().map(place).map(|(x, y)| format!("{x:.1} {y:.1}")).collect();
        writeln!(out, r#"<path d="M{}" fill="none" stroke="{colour}" stroke-width="2"/>"#, d.join("L"))?;
        for point in path {
            let ((at, height), text) = (place(point), thousands(point.1 as f64 / 10.0));
            let base = height + away;
            writeln!(out, r#"<circle cx="{at:.1}" cy="{height:.1}" r="3.5" fill="{colour}"/>"#)?;
            writeln!(out, r#"<text x="{at:.1}" y="{base:.1}" text-anchor="middle" fill="{colour}">{text}</text>"#)?;
        }
        let (_, height) = path.last().map(place).unwrap_or_default();
        let mut base = height + 4.0 - 8.0 * (names.len() as f64 - 1.0);
        for name in names {
            let after = RIGHT + 26.0;
            writeln!(out, r#"<text x="{after}" y="{base:.1}" fill="{colour}">{name}</text>"#)?;
            base += 16.0;
        }
    }
    let (middle, below) = ((LEFT + RIGHT) / 2.0, BOTTOM + 44.0);
    writeln!(out, r##"<text x="{middle}" y="{below}" text-anchor="middle" fill="#444444">customers</text>"##)?;
    out.push_str("</svg>\n");
    Ok(out)
}

/// The names of each line by what it goes through, customers and tenths of read units; the lowest first.
fn lines(points: &[Point]) -> BTreeMap<Vec<(usize, u64)>, Vec<&str>> {
    let mut by_name: BTreeMap<&str, Vec<(usize, u64)>> = BTreeMap::new();
    for Point { line, customers, read_units } in points {
        by_name.entry(line).or_default().push((*customers, (read_units * 10.0).round() as u64));
    }
    let mut lines: BTreeMap<_, Vec<&str>> = BTreeMap::new();
    for (name, path) in by_name {
        lines.entry(path).or_default().push(name);
    }
    lines
}

/// A number with commas; a fraction only below a hundred.
fn thousands(value: f64) -> String {
    if value < 100.0 && value.fract() != 0.0 {
        return format!("{value:.1}");
    }
    let digits = format!("{value:.0}");
    let groups: Vec<&str> = digits.as_bytes().rchunks(3).rev().map(|it| str::from_utf8(it).unwrap_or("")).collect();
    groups.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_flat_where_nothing_grows_and_equal_lines_are_one() {
        let of = |line: &str, [few, many]: [f64; 2]| {
            [(1_000, few), (100_000, many)].map(|(customers, read_units)| Point {
                line: line.to_owned(),
                customers,
                read_units,
            })
        };
        let all = [of("a", [34.5, 34.5]), of("b", [100.0, 10_000.0]), of("c", [100.0, 10_000.0])];
        let picture = svg(&all.concat()).unwrap();
        let drawn: Vec<&str> = picture.lines().filter(|line| line.contains("stroke-width")).collect();
        assert_eq!(drawn.len(), 2, "{picture}");
        // From the left to the right edge: at one height, and by two of three decades.
        assert!(drawn[0].contains("M80.0 304.4L560.0 304.4"), "{}", drawn[0]);
        assert!(drawn[1].contains("M80.0 256.7L560.0 50.0"), "{}", drawn[1]);
        for text in [">34.5<", ">10,000<", ">a<", ">b<", ">c<"] {
            assert!(picture.contains(text), "{text}");
        }
    }
}
