//! Puts a tick wherever an expression can loop or multiply.
//!
//! A tick stands at the start of every definition, right of every pipe and binding, in the bodies of
//! `reduce` and `foreach`, and before every operand that may yield more than one value (products of such
//! operands are the loops that need no recursion). Expressions of single-valued parts get no tick at all.

use jaq_core::load::lex::StrPart;
use jaq_core::load::parse::{BinaryOp, Def, Pattern, Term};
use jaq_core::path::{Part, Path};

type T<'s> = Term<&'s str>;

/// Rewrites a definition.
pub(super) fn definition(def: Def<&str>) -> Def<&str> {
    Def {
        body: ticked(term(def.body)),
        name: def.name,
        args: def.args,
    }
}

/// Rewrites a term.
pub(super) fn term(term_: T<'_>) -> T<'_> {
    match term_ {
        Term::Id | Term::Recurse | Term::Num(_) | Term::Var(_) | Term::Break(_) | Term::Arr(None) => term_,
        Term::Str(format, parts) => Term::Str(format, parts.into_iter().map(str_part).collect()),
        Term::Arr(Some(items)) => Term::Arr(Some(boxed(*items))),
        Term::Obj(members) => Term::Obj(members.into_iter().map(member).collect()),
        Term::Neg(inner) => Term::Neg(boxed(*inner)),
        Term::BinOp(left, op, right) => binary(*left, op, *right),
        Term::Label(name, inner) => Term::Label(name, boxed(*inner)),
        Term::Fold(name, source, pat, args) => {
            let args = args.into_iter().enumerate();
            let args = args.map(|(at, arg)| if at == 0 { term(arg) } else { ticked(term(arg)) });
            Term::Fold(name, boxed(*source), pattern(pat), args.collect())
        }
        Term::TryCatch(body, handler) => Term::TryCatch(
            boxed(*body),
            handler.map(|handler| Box::new(ticked(term(*handler)))),
        ),
        Term::IfThenElse(cases, otherwise) => if_then_else(cases, otherwise),
        Term::Def(defs, body) => Term::Def(defs.into_iter().map(definition).collect(), boxed(*body)),
        Term::Call(name, args) => Term::Call(name, args.into_iter().map(operand).collect()),
        Term::Path(head, Path(parts)) => {
            let parts = parts.into_iter().map(|(part, opt)| (path_part(part), opt));
            Term::Path(boxed(*head), Path(parts.collect()))
        }
    }
}

fn boxed(inner: T<'_>) -> Box<T<'_>> {
    Box::new(term(inner))
}

/// `__tick | term`.
fn ticked(inner: T<'_>) -> T<'_> {
    Term::BinOp(
        Box::new(Term::Call("__tick", Vec::new())),
        BinaryOp::Pipe(None),
        Box::new(inner),
    )
}

/// An operand of a product.
fn operand(inner: T<'_>) -> T<'_> {
    if single(&inner) {
        term(inner)
    } else {
        ticked(term(inner))
    }
}

fn binary<'s>(left: T<'s>, op: BinaryOp<&'s str>, right: T<'s>) -> T<'s> {
    let op = match op {
        BinaryOp::Pipe(Some(pat)) => BinaryOp::Pipe(Some(pattern(pat))),
        op => op,
    };
    let right = match op {
        BinaryOp::Pipe(_) | BinaryOp::Update => ticked(term(right)),
        _ => operand(right),
    };
    Term::BinOp(boxed(left), op, Box::new(right))
}

fn if_then_else<'s>(cases: Vec<(T<'s>, T<'s>)>, otherwise: Option<Box<T<'s>>>) -> T<'s> {
    let plain = cases.iter().all(|(condition, _)| single(condition));
    let branch = |branch: T<'s>| if plain { term(branch) } else { ticked(term(branch)) };
    let cases = cases
        .into_iter()
        .map(|(condition, then)| (operand(condition), branch(then)))
        .collect();
    Term::IfThenElse(cases, otherwise.map(|otherwise| Box::new(branch(*otherwise))))
}

fn str_part<'s>(part: StrPart<&'s str, T<'s>>) -> StrPart<&'s str, T<'s>> {
    match part {
        StrPart::Term(inner) => StrPart::Term(operand(inner)),
        other => other,
    }
}

fn member<'s>((key, value): (T<'s>, Option<T<'s>>)) -> (T<'s>, Option<T<'s>>) {
    // `{a}`, `{$x}` and `{"a"}` mean what they say only while the key stays as it was written.
    match value {
        None => (key, None),
        Some(value) => (operand(key), Some(operand(value))),
    }
}

fn pattern(pat: Pattern<&str>) -> Pattern<&str> {
    match pat {
        Pattern::Var(name) => Pattern::Var(name),
        Pattern::Arr(items) => Pattern::Arr(items.into_iter().map(pattern).collect()),
        Pattern::Obj(items) => Pattern::Obj(
            items
                .into_iter()
                .map(|(key, value)| (operand(key), pattern(value)))
                .collect(),
        ),
    }
}

fn path_part(part: Part<T<'_>>) -> Part<T<'_>> {
    match part {
        Part::Index(index) => Part::Index(operand(index)),
        Part::Range(from, upto) => Part::Range(from.map(operand), upto.map(operand)),
    }
}

/// Whether a term yields at most one value, seen from its form alone.
pub(super) fn single(term_: &T<'_>) -> bool {
    match term_ {
        Term::Id | Term::Num(_) | Term::Var(_) | Term::Arr(_) => true,
        Term::Str(_, parts) => parts.iter().all(|part| match part {
            StrPart::Term(inner) => single(inner),
            StrPart::Str(_) | StrPart::Char(_) => true,
        }),
        Term::Obj(members) => members
            .iter()
            .all(|(key, value)| single(key) && value.as_ref().is_none_or(single)),
        Term::Neg(inner) => single(inner),
        Term::BinOp(left, op, right) => {
            !matches!(op, BinaryOp::Comma | BinaryOp::Pipe(Some(Pattern::Obj(_))))
                && single(left)
                && single(right)
        }
        Term::TryCatch(body, handler) => {
            single(body) && handler.as_ref().is_none_or(|handler| single(handler))
        }
        Term::IfThenElse(cases, otherwise) => {
            cases
                .iter()
                .all(|(condition, then)| single(condition) && single(then))
                && otherwise.as_ref().is_none_or(|otherwise| single(otherwise))
        }
        Term::Path(head, Path(parts)) => {
            single(head)
                && parts.iter().all(|(part, _)| match part {
                    Part::Index(index) => single(index),
                    Part::Range(None, None) => false,
                    Part::Range(from, upto) => {
                        from.as_ref().is_none_or(single) && upto.as_ref().is_none_or(single)
                    }
                })
        }
        Term::Recurse
        | Term::Label(..)
        | Term::Break(_)
        | Term::Fold(..)
        | Term::Def(..)
        | Term::Call(..) => false,
    }
}
