//! ISO 8601 durations of days and smaller; years and months have no fixed length and are refused.

/// Milliseconds of `P1DT2H3M4.5S` and the like.
pub(super) fn parse_iso8601(text: &str) -> Option<u64> {
    let rest = text.strip_prefix('P')?;
    let (date, time) = match rest.split_once('T') {
        Some((date, time)) => (date, Some(time)),
        None => (rest, None),
    };
    if time.is_some_and(str::is_empty) || (date.is_empty() && time.is_none()) {
        return None;
    }
    let date = parts(date, &[('W', 604_800_000), ('D', 86_400_000)])?;
    let time = parts(
        time.unwrap_or_default(),
        &[('H', 3_600_000), ('M', 60_000), ('S', 1_000)],
    )?;
    date.checked_add(time)
}

/// Sums `<number><unit>` in the order of the units.
fn parts(mut text: &str, units: &[(char, u64)]) -> Option<u64> {
    let mut total = 0u64;
    for (unit, factor) in units {
        let Some((number, rest)) = text.split_once(*unit) else {
            continue;
        };
        total = total.checked_add(milliseconds(number, *factor)?)?;
        text = rest;
    }
    text.is_empty().then_some(total)
}

/// A decimal number times a factor, without floating arithmetic.
fn milliseconds(number: &str, factor: u64) -> Option<u64> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || fraction.len() > 9 || !digits(whole) || !digits(fraction) {
        return None;
    }
    let scale = 10u64.pow(u32::try_from(fraction.len()).ok()?);
    let fraction: u64 = if fraction.is_empty() {
        0
    } else {
        fraction.parse().ok()?
    };
    let whole: u64 = whole.parse().ok()?;
    whole
        .checked_mul(factor)?
        .checked_add(fraction.checked_mul(factor)? / scale)
}

#[cfg(test)]
mod tests {
    use super::parse_iso8601;

    #[test]
    fn durations_are_read() {
        for (text, expected) in [
            ("PT30S", Some(30_000)),
            ("PT0.25S", Some(250)),
            ("P1DT2H3M4.5S", Some(93_784_500)),
            ("P2W", Some(1_209_600_000)),
            ("PT1H", Some(3_600_000)),
            ("PT", None),
            ("P", None),
            ("", None),
            ("P1Y", None),
            ("P1M", None),
            ("PT1S1M", None),
            ("PTS", None),
            ("PT1", None),
            ("PT-1S", None),
            ("PT99999999999999999999S", None),
        ] {
            assert_eq!(parse_iso8601(text), expected, "{text}");
        }
    }
}
