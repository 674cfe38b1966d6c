//! Values as text inside an evaluation: metered JSON, and a short form for error messages.

use std::fmt;

use jaq_json::{Num, Val};

use super::meter;

/// Characters of a value that an error message shows.
const PREVIEW_BYTES: usize = 80;

/// JSON text of a value. Stops early when the meter has stopped; the result is then never seen.
pub(super) fn json_text(val: &Val) -> Vec<u8> {
    let mut out = Vec::new();
    write_json(val, &mut out);
    out
}

fn write_json(val: &Val, out: &mut Vec<u8>) {
    if !meter::charge(4) || !meter::stack_left() {
        return;
    }
    match val {
        Val::Null => out.extend_from_slice(b"null"),
        Val::Bool(value) => out.extend_from_slice(if *value { b"true" } else { b"false" }),
        Val::Num(number) => write_number(number, out),
        Val::TStr(text) | Val::BStr(text) => write_text(text, out),
        Val::Arr(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write_json(item, out);
                if meter::stopped().is_some() {
                    return;
                }
            }
            out.push(b']');
        }
        Val::Obj(map) => {
            out.push(b'{');
            for (index, (key, member)) in map.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write_json(key, out);
                out.push(b':');
                write_json(member, out);
                if meter::stopped().is_some() {
                    return;
                }
            }
            out.push(b'}');
        }
    }
}

/// As jq does: NaN prints as null, infinities as the largest numbers.
fn write_number(number: &Num, out: &mut Vec<u8>) {
    match number {
        Num::Float(float) if float.is_nan() => out.extend_from_slice(b"null"),
        Num::Float(float) => {
            let finite = float.clamp(f64::MIN, f64::MAX);
            out.extend_from_slice(serde_json::Value::from(finite).to_string().as_bytes());
        }
        other => out.extend_from_slice(other.to_string().as_bytes()),
    }
}

fn write_text(text: &[u8], out: &mut Vec<u8>) {
    if !meter::charge_bytes(text.len()) {
        return;
    }
    let text = String::from_utf8_lossy(text);
    serde_json::to_writer(out, &*text).expect("a vector takes all bytes");
}

/// Writes the beginning of a value. Visits a bounded number of nodes whatever the value is.
pub(super) fn preview(val: &Val, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut text = String::new();
    preview_into(val, &mut text, 0);
    crate::text::shorten(&mut text, PREVIEW_BYTES);
    f.write_str(&text)
}

fn preview_into(val: &Val, text: &mut String, level: usize) {
    if text.len() > PREVIEW_BYTES {
        return;
    }
    match val {
        Val::Null => text.push_str("null"),
        Val::Bool(value) => text.push_str(if *value { "true" } else { "false" }),
        Val::Num(number) => text.push_str(&number.to_string()),
        Val::TStr(bytes) | Val::BStr(bytes) => {
            let head = &bytes[..bytes.len().min(PREVIEW_BYTES + 4)];
            text.push_str(&format!("{:?}", String::from_utf8_lossy(head)));
        }
        Val::Arr(items) if level < 8 => {
            text.push('[');
            for (index, item) in items.iter().take(PREVIEW_BYTES).enumerate() {
                if index > 0 {
                    text.push(',');
                }
                preview_into(item, text, level + 1);
            }
            text.push(']');
        }
        Val::Obj(map) if level < 8 => {
            text.push('{');
            for (index, (key, member)) in map.iter().take(PREVIEW_BYTES).enumerate() {
                if index > 0 {
                    text.push(',');
                }
                preview_into(key, text, level + 1);
                text.push(':');
                preview_into(member, text, level + 1);
            }
            text.push('}');
        }
        Val::Arr(_) => text.push_str("[…]"),
        Val::Obj(_) => text.push_str("{…}"),
    }
}
