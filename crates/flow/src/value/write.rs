//! Printing as compact JSON.

use std::io::Write;

use jaq_json::{Num, Val};

/// Writes a value that keeps the invariants of [`super::Value`].
pub(super) fn write_json(val: &Val, out: &mut Vec<u8>) {
    match val {
        Val::Null => out.extend_from_slice(b"null"),
        Val::Bool(true) => out.extend_from_slice(b"true"),
        Val::Bool(false) => out.extend_from_slice(b"false"),
        Val::Num(number) => write_number(number, out),
        Val::TStr(text) | Val::BStr(text) => write_text(text, out),
        Val::Arr(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write_json(item, out);
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
            }
            out.push(b'}');
        }
    }
}

fn write_number(number: &Num, out: &mut Vec<u8>) {
    // Writing into a vector cannot fail.
    let _ = match number {
        Num::Int(int) => write!(out, "{int}"),
        Num::Float(float) => {
            return serde_json::to_writer(out, float).expect("a vector takes all bytes");
        }
        other => write!(out, "{other}"),
    };
}

fn write_text(text: &[u8], out: &mut Vec<u8>) {
    let plain = text.iter().all(|byte| !matches!(byte, 0..=0x1f | b'"' | b'\\'));
    if plain {
        out.push(b'"');
        out.extend_from_slice(text);
        out.push(b'"');
    } else {
        let text = String::from_utf8_lossy(text);
        serde_json::to_writer(out, &*text).expect("a vector takes all bytes");
    }
}
