//! Places of nodes that come from other products. A node's `view` has `x` and `y`, of a container and of a comment also
//! `width` and `height`; inside a container they count from its upper left corner.
//!
//! Others draw a loop as a card and what it repeats elsewhere; Hearth's canvas draws it around what it repeats.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::graph::depths;
use super::{Document, Node, NodeId};

/// Width of a card on Hearth's canvas. This and what follows stand in `web/src/graph/geometry.ts` too.
pub const CARD_WIDTH: f64 = 264.0;
const HEADER: f64 = 44.0;
const ROW: f64 = 24.0;
const FOOT: f64 = 8.0;
const COMMENT: Size = Size { width: 240.0, height: 120.0 };
const CONTAINER_LEAST: Size = Size { width: 360.0, height: 180.0 };
/// Between a container's border and what lies inside.
const TOP: f64 = 84.0;
const SIDE: f64 = 64.0;
const BOTTOM: f64 = 40.0;
/// Ways out that get a row when heights are estimated.
const ROWS: usize = 12;
/// Params that list ways out; there is one more for the rest.
const BRANCHING: &[&str] = &["branches", "intents", "options"];
/// Farther away nothing is moved.
const FAR: f64 = 1e7;

/// Puts what lies in a container inside it, makes containers as large as what they hold, and makes room beside and below
/// those that have grown. A container with a size is one that was drawn around its nodes already.
pub fn unfold(document: &mut Document, is_container: fn(&str) -> bool) {
    let mut sheet = Sheet::new(document, is_container);
    if sheet.containers.is_empty() {
        return;
    }
    for container in std::mem::take(&mut sheet.containers) {
        sheet.fit(container);
    }
    let top = sheet.inside.remove(&None).unwrap_or_default();
    sheet.make_room(&top);
    for (node, place) in document.nodes.values_mut().zip(sheet.places) {
        if let Some(place) = place {
            place.write(node);
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Size {
    width: f64,
    height: f64,
}

/// Where a node stands.
#[derive(Debug, Clone)]
struct Place {
    x: f64,
    y: f64,
    size: Size,
    /// Of a container: the size it was drawn with in the other product.
    drawn: Option<Size>,
    /// Of a container: whether that was around its nodes.
    open: bool,
    moved: bool,
}

impl Place {
    fn shift(&mut self, x: f64, y: f64) {
        if x != 0.0 || y != 0.0 {
            self.x += x;
            self.y += y;
            self.moved = true;
        }
    }

    fn write(&self, node: &mut Node) {
        let Value::Object(view) = &mut node.view else { return };
        if self.moved {
            set(view, [("x", self.x), ("y", self.y)]);
        }
        if self.drawn.is_some() {
            set(view, [("width", self.size.width), ("height", self.size.height)]);
        }
    }
}

fn set(view: &mut Map<String, Value>, values: [(&str, f64); 2]) {
    for (key, value) in values {
        view.insert(key.to_owned(), (value.clamp(-FAR, FAR).round() as i64).into());
    }
}

/// The nodes of a document, in its order.
struct Sheet {
    places: Vec<Option<Place>>,
    inside: BTreeMap<Option<usize>, Vec<usize>>,
    /// Inner ones first.
    containers: Vec<usize>,
}

impl Sheet {
    fn new(document: &Document, is_container: fn(&str) -> bool) -> Self {
        let at: BTreeMap<&NodeId, usize> = document.nodes.keys().zip(0..).collect();
        let mut ways: BTreeMap<&NodeId, usize> = BTreeMap::new();
        for edge in &document.edges {
            *ways.entry(&edge.from).or_default() += 1;
        }
        let parents: Vec<Option<usize>> =
            document.nodes.values().map(|node| node.parent.as_ref().and_then(|parent| at.get(parent).copied())).collect();
        let depths = depths(&parents);
        let ways = |id: &NodeId, node: &Node| {
            let listed = BRANCHING.iter().filter_map(|key| node.params.get(*key)?.as_array()).map(|listed| listed.len() + 1);
            listed.chain(ways.get(id).copied()).max().unwrap_or(0)
        };
        let mut sheet = Self { places: Vec::with_capacity(parents.len()), inside: BTreeMap::new(), containers: Vec::new() };
        for (at, (id, node)) in document.nodes.iter().enumerate() {
            let container = depths[at].is_some() && is_container(&node.kind);
            sheet.places.push(place(node, container, ways(id, node)));
            sheet.inside.entry(parents[at]).or_default().push(at);
            if container && sheet.places[at].is_some() {
                sheet.containers.push(at);
            }
        }
        sheet.containers.sort_by_key(|at| std::cmp::Reverse(depths[*at]));
        sheet
    }

    /// Makes a container as large as what it holds, which moves inside.
    fn fit(&mut self, container: usize) {
        let inside = self.inside.remove(&Some(container)).unwrap_or_default();
        self.make_room(&inside);
        let inside: Vec<usize> = inside.into_iter().filter(|at| self.places[*at].is_some()).collect();
        let held = || inside.iter().filter_map(|at| self.places[*at].as_ref());
        let left = held().map(|place| place.x).fold(f64::INFINITY, f64::min);
        let top = held().map(|place| place.y).fold(f64::INFINITY, f64::min);
        let open = self.places[container].as_ref().is_some_and(|place| place.open);
        let by = |least: f64, first: f64| if open { (least - first).max(0.0) } else { least - first };
        let (right, down) = if inside.is_empty() { (0.0, 0.0) } else { (by(SIDE, left), by(TOP, top)) };
        let mut need = CONTAINER_LEAST;
        for at in inside {
            let Some(place) = &mut self.places[at] else { continue };
            place.shift(right, down);
            need.width = need.width.max(place.x + place.size.width + SIDE);
            need.height = need.height.max(place.y + place.size.height + BOTTOM);
        }
        if let Some(place) = &mut self.places[container] {
            if open {
                need = Size { width: need.width.max(place.size.width), height: need.height.max(place.size.height) };
            }
            place.size = need;
        }
    }

    /// Moves what stands right of a container or below it by as much as the container has grown.
    fn make_room(&mut self, level: &[usize]) {
        let placed = |at: &usize| self.places[*at].as_ref().map(|place| (*at, place.x, place.y));
        let mut order: Vec<(usize, f64, f64)> = level.iter().filter_map(placed).collect();
        let containers = |at: &usize| self.places[*at].as_ref().is_some_and(|place| place.drawn.is_some());
        if !level.iter().any(containers) {
            return;
        }
        order.sort_by(|a, b| a.1.total_cmp(&b.1));
        // Containers above each other grow together.
        let mut by = 0.0;
        for column in order.chunk_by(|a, b| a.1.total_cmp(&b.1).is_eq()) {
            let mut next: f64 = by;
            for (at, ..) in column {
                let Some(place) = &mut self.places[*at] else { continue };
                place.shift(by, 0.0);
                next = next.max(by + place.drawn.map_or(0.0, |drawn| (place.size.width - drawn.width).max(0.0)));
            }
            by = next;
        }
        order.sort_by(|a, b| a.2.total_cmp(&b.2));
        for (rank, (at, ..)) in order.iter().enumerate() {
            let Some(Place { x: left, y: top, size, drawn: Some(drawn), .. }) = self.places[*at].clone() else { continue };
            let (right, by) = (left + size.width, (size.height - drawn.height).max(0.0));
            for (below, ..) in &order[rank + 1..] {
                let Some(place) = &mut self.places[*below] else { continue };
                if place.y > top && place.x < right && place.x + place.size.width > left {
                    place.shift(0.0, by);
                }
            }
        }
    }
}

/// Where a node stands, if it stands anywhere.
fn place(node: &Node, container: bool, ways: usize) -> Option<Place> {
    let number = |key: &str| node.view.get(key).and_then(Value::as_f64).filter(|number| number.abs() <= FAR);
    let (x, y) = (number("x")?, number("y")?);
    let given = number("width").zip(number("height")).map(|(width, height)| Size { width, height });
    let rows = usize::from(!node.inputs.is_empty()) + 1 + if ways > 1 { ways.min(ROWS) } else { 0 };
    let card = Size { width: CARD_WIDTH, height: HEADER + rows as f64 * ROW + FOOT };
    let size = match node.kind.as_str() {
        "comment" => given.unwrap_or(COMMENT),
        _ if container => given.unwrap_or(card),
        _ => card,
    };
    Some(Place { x, y, size, drawn: container.then_some(size), open: container && given.is_some(), moved: false })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn unfolded(nodes: &Value) -> Document {
        let mut document: Document = serde_json::from_value(json!({ "nodes": nodes })).unwrap();
        unfold(&mut document, |kind| kind == "loop");
        document
    }

    fn view(document: &Document, id: &str) -> [i64; 4] {
        let view = &document.nodes[id].view;
        ["x", "y", "width", "height"].map(|key| view[key].as_i64().unwrap_or_default())
    }

    #[test]
    fn a_body_moves_inside_and_what_is_beside_makes_room() {
        let document = unfolded(&json!({
            "before": { "kind": "a", "view": { "x": 0.5, "y": 0 } },
            "loop": { "kind": "loop", "view": { "x": 300, "y": 0 } },
            "one": { "kind": "a", "parent": "loop", "view": { "x": -200, "y": 400 } },
            "two": { "kind": "a", "parent": "loop", "view": { "x": 100, "y": 380.4 } },
            "after": { "kind": "a", "view": { "x": 600, "y": 0 } },
            "below": { "kind": "a", "view": { "x": 300, "y": 150 } },
            "nowhere": { "kind": "a" },
        }));
        assert_eq!(document.nodes["before"].view, json!({ "x": 0.5, "y": 0 }));
        assert_eq!((view(&document, "one"), view(&document, "two")), ([64, 104, 0, 0], [364, 84, 0, 0]));
        let [x, y, width, height] = view(&document, "loop");
        assert_eq!([x, y, width, height], [300, 0, 692, 220]);
        assert!(view(&document, "after")[0] >= x + width && view(&document, "below")[1] >= y + height);
        assert_eq!(document.nodes["nowhere"].view, Value::Null);
    }

    #[test]
    fn an_open_container_keeps_its_body_where_it_is() {
        let document = unfolded(&json!({
            "loop": { "kind": "loop", "view": { "x": 0, "y": 0, "width": 800, "height": 300 } },
            "in": { "kind": "a", "parent": "loop", "view": { "x": 120, "y": 90 } },
            "inner": { "kind": "loop", "parent": "loop", "view": { "x": 420, "y": 90, "width": 300, "height": 100 } },
            "after": { "kind": "a", "view": { "x": 860, "y": 0 } },
        }));
        assert_eq!(view(&document, "in"), [120, 90, 0, 0]);
        assert_eq!(view(&document, "inner"), [420, 90, 360, 180], "an empty one has its least size");
        assert_eq!(view(&document, "loop"), [0, 0, 844, 310]);
        assert_eq!(view(&document, "after")[0], 904);
    }

    #[test]
    fn containers_in_a_circle_stay() {
        let document = unfolded(&json!({
            "a": { "kind": "loop", "parent": "b", "view": { "x": 1, "y": 1 } },
            "b": { "kind": "loop", "parent": "a", "view": { "x": 1, "y": 1 } },
            "far": { "kind": "loop", "view": { "x": 1e300, "y": 1 } },
        }));
        assert_eq!(view(&document, "a"), [1, 1, 0, 0]);
        assert_eq!(document.nodes["far"].view["x"], 1e300);
    }
}
