//! The operators of CQL2, by the names that its parser gives them.

use super::plan::{Arithmetic, Cmp, ListRelation, SpanRelation};
use super::shape::Relation;
use super::text::Fold;

pub(super) fn comparison(op: &str) -> Option<Cmp> {
    Some(match op {
        "=" => Cmp::Eq,
        "<>" => Cmp::Ne,
        "<" => Cmp::Lt,
        "<=" => Cmp::Le,
        ">" => Cmp::Gt,
        ">=" => Cmp::Ge,
        _ => return None,
    })
}

pub(super) fn arithmetic(op: &str) -> Option<Arithmetic> {
    Some(match op {
        "+" => Arithmetic::Add,
        "-" => Arithmetic::Subtract,
        "*" => Arithmetic::Multiply,
        "/" => Arithmetic::Divide,
        "div" => Arithmetic::Whole,
        "%" => Arithmetic::Remainder,
        "^" => Arithmetic::Power,
        _ => return None,
    })
}

pub(super) fn fold(op: &str) -> Option<Fold> {
    match op {
        "casei" => Some(Fold::Case),
        "accenti" => Some(Fold::Accents),
        _ => None,
    }
}

pub(super) fn spatial(op: &str) -> Option<Relation> {
    Some(match op {
        "s_intersects" => Relation::Intersects,
        "s_disjoint" => Relation::Disjoint,
        "s_within" => Relation::Within,
        "s_contains" => Relation::Contains,
        "s_touches" => Relation::Touches,
        "s_overlaps" => Relation::Overlaps,
        "s_crosses" => Relation::Crosses,
        "s_equals" => Relation::Equals,
        _ => return None,
    })
}

pub(super) fn temporal(op: &str) -> Option<SpanRelation> {
    Some(match op {
        "t_after" => SpanRelation::After,
        "t_before" => SpanRelation::Before,
        "t_contains" => SpanRelation::Contains,
        "t_disjoint" => SpanRelation::Disjoint,
        "t_during" => SpanRelation::During,
        "t_equals" => SpanRelation::Equals,
        "t_finishedBy" => SpanRelation::FinishedBy,
        "t_finishes" => SpanRelation::Finishes,
        "t_intersects" => SpanRelation::Intersects,
        "t_meets" => SpanRelation::Meets,
        "t_metBy" => SpanRelation::MetBy,
        "t_overlappedBy" => SpanRelation::OverlappedBy,
        "t_overlaps" => SpanRelation::Overlaps,
        "t_startedBy" => SpanRelation::StartedBy,
        "t_starts" => SpanRelation::Starts,
        _ => return None,
    })
}

pub(super) fn lists(op: &str) -> Option<ListRelation> {
    Some(match op {
        "a_equals" => ListRelation::Equal,
        "a_contains" => ListRelation::Contains,
        "a_containedBy" => ListRelation::ContainedBy,
        "a_overlaps" => ListRelation::Overlap,
        _ => return None,
    })
}
